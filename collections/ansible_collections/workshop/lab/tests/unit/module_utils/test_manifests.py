"""Manifests: taken apart, validated, completed."""

import json

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import manifests
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError


def obj(kind="ConfigMap", name="a", version="v1", **metadata):
    """Return a small manifest."""
    return {"apiVersion": version, "kind": kind, "metadata": dict({"name": name}, **metadata)}


def test_the_stream_of_kubectl_is_taken_apart(text):
    """Objects one after the other, Lists in Lists, or nothing at all."""
    found = manifests.stream(text("kubectl_apply/label-files.out"))  # several objects one after the other
    assert [one["kind"] for one in found] == ["Pod", "Deployment", "Service", "Deployment", "Service"]
    assert manifests.stream("") == manifests.stream(" \n") == []
    nested = {"kind": "List", "items": [{"kind": "PodList", "items": [obj("Pod")]}, obj()]}
    assert [one["kind"] for one in manifests.stream(json.dumps(nested) + "\n" + json.dumps(obj("Secret")))] == ["Pod", "ConfigMap", "Secret"]
    with pytest.raises(ValueError):
        manifests.stream('{"kind": "Pod"} and words')


def test_namespace_and_owner_are_put_in_and_the_original_is_left_alone():
    """The caller's dictionaries stay as they are."""
    given = [obj("Namespace", "ns"), obj(), obj(name="b", namespace="own"), obj("Widget", "w", "example.com/v1"), dict(obj(name="s"), status={"x": 1})]
    before = json.dumps(given)
    found = manifests.prepare(given, None, "one")
    assert json.dumps(given) == before
    assert [one["metadata"].get("namespace") for one in found] == [None, "default", "own", "default", "default"]
    assert all(one["metadata"]["labels"] == {"workshop.lab/exercise": "one"} and "status" not in one for one in found)
    assert manifests.prepare([obj()], "other")[0]["metadata"] == {"name": "a", "namespace": "other"}


def test_preparing_twice_changes_nothing():
    """Files and definitions are prepared apart and then together."""
    once = manifests.prepare([obj("Namespace", "ns"), obj()], "ns", "one")
    assert manifests.prepare(once, "ns", "one") == once


@pytest.mark.parametrize("given, words", [
    ([obj(), obj()], "definitions has ConfigMap ns/a twice"),
    ([obj(), obj(version="v1"), obj(name="b")], "twice"),
    ([obj("Deployment", version="apps/v1"), obj("Deployment", version="apps/v1beta1")], "Deployment ns/a twice"),
    ([obj(namespace="x")], "names a namespace, but the option namespace is 'ns'"),
    ([obj("Namespace", "n", namespace="ns")], "objects of the kind Namespace have none"),
    ([obj(labels={"workshop.lab/exercise": "two"})], "workshop.lab/exercise=two, but the option owner is 'one'"),
    ([{"kind": "Pod", "metadata": {"name": "a"}}], "definitions[0].apiVersion is ''"),
    ([obj(version="apps/1")], "definitions[0].apiVersion is 'apps/1'; it must be an API version like"),
    ([obj("pod")], "definitions[0].kind is 'pod'; it must be a kind like"),
    ([{"apiVersion": "v1", "kind": "Pod"}], "definitions[0].metadata is None"),
    ([obj(), obj(name="A b")], "definitions[1].metadata.name is 'A b'"),
    ([obj(name=5)], "definitions[0].metadata.name is 5"),
    ([obj(name="", generateName="a-")], "has generateName; it must have a name"),
    ([obj(namespace="$(id)")], "definitions[0].metadata.namespace is '$(id)'"),
    ([obj(labels={"a": "b c"})], "definitions[0].metadata.labels is 'a=b c'"),
    ([{"kind": "List", "items": ["x"]}], "definitions[0] is 'x'; it must be an object"),
])
def test_refusals(given, words):
    """Each names the place, the value and what is accepted."""
    with pytest.raises(LabError) as refused:
        manifests.prepare(given, "ns", "one")
    assert words in str(refused.value)


def test_names_with_colons_are_for_roles_only():
    """system:node is a ClusterRole; a Pod of such a name is a mistake."""
    manifests.prepare([obj("ClusterRole", "system:x", "rbac.authorization.k8s.io/v1")])
    with pytest.raises(LabError):
        manifests.prepare([obj("Pod", "system:x")])


def test_the_namespaces_that_are_missing_in_a_set():
    """In order, each once, and none of the system's."""
    found = manifests.prepare([obj("Namespace", "there"), obj(namespace="there"), obj(namespace="b"), obj(name="x", namespace="b"), obj(namespace="a"),
                               obj(), obj(namespace="kube-system"), obj(namespace="kube-new")])
    assert manifests.namespaces(found) == ["b", "a"]


def test_namespaces_come_first():
    """kubectl applies from top to bottom."""
    found = [obj(), obj("CustomResourceDefinition"), obj("Pod"), obj("Namespace")]
    assert [one["kind"] for one in manifests.in_order(found)] == ["Namespace", "CustomResourceDefinition", "ConfigMap", "Pod"]
