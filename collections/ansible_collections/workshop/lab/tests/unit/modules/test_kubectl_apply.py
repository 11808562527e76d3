"""kubectl_apply as a whole: which calls it makes, what it says, what it refuses. No call here reaches a cluster; the answers are recorded ones."""

import copy
import json
import os

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import apply_wait, apply_work, waiting
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.kubectl import Kubectl
from ansible_collections.workshop.lab.plugins.modules import kubectl_apply

KUBECTL = ["/usr/local/bin/kubectl", "--context=minikube"]
GET = KUBECTL + ["get", "-f", "-", "--ignore-not-found", "-o", "json"]
APPLY = KUBECTL + ["apply", "-f", "-", "-o", "json"]
DIFF = KUBECTL + ["diff", "-f", "-"]
DELETE = KUBECTL + ["delete", "-f", "-", "--ignore-not-found", "--wait=true", "--timeout=300s"]
KINDS = ("deployments.apps,statefulsets.apps,daemonsets.apps,replicasets.apps,jobs.batch,cronjobs.batch,pods,services,configmaps,secrets")
OWNED = KUBECTL + ["get", KINDS, "--all-namespaces", "--selector=workshop.lab/exercise=activity", "-o", "json"]
POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "k8s-for-beginners"},
       "spec": {"containers": [{"name": "k8s-for-beginners", "image": "packtworkshops/the-kubernetes-workshop:k8s-for-beginners"}]}}


@pytest.fixture
def fix(text):
    """Read a recording of this module."""
    return lambda name: text("kubectl_apply/" + name)


@pytest.fixture
def wanted(fix):
    """The manifests of the recordings: a Namespace, two Deployments, two Services."""
    return json.loads(fix("wanted.json"))


@pytest.fixture
def play(monkeypatch, run_module, fake_runner):
    """Run the module with scripted answers: play(answers, **arguments) -> (its end, the runner). Waits do not sleep."""
    def run(answers, check=False, diff=False, **arguments):
        runner, now = fake_runner(answers), [0.0]

        def wait_until(question, limit, interval, _clock, _sleep):
            return waiting.wait_until(question, limit, interval, lambda: now[0], lambda seconds: now.__setitem__(0, now[0] + seconds))

        def connect(params):
            return Kubectl(runner, params["kubectl_path"], params["context"], params["query_timeout"]), ""

        monkeypatch.setattr(apply_wait, "wait_until", wait_until)
        monkeypatch.setattr(apply_work, "connect", connect)
        return run_module(kubectl_apply, arguments, check=check, diff=diff), runner
    return run


def names(stdin):
    """The objects sent to kubectl."""
    return [(obj["kind"], obj["metadata"]["name"]) for obj in json.loads(stdin)["items"]]


def results(end):
    """Return what became of each object, in order."""
    return [one["result"] for one in end.result["objects"]]


def test_fresh(play, fix, wanted):
    """Read, apply all at once, and ask until all are ready."""
    end, runner = play([(GET, 0, ["", fix("get-starting.json"), fix("get-ready.json")], ""), (APPLY, 0, fix("apply-fresh.json"), "")],
                       definitions=wanted, owner="activity", diff=True)
    assert not end.failed, end.result
    assert runner.calls == [GET, APPLY, GET, GET]
    assert end.result["changed"] and results(end) == ["created"] * 5 and all(one["ready"] for one in end.result["objects"])
    assert end.result["objects"][1] == {"kind": "Deployment", "namespace": "pageview", "name": "k8s-redis", "result": "created", "ready": True,
                                        "said": "1 of 1 available"}
    assert end.result["waited_seconds"] == 1.0 and len(end.result["diff"]) == 5 and end.result["diff"][0]["before"] == ""
    # One List with everything; the Endpoints are asked for, never applied.
    assert names(runner.inputs[1]) == [("Namespace", "pageview"), ("Deployment", "k8s-redis"), ("Service", "db"), ("Deployment", "k8s-pageview"),
                                       ("Service", "k8s-pageview")]
    assert names(runner.inputs[0])[5:] == [("Endpoints", "db"), ("Endpoints", "k8s-pageview")]
    assert all(obj["metadata"]["labels"]["workshop.lab/exercise"] == "activity" for obj in json.loads(runner.inputs[1])["items"])


