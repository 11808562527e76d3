"""A fault of one seat's cluster: the run mends it or names it, the other seat finishes, a further run converges, the student's work stays. Twice in a row."""

import re

import pytest
from class_of_seats import entry, kill, root, student, work
from cluster_fault_list import CLUSTER_DOWN, FAULTS

testinfra_hosts = ["ansible://lab-cluster-faults-1"]
BAD, GOOD, VM = "lab-cluster-faults-1", "lab-cluster-faults-2", "lab-cluster-faults-3"
SEAT = {"none": BAD, "virtualbox": VM}  # where a fault is made, by its driver
OBJECTS = "kubectl get namespace/kube-system deployment/mine configmap/notes -o 'jsonpath={range .items[*]}{.metadata.uid} {.data.text}{\"\\n\"}{end}'"


@pytest.fixture(scope="module")
def seats(host, runs):
    """All seats finished, with a file and objects of the student's on each; {name: testinfra's host}. Three first starts at once are too much for two cores."""
    found = {**runs.finished(host, BAD, GOOD), **runs.finished(host, VM)}
    for one in found.values():
        student(one, "kubectl create deployment mine --image=redis:3; kubectl create configmap notes --from-literal=text=mine")
    return found


def vm(host):
    """Return the VM by its UUID, which another one of the same name would not have; "" where there is no VirtualBox."""
    return student(host, "if command -v VBoxManage >/dev/null; then VBoxManage showvminfo minikube --machinereadable | grep ^UUID=; fi")


def kept(host):
    """Return what the student has: the file, the VM, and the cluster and its objects by their UIDs."""
    return work(host), vm(host), student(host, OBJECTS)


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
    """Of each fault: what the table says of it; a Python traceback is no message. A VM that could not be started is still there."""
    fault = FAULTS[name]
    bad = SEAT[fault.driver]
    before = kept(seats[bad])
    leave_something_to_do(seats[GOOD])
    root(seats[bad], fault.make)
    try:
        code, said, found = runs.run((bad, GOOD))
    finally:
        root(seats[bad], fault.back)
    print(name, found[bad]["failure"], found[bad]["next_step"], found[bad]["mended"])
    assert vm(seats[bad]) == before[1]
    assert "Traceback" not in said, said
    assert code == (0 if fault.mends else 2), said
    for text in [entry(found[bad])] + ([] if fault.mends else [" ".join(said.split())]):
        assert not [words for words in fault.words if not re.search(words, text)], (fault.words, text)
    assert found[bad]["state"] == ("ready" if fault.mends else "failed"), found[bad]
    assert found[GOOD]["failure"] is None and found[GOOD]["state"] == "ready", found[GOOD]
    is_whole(seats[GOOD])
    code, said, found = runs.run((bad, GOOD))
    assert code == 0 and found[bad]["state"] == "ready", said
    is_whole(seats[bad])
    assert kept(seats[bad]) == before


@pytest.mark.parametrize("turn", ["once", "again"])
@pytest.mark.parametrize("victim", ["the control process", "minikube"])
def test_killed_while_it_starts(seats, runs, victim, turn):
    """SIGKILL in the middle of `minikube start`, to all of ansible-playbook or, as the kernel does where memory ends, to minikube: nothing is lost."""
    before, others = kept(seats[BAD]), kept(seats[GOOD])
    leave_something_to_do(seats[GOOD])
    root(seats[BAD], CLUSTER_DOWN)
    process = runs.start((BAD, GOOD))
    root(seats[BAD], "timeout 120 sh -c 'until pgrep -f \"[m]inikube start\"; do sleep 0.1; done'")
    if victim == "minikube":
        root(seats[BAD], "pkill -KILL -f '[m]inikube start'")
        code, said, found = runs.end(process)
        assert code == 2 and found[BAD]["state"] == "failed" and "minikube could not start the cluster" in entry(found[BAD]), said
        assert found[GOOD]["failure"] is None and found[GOOD]["state"] == "ready", found[GOOD]
        is_whole(seats[GOOD])
    else:
        kill(process)
    code, said, found = runs.run((BAD, GOOD))
    assert code == 0 and found[BAD]["state"] == "ready" and found[GOOD]["state"] == "ready", said
    for one in (BAD, GOOD):
        is_whole(seats[one])
    assert kept(seats[BAD]) == before and kept(seats[GOOD]) == others
