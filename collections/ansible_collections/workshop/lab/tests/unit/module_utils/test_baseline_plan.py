"""What a class has left, decided on a real cluster's objects and on those that a student may add."""

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import baseline_plan
from ansible_collections.workshop.lab.plugins.module_utils.baseline_read import key, title
from ansible_collections.workshop.lab.tests.unit.baseline_parts import OWN, cluster, thing


def recorded(objects, own=frozenset()):
    """The record of these objects, as the file gives it back."""
    return {key(obj): (obj.uid, baseline_plan.mark(obj)) for obj in baseline_plan.to_record(objects, own)}


def made(objects, record, **more):
    """A plan with the usual options."""
    options = dict({"own": OWN, "everything": False, "system_namespaces": False}, **more)
    return baseline_plan.plan(objects, record, options["own"], options["everything"], options["system_namespaces"])


def titles(objects):
    """Objects as a person calls them."""
    return [title(obj) for obj in objects]


def test_nothing_is_left_where_nothing_was_made():
    """A record of everything: nothing to delete, nothing strange, nothing changed."""
    plan = made(cluster(), recorded(cluster()), own=set())
    assert (plan.delete, plan.left, plan.missing, plan.changed) == ([], [], [], [])


def test_workshops_own_objects_do_not_get_into_the_record():
    """Nor what goes with them: the ReplicaSet, its pods, the Endpoints, all in the activity's namespace; the rest does."""
    record = recorded(cluster(), OWN)
    left_out = {key(obj)[1:] for obj in cluster()} - {one[1:] for one in record}
    assert {(kind, space) for kind, space, _name in left_out} == {
        ("Namespace", ""), ("Service", "default"), ("Deployment", "default"), ("ReplicaSet", "default"), ("Pod", "default"), ("Endpoints", "default"),
        *((kind, "pageview") for kind in ("Service", "Deployment", "ReplicaSet", "Pod", "Endpoints", "ConfigMap", "Secret", "ServiceAccount"))}
    assert ("", "Service", "default", "kubernetes") in record and ("", "Secret", "default", "default-token-9rrbn") in record


@pytest.mark.parametrize("known", [True, False])
def test_exercises_go_with_or_without_a_record(known):
    """By name and by label; of a namespace only itself is deleted, and what it holds is counted."""
    labelled = thing("labelled", exercise="2.04")
    plan = made([*cluster(), labelled], recorded(cluster(), OWN) if known else None)
    assert titles(plan.delete) == ["ConfigMap default/labelled", "Namespace pageview", "Service default/k8s-for-beginners",
                                   "Deployment default/k8s-for-beginners"]
    assert plan.inside == {"pageview": 4} and plan.left == []
    assert {obj.kind for obj in plan.held if obj.namespace == "default"} == {"ReplicaSet", "Pod", "Endpoints"}


STRANGERS = [
    thing("notes"), thing("web", kind="Deployment", version="apps/v1", generation="1"), thing("lonely", kind="Endpoints"),
    thing("mine", kind="Namespace", namespace=""), thing("disk", kind="PersistentVolume", namespace=""),
    thing("all-mighty", kind="ClusterRole", namespace="", version="rbac.authorization.k8s.io/v1"),
    thing("widgets.example", kind="CustomResourceDefinition", namespace="", version="apiextensions.k8s.io/v1"),
    thing("one", kind="Widget", version="example/v1"),
    thing("hook", kind="ValidatingWebhookConfiguration", namespace="", version="admissionregistration.k8s.io/v1"),
    thing("v1.example", kind="APIService", namespace="", version="apiregistration.k8s.io/v1"), thing("default", kind="Secret"),
    thing("slow", kind="StorageClass", namespace="", version="storage.k8s.io/v1"), thing("kube-root-ca.crt", kind="Secret"), thing("system:mine"),
]


@pytest.mark.parametrize("stranger", STRANGERS, ids=title)
def test_what_was_made_since_goes(stranger):
    """Anywhere but in Kubernetes' namespaces. Without a record it is listed, unless everything is asked for."""
    objects = [*cluster(), stranger]
    assert titles(made(objects, recorded(cluster()), own=set()).delete) == [title(stranger)]
    unsure = made(objects, None)
    assert title(stranger) not in titles(unsure.delete) and title(stranger) in [title(obj) for obj, _why in unsure.left]
    assert title(stranger) in titles(made(objects, None, everything=True).delete)