def test_unchanged_is_one_reading_call(play, fix, wanted):
    """With and without check mode."""
    for check in (False, True):
        end, runner = play([(GET, 0, fix("get-ready.json"), "")], definitions=wanted, owner="activity", check=check, diff=True)
        assert runner.calls == [GET]
        assert not end.result["changed"] and results(end) == ["unchanged"] * 5 and end.result["diff"] == [] and end.result["reachable"] is True


def test_unchanged_but_not_ready_is_waited_for(play, fix, wanted):
    """Without applying anything."""
    end, runner = play([(GET, 0, [fix("get-starting.json"), fix("get-starting.json"), fix("get-ready.json")], "")], definitions=wanted, owner="activity")
    assert runner.calls == [GET, GET, GET] and not end.result["changed"] and end.result["waited_seconds"] == 1.0


def test_only_what_differs_is_applied(play, fix, wanted):
    """The others are not even sent."""
    wanted[3]["spec"]["replicas"] = 2
    end, runner = play([(GET, 0, fix("get-ready.json"), ""), (APPLY, 0, fix("apply-replicas.json"), "")],
                       definitions=wanted, owner="activity", wait=False, diff=True)
    assert runner.calls == [GET, APPLY, GET] and names(runner.inputs[1]) == [("Deployment", "k8s-pageview")]
    assert end.result["changed"] and results(end) == ["unchanged", "unchanged", "unchanged", "configured", "unchanged"]
    assert [one["before_header"] for one in end.result["diff"]] == ["Deployment pageview/k8s-pageview"]


def test_changed_is_what_the_server_did(play, fix, wanted):
    """kubectl is asked, since our comparison is not sure; the server has changed nothing."""
    before = json.loads(fix("get-ready.json"))
    wanted[2]["spec"]["sessionAffinity"] = "None"
    before["items"][2]["spec"]["sessionAffinity"] = "none"
    after = copy.deepcopy(before["items"][2])
    after["metadata"]["resourceVersion"] = "999999"
    end, runner = play([(GET, 0, json.dumps(before), ""), (APPLY, 0, json.dumps(after), "")], definitions=wanted, owner="activity")
    assert runner.calls == [GET, APPLY, GET] and not end.result["changed"] and results(end) == ["unchanged"] * 5


def test_prune(play, fix, wanted):
    """The pageview objects are wanted no more: they are deleted, the namespace and the Endpoints are not."""
    end, runner = play([(GET, 0, fix("get-ready.json"), ""), (OWNED, 0, fix("prune-list.json"), ""), (DELETE, 0, "", "")],
                       definitions=wanted[:3], owner="activity", prune=True, diff=True)
    assert runner.calls == [GET, OWNED, DELETE]
    assert names(runner.inputs[2]) == [("Deployment", "k8s-pageview"), ("Service", "k8s-pageview")]
    assert end.result["changed"] and results(end) == ["unchanged", "unchanged", "unchanged", "pruned", "pruned"]
    assert [(one["before"] != "", one["after"]) for one in end.result["diff"]] == [(True, ""), (True, "")]


def test_prune_leaves_what_is_not_the_owners(play, fix, wanted):
    """Nor what a controller made, nor what is ending already."""
    listed = json.loads(fix("prune-list.json"))
    extra = [copy.deepcopy(listed["items"][0]) for _one in range(3)]
    for number, (one, change) in enumerate(zip(extra, ({"labels": {}}, {"ownerReferences": [{"kind": "Deployment"}]}, {"deletionTimestamp": "now"}))):
        one["metadata"].update(change, name="extra-%d" % number)
    listed["items"] += extra
    end, runner = play([(GET, 0, fix("get-ready.json"), ""), (OWNED, 0, json.dumps(listed), "")], definitions=wanted, owner="activity", prune=True)
    assert runner.calls == [GET, OWNED] and not end.result["changed"]


