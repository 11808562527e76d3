"""The actions of a step: the exact programs, what they say as checks, and what is remembered."""

import json

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import apply_work, component_work, disruption_work, steps_act
from ansible_collections.workshop.lab.plugins.module_utils.apply_cluster import Unreachable
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.kubectl import Kubectl
from ansible_collections.workshop.lab.plugins.module_utils.steps_read import read_actions, read_steps
from ansible_collections.workshop.lab.plugins.modules import kubectl_apply

BASE = ["/k", "--context=minikube"]
SERVICE = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}}
PARAMS = {"user": "k8suser", "kubectl_path": "/k", "context": "minikube", "query_timeout": 60, "driver": "virtualbox", "node_user": None,
          "minikube_path": "/m", "apiserver_port": 8443}


def do(action, kubectl=None, **params):
    """Do one action of a step called s (figure 2.1)."""
    step = read_steps([{"id": "s", "figure": "2.1", "do": [action]}])[0]
    return steps_act.act(read_actions(step, {})[0], step, dict(PARAMS, **params), kubectl)


def client(fake_runner, *answers):
    """Return a Kubectl over a FakeRunner."""
    return Kubectl(fake_runner(answers), "/k", "minikube", 60)


@pytest.mark.parametrize("args, argv", [
    ({"objects": ["Deployment/web", "Pod/a"]},
     ["deployments.apps/web", "pods/a", "--namespace=default", "--ignore-not-found", "--wait=true", "--timeout=120s"]),
    ({"objects": ["Pod/a"], "wait": False, "namespace": "shop"}, ["pods/a", "--namespace=shop", "--ignore-not-found", "--wait=false"]),
    ({"labels": {"a": "b", "c": "d"}}, ["pods", "--selector=a=b,c=d", "--namespace=default", "--ignore-not-found", "--wait=true", "--timeout=120s"]),
    ({"labels": {"a": "b"}, "kinds": ["Pod", "Service"], "timeout": 7},
     ["pods,services", "--selector=a=b", "--namespace=default", "--ignore-not-found", "--wait=true", "--timeout=7s"]),
])
def test_delete_is_one_call(fake_runner, args, argv):
    """It is a change when kubectl deleted something."""
    kubectl = client(fake_runner, (["delete"], 0, ['pod "a" deleted\n', "No resources found\n", ""], ""))
    assert do({"delete": args}, kubectl) == (True, [], {})
    assert not do({"delete": args}, kubectl).changed and not do({"delete": args}, kubectl).changed
    assert kubectl.runner.calls == [BASE + ["delete"] + argv] * 3


@pytest.mark.parametrize("said, words", [
    ("error: timed out waiting for the condition on pods/a", "Deleted, but not gone after 120 seconds: pods/a .*Next step"),
    ("The connection to the server x was refused - did you specify the right host or port?", "delete pods/a.*: the API server does not answer"),
])
def test_delete_that_fails(fake_runner, said, words):
    """In words."""
    with pytest.raises(LabError, match=words):
        do({"delete": {"objects": ["Pod/a"]}}, client(fake_runner, (["delete"], 1, "", said)))


def pods(*names):
    """Return the JSON of ready pods; a name that ends with ! is one that is not ready."""
    return json.dumps({"items": [{"metadata": {"name": name.rstrip("!"), "uid": "u-" + name.rstrip("!")}, "status": {
        "phase": "Running", "conditions": [{"type": "Ready", "status": "False" if name.endswith("!") else "True"}]}} for name in names]})


