"""exercise_steps on the real cluster (driver none), through its action plugin as in a playbook: each action really done, and each refusal really made."""

import time

import pytest

testinfra_hosts = ["ansible://lab-modules-1"]

SPACE = "engine-test"
IMAGE = "packtworkshops/the-kubernetes-workshop:k8s-for-beginners"
LOCK = "/run/workshop-lab.exercise"
OPTIONS = {"user": "k8suser", "driver": "none", "node_user": "root"}
LABELS = {"engine": "test"}


def deployment(replicas=2, **labels):
    """Return a Deployment whose pods end at once."""
    spec = {"terminationGracePeriodSeconds": 0, "containers": [{"name": "web", "image": IMAGE, "imagePullPolicy": "IfNotPresent"}]}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "labels": labels},
            "spec": {"replicas": replicas, "selector": {"matchLabels": LABELS}, "template": {"metadata": {"labels": LABELS}, "spec": spec}}}


def apply(said, **labels):
    """Return the action that applies the Deployment."""
    return {"apply": {"definitions": [deployment(**labels)], "namespace": SPACE, "create_namespace": True, "said": {"Deployment/web": said}}}


def pods(ident, count, **more):
    """Return a check of the Deployment's pods."""
    wanted = dict({"labels": LABELS, "namespace": SPACE, "count": count, "ready": True}, **more)
    return {"id": ident, "title": "%d pods" % count, "figure": "2.40", "pod": wanted}


def seen(ident):
    """Return a reference to the uids of the pods that a check saw."""
    return {"seen": [ident, "pods", "values"]}


@pytest.fixture(scope="module", autouse=True)
def space(seat):
    """A namespace of these tests, gone afterwards."""
    delete = "kubectl --context=minikube delete namespace %s --ignore-not-found --timeout=120s" % SPACE
    seat.student(delete)
    yield
    seat.student(delete)


@pytest.fixture(scope="module")
def went(seat):
    """Go through an exercise; the result is looked at by several tests."""
    steps = [
        {"id": "start", "unless_true": True, "do": [{"delete": {"objects": ["Deployment/web"], "namespace": SPACE}}], "checks": [
            {"id": "start.none", "object_absent": {"kind": "Deployment", "name": "web", "namespace": SPACE}}]},
        {"id": "apply", "title": "Apply the Deployment", "figure": "2.33", "do": [apply("created")], "timeout": 120, "checks": [pods("two", 2)]},
        {"id": "label", "do": [apply("configured", day="monday")], "checks": [pods("same", 2, uids=seen("two"))]},
        {"id": "again", "do": [apply("unchanged", day="monday")]},
        {"id": "up", "do": [{"scale": {"deployment": "web", "replicas": 3, "namespace": SPACE}}], "timeout": 60, "checks": [pods("kept", 3, uids=seen("two"))]},
        {"id": "one", "do": [{"delete_one": {"labels": LABELS, "namespace": SPACE}}], "timeout": 60, "checks": [
            pods("replaced", 3, gone_uids=seen("one.deleted")), pods("others", 3, uids=seen("one.kept"))]},
    ]
    return seat.module("exercise_steps", steps=steps, **OPTIONS)


def test_all_steps_are_true(went):
    """With what kubectl said, and with what each check saw."""
    assert went["all_ok"] and went["steps_done"] == went["steps_total"] == 6 and went["changed"] and went["failed_step"] == ""
    assert [(one["id"], one["ok"]) for one in went["checks"]] == [(name, True) for name in (
        "start.none", "apply.said", "two", "label.said", "same", "again.said", "kept", "replaced", "others")]
    said = [(one["id"], one["actual"], one["figure"]) for one in went["checks"] if one["id"].endswith(".said")]
    assert said == [("apply.said", "Deployment/web created", "2.33"), ("label.said", "Deployment/web configured", ""),
                    ("again.said", "Deployment/web unchanged", "")]