def test_check_mode_with_a_difference_asks_the_server_and_writes_nothing(play, fix, wanted):
    """kubectl diff is a dry run of the server."""
    wanted[3]["spec"]["replicas"] = 2
    end, runner = play([(GET, 0, fix("get-ready.json"), ""), (OWNED, 0, fix("prune-list.json"), ""), (DIFF, 1, fix("diff-replicas.out"), "")],
                       definitions=wanted[:1] + wanted[2:], owner="activity", prune=True, check=True, diff=True)
    assert runner.calls == [GET, OWNED, DIFF]
    assert end.result["changed"] and results(end) == ["unchanged", "unchanged", "configured", "unchanged", "pruned"]
    text = [one["prepared"] for one in end.result["diff"] if "prepared" in one][0]
    assert text.startswith("--- apps.v1.Deployment.pageview.k8s-pageview (live)\n+++ apps.v1.Deployment.pageview.k8s-pageview (merged)\n")
    assert "-  replicas: 1\n+  replicas: 2\n" in text


def test_check_mode_knows_which_of_several_would_stay(play, fix, wanted):
    """By the names in the diff."""
    wanted[3]["spec"]["replicas"] = 2
    wanted[2]["spec"]["sessionAffinity"] = "none"
    end, runner = play([(GET, 0, fix("get-ready.json"), ""), (DIFF, 1, fix("diff-replicas.out"), "")], definitions=wanted, owner="activity", check=True)
    assert runner.calls == [GET, DIFF] and results(end) == ["unchanged", "unchanged", "unchanged", "configured", "unchanged"]


def test_check_mode_when_the_server_finds_no_difference(play, fix, wanted):
    """Then ours was none."""
    wanted[2]["spec"]["sessionAffinity"] = "none"
    end, runner = play([(GET, 0, fix("get-ready.json"), ""), (DIFF, 0, "", "")], definitions=wanted, owner="activity", check=True)
    assert runner.calls == [GET, DIFF] and not end.result["changed"]


@pytest.mark.parametrize("rc, err", [
    (2, 'error: admission webhook "x" does not support dry run'), (1, 'error: executing "diff": exec: "diff": executable file not found in $PATH'),
    (1, "error: something else of v1.16, which ends with 1 then too")])
def test_check_mode_compares_by_itself_where_the_server_cannot(play, fix, wanted, rc, err):
    """A webhook without dry run, a seat without the program diff."""
    wanted[3]["spec"]["replicas"] = 2
    end, runner = play([(GET, 0, fix("get-ready.json"), ""), (DIFF, rc, "", err)], definitions=wanted, owner="activity", check=True, diff=True)
    assert runner.calls == [GET, DIFF] and end.result["changed"] and results(end)[3] == "configured"
    assert '"replicas": 2' in end.result["diff"][0]["after"] and '"replicas": 1' in end.result["diff"][0]["before"]


def test_check_mode_before_the_namespace(play, fix, wanted):
    """Nothing can be asked of a namespace that is not there (recorded: diff fails with NotFound), so nothing is."""
    end, runner = play([(GET, 0, "", "")], definitions=wanted[1:], create_namespace=True, owner="activity", check=True, diff=True)
    assert runner.calls == [GET] and len(end.result["diff"]) == 5
    assert end.result["changed"] and results(end) == ["created"] * 5 and end.result["objects"][0]["kind"] == "Namespace"


@pytest.mark.parametrize("answer", [
    (GET, 1, "", "refused.err"), (GET, 1, "", "no-context.err"), (GET, None, "", "")])
def test_check_mode_without_a_cluster(play, fix, wanted, answer):
    """All of it would be created; reachable says how sure that is."""
    words, rc, out, err = answer
    end, runner = play([(words, rc, out, fix(err) if err else "")], definitions=wanted, owner="activity", check=True, diff=True)
    assert runner.calls == [GET] and end.result["changed"] and end.result["reachable"] is False
    assert results(end) == ["created"] * 5 and len(end.result["diff"]) == 5


def test_an_unreachable_cluster_is_an_error(play, fix, wanted):
    """Also for absent: a stopped cluster still holds the objects."""
    for state in ("present", "absent"):
        end, runner = play([(GET, 1, "", fix("refused.err"))], definitions=wanted, owner="activity", state=state)
        assert end.failed and runner.calls == [GET] and "Next step: look at `minikube status`" in end.result["msg"]
    end, _runner = play([(GET, 1, "", fix("no-context.err"))], definitions=wanted, owner="activity")
    assert end.failed and "no such context" in end.result["msg"]


