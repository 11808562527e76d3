"""Comparing manifests with the cluster's objects."""

import copy
import json

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import apply_compare as compare
from ansible_collections.workshop.lab.plugins.module_utils import manifests


@pytest.fixture
def wanted(text):
    """The manifests, by key."""
    return {manifests.key(obj): obj for obj in json.loads(text("kubectl_apply/wanted.json"))}


@pytest.fixture
def live(text):
    """What they became, by key."""
    return {manifests.key(obj): obj for obj in json.loads(text("kubectl_apply/get-ready.json"))["items"]}


PAGEVIEW = ("apps", "Deployment", "pageview", "k8s-pageview")


def test_recorded_objects_are_what_their_manifests_want(wanted, live):
    """The defaults that the API server added are no difference."""
    assert all(compare.same(obj, live[name]) for name, obj in wanted.items())
    assert not compare.same(wanted[PAGEVIEW], None)


@pytest.mark.parametrize("change", [
    lambda want, have: want["spec"].update(replicas=2),  # the manifest changed
    lambda want, have: have["spec"].update(replicas=5),  # somebody scaled
    lambda want, have: have["spec"]["template"]["spec"]["containers"][0].update(image="other"),
    lambda want, have: have["metadata"]["labels"].clear(),
    lambda want, have: have["metadata"]["annotations"].pop(compare.LAST),  # made by kubectl create
    lambda want, have: have["metadata"]["annotations"].update({compare.LAST: "no json"}),
    lambda want, have: want["spec"].pop("replicas"),  # no longer wanted: kubectl would take it away
    lambda want, have: want["metadata"].update(annotations={"a": "b"}),
])
def test_each_difference_is_seen(wanted, live, change):
    """On either side, and in the annotation between them."""
    want, have = wanted[PAGEVIEW], live[PAGEVIEW]
    assert compare.same(want, have)
    change(want, have)
    assert not compare.same(want, have)


def applied(obj, **more):
    """An object as the API server has it after the manifest was applied."""
    have = dict(copy.deepcopy(obj), **more)
    have["metadata"]["annotations"] = {compare.LAST: json.dumps(obj)}
    return have


def test_what_admission_adds_to_a_pod_is_no_difference():
    """Else every Pod with a volume would be applied again each time."""
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "n", "creationTimestamp": None, "labels": {}},
           "spec": {"volumes": [{"name": "data", "emptyDir": {}}]}}
    have = applied(pod)
    have["spec"] = {"volumes": [{"name": "token", "secret": {}}, {"name": "data", "emptyDir": {}}], "nodeName": "minikube"}
    assert compare.same(pod, have)
    have["spec"]["volumes"].pop()
    assert not compare.same(pod, have)


def test_a_custom_resource_must_have_equal_lists():
    """kubectl replaces its lists as a whole."""
    thing = {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "a"}, "spec": {"list": [{"a": 1}]}}
    assert compare.same(thing, applied(thing))
    assert not compare.same(thing, applied(thing, spec={"list": [{"a": 1, "b": 2}]}))


def test_a_number_is_no_truth_value_and_null_means_absent():
    """Python's 1 == True must not hide a difference."""
    thing = {"apiVersion": "v1", "kind": "Thing", "metadata": {"name": "a"}, "spec": {"a": 1, "gone": None}}
    assert compare.same(thing, applied(thing, spec={"a": 1}))
    assert not compare.same(thing, applied(thing, spec={"a": True}))
    assert not compare.same(thing, applied(thing, spec={"a": 1, "gone": 0}))


def test_the_text_of_a_secret_is_compared_and_never_shown():
    """Neither the text nor its base64."""
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "stringData": {"word": "open sesame"}}
    have = applied(secret, data={"word": "b3BlbiBzZXNhbWU="})
    del have["stringData"]
    assert compare.same(secret, have)
    shown = json.dumps(compare.difference("Secret a", have, secret))
    assert "sesame" not in shown and "b3Blb" not in shown and "not shown" in shown
    have["data"]["word"] = "b3RoZXI="
    assert not compare.same(secret, have)


def test_what_the_server_did(text):
    """A new resourceVersion alone is no change: a controller may have written the status meanwhile."""
    before = json.loads(text("kubectl_apply/get-ready.json"))["items"]
    again = json.loads(text("kubectl_apply/apply-again.json"))["items"]
    by_key = {manifests.key(obj): obj for obj in before}
    assert [compare.result(by_key[manifests.key(obj)], obj) for obj in again] == ["unchanged"] * 5
    more = json.loads(text("kubectl_apply/apply-replicas.json"))
    more = more["items"][0] if "items" in more else more
    assert compare.result(by_key[PAGEVIEW], more) == "configured"
    assert compare.result(None, more) == "created"
    busy = copy.deepcopy(more)
    busy["metadata"].update(resourceVersion="9", generation=9)
    busy["status"] = {}
    busy["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = "9"
    assert compare.result(more, busy) == "unchanged"


def test_a_diff_is_without_the_servers_noise(live, wanted):
    """Only the line that differs differs."""
    one = compare.difference("x", live[PAGEVIEW], compare.wish(dict(wanted[PAGEVIEW], spec={"replicas": 2}), live[PAGEVIEW]))
    assert not [word for word in ("resourceVersion", "status", "last-applied", "uid") if word in one["before"] + one["after"]]
    before, after = one["before"].splitlines(), one["after"].splitlines()
    assert [line for line in after if line not in before] == ['    "replicas": 2,']
    assert compare.difference("x", None, live[PAGEVIEW])["before"] == ""
