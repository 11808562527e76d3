"""cluster_baseline as a whole: what is refused, the exact questions, the record on disk, and deletions that end or do not."""

import json
import os
import stat

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import baseline_delete, baseline_read, baseline_work
from ansible_collections.workshop.lab.plugins.module_utils.kubectl import Kubectl
from ansible_collections.workshop.lab.plugins.modules import cluster_baseline
from ansible_collections.workshop.lab.tests.unit.baseline_parts import CLUSTER, answer, as_text, cluster, thing

UID = ["/k", "--context=minikube", "get", "namespace", "kube-system", "-o", "jsonpath={.metadata.uid}"]
KINDS = ["/k", "--context=minikube", "api-resources", "--verbs=list,delete", "-o", "name"]
DELETE = ["/k", "--context=minikube", "delete", "-f", "-", "--ignore-not-found", "--wait=false"]
OWN = {"own_namespaces": ["pageview"], "own_objects": [{"kind": kind, "metadata": {"namespace": "default", "name": "k8s-for-beginners"}}
                                                       for kind in ("Service", "Deployment")]}


def get(names="pods,services"):
    """The question for all objects of these kinds."""
    return ["/k", "--context=minikube", "get", names, "--all-namespaces", "-o", "jsonpath=" + baseline_read.TEMPLATE]


@pytest.fixture
def run(run_module, monkeypatch, fake_runner, tmp_path):
    """Run the module over a script of kubectl's answers: run(answers, check=False, **arguments) -> (end, the calls)."""
    monkeypatch.setattr(baseline_work, "find_account", lambda name=None: name)
    monkeypatch.setattr(baseline_delete.time, "sleep", lambda seconds: None)

    def start(answers=(), check=False, diff=False, **arguments):
        runner = fake_runner(answers)
        monkeypatch.setattr(baseline_work, "open_kubectl", lambda params: Kubectl(runner, "/k", "minikube", 60))
        start.inputs = runner.inputs
        arguments = dict({"path": str(tmp_path / "lab" / "baseline.json"), "kubectl_path": "/bin/sh"}, **arguments)
        return run_module(cluster_baseline, {key: value for key, value in arguments.items() if value is not None}, check=check, diff=diff), runner.calls

    return start


def script(*contents):
    """Answers of a cluster that has these objects, in turn."""
    return [(["namespace", "kube-system"], 0, CLUSTER, ""), (["api-resources"], 0, "pods\nservices\n", ""), (["delete"], 0, "deleted", ""),
            (["get"], 0, [as_text(one) if one is not None else answer() for one in contents], "")]


@pytest.mark.parametrize("wrong, words", [
    ({"state": None}, "state"),
    ({"state": "present"}, "state"),
    ({"path": "baseline.json"}, "path is 'baseline.json'; it must be an absolute path"),
    ({"path": "/var/../etc/x"}, "without .."),
    ({"path": "/baseline.json"}, "a folder of its own"),
    ({"path": "/var/lib/lab/"}, "a folder of its own"),
    ({"own_namespaces": ["default"]}, "own_namespaces is 'default'; it must be a namespace of the workshop's own"),
    ({"own_namespaces": ["kube-system"]}, "own_namespaces is 'kube-system'"),
    ({"own_namespaces": ["A B"]}, "own_namespaces is 'A B'"),
    ({"own_objects": [{"kind": "Pod"}]}, "kind and metadata.name"),
    ({"own_objects": [{"kind": "Pod", "metadata": "x"}]}, "kind and metadata.name"),
    ({"own_objects": [{"kind": "pod", "metadata": {"name": "x"}}]}, "own_objects.kind is 'pod'"),
    ({"own_objects": [{"kind": "Pod", "metadata": {"name": "X Y"}}]}, "own_objects.metadata.name is 'X Y'"),
    ({"own_objects": [{"kind": "Pod", "metadata": {"name": "x", "namespace": "a/b"}}]}, "own_objects.metadata.namespace is 'a/b'"),
    ({"wait_timeout": 0}, "wait_timeout is 0; it must be a number from 1 to 3600"),
    ({"wait_timeout": 3601}, "wait_timeout is 3601"),
    ({"everything": "perhaps"}, "everything"),
    ({"user": "a b; id"}, "user is 'a b; id'"),
])
def test_bad_arguments_are_refused_before_anything_is_started(run, wrong, words):
    """In one sentence with the option, its value and what is accepted."""
    end, calls = run(**dict({"state": "restored"}, **wrong))
    assert end.failed and words in end.result["msg"], end.result
    assert calls == []