def test_delete_one_takes_the_first_ready_one_by_name(fake_runner):
    """And remembers it and the others."""
    kubectl = client(fake_runner, (["get"], 0, pods("c", "a!", "b", "d"), ""), (["delete"], 0, 'pod "b" deleted\n', ""))
    acted = do({"delete_one": {"labels": {"tier": "frontend"}, "namespace": "shop"}}, kubectl)
    assert acted == (True, [], {"s.deleted": {"name": "b", "uid": "u-b", "pods": {"b": "u-b"}}, "s.kept": {"pods": {"c": "u-c", "d": "u-d"}}})
    assert kubectl.runner.calls == [BASE + ["get", "pods", "--namespace=shop", "--selector=tier=frontend", "-o", "json"],
                                    BASE + ["delete", "pod", "b", "--namespace=shop", "--wait=false", "--ignore-not-found"]]


@pytest.mark.parametrize("there, deleted, words", [
    (pods("a!"), "", "There is no ready pod with tier=frontend in namespace default to delete"),
    (pods("a"), "", "Pod a was gone before it could be deleted"),
])
def test_delete_one_without_one(fake_runner, there, deleted, words):
    """Said, instead of a step that seems done."""
    with pytest.raises(LabError, match=words):
        do({"delete_one": {"labels": {"tier": "frontend"}}}, client(fake_runner, (["get"], 0, there, ""), (["delete"], 0, deleted, "")))


def test_scale(fake_runner):
    """Nothing is called a change that is none."""
    kubectl = client(fake_runner, (["get"], 0, json.dumps({"spec": {"replicas": 3}}), ""), (["scale"], 0, "scaled\n", ""))
    get = BASE + ["get", "deployment/web", "--namespace=shop", "-o", "json"]
    assert do({"scale": {"deployment": "web", "replicas": 5, "namespace": "shop"}}, kubectl).changed
    assert kubectl.runner.calls == [get, BASE + ["scale", "deployment/web", "--namespace=shop", "--replicas=5"]]
    assert not do({"scale": {"deployment": "web", "replicas": 3, "namespace": "shop"}}, kubectl).changed and kubectl.runner.calls[2:] == [get]


def test_scale_that_fails(fake_runner):
    """With kubectl's words."""
    with pytest.raises(LabError, match='read deployment/web .*deployments.apps "web" not found'):
        do({"scale": {"deployment": "web", "replicas": 5}}, client(fake_runner, (["get"], 1, "", 'deployments.apps "web" not found')))
    with pytest.raises(LabError, match="scale deployment/web .*no"):
        do({"scale": {"deployment": "web", "replicas": 5}}, client(fake_runner, (["get"], 0, '{"spec": {}}', ""), (["scale"], 1, "", "no")))


@pytest.fixture
def works(monkeypatch):
    """The other modules' work, remembered; works["answer"] is returned, or raised."""
    box = {"calls": []}

    def fake(*args):
        box["calls"].append(args)
        if isinstance(box["answer"], Exception):
            raise box["answer"]
        return box["answer"]

    for module in (apply_work, component_work, disruption_work):
        monkeypatch.setattr(module, "work", fake)
    return box


def test_apply_is_that_of_kubectl_apply(works):
    """It does not wait: the step's checks do."""
    works["answer"] = {"changed": True, "objects": [{"kind": "Service", "name": "web", "result": "created"}]}
    assert do({"apply": {"definitions": [SERVICE], "namespace": "shop", "create_namespace": True}}) == (True, [], {})
    assert works["calls"] == [({
        "user": "k8suser", "kubectl_path": "/k", "context": "minikube", "query_timeout": 60, "state": "present", "definitions": [SERVICE], "files": None,
        "directories": None, "namespace": "shop", "create_namespace": True, "owner": "", "prune": False, "prune_kinds": [], "wait": False, "wait_timeout": 300,
        "force_recreate": False, "record": {}, "unwatched": True},)]
    # Whatever the module has an option for, its work asks for.
    assert set(works["calls"][0][0]) == set(kubectl_apply.SPEC) | {"unwatched"}