def test_what_was_seen_is_what_there_is(seat, went):
    """The uids are those of the cluster; the deleted pod is gone."""
    there = dict(line.split() for line in seat.student(
        "kubectl --context=minikube get pods -n %s -o jsonpath='{range .items[*]}{.metadata.name} {.metadata.uid}{\"\\n\"}{end}'" % SPACE).splitlines())
    assert went["seen"]["others"]["pods"] == there and len(there) == 3
    assert went["seen"]["one.deleted"]["uid"] not in there.values() and set(went["seen"]["one.kept"]["pods"].items()) < set(there.items())
    assert went["seen"]["one.deleted"]["name"] == min(went["seen"]["kept"]["pods"])


def test_true_already_is_left_alone(seat, went):
    """With unless_true nothing is done, and nothing would be."""
    step = {"id": "start", "unless_true": True, "do": [{"scale": {"deployment": "web", "replicas": 0, "namespace": SPACE}}], "checks": [pods("three", 3)]}
    assert seat.module("exercise_steps", check=True, steps=[step], **OPTIONS)["changed"] is False
    result = seat.module("exercise_steps", steps=[step], **OPTIONS)
    assert result["changed"] is False and result["all_ok"] and result["seen"]["three"]["pods"] == went["seen"]["others"]["pods"]


def test_check_mode_does_nothing(seat, went):
    """It says which steps would change something."""
    steps = [{"id": "look", "checks": [pods("none", 0)]}, {"id": "down", "do": [{"scale": {"deployment": "web", "replicas": 0, "namespace": SPACE}}]}]
    result = seat.module("exercise_steps", check=True, steps=steps, **OPTIONS)
    assert result["changed"] and result["would_change"] == ["down"] and result["checks"] == []
    seat.module("exercise_steps", steps=[{"id": "look", "timeout": 0, "checks": [pods("three", 3)]}], **OPTIONS)


def test_a_step_that_is_not_true_stops_the_exercise(seat, went):
    """In words, with the checks until then, and after its own time."""
    steps = [{"id": "look", "checks": [pods("three", 3)]},
             {"id": "wrong", "title": "Look for five", "figure": "2.39", "timeout": 2, "checks": [pods("five", 5)]},
             {"id": "down", "do": [{"scale": {"deployment": "web", "replicas": 0, "namespace": SPACE}}]}]
    result = seat.refusal("exercise_steps", steps=steps, **OPTIONS)
    assert "Step wrong Look for five (figure 2.39) is not true after " in result["msg"], result["msg"]
    assert "5 pods (five): expected 5 pods with engine=test in namespace engine-test" in result["msg"] and "found 3: " in result["msg"]
    assert [(one["id"], one["ok"]) for one in result["checks"]] == [("three", True), ("five", False)]
    assert result["failed_step"] == "wrong" and result["steps_done"] == 1 and result["changed"] is False and 2 <= result["seconds"] < 60
    assert len(seat.student("kubectl --context=minikube get pods -n %s -o name" % SPACE).split()) == 3


def test_a_server_that_answers_is_not_refused(seat, went):
    """So that the check of figure 2.53 can be false."""
    action = {"apply": {"definitions": [deployment(3)], "namespace": SPACE, "refused": True}}
    result = seat.refusal("exercise_steps", steps=[{"id": "s", "do": [action]}], **OPTIONS)
    assert [(one["id"], one["ok"], one["actual"]) for one in result["checks"]] == [("s.refused", False, "the manifests were applied")]


