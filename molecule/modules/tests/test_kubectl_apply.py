"""kubectl_apply against a real API server: what the student's own kubectl sees is what counts."""

import base64
import json
import re

import pytest

testinfra_hosts = ["ansible://lab-modules-1"]

IMAGE = "packtworkshops/the-kubernetes-workshop:"
SPACE = "apply-activity"
SIDE = "apply-side"


def deployment(name, tier, image, replicas=1):
    """Return a Deployment."""
    labels = {"tier": tier}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": {
        "replicas": replicas, "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": [{"name": name, "image": image}]}}}}


def service(name, tier, port, target, kind="ClusterIP"):
    """Return a Service."""
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": {
        "type": kind, "selector": {"tier": tier}, "ports": [{"port": port, "targetPort": target}]}}


def pod(name, container=None, image=IMAGE + "k8s-for-beginners"):
    """Return a Pod."""
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {
        "terminationGracePeriodSeconds": 2, "containers": [{"name": container or name, "image": image}]}}


def secret(word):
    """Return a Secret."""
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "word"}, "stringData": {"word": word}}


ACTIVITY = [deployment("k8s-redis", "backend", "redis:3"), service("db", "backend", 6379, 6379),
            deployment("k8s-pageview", "frontend", IMAGE + "pageview"), service("k8s-pageview", "frontend", 80, 8080, "NodePort")]


@pytest.fixture(scope="module")
def apply(seat):
    """Run the module for an exercise in its own namespace; afterwards nothing of these tests is left."""
    def run(objects, refused=False, **more):
        arguments = dict({"namespace": SPACE, "create_namespace": True, "owner": "activity", "user": "k8suser", "definitions": objects}, **more)
        arguments = {name: value for name, value in arguments.items() if value is not None}
        result = seat.call("kubectl_apply", **arguments)
        assert ("msg" in result) is refused, result
        return result

    yield run
    seat.student("kubectl delete namespace --ignore-not-found %s %s" % (SPACE, SIDE))


def results(result):
    """Return what became of each object."""
    return {(one["kind"], one["name"]): one["result"] for one in result["objects"]}


def see(seat, what, namespace=SPACE):
    """Return what the student's kubectl shows."""
    return json.loads(seat.student("kubectl --namespace=%s get %s --output=json" % (namespace, what)))


def test_an_exercise_is_applied_once(seat, apply):
    """First a prediction, then the objects, ready; then nothing to do, and nothing is done."""
    predicted = apply(ACTIVITY, check=True)
    assert predicted["changed"] and set(results(predicted).values()) == {"created"} and predicted["reachable"]
    assert "NotFound" in seat.student("kubectl get namespace %s 2>&1" % SPACE, rc=1)
    first = apply(ACTIVITY)
    assert first["changed"] and results(first) == results(predicted)
    assert all(one["ready"] for one in first["objects"]), first
    for name in ("k8s-redis", "k8s-pageview"):
        assert see(seat, "deployment " + name)["status"]["availableReplicas"] == 1
    assert see(seat, "endpoints db")["subsets"][0]["addresses"]
    before = see(seat, "deployments,services")
    for check in (False, True):
        again = apply(ACTIVITY, check=check)
        assert not again["changed"] and set(results(again).values()) == {"unchanged"} and again["waited_seconds"] == 0
    versions = [[one["metadata"]["resourceVersion"] for one in seen["items"]] for seen in (before, see(seat, "deployments,services"))]
    assert versions[0] == versions[1]


def test_what_somebody_changed_is_put_back(seat, apply):
    """The student scales; check mode tells it and leaves it; the next run puts it back and waits until the extra pods are gone."""
    seat.student("kubectl --namespace=%s scale deployment k8s-pageview --replicas=3" % SPACE)
    for check in (True, False):
        result = apply(ACTIVITY, check=check)
        assert result["changed"] and results(result)[("Deployment", "k8s-pageview")] == "configured", result
        assert [one for one in results(result).values() if one != "unchanged"] == ["configured"]
        assert see(seat, "deployment k8s-pageview")["spec"]["replicas"] == (3 if check else 1)
    assert see(seat, "deployment k8s-pageview")["status"]["replicas"] == 1