@pytest.mark.parametrize("result, ok", [("created", True), ("unchanged", False), ("recreated", False)])
def test_what_kubectl_said_is_a_check(works, result, ok):
    """True only for that very word."""
    works["answer"] = {"changed": True, "objects": [{"kind": "Service", "name": "web", "result": result}]}
    check, = do({"apply": {"definitions": [SERVICE], "said": {"Service/web": "created"}}}).checks
    assert (check["id"], check["ok"], check["figure"]) == ("s.said", ok, "2.1") and bool(check["hint"]) is not ok
    assert (check["expected"], check["actual"]) == ("Service/web created", "Service/web " + result)


@pytest.mark.parametrize("answer, ok, words", [
    (Unreachable("kubectl could not read the objects: the API server does not answer at its address (connection refused)"), True, "connection refused"),
    (Unreachable("The connection to the server 10.0.0.1:8443 was refused - did you specify the right host or port?"), True, "was refused"),
    (Unreachable("kubectl could not read the objects: i/o timeout"), False, "i/o timeout"),
    (Unreachable("context was not found"), False, "context was not found"),
    ({"changed": True, "objects": []}, False, "the manifests were applied"),
])
def test_a_refused_connection_is_a_check(works, answer, ok, words):
    """Another reason is not the one that the chapter shows."""
    works["answer"] = answer
    acted = do({"apply": {"definitions": [SERVICE], "refused": True}})
    check, = acted.checks
    assert (check["id"], check["ok"]) == ("s.refused", ok) and words in check["actual"] and bool(check["hint"]) is not ok
    assert acted.changed is isinstance(answer, dict)


def test_an_unreachable_server_is_an_error_otherwise(works):
    """Of the step."""
    works["answer"] = Unreachable("connection refused")
    with pytest.raises(Unreachable):
        do({"apply": {"definitions": [SERVICE]}})


def test_files_are_not_read_on_the_seat():
    """The action plugin has replaced them."""
    with pytest.raises(LabError, match="2.04/a.yaml were not read"):
        do({"apply": {"files": ["2.04/a.yaml"]}})


@pytest.mark.parametrize("params, owner", [({}, "k8suser"), ({"node_user": "other"}, "other"), ({"driver": "none", "node_user": "root"}, None)])
def test_components(works, params, owner):
    """Of the account that owns the VM; with driver none the node is this machine."""
    works["answer"] = {"changed": True}
    assert do({"component": {"names": ["kubelet", "etcd"], "state": "stopped", "method": "container"}}, **params) == (True, [], {})
    assert works["calls"] == [({"component": None, "components": ["kubelet", "etcd"], "state": "stopped", "method": "container",
                                "driver": params.get("driver", "virtualbox"), "user": owner, "minikube_path": "/m", "apiserver_port": 8443, "timeout": 300},)]


def test_disruption(works):
    """Its checks have the step's id."""
    checks = [{"id": "disruption." + word, "ok": True} for word in ("answered", "rising", "killed")]
    works["answer"] = {"changed": True, "checks": checks, "requests": 60, "failures": 0, "numbers": {"first": 1, "last": 60}, "killed": ["a"], "kept": ["b"]}
    acted = do({"disrupt": {"namespace": "shop", "selector": {"tier": "frontend"}, "service": "web", "kills": 3}}, "kubectl")
    assert acted.changed and [one["id"] for one in acted.checks] == ["s.answered", "s.rising", "s.killed"]
    assert acted.seen == {"s.disruption": {"requests": 60, "failures": 0, "numbers": {"first": 1, "last": 60}, "killed": ["a"], "kept": ["b"]}}
    (params, checking, kubectl), = works["calls"]
    assert (checking, kubectl) == (False, "kubectl")
    assert params == {"namespace": "shop", "selector": {"tier": "frontend"}, "url": None, "service": "web", "port": None, "pattern": None, "rate": 5,
                      "kills": 3, "keep": 1, "duration_max": 120, "request_timeout": 5, "grace_period": None, "replace_timeout": 60, "interval": 1,
                      "connection_retries": 0}
