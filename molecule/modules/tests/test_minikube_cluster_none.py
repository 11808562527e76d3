"""minikube_cluster with driver none: root's cluster, on the seat itself. It is not deleted here, since other tests use it; it is left running."""

import json

import pytest

testinfra_hosts = ["ansible://lab-modules-1"]

SHAPE = {"driver": "none", "kubernetes_version": "v1.20.2"}
STATUS = "/usr/local/bin/minikube status -o json"


def cluster(seat, **arguments):
    """Run the module for the wanted shape, with changes."""
    return seat.module("minikube_cluster", **dict(SHAPE, **arguments))


def refused(seat, **arguments):
    """Return the result of minikube_cluster, which must fail, for the wanted shape with changes."""
    return seat.refusal("minikube_cluster", **dict(SHAPE, **arguments))


def healthy(seat):
    """A second run changes nothing and starts nothing but status."""
    again = cluster(seat)
    assert (again["changed"], again["steps"], again["differences"]) == (False, [STATUS], []), again
    return again


def is_ready(seat):
    """Fail unless root's kubectl reaches a Ready node."""
    node = json.loads(seat.shell("kubectl --context=minikube get node minikube -o json"))
    assert [one["status"] for one in node["status"]["conditions"] if one["type"] == "Ready"] == ["True"], node["status"]["conditions"]


@pytest.fixture(scope="module", autouse=True)
def started(seat):
    """A running cluster, before and after."""
    cluster(seat)
    yield
    cluster(seat)


def test_healthy(seat):
    """Root, named or not; options of a VM count for nothing."""
    found = healthy(seat)["after"]
    assert (found["driver"], found["host"], found["cpus"], found["host_only_cidr"]) == ("none", "Running", None, "")
    assert not cluster(seat, user="root", cpus=4, memory_mb=8000)["changed"]
    assert seat.module("minikube_info", user="root")["state"] == "started"


def test_refusals(seat):
    """Another owner, another driver, an older Kubernetes: nothing is touched."""
    assert "root or left out" in refused(seat, user="k8suser")["msg"]
    assert "cannot go back" in refused(seat, kubernetes_version="v1.19.0")["msg"]
    said = refused(seat, user="k8suser", driver="virtualbox")
    assert "root has a cluster of driver none" in said["msg"]
    healthy(seat)


def test_kubeconfig(seat):
    """An old address and a lost context, healed without a start."""
    seat.shell("kubectl config set-cluster minikube --server=https://192.0.2.1:8443; kubectl config unset current-context")
    done = cluster(seat)
    assert done["changed"] and len(done["healed"]) == 2 and not any(" start " in line for line in done["steps"]), done
    is_ready(seat)
    assert seat.shell("kubectl config current-context").strip() == "minikube"
    healthy(seat)


def test_kubelet_is_down(seat):
    """The host of driver none is Stopped without its kubelet: a start mends that, and what ran is kept."""
    seat.shell("kubectl --context=minikube create configmap kept-none --from-literal=a=b; systemctl stop kubelet")
    assert seat.module("minikube_info", user="root")["state"] == "stopped"
    done = cluster(seat)
    assert done["changed"] and [one["name"] for one in done["differences"]] == ["host"]
    is_ready(seat)
    assert seat.shell("kubectl get configmap kept-none -o jsonpath={.data.a}").strip() == "b"
    seat.shell("kubectl delete configmap kept-none")
    healthy(seat)


def test_stop_and_start(seat):
    """Predicted, done, done only once, and back."""
    assert cluster(seat, state="stopped", check=True)["changed"]
    healthy(seat)
    done = cluster(seat, state="stopped")
    assert done["changed"] and done["after"]["host"] == "Stopped"
    assert not cluster(seat, state="stopped")["changed"]
    seat.shell("systemctl is-active kubelet", rc=3)
    assert cluster(seat, check=True)["planned"] == ["minikube start"]
    seat.shell("systemctl is-active kubelet", rc=3)
    done = cluster(seat)
    assert done["changed"] and done["after"]["host"] == "Running"
    is_ready(seat)
    healthy(seat)


def test_absent_is_predicted(seat):
    """A dry run deletes nothing."""
    dry = cluster(seat, state="absent", check=True)
    assert dry["changed"] and dry["planned"][0] == "minikube delete" and dry["after"]["host"] == ""
    healthy(seat)
