"""The control process is killed in the middle, at several points, and two runs go at once: a further run converges. Twice in a row."""

import os
import signal

import pytest

testinfra_hosts = ["ansible://lab-faults-1"]
BAD, GOOD = "lab-faults-1", "lab-faults-2"
BARE = "dpkg --purge --force-depends bash-completion; rm -rf /usr/local/bin/kubectl /usr/local/bin/minikube"
# The task whose heading is the last thing that the killed run says.
POINTS = ["Look at the account, its home directory", "Download the file beside the program and verify it", "Put the verified file in place",
          "Install bash-completion"]


def bare(host):
    """Take away what a run has to bring."""
    done = host.run("bash -c %s", BARE)
    assert done.rc == 0, done


def whole(host):
    """Both programs run, no package is half there, nothing half loaded is left."""
    done = host.run("bash -ec %s", "kubectl version --client --short; minikube version; test -z \"$(dpkg --audit)\"; ! ls /usr/local/bin/.*.part")
    assert done.rc == 0, done


@pytest.mark.parametrize("turn", ["once", "again"])
@pytest.mark.parametrize("point", POINTS)
def test_control_process_is_killed(host, runs, point, turn):
    """SIGKILL to all of ansible-playbook's processes at a task; the next run needs no help."""
    bare(host)
    process = runs.start(ANSIBLE_STDOUT_CALLBACK="default")
    said = ""
    for line in process.stdout:
        said += line
        if line.startswith("TASK [") and point in line:
            os.killpg(process.pid, signal.SIGKILL)
            break
    process.stdout.close()
    assert process.wait(timeout=60) == -signal.SIGKILL, said
    code, said, found = runs.run()
    assert code == 0, said
    assert {name: found[name]["failure"] for name in (BAD, GOOD)} == {BAD: None, GOOD: None}
    whole(host)


@pytest.mark.parametrize("turn", ["once", "again"])
def test_two_runs_at_once(host, runs, turn):
    """Two teachers at one moment: whichever is told to wait or fails has a sentence, and the next run finds nothing to mend by hand."""
    bare(host)
    both = [runs.start(), runs.start()]
    ends = [(process.communicate(timeout=600)[0], process.returncode) for process in both]
    assert any(code == 0 for _said, code in ends), ends
    assert not [said for said, _code in ends if "Traceback" in said], ends
    code, said, found = runs.run()
    assert code == 0 and found[BAD]["failure"] is None, said
    whole(host)
