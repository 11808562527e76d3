"""Is a started cluster ready? By the API server's answer."""

import copy
import json

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.minikube_ready import answer, verdict
from ansible_collections.workshop.lab.plugins.module_utils.runner import Done
from ansible_collections.workshop.lab.tests.unit.minikube_parts import fixture

OBJECTS = json.loads(fixture("vm/ready.json"))


def spoilt(kind, change):
    """The recorded objects with one of them changed."""
    objects = copy.deepcopy(OBJECTS)
    for one in objects["items"]:
        if one["kind"] == kind:
            change(one)
    return objects


def test_recorded():
    """Node and DNS, in words."""
    ok, said = verdict(OBJECTS, "v1.20.2")
    assert ok and "node minikube: Ready, v1.20.2" in said and "the cluster's DNS (Deployment coredns): 2 of 2 available" in said


@pytest.mark.parametrize("objects, words", [
    ({}, "there is no Deployment"), ({"items": []}, "node minikube: it is not there"),
    ({"items": [one for one in OBJECTS["items"] if one["kind"] == "Node"]}, "there is no Deployment with the label k8s-app=kube-dns yet"),
    ({"items": [one for one in OBJECTS["items"] if one["kind"] != "Node"]}, "node minikube: it is not there"),
    (spoilt("Node", lambda one: one["metadata"].update(name="other")), "node minikube: it is not there"),
    (spoilt("Node", lambda one: one["status"].update(conditions=[{"type": "Ready", "status": "False", "reason": "KubeletNotReady"}])), "KubeletNotReady"),
    (spoilt("Node", lambda one: one["status"]["nodeInfo"].update(kubeletVersion="v1.19.0")), "v1.19.0 instead of v1.20.2"),
    (spoilt("Deployment", lambda one: one["status"].update(availableReplicas=0, unavailableReplicas=1)), "1 unavailable"),
    (spoilt("Deployment", lambda one: one["metadata"].update(labels={})), "there is no Deployment"),
])
def test_not_ready(objects, words):
    """Each of them, said."""
    ok, said = verdict(objects, "v1.20.2")
    assert not ok and words in said, said


def test_answers():
    """An API server that does not answer is not ready, nor is nonsense."""
    ok, said = answer(Done([], 1, "", "The connection to the server was refused", 0.1), "v1.20.2")
    assert not ok and "refused" in said
    assert answer(Done([], None, "", "", 60.0), "v1.20.2") == (False, "kubectl did not answer within 60 seconds")
    assert not answer(Done([], 0, "no JSON", "", 0.1), "v1.20.2")[0]
    assert answer(Done([], 0, json.dumps(OBJECTS), "", 0.1), "v1.20.2")[0]
