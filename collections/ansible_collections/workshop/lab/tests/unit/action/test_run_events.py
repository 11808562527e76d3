"""What the record reads out of a task's result."""

import types

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.run_events import mended_of

KUBELET = {"name": "kubelet", "found": "Stopped", "wanted": "Running"}
HOST = {"name": "host", "found": "Stopped", "wanted": "Running"}


@pytest.mark.parametrize("changed, host, differences, healed, expected", [
    (True, "Running", [KUBELET], [], ["the kubelet was Stopped and runs again"]),
    (True, "Stopped", [HOST], ["wrote the kubeconfig anew"], ["the cluster was Stopped and runs again", "wrote the kubeconfig anew"]),
    (True, "", [{"name": "host", "found": "absent", "wanted": "Running"}], [], []),
    (True, "Running", [{"name": "host", "found": "Running", "wanted": "Stopped"}], [], []),
    (True, "Running", [{"name": "memory_mb", "found": 2000, "wanted": 4000}], [], []),
    (True, "", [], ["gave back files of others to k8suser"], ["gave back files of others to k8suser"]),
    (False, "Running", [], [], []),
])
def test_mended(changed, host, differences, healed, expected):
    """A cluster that is made, stopped or changed on purpose was not mended."""
    result = types.SimpleNamespace(_result={"changed": changed, "before": {"host": host}, "differences": differences, "healed": healed})
    assert mended_of(result) == expected


def test_lost():
    """A VM that minikube has deleted and made anew does not run again."""
    data = {"changed": True, "before": {"host": "Stopped"}, "differences": [HOST], "healed": ["minikube lost it"], "lost": "minikube lost it"}
    assert mended_of(types.SimpleNamespace(_result=data)) == ["minikube lost it"]


@pytest.mark.parametrize("data", [{}, {"changed": True}, {"changed": True, "before": None}, {"changed": True, "pending": True, "before": {"host": "Stopped"}}])
def test_results_without_it(data):
    """A result may lack all of it."""
    assert mended_of(types.SimpleNamespace(_result=data)) == []