def test_what_an_exercise_wants_no_more_is_pruned(seat, apply):
    """Only with the owner's label, and never the namespace."""
    seat.student("kubectl --namespace=%s create configmap mine --from-literal=a=b" % SPACE)
    for check in (True, False):
        result = apply(ACTIVITY[:2], prune=True, check=check)
        assert sorted(name for name, one in results(result).items() if one == "pruned") == [("Deployment", "k8s-pageview"), ("Service", "k8s-pageview")]
        assert len(see(seat, "deployments,services")["items"]) == (4 if check else 2)
    assert see(seat, "configmap mine") and not apply(ACTIVITY[:2], prune=True)["changed"]


def test_files_of_any_name_are_read_on_the_seat(seat, apply):
    """YAML with several documents, a List, and a path that a shell would not leave alone."""
    place = "/home/k8suser/apply $(touch hacked);x"
    text = "# comment\nkind: Pod\napiVersion: v1\nmetadata: {name: from-file}\nspec:\n  containers: [{name: a, image: '%sk8s-for-beginners'}]\n" % IMAGE
    text += "---\n---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: listed}, data: {a: 'yes'}}\n"
    seat.student("mkdir -p '%s/deep' && echo %s | base64 -d > '%s/deep/a.yml'" % (place, base64.b64encode(text.encode()).decode(), place))
    try:
        result = apply(None, directories=[place], owner="files")
        assert results(result)[("Pod", "from-file")] == results(result)[("ConfigMap", "listed")] == "created", result
        assert see(seat, "configmap listed")["data"] == {"a": "yes"}
        assert set(see(seat, "configmap listed")["metadata"]["labels"]) == {"workshop.lab/exercise"}
        assert not apply(None, files=[place + "/deep/a.yml"], owner="files")["changed"]
        assert "cannot be read" in apply(None, refused=True, files=["/root/not-mine.yaml"])["msg"]
    finally:
        seat.student("rm -r '%s'; test ! -e hacked" % place)


def test_a_field_that_cannot_change_needs_permission(seat, apply):
    """Refused, also in check mode, and the pod lives on; with force_recreate there is another pod, and the one beside it is the same."""
    pair = [pod("one"), pod("two")]
    apply(pair, owner="pods")
    uids = [one["metadata"]["uid"] for one in see(seat, "pods one two")["items"]]
    pair[0] = pod("one", container="other")
    for check in (True, False):
        refused = apply(pair, refused=True, owner="pods", check=check)
        assert "Pod %s/one" % SPACE in refused["msg"] and "force_recreate: true" in refused["msg"]
    predicted = apply(pair, owner="pods", force_recreate=True, check=True)
    assert [one["metadata"]["uid"] for one in see(seat, "pods one two")["items"]] == uids
    result = apply(pair, owner="pods", force_recreate=True)
    assert results(result) == results(predicted) and results(result)[("Pod", "one")] == "recreated", result
    after = [one["metadata"]["uid"] for one in see(seat, "pods one two")["items"]]
    assert after[0] != uids[0] and after[1] == uids[1]


@pytest.mark.long
def test_a_pod_that_is_ending_is_made_again(seat, apply):
    """kubectl alone says "unchanged" of it, and then it is gone."""
    uid = see(seat, "pod two")["metadata"]["uid"]
    seat.student("kubectl --namespace=%s delete pod two --wait=false" % SPACE)
    result = apply([pod("two")], owner="pods")
    assert result["changed"] and see(seat, "pod two")["metadata"]["uid"] != uid
    assert see(seat, "pod two")["status"]["phase"] == "Running"


def test_a_secret_stays_one(seat, apply):
    """Applied once, found the same, and in no output."""
    assert apply([secret("open sesame")], owner="secret")["changed"]
    for check in (True, False):
        result = apply([secret("open sesame")], owner="secret", check=check, diff=True)
        assert not result["changed"]
    result = apply([secret("other")], owner="secret", check=True, diff=True)
    assert result["changed"] and "sesame" not in json.dumps(result.get("diff", []))
    assert base64.b64decode(see(seat, "secret word")["data"]["word"]) == b"open sesame"


