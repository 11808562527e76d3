"""The questions to kubectl, and what is made of the answers."""

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import baseline_read
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.kubectl import Kubectl
from ansible_collections.workshop.lab.tests.unit.baseline_parts import answer, as_text, cluster, thing


def ask(fake_runner, answers):
    """A Kubectl over a script."""
    return Kubectl(fake_runner(answers), "/k", "minikube", 60)


def test_real_answer_is_understood():
    """310 objects of a real cluster, by their identity."""
    found = cluster()
    assert len(found) == 310 and len({obj.uid for obj in found}) == 310
    pod = next(obj for obj in found if obj.namespace == "default" and obj.kind == "Pod")
    assert pod.owners and pod.version == "v1" and not pod.ending and not pod.system
    assert sum(obj.system for obj in found) > 100 and sum(bool(obj.account) for obj in found) == 37


def test_no_content_is_asked_for():
    """Of a Secret least of all."""
    assert ".data" not in baseline_read.TEMPLATE and ".spec" not in baseline_read.TEMPLATE and "stringData" not in baseline_read.TEMPLATE


def test_passing_kinds_are_left_out(fake_runner, text):
    """Asked of the server anew, since kubectl's cache does not know a kind that was just defined."""
    kubectl = ask(fake_runner, [(["api-resources"], 0, text("baseline/kinds.txt"), "Warning: deprecated")])
    names, unsaid = baseline_read.kinds(kubectl)
    assert kubectl.runner.calls == [["/k", "--context=minikube", "api-resources", "--verbs=list,delete", "-o", "name"]]
    assert unsaid == [] and "secrets" in names and "customresourcedefinitions.apiextensions.k8s.io" in names
    assert not {"events", "leases.coordination.k8s.io", "endpointslices.discovery.k8s.io"} & set(names)


def test_an_api_that_does_not_answer_is_told(fake_runner):
    """kubectl prints what it knows, and fails."""
    kubectl = ask(fake_runner, [(["api-resources"], 1, "pods\n", "unable to retrieve the complete list of server APIs: example/v1\n")])
    assert baseline_read.kinds(kubectl) == (["pods"], ["unable to retrieve the complete list of server APIs: example/v1"])


def test_few_kinds_a_call(fake_runner):
    """kubectl slows down after ten questions."""
    kubectl = ask(fake_runner, [(["get"], 0, answer(), "")])
    found, unread = baseline_read.objects(kubectl, ["k%d" % number for number in range(20)])
    assert [call[3] for call in kubectl.runner.calls] == ["k0,k1,k2,k3,k4,k5,k6,k7,k8", "k9,k10,k11,k12,k13,k14,k15,k16,k17", "k18,k19"]
    assert kubectl.runner.calls[0][4:] == ["--all-namespaces", "-o", "jsonpath=" + baseline_read.TEMPLATE]
    assert len(found) == 310 and unread == []


def test_one_kind_that_fails_does_not_hide_the_others(fake_runner):
    """Each is asked for by itself then."""
    one = as_text([thing("x")])
    kubectl = ask(fake_runner, [(["a,b"], 1, "", "conversion webhook failed"), (["a"], 0, one, ""), (["b"], 1, "", "conversion webhook failed")])
    assert baseline_read.objects(kubectl, ["a", "b"]) == ([thing("x")], ["b: conversion webhook failed"])


def test_no_cluster_is_an_error(fake_runner):
    """Not an empty one."""
    refused = "The connection to the server 10.0.0.1:8443 was refused - did you specify the right host or port?"
    for question in (baseline_read.kinds, baseline_read.cluster, lambda kubectl: baseline_read.objects(kubectl, ["a"])):
        with pytest.raises(LabError, match="does not answer"):
            question(ask(fake_runner, [([], 1, "", refused)]))


def test_an_object_of_two_groups_is_one(fake_runner):
    """The newer group's name counts."""
    old = thing("shop", kind="Ingress", version="extensions/v1beta1")
    new = old._replace(version="networking.k8s.io/v1")
    for pair in ([old, new], [new, old]):
        assert baseline_read.objects(ask(fake_runner, [(["get"], 0, as_text(pair), "")]), ["a"])[0] == [new]


def test_another_form_is_refused():
    """Too few fields, or an object without a uid."""
    for text in ("v1\x1fPod\x1e", as_text([thing("x")._replace(uid="")])):
        with pytest.raises(LabError, match="another form"):
            baseline_read.parse(text)


def test_kinds_to_ask_again_for(text):
    """Only those of the objects that are waited for; all, when a plural cannot be guessed."""
    names = text("baseline/kinds.txt").split()
    some = [thing("x", kind="NetworkPolicy", version="networking.k8s.io/v1"), thing("y", kind="Pod"),
            thing("z", kind="Ingress", version="networking.k8s.io/v1")]
    assert baseline_read.asked_for(names, some) == ["pods", "podtemplates", "ingressclasses.networking.k8s.io", "ingresses.networking.k8s.io",
                                                    "networkpolicies.networking.k8s.io"]
    assert baseline_read.asked_for(names, [thing("w", kind="Mouse", version="zoo/v1")]) == names