def test_absent_without_a_context_is_absent(play, fix, wanted):
    """No cluster of that name has ever been started."""
    end, runner = play([(GET, 1, "", fix("no-context.err"))], definitions=wanted, owner="activity", state="absent", diff=True)
    assert runner.calls == [GET] and not end.failed and not end.result["changed"] and results(end) == ["absent"] * 5
    assert end.result["reachable"] is False and end.result["diff"] == []


def test_absent(play, fix, wanted):
    """What exists is deleted in one call."""
    end, runner = play([(GET, 0, fix("get-ready.json"), ""), (DELETE, 0, "", "")], definitions=wanted, owner="activity", state="absent", diff=True)
    assert runner.calls == [GET, DELETE] and end.result["changed"] and set(results(end)) == {"deleted"}
    assert names(runner.inputs[1])[-1] == ("Namespace", "pageview")  # after what lies in it
    assert all(one["after"] == "" and one["before"] for one in end.result["diff"]) and len(end.result["diff"]) == 5


def test_absent_in_check_mode_reads_only(play, fix, wanted):
    """And predicts the same."""
    end, runner = play([(GET, 0, fix("get-ready.json"), "")], definitions=wanted, owner="activity", state="absent", check=True)
    assert runner.calls == [GET] and end.result["changed"] and set(results(end)) == {"deleted"}


def test_absent_of_nothing(play, wanted):
    """One question, no change."""
    end, runner = play([(GET, 0, "", "")], definitions=wanted, owner="activity", state="absent", create_namespace=True)
    assert runner.calls == [GET] and not end.result["changed"] and set(results(end)) == {"absent"}


def test_absent_of_what_is_ending_is_waited_for_without_a_change(play, fix, wanted):
    """Somebody else deleted it."""
    end, runner = play([(GET, 0, [fix("get-terminating.json"), fix("get-terminating.json"), ""], "")], definitions=wanted, owner="activity", state="absent")
    assert runner.calls == [GET, GET, GET] and not end.result["changed"]


@pytest.mark.parametrize("labels, gone", [
    ({"workshop.lab/exercise": "activity"}, True), ({"workshop.lab/exercise": "other"}, False), ({}, False), (None, False)])
def test_absent_removes_a_namespace_only_when_it_made_it(play, fix, wanted, labels, gone):
    """The label with the same owner says so."""
    live = json.loads(fix("get-ready.json"))
    live["items"][0]["metadata"]["labels"] = labels
    end, runner = play([(GET, 0, json.dumps(live), ""), (DELETE, 0, "", "")], definitions=wanted[1:], owner="activity", state="absent", create_namespace=True)
    assert (("Namespace", "pageview") in names(runner.inputs[1])) is gone
    namespace = end.result["objects"][-1]
    assert namespace["result"] == ("deleted" if gone else "absent") and ("it is left" in namespace["said"]) is not gone


def test_absent_leaves_what_another_exercise_has_taken_over(play, fix, wanted):
    """Exercises 2.04 and 2.05 have Deployments of one name."""
    live = json.loads(fix("get-ready.json"))
    live["items"][1]["metadata"]["labels"]["workshop.lab/exercise"] = "2.05"
    end, runner = play([(GET, 0, json.dumps(live), ""), (DELETE, 0, "", "")], definitions=wanted[1:], owner="activity", state="absent")
    assert ("Deployment", "k8s-redis") not in names(runner.inputs[1])
    assert end.result["objects"][0]["said"] == "it is left: it belongs to exercise 2.05"


def test_absent_with_prune_removes_all_of_the_owner(play, fix):
    """Even when the manifests are not known any more."""
    end, runner = play([(OWNED, 0, fix("prune-list.json"), ""), (DELETE, 0, "", "")], definitions=[], owner="activity", state="absent", prune=True)
    assert runner.calls == [OWNED, DELETE] and results(end) == ["pruned"] * 4