SYSTEM = [
    thing("default", kind="ServiceAccount", namespace="shop"), thing("kube-root-ca.crt", namespace="shop"), thing("node2", kind="Node", namespace=""),
    thing("system:new", kind="ClusterRole", namespace="", version="rbac.authorization.k8s.io/v1"),
    thing("kubeadm:new", kind="ClusterRoleBinding", namespace="", version="rbac.authorization.k8s.io/v1"),
    thing("edit2", kind="ClusterRole", namespace="", version="rbac.authorization.k8s.io/v1", system=True),
    thing("v2.apps", kind="APIService", namespace="", version="apiregistration.k8s.io/v1", system=True),
    thing("probes", kind="FlowSchema", namespace="", version="flowcontrol.apiserver.k8s.io/v1beta1"), thing("kubernetes", kind="Service"),
    thing("kube-node-lease", kind="Namespace", namespace=""), thing("default", kind="Namespace", namespace=""),
    thing("owned", kind="Pod", owners=("4f4f5a8c-fc96-4082-8816-ac06d2617bad",)), thing("token", kind="Secret", account="cf6dd4cf-9357-46db-b764-d455889fab3f"),
    thing("garbage", kind="Pod", owners=("gone",)), thing("addon", system=True), thing("bootstrap-token-abcdef", kind="Secret", namespace="kube-system"),
    thing("lock", kind="Endpoints", namespace="kube-system"),
]


@pytest.mark.parametrize("obj", SYSTEM, ids=title)
def test_what_kubernetes_makes_itself_stays(obj):
    """Although it is in no record, and even if everything is to go."""
    for record in (recorded(cluster()), None):
        plan = made([*cluster(), obj], record, own=set(), everything=True)
        assert title(obj) not in titles(plan.delete)
        assert title(obj) not in [title(one) for one, _why in plan.left]


def test_everything_leaves_a_cluster_as_kubeadm_made_it():
    """Without a record, on a real cluster: only the workshop goes."""
    plan = made(cluster(), None, everything=True)
    assert titles(plan.delete) == ["Namespace pageview", "Service default/k8s-for-beginners", "Deployment default/k8s-for-beginners"]


def test_strangers_in_kube_system_are_named_and_deleted_only_when_asked():
    """An addon may have made them."""
    objects, record = [*cluster(), thing("notes", namespace="kube-system")], recorded(cluster())
    plan = made(objects, record, own=set())
    assert plan.delete == [] and [(title(obj), why) for obj, why in plan.left] == [("ConfigMap kube-system/notes", "it is in a namespace of Kubernetes' own")]
    assert titles(made(objects, record, own=set(), system_namespaces=True).delete) == ["ConfigMap kube-system/notes"]
    assert "kube-system" not in "".join(titles(made(objects, None, own=set(), system_namespaces=True, everything=True).delete))


def test_a_static_pod_is_named_with_its_cause():
    """A mirror pod that is deleted comes back at once."""
    node = next(obj.uid for obj in cluster() if obj.kind == "Node")
    plan = made([*cluster(), thing("static", kind="Pod", owners=(node,))], recorded(cluster()), own=set())
    assert plan.delete == [] and "/etc/kubernetes/manifests" in plan.left[0][1]


def test_what_was_there_and_is_missing_changed_or_made_anew_is_named():
    """Objects that people write, by version or generation; pods that come and go with their Deployment are not."""
    before = [thing("kept"), thing("lost"), thing("anew"), thing("written"), thing("scaled", kind="Deployment", version="apps/v1", generation="1"),
              thing("pod", kind="Pod", owners=("uid-scaled",)), thing("bare", kind="Pod")]
    after = [thing("kept"), thing("anew")._replace(uid="other"), thing("written")._replace(revision="9"),
             thing("scaled", kind="Deployment", version="apps/v1", generation="2"), thing("bare", kind="Pod")._replace(revision="2")]
    plan = made(after, recorded(before), own=set())
    assert plan.delete == []
    assert plan.missing == [("", "ConfigMap", "default", "lost")]
    assert [(title(obj), how) for obj, how in plan.changed] == [
        ("ConfigMap default/anew", "deleted and made anew"), ("ConfigMap default/written", "changed"), ("Deployment default/scaled", "changed")]


def test_an_account_takes_its_token_along():
    """And a Service its Endpoints: they are waited for, not deleted by themselves."""
    account, token = thing("helper", kind="ServiceAccount"), thing("helper-token", kind="Secret", account="uid-helper")
    service, ends = thing("web", kind="Service"), thing("web", kind="Endpoints")._replace(uid="ends")
    plan = made([*cluster(), account, token, service, ends], recorded(cluster()), own=set())
    assert titles(plan.delete) == ["Service default/web", "ServiceAccount default/helper"] and {obj.uid for obj in plan.held} == {"uid-helper-token", "ends"}