@pytest.mark.long
def test_a_wait_in_vain_says_why(seat, apply):
    """An image that no registry has. The kubelet's message changes while it tries: only "Back-off pulling" names the image itself."""
    refused = apply([deployment("broken", "broken", "localhost:1/nothing:1")], refused=True, owner="broken", wait_timeout=15)
    assert "Deployment %s/broken: 0 of 1 available, 1 unavailable" % SPACE in refused["msg"]
    assert re.search(r"container broken(?: \(image localhost:1/nothing:1\))?: (?:ErrImagePull|ImagePullBackOff)", refused["msg"]), refused["msg"]
    assert "localhost:1/nothing:1" in refused["msg"] and "the registry, or the mirror" in refused["msg"]
    assert refused["changed"] and {"Deployment": False}.items() <= {one["kind"]: one["ready"] for one in refused["objects"]}.items()
    seat.student("kubectl --namespace=%s delete deployment broken" % SPACE)


@pytest.mark.parametrize("objects, words", [
    ([{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "a"}]}}], "image"),
    ([{"apiVersion": "example.com/v1", "kind": "Foo", "metadata": {"name": "a"}}], "knows no kind Foo of version example.com/v1"),
    ([dict(pod("a"), spec={"containers": [{"name": "a", "imag": "b"}]})], "imag"),
])
def test_the_server_refuses_a_manifest(apply, objects, words):
    """In its own words."""
    assert words in apply(objects, refused=True, owner="bad")["msg"]


def test_a_namespace_of_somebody_else(seat, apply):
    """It is used when it is there, refused when it is missing and nobody may make it, and never removed."""
    refused = apply([pod("p")], refused=True, namespace=SIDE, create_namespace=False)
    assert "There is no namespace %s" % SIDE in refused["msg"]
    seat.student("kubectl create namespace " + SIDE)
    assert apply([pod("p")], namespace=SIDE)["changed"]
    assert "labels" not in see(seat, "namespace " + SIDE)["metadata"] or "workshop.lab/exercise" not in see(seat, "namespace " + SIDE)["metadata"]["labels"]
    gone = apply([pod("p")], namespace=SIDE, state="absent")
    assert results(gone) == {("Pod", "p"): "deleted", ("Namespace", SIDE): "absent"}, gone
    assert see(seat, "namespace " + SIDE)["status"]["phase"] == "Active"


def test_an_exercise_is_removed_once(seat, apply):
    """With the namespace that was made for it; what is not there is no change."""
    predicted = apply(ACTIVITY, state="absent", check=True)
    assert predicted["changed"] and see(seat, "deployment k8s-redis")
    gone = apply(ACTIVITY, state="absent")
    assert results(gone) == results(predicted)
    assert results(gone)[("Deployment", "k8s-redis")] == "deleted" and results(gone)[("Deployment", "k8s-pageview")] == "absent"  # pruned before
    seat.student("kubectl get namespace " + SPACE, rc=1)
    assert not apply(ACTIVITY, state="absent")["changed"]


@pytest.mark.long
def test_without_a_cluster(seat, apply):
    """No such context: nothing can be there. A server that does not answer: nobody knows."""
    assert not apply(ACTIVITY, state="absent", context="nonesuch")["changed"]
    predicted = apply(ACTIVITY, check=True, context="nonesuch")
    assert predicted["changed"] and predicted["reachable"] is False
    assert "the kubeconfig has no such context" in apply(ACTIVITY, refused=True, context="nonesuch")["msg"]
    seat.student("kubectl config set-cluster dead --server=https://127.0.0.1:1 && kubectl config set-context dead --cluster=dead --user=minikube")
    try:
        assert "does not answer at its address (connection refused)" in apply(ACTIVITY, refused=True, state="absent", context="dead")["msg"]
        assert apply(ACTIVITY, check=True, context="dead")["reachable"] is False
    finally:
        seat.student("kubectl config delete-context dead; kubectl config delete-cluster dead")
