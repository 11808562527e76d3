"""Module cluster_check: its arguments, and its result through Ansible's own entry."""

import json

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import runner as runner_module
from ansible_collections.workshop.lab.plugins.module_utils.runner import Done, find_account
from ansible_collections.workshop.lab.plugins.modules import cluster_check

CHECKS = [{"id": "pods", "pod": {"labels": {"tier": "frontend"}, "count": 3}}]


@pytest.fixture
def started(monkeypatch, text):
    """Let no program start: answer `kubectl get` with the recording, and return the list of (account, argv)."""
    calls = []

    def run(self, argv, limit, stdin=None, watch=None, environment=None):
        calls.append((self.account.name, list(argv), self.environment.get("KUBECONFIG")))
        return Done(list(argv), 0, text("checks/objects.json") if "get" in argv else "", "", 0.1)

    monkeypatch.setattr(runner_module.Runner, "run", run)
    return calls


@pytest.mark.parametrize("check", [False, True])
def test_result(run_module, started, check):
    """The same in check mode; never a change."""
    end = run_module(cluster_check, {"checks": CHECKS, "driver": "none"}, check=check)
    assert not end.failed and end.result["changed"] is False and end.result["all_ok"] is True
    assert set(end.result) == {"changed", "checks", "all_ok", "failed_ids", "counts", "seconds", "tries", "observed"}
    assert set(end.result["checks"][0]) == {"id", "title", "ok", "expected", "actual", "figure", "hint", "seconds"}
    me = find_account()
    assert started == [(me.name, ["/usr/local/bin/kubectl", "--context=minikube", "get", "pods", "--all-namespaces", "-o", "json"], me.home + "/.kube/config")]
    json.dumps(end.result)


def test_false_is_no_failure_unless_asked(run_module, started):
    """fail_on_false."""
    wrong = [{"id": "pods", "pod": {"labels": {"tier": "frontend"}, "count": 5}}]
    end = run_module(cluster_check, {"checks": wrong})
    assert not end.failed and end.result["failed_ids"] == ["pods"]
    end = run_module(cluster_check, {"checks": wrong, "fail_on_false": True})
    assert end.failed and end.result["msg"].startswith("1 of 1 checks are not true after") and end.result["observed"]["pods"]["pods"]


def test_retries_and_timeout(run_module, started, monkeypatch):
    """Retries are a timeout of so many intervals."""
    limits = []
    real = cluster_check.run_checks
    monkeypatch.setattr(cluster_check, "run_checks", lambda entries, look, limit, interval: limits.append((limit, interval)) or real(entries, look))
    run_module(cluster_check, {"checks": CHECKS, "retries": 5, "interval": 2})
    run_module(cluster_check, {"checks": CHECKS, "timeout": 30})
    run_module(cluster_check, {"checks": CHECKS})
    assert limits == [(10, 2), (30, 1), (0, 1)]


def test_node_of_a_vm_belongs_to_its_owner(run_module, started):
    """minikube ssh runs as node_user, whose ~/.minikube it is; left out, as user."""
    me = find_account().name
    node = [{"id": "k", "kubelet_unit": {}}]
    run_module(cluster_check, {"checks": node, "node_user": me, "minikube_path": "/opt/minikube"})
    assert [(call[0], call[1][:3]) for call in started] == [(me, ["/opt/minikube", "ssh", "--"])]


@pytest.mark.parametrize("arguments, words", [
    ({"checks": []}, "checks is []; it must be a list of at least one check"),
    ({}, "missing required arguments: checks"),
    ({"checks": [{"id": "x"}]}, "checks[0] has nothing beside id"),
    ({"checks": CHECKS + [{"id": "s", "service": {"name": "a b"}}]}, "checks[1].service.name is 'a b'; it must be a Kubernetes name"),
    ({"checks": CHECKS, "driver": "docker"}, "value of driver must be one of: none, virtualbox, kvm2, got: docker"),
    ({"checks": CHECKS, "minikube_path": "minikube; reboot"}, "minikube_path is 'minikube; reboot'; it must be an absolute path"),
    ({"checks": CHECKS, "kubectl_path": "../kubectl"}, "kubectl_path is '../kubectl'; it must be an absolute path"),
    ({"checks": CHECKS, "context": "$(id)"}, "context is '$(id)'; it must be a context's name"),
    ({"checks": CHECKS, "user": "root; id"}, "user is 'root; id'; it must be an account name"),
    ({"checks": CHECKS, "user": "nobodyhere"}, "There is no account nobodyhere on this machine"),
    ({"checks": CHECKS, "node_user": "-x"}, "node_user is '-x'; it must be an account name"),
    ({"checks": CHECKS, "timeout": -1}, "timeout is -1.0; it must be a number from 0 to 3600"),
    ({"checks": CHECKS, "retries": -1}, "retries is -1; it must be a number from 0 to 3600"),
    ({"checks": CHECKS, "retries": 2, "timeout": 5}, "retries is 2; it must be left out when timeout is given (5)"),
    ({"checks": CHECKS, "interval": 0}, "interval is 0.0; it must be a number from 0.1 to 60"),
    ({"checks": CHECKS, "query_timeout": 0}, "query_timeout is 0; it must be a number of at least 1"),
])
def test_bad_arguments(run_module, started, arguments, words):
    """Refused in one sentence, before any program is started."""
    end = run_module(cluster_check, arguments)
    assert end.failed and words in end.result["msg"], end.result
    assert started == []