def test_a_deletion_that_does_not_end(play, fix, wanted):
    """The message says what holds such objects."""
    end, _runner = play([(GET, 0, fix("get-ready.json"), ""), (DELETE, 1, "", fix("delete-timeout.err"))], definitions=wanted, owner="activity", state="absent")
    assert end.failed and "not gone after 300 seconds" in end.result["msg"] and "finalizers" in end.result["msg"]


def test_a_namespace_is_made_when_wanted_and_only_when_missing(play, fix, wanted):
    """One that is there is not ours to label."""
    end, runner = play([(GET, 0, ["", fix("get-ready.json")], ""), (APPLY, 0, fix("apply-fresh.json"), "")], definitions=wanted[1:], owner="activity",
                       create_namespace=True)
    assert not end.failed and names(runner.inputs[1])[0] == ("Namespace", "pageview")
    foreign = json.loads(fix("get-ready.json"))
    foreign["items"][0]["metadata"] = {"name": "pageview"}  # made by somebody else: not ours to label
    end, runner = play([(GET, 0, json.dumps(foreign), "")], definitions=wanted[1:], owner="activity", create_namespace=True)
    assert runner.calls == [GET] and not end.result["changed"]


def test_a_missing_namespace_is_refused_before_anything_is_applied(play, wanted):
    """Else the objects of other namespaces would be there already."""
    end, runner = play([(GET, 0, "", "")], definitions=wanted[1:], owner="activity")
    assert end.failed and runner.calls == [GET] and "There is no namespace pageview" in end.result["msg"] and "create_namespace" in end.result["msg"]


def test_what_is_ending_is_waited_for_before_it_is_applied_again(play, fix, wanted):
    """Within wait_timeout."""
    answers = [fix("get-terminating.json"), fix("get-terminating.json"), "", fix("get-ready.json")]
    end, runner = play([(GET, 0, answers, ""), (APPLY, 0, fix("apply-fresh.json"), "")], definitions=wanted, owner="activity")
    assert runner.calls == [GET, GET, GET, APPLY, GET] and set(results(end)) == {"created"}
    end, runner = play([(GET, 0, fix("get-terminating.json"), "")], definitions=wanted, owner="activity", wait_timeout=5)
    assert end.failed and "Namespace pageview: an earlier deletion is still going on after 5 seconds" in end.result["msg"]


def test_an_immutable_field_is_refused_with_what_to_do(play, fix, wanted):
    """In check mode too."""
    wanted[1]["spec"]["selector"]["matchLabels"]["tier"] = "x"
    for check, answer in ((False, (APPLY, 1, "", fix("apply-immutable.err"))), (True, (DIFF, 2, "", fix("diff-immutable.err")))):
        end, runner = play([(GET, 0, fix("get-ready.json"), ""), answer], definitions=wanted, owner="activity", check=check)
        assert end.failed and "Deployment pageview/k8s-redis" in end.result["msg"] and "force_recreate: true" in end.result["msg"]
        assert len(runner.calls) == 2


def test_force_recreate_makes_anew_just_that_object(play, fix):
    """Once: a second refusal ends it."""
    pod = json.loads(fix("apply-pod.json"))
    pod = pod["items"][0] if "items" in pod else pod
    namespace = json.loads(fix("get-ready.json"))["items"][0]
    live = json.dumps({"kind": "List", "items": [namespace, pod]})
    new = copy.deepcopy(POD)
    new["spec"]["containers"][0]["name"] = "other"
    arguments = {"definitions": [new], "namespace": "pageview", "force_recreate": True, "wait": False}
    # The script refuses a second time too: the module must not go on deleting for ever.
    end, runner = play([(GET, 0, live, ""), (APPLY, 1, "", fix("apply-pod-immutable.err")), (DELETE, 0, "", "")], **arguments)
    assert end.failed and "Pod pageview/k8s-for-beginners was deleted and is refused again" in end.result["msg"]
    assert runner.calls == [GET, APPLY, DELETE, APPLY] and names(runner.inputs[2]) == [("Pod", "k8s-for-beginners")]
    end, runner = play([(GET, 0, live, ""), (DIFF, 2, "", fix("apply-pod-immutable.err"))], check=True, **arguments)
    assert runner.calls == [GET, DIFF] and results(end) == ["recreated"] and end.result["changed"]