def test_first_record_asks_for_all_and_the_second_which_cluster_it_is(run, tmp_path):
    """The file is root's only, whole, without the workshop's objects, and stays as it is whatever the class has made."""
    path = tmp_path / "lab" / "baseline.json"
    end, calls = run(script(None), state="recorded", **OWN)
    assert end.result["changed"] and end.result["recorded"] and calls == [UID, KINDS, get()]
    assert stat.S_IMODE(os.stat(str(path)).st_mode) == 0o600 and os.listdir(str(path.parent)) == ["baseline.json"]
    record = json.loads(path.read_text())
    assert record["cluster"] == CLUSTER and 200 < len(record["objects"]) < 300
    assert not [one for one in record["objects"] if "pageview" in one or "k8s-for-beginners" in one]
    before = path.read_bytes()
    end, calls = run(script(None), state="recorded", **OWN)
    assert not end.result["changed"] and calls == [UID] and path.read_bytes() == before


def test_another_cluster_gets_a_new_record_and_check_mode_writes_none(run, tmp_path):
    """It is known by its uid, not by its name."""
    path = tmp_path / "lab" / "baseline.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"form": 1, "cluster": "old", "time": "", "objects": []}))
    end, calls = run(script(None), check=True, state="recorded")
    assert end.result["changed"] and calls == [UID] and json.loads(path.read_text())["cluster"] == "old"
    assert run(script(None), state="recorded")[0].result["changed"] and json.loads(path.read_text())["cluster"] == CLUSTER


def test_an_incomplete_answer_is_no_record(run, tmp_path):
    """What is not in it would later be deleted."""
    answers = [(["api-resources"], 1, "pods\n", "unable to retrieve the complete list of server APIs: example/v1"), *script(None)]
    end, _calls = run(answers, state="recorded")
    assert end.failed and "example/v1" in end.result["msg"] and not (tmp_path / "lab").exists()


@pytest.mark.parametrize("said, changed", [
    ('error: context "minikube" does not exist', True), ("The connection to the server x:1 was refused - did you specify the right host or port?", False)])
def test_prediction_without_a_cluster(run, tmp_path, said, changed):
    """A machine whose cluster is gone gets another one, a stopped one is the same afterwards; outside check mode both are errors."""
    run(script(None), state="recorded")
    assert run([([], 1, "", said)], check=True, state="recorded")[0].result["changed"] is changed
    assert run([([], 1, "", said)], state="recorded")[0].failed and run([([], 1, "", said)], check=True, state="restored")[0].failed
    (tmp_path / "lab" / "baseline.json").unlink()
    assert run([([], 1, "", said)], check=True, state="recorded")[0].result["changed"] is True


def test_clean_cluster_costs_one_look_and_nothing_is_deleted(run):
    """changed is false, also in check mode."""
    run(script(None), state="recorded")
    for check in (True, False):
        end, calls = run(script(None), check=check, state="restored")
        assert not end.result["changed"] and end.result["deleted"] == [] and end.result["recorded"] and calls == [KINDS, get()]


def test_reset_deletes_waits_and_looks_again(run):
    """One call for few objects, the namespace last of them; what is asked of the server is exactly that."""
    run(script(None), state="recorded", **OWN)
    clean = [obj for obj in cluster() if obj.namespace != "pageview" and obj.name != "pageview" and "k8s-for-beginners" not in obj.name]
    end, calls = run(script(None, None, clean, clean), state="restored", diff=True, **OWN)
    assert not end.failed, end.result
    assert end.result["changed"] and [one["title"] for one in end.result["deleted"]] == [
        "Namespace pageview", "Service default/k8s-for-beginners", "Deployment default/k8s-for-beginners"]
    assert end.result["deleted"][0]["why"] == "4 more in it"
    assert end.result["diff"] == {"before": "Namespace pageview\nService default/k8s-for-beginners\nDeployment default/k8s-for-beginners\n", "after": ""}
    assert calls == [KINDS, get(), DELETE, get(), get(), KINDS, get()]
    assert [(one["kind"], one["metadata"]["name"]) for one in json.loads(run.inputs[2])["items"]] == [
        ("Service", "k8s-for-beginners"), ("Deployment", "k8s-for-beginners"), ("Namespace", "pageview")]


