"""cluster_check with driver virtualbox: what is inside the node is seen through `minikube ssh`, as the owner of the cluster."""

import pytest

testinfra_hosts = ["ansible://lab-modules-vm-1"]

SHAPE = {"user": "k8suser", "driver": "virtualbox", "kubernetes_version": "v1.20.2", "registry_mirrors": ["http://lab-mirror:5000"]}
DNS = {"namespace": "kube-system", "pod_labels": {"k8s-app": "kube-dns"}, "port": 8080, "path": "/health", "from": "node"}
CHECKS = [
    {"id": "node", "node": {"ready": True, "role": "master"}},
    {"id": "files", "static_pods": {"present": ["etcd.yaml", "kube-apiserver.yaml"], "absent": ["kube-proxy.yaml"]}},
    {"id": "unit", "kubelet_unit": {"state": "active", "container": False}},
    {"id": "config", "kubelet_config": {}},
    {"id": "containers", "containers": {"running": ["etcd", "kube-apiserver", "kube-proxy"], "stopped": ["kubelet"]}},
    {"id": "inside", "http": dict(DNS, pattern="OK")},
]
WRONG = [
    {"id": "files", "static_pods": {"present": ["kube-proxy.yaml"]}},
    {"id": "unit", "kubelet_unit": {"state": "inactive"}},
    {"id": "config", "kubelet_config": {"static_pod_path": "/etc/manifests"}},
    {"id": "containers", "containers": {"running": ["kubelet"]}},
    {"id": "inside", "http": dict(DNS, port=9999)},
    {"id": "inside.text", "http": dict(DNS, path="/nothing", status=200)},
]


@pytest.fixture(scope="module", autouse=True)
def cluster(seat):
    """A running cluster."""
    seat.module("minikube_cluster", state="started", **SHAPE)


def look(seat, checks, **more):
    """Run the module as the student, for a VM."""
    return seat.module("cluster_check", user="k8suser", driver="virtualbox", checks=checks, **more)


def test_true(seat):
    """Every kind that looks into the node."""
    result = look(seat, CHECKS, timeout=120, interval=2)
    assert result["all_ok"], result["checks"]


def test_false(seat):
    """And each of them wrong; a refused connection is told from an answer of the wrong status."""
    result = look(seat, WRONG)
    assert [check["ok"] for check in result["checks"]] == [False] * len(WRONG), result["checks"]
    found = {check["id"]: check["actual"] for check in result["checks"]}
    assert found["inside"] == "connection refused" and found["inside.text"].startswith("404"), found


def test_another_account_has_no_vm(seat):
    """minikube's words for an account without a cluster are the reason why nothing could be observed; what the API server says is seen all the same."""
    result = look(seat, [CHECKS[0], CHECKS[1]], node_user="nobody")
    assert [check["ok"] for check in result["checks"]] == [True, None], result["checks"]
    assert "could not be reached by `minikube ssh`" in result["checks"][1]["hint"], result["checks"]