def test_recreated_after_one_refusal(play, fix, monkeypatch):
    """Delete, wait, apply all again."""
    pod = json.loads(fix("apply-pod.json"))
    pod = pod["items"][0] if "items" in pod else pod
    live = json.dumps({"kind": "List", "items": [json.loads(fix("get-ready.json"))["items"][0], pod]})
    answers = [(GET, 0, live, ""), (APPLY, 1, "", fix("apply-pod-immutable.err")), (DELETE, 0, "", "")]
    new = copy.deepcopy(POD)
    new["spec"]["containers"][0]["name"] = "other"
    delete = apply_work.apply_cluster.delete

    def deleted(*arguments):
        delete(*arguments)
        arguments[0].runner.answers[1] = (APPLY, 0, fix("apply-pod.json"), "")

    monkeypatch.setattr(apply_work.apply_cluster, "delete", deleted)
    end, runner = play(answers, definitions=[new], namespace="pageview", force_recreate=True, wait=False)
    assert not end.failed and runner.calls == [GET, APPLY, DELETE, APPLY, GET] and results(end) == ["recreated"] and end.result["changed"]


@pytest.mark.parametrize("err, words", [
    ("apply-unknown-field.err", 'unknown field "imag"'), ("apply-invalid.err", "spec.containers[0].image: Required value")])
def test_a_manifest_that_the_server_refuses(play, fix, wanted, err, words):
    """In the server's words."""
    for check in (False, True):
        end, _runner = play([(GET, 0, json.dumps(json.loads(fix("get-ready.json"))["items"][0]), ""), (APPLY, 1, "", fix(err)), (DIFF, 2, "", fix(err))],
                            definitions=wanted, owner="activity", check=check)
        assert end.failed and words in end.result["msg"]


def test_a_kind_that_the_cluster_does_not_know(play, fix):
    """The definition of the kind has to come first."""
    end, runner = play([(GET, 1, "", fix("get-unknown-kind.err"))], definitions=[{"apiVersion": "example.com/v1", "kind": "Foo", "metadata": {"name": "a"}}])
    assert end.failed and runner.calls == [GET] and "knows no kind Foo of version example.com/v1" in end.result["msg"]


def test_a_wait_in_vain_names_object_reason_and_next_step(play, fix):
    """With the pods of that object, and of no other."""
    live = json.loads(fix("get-broken.json"))["items"][0]
    manifest = json.loads(live["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"])
    pods = KUBECTL + ["get", "pods", "--namespace=pageview", "-o", "json"]
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "pageview"}}
    both = json.dumps({"kind": "List", "items": [live, namespace]})
    end, runner = play([(GET, 0, both, ""), (pods, 0, fix("pods-broken.json"), "")], definitions=[manifest], owner="activity", wait_timeout=3)
    assert end.failed and runner.calls == [GET] * 5 + [pods]
    assert "Not ready after 3 seconds:\nDeployment pageview/broken: 0 of 2 available, 2 unavailable\n  pod broken-f9b5b79cd-g6ptx: Pending" in end.result["msg"]
    assert "localhost:1/nothing:1" in end.result["msg"] and "the registry, or the mirror" in end.result["msg"] and "k8s-redis" not in end.result["msg"]
    assert end.result["changed"] is False and end.result["objects"][0]["ready"] is False