def test_a_server_that_does_not_listen_is_refused(seat, went):
    """A context whose server is a port where nobody listens stands for the stopped API server; stopping it is the exercise's own test."""
    config = "kubectl config"
    seat.student("%s set-cluster engine --server=https://127.0.0.1:1 && %s set-context engine --cluster=engine --user=minikube" % (config, config))
    try:
        action = {"apply": {"definitions": [deployment(3)], "namespace": SPACE, "refused": True}}
        result = seat.module("exercise_steps", steps=[{"id": "s", "do": [action]}], context="engine", **OPTIONS)
    finally:
        seat.student("%s delete-context engine; %s delete-cluster engine" % (config, config))
    check, = result["checks"]
    assert (check["id"], check["ok"]) == ("s.refused", True) and "refused" in check["actual"] and not result["changed"]


def test_wrong_steps_are_refused_before_anything_is_done(seat, went):
    """The good step before the wrong one is not done either."""
    steps = [{"id": "down", "do": [{"scale": {"deployment": "web", "replicas": 0, "namespace": SPACE}}]}, {"id": "x", "do": [{"scale": {"deployment": "web"}}]}]
    result = seat.refusal("exercise_steps", steps=steps, **OPTIONS)
    assert "steps[1].do[0].scale.replicas is missing" in result["msg"] and not result["changed"]
    result = seat.refusal("exercise_steps", steps=[{"id": "x", "do": [{"apply": {"files": ["none.yaml"]}}]}], **OPTIONS)
    assert "steps[0].do[0].apply.files names none.yaml, which cannot be read below files/exercises" in result["msg"]
    seat.module("exercise_steps", steps=[{"id": "look", "timeout": 0, "checks": [pods("three", 3)]}], **OPTIONS)


@pytest.fixture
def holder(seat):
    """A process that holds the seat's lock, as one that a killed run left behind; its pid."""
    # The shell's own file, so that its child has it too: both are ended together.
    seat.shell("nohup setsid bash -c 'exec 9>>%s; flock 9; echo $$ step 2.05.1 >&9; exec sleep 300' >/dev/null 2>&1 &" % LOCK)
    seat.until("grep -q 'step 2.05.1' %s" % LOCK, seconds=10)
    pid = seat.shell("cat " + LOCK).split()[0]
    yield pid
    seat.shell("kill %s 2>/dev/null; truncate -s 0 %s" % (pid, LOCK), rc=None)


def test_a_lock_that_is_held_is_refused_by_name(seat, went, holder):
    """Process and step; nothing is done."""
    step = {"id": "down", "do": [{"scale": {"deployment": "web", "replicas": 0, "namespace": SPACE}}]}
    result = seat.refusal("exercise_steps", steps=[step], lock_timeout=1, **OPTIONS)
    assert "process %s, step 2.05.1" % holder in result["msg"] and "within 1 seconds" in result["msg"], result["msg"]
    assert result["checks"][0]["id"] == "down" and result["checks"][0]["ok"] is False and result["changed"] is False


def test_a_lock_is_waited_for(seat, went, holder):
    """Until the process that holds it ends, however it ends."""
    seat.shell("nohup setsid bash -c 'sleep 4; kill -9 %s' >/dev/null 2>&1 &" % holder)
    start = time.monotonic()
    result = seat.module("exercise_steps", steps=[{"id": "look", "timeout": 0, "checks": [pods("three", 3)]}], lock_timeout=60, **OPTIONS)
    assert result["all_ok"] and 2 < time.monotonic() - start < 60
    assert seat.shell("stat -c '%%U %%a %%s' %s" % LOCK) == "root 600 0\n"


def test_delete(seat, went):
    """Gone, with its pods; a second time there is nothing to delete."""
    actions = [{"delete": {"objects": ["Deployment/web", "Service/none"], "namespace": SPACE}}, {"delete": {"labels": LABELS, "namespace": SPACE}}]
    step = {"id": "end", "do": actions, "timeout": 60, "checks": [
        pods("none", 0), {"id": "gone", "object_absent": {"kind": "Deployment", "name": "web", "namespace": SPACE}}]}
    assert seat.module("exercise_steps", steps=[step], **OPTIONS)["changed"]
    assert seat.module("exercise_steps", steps=[step], **OPTIONS)["changed"] is False
