"""Every combination of stopped parts is mended: what exercise 2.05 relies on, however it was interrupted."""

import itertools

import pytest

PARTS = ["kubelet", "etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"]
COMBINATIONS = [list(some) for count in range(1, 6) for some in itertools.combinations(PARTS, count)]
# Pods that an earlier test has scaled away are there for half a minute more, on their way out.
THREE = "until [ $(kubectl get pods -l tier=frontend -o name | wc -l) = 3 ]; do sleep 0.5; done"


@pytest.mark.parametrize("parts", COMBINATIONS, ids=["+".join(some) for some in COMBINATIONS])
def test_any_combination_is_mended(module, student, parts):
    """Stopped as asked; started again with one call; the node Ready, the Deployment complete, no pod made anew for it."""
    student("timeout", "120", "bash", "-c", THREE)
    before = student("kubectl", "get", "pods", "-l", "tier=frontend", "-o", "name")
    stopped = module("cluster_component", components=parts, state="stopped", driver="none")
    assert [stopped["after"][part] for part in parts] == ["stopped"] * len(parts)
    assert not stopped["healthy"]
    mended = module("cluster_component", components=PARTS, state="started", driver="none")
    assert mended["healthy"], mended
    checks = [{"id": "node", "node": {"ready": True}},
              {"id": "parts", "component_pods": {"names": PARTS[1:]}},
              {"id": "deployment", "deployment": {"name": "k8s-for-beginners", "replicas": 3, "ready": 3, "updated": 3, "available": 3}}]
    found = module("cluster_check", user="k8suser", driver="none", node_user="root", checks=checks, timeout=180, interval=2)
    assert found["all_ok"], found["checks"]
    # Nothing was off for as long as pods are evicted after (5 minutes), so the student's pods are the same ones.
    assert student("kubectl", "get", "pods", "-l", "tier=frontend", "-o", "name") == before
