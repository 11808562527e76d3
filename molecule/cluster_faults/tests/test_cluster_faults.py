"""A fault of one seat's cluster: the run mends it or names it, the other seat finishes, a further run converges, the student's work stays. Twice in a row."""

import os
import re
import signal

import pytest
from class_of_seats import entry, root, student, work
from cluster_fault_list import CLUSTER_DOWN, FAULTS

testinfra_hosts = ["ansible://lab-cluster-faults-1"]
BAD, GOOD = "lab-cluster-faults-1", "lab-cluster-faults-2"
OBJECTS = "kubectl get namespace/kube-system deployment/mine configmap/notes -o 'jsonpath={range .items[*]}{.metadata.uid} {.data.text}{\"\\n\"}{end}'"


@pytest.fixture(scope="module")
def seats(host, runs):
    """Both seats finished, with a file and objects of the student's on each; {name: testinfra's host}."""
    both = runs.finished(host, BAD, GOOD)
    for one in both.values():
        student(one, "kubectl create deployment mine --image=redis:3; kubectl create configmap notes --from-literal=text=mine")
    return both


def kept(host):
    """Return what the student has: the file, and the cluster and its objects by their UIDs."""
    return work(host), student(host, OBJECTS)


def leave_something_to_do(host):
    """Take the workshop's Deployment away from the seat without a fault, so that it has something to finish."""
    student(host, "kubectl delete deployment k8s-for-beginners")


def is_whole(host):
    """The seat answers as a finished one does."""
    port = student(host, "kubectl get service k8s-for-beginners -o 'jsonpath={.spec.ports[0].nodePort}'")
    assert "Hello Kubernetes Beginners!" in root(host, f"curl -sS --retry 10 --retry-connrefused http://$(hostname -i | cut -d' ' -f1):{port}")


@pytest.mark.parametrize("turn", ["once", "again"])
@pytest.mark.parametrize("name", list(FAULTS))
def test_fault(seats, runs, name, turn):
    """Of each fault: what the table says of it; a Python traceback is no message."""
    fault, before = FAULTS[name], kept(seats[BAD])
    leave_something_to_do(seats[GOOD])
    root(seats[BAD], fault.make)
    try:
        code, said, found = runs.run()
    finally:
        root(seats[BAD], fault.back)
    print(name, found[BAD]["failure"], found[BAD]["next_step"])
    assert "Traceback" not in said, said
    assert code == (0 if fault.mends else 2), said
    for text in [entry(found[BAD])] + ([] if fault.mends else [" ".join(said.split())]):
        assert not [words for words in fault.words if not re.search(words, text)], (fault.words, text)
    assert found[BAD]["state"] == ("ready" if fault.mends else "failed"), found[BAD]
    assert found[GOOD]["failure"] is None and found[GOOD]["state"] == "ready", found[GOOD]
    is_whole(seats[GOOD])
    code, said, found = runs.run()
    assert code == 0 and found[BAD]["state"] == "ready", said
    is_whole(seats[BAD])
    assert kept(seats[BAD]) == before


@pytest.mark.parametrize("turn", ["once", "again"])
@pytest.mark.parametrize("victim", ["the control process", "minikube"])
def test_killed_while_it_starts(seats, runs, victim, turn):
    """SIGKILL in the middle of `minikube start`, to all of ansible-playbook or, as the kernel does where memory ends, to minikube: nothing is lost."""
    before = kept(seats[BAD])
    root(seats[BAD], CLUSTER_DOWN)
    process = runs.start()
    root(seats[BAD], "timeout 120 sh -c 'until pgrep -f \"[m]inikube start\"; do sleep 0.1; done'")
    if victim == "minikube":
        root(seats[BAD], "pkill -KILL -f '[m]inikube start'")
        code, said, found = runs.end(process)
        assert code == 2 and found[BAD]["state"] == "failed" and "minikube could not start the cluster" in entry(found[BAD]), said
    else:
        os.killpg(process.pid, signal.SIGKILL)
        process.stdout.close()
        assert process.wait(timeout=60) == -signal.SIGKILL
    code, said, found = runs.run()
    assert code == 0 and found[BAD]["state"] == "ready" and found[GOOD]["state"] == "ready", said
    is_whole(seats[BAD])
    assert kept(seats[BAD]) == before