def test_check_mode_only_looks(run):
    """And says what it would delete."""
    run(script(None), state="recorded", **OWN)
    end, calls = run(script(None), check=True, state="restored", **OWN)
    assert end.result["changed"] and len(end.result["deleted"]) == 3 and calls == [KINDS, get()]


def test_webhooks_go_first_and_definitions_last(run):
    """Each gone before the next: a webhook could refuse the deletions, and without its definition an object cannot be asked for."""
    hook = thing("hook", kind="ValidatingWebhookConfiguration", namespace="", version="admissionregistration.k8s.io/v1")
    crd = thing("widgets.example", kind="CustomResourceDefinition", namespace="", version="apiextensions.k8s.io/v1")
    waves = baseline_delete.order([crd, thing("mine", kind="Namespace", namespace=""), thing("one", kind="Widget", version="example/v1"), hook])
    assert [[obj.kind for obj in wave] for wave in waves] == [["ValidatingWebhookConfiguration"], ["Widget", "Namespace"], ["CustomResourceDefinition"]]


def test_a_finalizer_that_hangs_is_named(run, monkeypatch):
    """With what holds it and the command that takes it off; it is not taken off here."""
    run(script(None), state="recorded", own_namespaces=[])
    ticks = iter(range(10000))
    monkeypatch.setattr(baseline_delete.delete, "__defaults__", (lambda: float(next(ticks)), lambda seconds: None))
    held = thing("w", kind="Widget", version="example/v1", finalizers=("example/hold",), ending=True)
    end, calls = run(script([*cluster(), held]), state="restored", wait_timeout=5)
    assert end.failed and "Deleted, but not gone after 5 seconds: Widget default/w (held by example/hold)" in end.result["msg"]
    assert "kubectl patch widget.example -n default w --type=merge" in end.result["msg"] and end.result["stuck"] == ["Widget default/w"]
    assert not [call for call in calls if "patch" in call]


def test_what_is_made_again_each_time_is_told(run):
    """Three rounds, then a message."""
    run(script(None), state="recorded", own_namespaces=[])
    clean, again = cluster(), [*cluster(), thing("again")]
    end, _calls = run(script(again, clean, again, clean, again, clean), state="restored")
    assert end.failed and "Deleted 3 times, and made again each time: ConfigMap default/again" in end.result["msg"]


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"form": 9, "cluster": "x", "time": "", "objects": []}',
                                     '{"form": 1, "cluster": "x", "time": "", "objects": [["a"]]}'])
def test_a_damaged_record_is_an_error(run, tmp_path, content):
    """Not an empty one, by which everything would be deleted, nor one that is silently written anew."""
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "baseline.json").write_text(content)
    for state in ("recorded", "restored"):
        end, calls = run(script(None), state=state)
        assert end.failed and "cannot be read" in end.result["msg"] and not [call for call in calls if "delete" in call]


def test_absent_removes_the_record_and_its_folder(run, tmp_path):
    """Nothing of anybody else's in it; twice is once."""
    run(script(None), state="recorded")
    assert run(check=True, state="absent")[0].result["changed"] and (tmp_path / "lab").exists()
    end, calls = run(state="absent")
    assert end.result["changed"] and calls == [] and not (tmp_path / "lab").exists()
    assert not run(state="absent")[0].result["changed"]
    run(script(None), state="recorded")
    (tmp_path / "lab" / "other").write_text("")
    assert run(state="absent")[0].result["changed"] and os.listdir(str(tmp_path / "lab")) == ["other"]
