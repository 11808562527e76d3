"""The control process is killed in the middle, at several points, and two runs go at once: a further run converges. Twice in a row."""

import re

import pytest
from class_of_seats import kill, root, work

testinfra_hosts = ["ansible://lab-faults-1"]
BAD, GOOD = "lab-faults-1", "lab-faults-2"
# What a run has to bring.
BARE = "dpkg --purge --force-depends bash-completion; rm -rf /usr/local/bin/kubectl /usr/local/bin/minikube"
# Both programs run, no package is half there, nothing half loaded is left.
WHOLE = "set -e; kubectl version --client --short; minikube version; test -z \"$(dpkg --audit)\"; ! ls /usr/local/bin/.*.part"
# The task whose heading is the last thing that the killed run says.
POINTS = ["Look at everything that the roles keep in place", "Download the file beside the program and verify it", "Put the verified file in place",
          "Install bash-completion"]
# The end of what roles artifact and brought say: what is not there, where, and what to do.
SENTENCE = rf"(kubectl|minikube|bash-completion) .*not installed on ({BAD}|{GOOD}).* run the playbook again"


def told(said):
    """Return the words of the last failure that a run has shown."""
    return " ".join(re.split(r"\n(?:TASK|PLAY|RUNNING HANDLER) ", said.rpartition("FAILED! =>")[2])[0].split())


@pytest.fixture
def whole_again(seats):
    """Both seats are whole afterwards, and the students' files are as they were."""
    before = {name: work(one) for name, one in seats.items()}
    yield
    for one in seats.values():
        root(one, WHOLE)
    assert {name: work(one) for name, one in seats.items()} == before


@pytest.mark.parametrize("turn", ["once", "again"])
@pytest.mark.parametrize("point", POINTS)
def test_control_process_is_killed(seats, runs, whole_again, point, turn):
    """SIGKILL to ansible-playbook, its workers and their ssh at a task; the next run needs no help."""
    root(seats[BAD], BARE)
    process = runs.start(ANSIBLE_STDOUT_CALLBACK="default")
    said = ""
    for line in process.stdout:
        said += line
        if line.startswith("TASK [") and point in line:
            break
    assert point in said, said
    kill(process)
    code, said, found = runs.run()
    assert code == 0, said
    assert {name: found[name]["failure"] for name in (BAD, GOOD)} == {BAD: None, GOOD: None}


@pytest.mark.parametrize("turn", ["once", "again"])
def test_two_runs_at_once(seats, runs, whole_again, turn):
    """Two teachers at one moment: one run finishes, the other does too or says what is not in place and what to do; the next has nothing to mend by hand."""
    root(seats[BAD], BARE)
    both = [runs.start(ANSIBLE_STDOUT_CALLBACK="default") for _number in range(2)]
    ends = [(process.communicate(timeout=600)[0], process.returncode) for process in both]
    assert any(code == 0 for _said, code in ends), ends
    for said, code in ends:
        assert "Traceback" not in said and (code == 0 or re.search(SENTENCE, told(said))), said
    code, said, found = runs.run()
    assert code == 0 and found[BAD]["failure"] is None and found[GOOD]["failure"] is None, said
