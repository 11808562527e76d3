"""A seat that goes away in the middle of a run: its network is cut, or it restarts. The other finishes, the report names it, a further run converges."""

import re
import subprocess

import pytest
from class_of_seats import entry, root, work
from fault_list import NO_PROGRAM

testinfra_hosts = ["ansible://lab-faults-1"]
BAD, GOOD = "lab-faults-1", "lab-faults-2"
POINT = "Look at the program and its completion"  # of role kubectl: the run has spoken with the seat before, and does so after it
# SSH's own words follow, or, where it was cut between a task's connection and its sudo, Ansible has waited in vain for that one.
SAID = "(?i)(via|over) ssh|Timeout .*waiting for privilege escalation"


def podman(*words):
    """Call podman; return what it printed."""
    return subprocess.run(["podman", *words], check=True, timeout=120, stdout=subprocess.PIPE, text=True).stdout.strip()


def cut():
    """Take the network away; return what gives it back."""
    way = podman("exec", BAD, "ip", "route", "show", "default").split()
    podman("exec", BAD, "ip", "link", "set", "eth0", "down")

    def back():
        podman("exec", BAD, "ip", "link", "set", "eth0", "up")
        podman("exec", BAD, "ip", "route", "replace", *way)

    return back


def restart():
    """Restart the machine, with no word to anybody."""
    podman("restart", "--time", "0", BAD)
    return lambda: None


@pytest.mark.parametrize("turn", ["once", "again"])
@pytest.mark.parametrize("happens", [cut, restart])
def test_a_seat_goes_away(host, runs, happens, turn):
    """Unreachable, with SSH's reason, of which a run is sure after a minute (ssh_args in ansible.cfg), and the next step. One back at once finishes."""
    good = runs.finished(host, BAD, GOOD)[GOOD]
    before = work(host)
    root(host, NO_PROGRAM)
    root(good, NO_PROGRAM)
    process, said, back = runs.start(ANSIBLE_STDOUT_CALLBACK="default"), "", None
    try:
        for line in process.stdout:
            said += line
            if back is None and line.startswith("TASK [") and POINT in line:
                back = happens()
        code, found = process.wait(timeout=300), runs.found()
    finally:
        process.stdout.close()
        if back:
            back()
    assert back and "Traceback" not in said, said
    if happens is cut or found[BAD]["state"] == "unreachable":
        assert code and found[BAD]["state"] == "unreachable" and re.search(rf"\[{BAD}\]: UNREACHABLE!", said), (found[BAD], said)
        assert re.search(SAID, entry(found[BAD])) and f"`ssh {BAD}` works from here" in entry(found[BAD]), found[BAD]
    elif code:  # the answer of a task was lost, or its program was ended with the machine
        assert found[BAD]["state"] == "failed" and found[BAD]["failure"]["task"] in said and "without a word" not in entry(found[BAD]), (found[BAD], said)
    else:
        assert found[BAD]["failure"] is None and root(host, "kubectl version --client --short"), found[BAD]
    assert found[GOOD]["failure"] is None and found[GOOD]["state"] not in ("failed", "unreachable"), found[GOOD]
    assert root(good, "kubectl version --client --short")
    code, said, found = runs.run()
    assert code == 0 and found[BAD]["failure"] is None, said
    assert root(host, "kubectl version --client --short; ! ls /usr/local/bin/.*.part")
    assert work(host) == before