def test_a_failed_job_is_not_waited_for(play):
    """It will never be complete."""
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"}, "spec": {"template": {"spec": {"restartPolicy": "Never"}}}}
    live = dict(job, status={"failed": 1, "conditions": [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"}]})
    live["metadata"] = {"name": "j", "namespace": "default",
                        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": json.dumps(job)}}
    end, runner = play([(GET, 0, json.dumps(live), ""), (KUBECTL + ["get", "pods"], 0, '{"items": []}', "")], definitions=[job])
    assert end.failed and "BackoffLimitExceeded" in end.result["msg"] and "after 0 seconds" in end.result["msg"]


def test_an_api_server_that_restarts_is_waited_out(fix, wanted, fake_runner):
    """Within the limit; after it, the message says that the objects are applied."""
    class Restarting(fake_runner):
        def run(self, argv, limit, **more):
            self.answers = [(GET, 1, "", fix("refused.err")) if len(self.calls) < 2 else (GET, 0, fix("get-ready.json"), "")]
            return super().run(argv, limit, **more)

    runner, now = Restarting([]), [0.0]
    objects = apply_work.prepare({"namespace": None, "owner": "activity"}, wanted)
    arguments = (Kubectl(runner, KUBECTL[0], "minikube", 60), objects)
    clock = {"clock": lambda: now[0], "sleep": lambda seconds: now.__setitem__(0, now[0] + seconds)}
    verdicts, seconds = apply_wait.until_ready(*arguments, limit=30, **clock)
    assert runner.calls == [GET] * 3 and seconds == 2.0 and all(ok for ok, _said in verdicts.values())
    runner.calls.clear()
    with pytest.raises(LabError, match="applied, but for the last of 1 seconds the cluster could not be asked.*connection refused"):
        apply_wait.until_ready(*arguments, limit=1, **clock)


def test_files_are_read_by_kubectl_without_a_server(play, fix):
    """All of them in one call, before the cluster is asked."""
    load = ["/usr/local/bin/kubectl", "label", "--local", "--overwrite", "-o", "json", "-R", "-f", "/w/2.02", "-f", "/w/activity", "workshop.lab/read=true"]
    end, runner = play([(load, 0, fix("label-files.out"), ""), (GET, 0, "", "")], state="absent", files=["/w/2.02"], directories=["/w/activity"])
    assert runner.calls == [load, GET] and not end.failed
    assert [one["name"] for one in end.result["objects"]] == ["k8s-for-beginners", "k8s-pageview", "k8s-pageview", "k8s-redis", "db"]
    end, runner = play([(load[:6], 1, "", fix("label-empty.err"))], directory=["/tmp/empty"])
    assert end.failed and "recognized file extensions are" in end.result["msg"] and len(runner.calls) == 1


def test_the_label_used_for_reading_is_not_applied(play, fix):
    """It is only for kubectl label."""
    end, runner = play([(["label"], 0, fix("label-files.out"), ""), (GET, 0, "", ""), (APPLY, 1, "", "stop here")], files=["/w/x.yaml"])
    assert end.failed and "workshop.lab/read" not in runner.inputs[2] and "labels" not in json.loads(runner.inputs[2])["items"][0]["metadata"]


@pytest.mark.parametrize("arguments, words", [
    ({}, "one of the following is required: definitions, files, directories"),
    ({"definitions": [{"apiVersion": "v1", "kind": "Pod"}]}, "definitions[0].metadata is None; it must be a dictionary"),
    ({"definitions": ["x"]}, "definitions"),
    ({"definitions": [POD, POD]}, "has Pod default/k8s-for-beginners twice"),
    ({"definitions": [POD], "namespace": "a; id"}, "namespace is 'a; id'"),
    ({"definitions": [POD], "namespace": "A"}, "namespace is 'A'; it must be a namespace's name"),
    ({"files": ["relative.yaml"]}, "files is 'relative.yaml'; it must be an absolute path"),
    ({"files": ["/home/../etc/x"]}, "files is '/home/../etc/x'; it must be an absolute path without .."),
    ({"directories": ["~/x"]}, "directories is '~/x'; it must be an absolute path"),
    ({"definitions": [POD], "owner": "$(id)"}, "owner is '$(id)'; it must be empty or a label's value"),
    ({"definitions": [POD], "prune": True}, "prune is true, but owner is empty"),
    ({"definitions": [], "prune": True, "owner": "a"}, "prune is true, but definitions is empty"),
    ({"definitions": [POD], "prune": True, "owner": "a", "prune_kinds": []}, "prune_kinds is empty"),
    ({"definitions": [POD], "prune": True, "owner": "a", "prune_kinds": ["namespaces"]}, "value of prune_kinds must be one or more of"),
    ({"definitions": [POD], "wait_timeout": 0}, "wait_timeout is 0; it must be a number from 1 to 86400"),
    ({"definitions": [POD], "wait_timeout": "soon"}, "wait_timeout"),
    ({"definitions": [POD], "state": "latest"}, "value of state must be one of: present, absent"),
    ({"definitions": [POD], "user": "root; id"}, "user is 'root; id'"),
    ({"definitions": [POD], "kubectl_path": "kubectl"}, "kubectl_path is 'kubectl'; it must be an absolute path"),
    ({"definitions": [POD], "context": "--kubeconfig=x"}, "context is '--kubeconfig=x'"),
    ({"definitions": [POD], "query_timeout": 0}, "query_timeout is 0; it must be a number of at least 1"),
])
def test_bad_values_are_refused_before_anything_is_started(run_module, monkeypatch, arguments, words):
    """In one sentence with the option, the value and what is accepted."""
    monkeypatch.setattr("subprocess.Popen", lambda *a, **b: pytest.fail("a program was started"))
    for check in (False, True):
        end = run_module(kubectl_apply, arguments, check=check)
        assert end.failed and words in end.result["msg"], end.result


def test_without_an_account_or_kubectl(run_module, monkeypatch):
    """Nothing can be applied, all would be created, nothing is left."""
    monkeypatch.setattr("subprocess.Popen", lambda *a, **b: pytest.fail("a program was started"))
    for arguments, words in (({"user": "nobody-here"}, "There is no account nobody-here"), ({"kubectl_path": "/nonexistent/kubectl"}, "install kubectl")):
        arguments["definitions"] = [POD]
        end = run_module(kubectl_apply, arguments)
        assert end.failed and words in end.result["msg"]
        end = run_module(kubectl_apply, arguments, check=True)
        assert not end.failed and end.result["changed"] and end.result["reachable"] is False and results(end) == ["created"]
        end = run_module(kubectl_apply, dict(arguments, state="absent"))
        assert not end.failed and not end.result["changed"] and results(end) == ["absent"]
    end = run_module(kubectl_apply, {"user": "nobody-here", "files": ["/not/there.yaml"]}, check=True)
    assert end.result["changed"] and end.result["objects"] == []


def test_connect_gives_the_accounts_kubeconfig(monkeypatch):
    """And refuses a bad value also when there is no account yet."""
    monkeypatch.setattr(os.path, "exists", lambda path: True)
    params = {"user": None, "kubectl_path": "/usr/local/bin/kubectl", "context": "minikube", "query_timeout": 60}
    kubectl, missing = apply_work.connect(params)
    assert kubectl.base == KUBECTL and missing == "" and kubectl.runner.environment["KUBECONFIG"].endswith("/.kube/config")
    with pytest.raises(LabError):
        apply_work.connect(dict(params, user="nobody-here", context="bad context"))


RECORD = {"path": "/var/lib/lab/baseline.json", "own_namespaces": ["pageview"], "own_objects": []}


@pytest.mark.parametrize("check", [False, True])
def test_what_is_there_is_recorded_before_anything_is_applied(play, fix, wanted, monkeypatch, check):
    """As cluster_baseline does it, in the same call; a record that is new is a change."""
    seen = []

    def baseline(params, checking):
        seen.append((params, checking))
        return {"changed": True}

    monkeypatch.setattr(apply_work.baseline_work, "work", baseline)
    end, runner = play([(GET, 0, fix("get-ready.json"), "")], check=check, definitions=wanted, owner="activity", record=RECORD)
    assert not end.failed, end.result
    assert runner.calls == [GET] and results(end) == ["unchanged"] * 5 and end.result["changed"] and end.result["recorded"]
    (params, checking), = seen
    assert checking is check and {name: params[name] for name in RECORD} == RECORD
    # All that the other module takes is there, so that nothing of it is left to chance.
    assert params["state"] == "recorded" and {"user", "kubectl_path", "context", "query_timeout", "wait_timeout"} <= set(params)


@pytest.mark.parametrize("more", [{"record": {"paths": "/x"}}, {"record": {"own_namespaces": []}}, {"record": RECORD, "state": "absent"}])
def test_a_record_that_cannot_be(play, wanted, more):
    """Refused before anything is asked."""
    end, runner = play([], definitions=wanted, **more)
    assert end.failed and "record is" in end.result["msg"] and "as of cluster_baseline, with state present" in end.result["msg"] and not runner.calls
