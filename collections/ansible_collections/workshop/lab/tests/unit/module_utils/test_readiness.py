"""Readiness: what the API server said about real objects, and the moments between that a test on a cluster rarely catches."""

import copy
import json

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.readiness import addresses, service_verdict, verdict


@pytest.fixture
def recorded(text):
    """Return an object of a recording: recorded("get-ready", "Deployment", "k8s-redis")."""
    def find(file, kind, name=None):
        found = json.loads(text("kubectl_apply/%s.json" % file))
        return next(obj for obj in found.get("items", [found]) if obj["kind"] == kind and name in (None, obj["metadata"]["name"]))
    return find


def made(kind, spec=None, status=None, **metadata):
    """Return an object of a kind with this specification and status."""
    return {"kind": kind, "metadata": dict({"name": "x", "generation": 2}, **metadata), "spec": spec or {}, "status": status or {}}


READY = {"observedGeneration": 2, "replicas": 3, "updatedReplicas": 3, "availableReplicas": 3, "readyReplicas": 3}


@pytest.mark.parametrize("status, ok, said", [
    (READY, True, "3 of 3 available"),
    (dict(READY, observedGeneration=1), False, "3 of 3 available, its controller has not seen the last change yet"),
    (dict(READY, availableReplicas=2, unavailableReplicas=1), False, "2 of 3 available, 1 unavailable"),
    (dict(READY, replicas=4), False, "3 of 3 available, 1 old still there"),
    (dict(READY, replicas=4, updatedReplicas=1), False, "3 of 3 available, 1 of 3 of the present template, 3 old still there"),
    (dict(READY, replicas=5, updatedReplicas=5, availableReplicas=5), False, "5 of 3 available, 5 of 3 of the present template"),
    (dict(READY, availableReplicas=2), False, "2 of 3 available, 1 missing"),
    ({"observedGeneration": 2}, False, "0 of 3 available, 0 of 3 of the present template"),
    ({}, False, "0 of 3 available, its controller has not seen the last change yet"),
    ({"observedGeneration": 2, "unavailableReplicas": 3, "conditions": [
        {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "exceeded quota: pods"}]}, False,
     "0 of 3 available, 3 unavailable, 0 of 3 of the present template; ReplicaFailure: FailedCreate: exceeded quota: pods"),
    (dict(READY, availableReplicas=2, unavailableReplicas=1, conditions=[
        {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "has timed out"}]), False,
     "2 of 3 available, 1 unavailable; Progressing: ProgressDeadlineExceeded: has timed out"),
])
def test_deployment(status, ok, said):
    """Each moment of a rollout, and the two ways it gets stuck."""
    assert verdict(made("Deployment", {"replicas": 3}, status)) == (ok, said)


def test_a_deployment_of_no_replicas_is_ready_and_one_that_names_none_has_one():
    """0 is a number, and missing is not 0."""
    assert verdict(made("Deployment", {"replicas": 0}, {"observedGeneration": 2})) == (True, "0 of 0 available")
    assert verdict(made("Deployment", {}, {"observedGeneration": 2})) == (False, "0 of 1 available, 0 of 1 of the present template")


@pytest.mark.parametrize("kind, spec, status, ok, said", [
    ("ReplicaSet", {"replicas": 2}, {"observedGeneration": 2, "replicas": 2, "availableReplicas": 2}, True, "2 of 2 available"),
    ("ReplicaSet", {"replicas": 2}, {"observedGeneration": 2, "replicas": 2, "availableReplicas": 1}, False, "1 of 2 available, 1 missing"),
    ("StatefulSet", {"replicas": 2}, {"observedGeneration": 2, "replicas": 2, "readyReplicas": 2, "updatedReplicas": 2}, True, "2 of 2 ready"),
    ("StatefulSet", {"replicas": 2}, {"observedGeneration": 2, "replicas": 2, "readyReplicas": 2, "updatedReplicas": 1}, False,
     "2 of 2 ready, 1 of 2 of the present template"),
    ("StatefulSet", {"replicas": 2, "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}},
     {"observedGeneration": 2, "replicas": 2, "readyReplicas": 2, "updatedReplicas": 1}, True, "2 of 2 ready"),
    ("StatefulSet", {"replicas": 2, "updateStrategy": {"type": "OnDelete"}},
     {"observedGeneration": 2, "replicas": 2, "readyReplicas": 2}, True, "2 of 2 ready"),
    ("DaemonSet", {}, {"observedGeneration": 2, "desiredNumberScheduled": 1, "updatedNumberScheduled": 1, "numberAvailable": 1}, True, "1 of 1 available"),
    ("DaemonSet", {}, {"observedGeneration": 2, "desiredNumberScheduled": 1, "updatedNumberScheduled": 1, "numberUnavailable": 1}, False,
     "0 of 1 available, 1 unavailable"),
    ("DaemonSet", {}, {"observedGeneration": 1}, False, "0 of 0 available, its controller has not seen the last change yet"),
    ("Job", {"completions": 2}, {"succeeded": 1, "active": 1}, False, "1 of 2 completed, 1 running, 0 failed"),
    ("Job", {}, {"succeeded": 1, "conditions": [{"type": "Complete", "status": "True"}]}, True, "1 of 1 completed, 0 running, 0 failed"),
    ("Job", {}, {"failed": 7, "conditions": [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"}]}, False,
     "0 of 1 completed, 0 running, 7 failed; Failed: BackoffLimitExceeded"),
    ("Namespace", {}, {"phase": "Active"}, True, "Active"),
    ("PersistentVolumeClaim", {}, {"phase": "Pending"}, False, "Pending"),
    ("PersistentVolumeClaim", {"volumeName": "pv1"}, {"phase": "Bound"}, True, "Bound to pv1"),
    ("Node", {}, {"conditions": [{"type": "Ready", "status": "True"}]}, True, "Ready"),
    ("Node", {"unschedulable": True}, {"conditions": [{"type": "Ready", "status": "True"}]}, True, "Ready, scheduling disabled"),
    ("Node", {}, {"conditions": [{"type": "Ready", "status": "Unknown", "reason": "NodeStatusUnknown", "message": "Kubelet stopped posting node status."}]},
     False, "NotReady; NodeStatusUnknown: Kubelet stopped posting node status."),
    ("Service", {"type": "ExternalName", "externalName": "a.example"}, {}, True, "ExternalName a.example"),
    ("Service", {"type": "LoadBalancer", "clusterIP": "10.0.0.1", "ports": [{"port": 80, "nodePort": 30001}]}, {"loadBalancer": {}}, True,
     "LoadBalancer 10.0.0.1 port 80:30001"),
    ("Service", {}, {}, False, "ClusterIP without a cluster IP yet"),
    ("ConfigMap", {}, {}, True, "it is there"),
])
def test_kinds(kind, spec, status, ok, said):
    """The other kinds; what is not known is ready when it is there."""
    assert verdict(made(kind, spec, status)) == (ok, said)


@pytest.mark.parametrize("kind", ["Deployment", "Pod", "Namespace", "ConfigMap"])
def test_what_is_not_there_or_being_deleted_is_not_ready(kind):
    """Whatever its status still says."""
    assert verdict(None) == verdict({}) == (False, "it is not there")
    assert verdict(made(kind, deletionTimestamp="2026-01-01T00:00:00Z")) == (False, "it is being deleted")


def test_recorded_objects(recorded):
    """The same objects before and after their pods ran."""
    assert verdict(recorded("get-ready", "Deployment", "k8s-redis")) == (True, "1 of 1 available")
    assert verdict(recorded("get-starting", "Deployment", "k8s-redis"))[0] is False
    assert verdict(recorded("apply-fresh", "Deployment", "k8s-redis")) == (False, "0 of 1 available, its controller has not seen the last change yet")
    assert verdict(recorded("apply-replicas", "Deployment")) == (False, "1 of 2 available, its controller has not seen the last change yet")
    assert verdict(recorded("get-broken", "Deployment")) == (False, "0 of 2 available, 2 unavailable")
    assert verdict(recorded("get-terminating", "Namespace")) == (False, "it is being deleted")
    assert verdict(recorded("pods-broken", "Pod", "k8s-redis-64cb46575-4zh7j")) == (True, "Running, 1 of 1 containers ready")


def test_a_pod_says_why_it_waits(recorded):
    """In the words of the kubelet."""
    ok, said = verdict(recorded("pods-broken", "Pod", "broken-f9b5b79cd-g6ptx"))
    assert not ok and said.startswith("Pending, 0 of 1 containers ready; container broken: ")
    assert "ImagePullBackOff" in said or "ErrImagePull" in said


def test_a_pod_names_the_image_that_cannot_be_had():
    """Docker's words on a registry that does not answer leave it out; where they have it, it is not said twice."""
    waiting = {"reason": "ErrImagePull", "message": 'Get "https://registry-1.docker.io/v2/": no such host'}
    pod = {"kind": "Pod", "metadata": {}, "status": {"phase": "Pending", "containerStatuses": [
        {"name": "redis", "image": "redis:3", "ready": False, "state": {"waiting": waiting}}]}}
    assert 'container redis (image redis:3): ErrImagePull: Get "https://' in verdict(pod)[1]
    waiting["message"] = 'Back-off pulling image "redis:3"'
    assert verdict(pod)[1].count("redis:3") == 1
    waiting.update(reason="CreateContainerError", message="no")
    assert "image" not in verdict(pod)[1]


@pytest.mark.parametrize("status, ok, words", [
    ({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes are available"}]},
     False, "Pending, 0 of 1 containers ready; Unschedulable: 0/1 nodes are available"),
    ({"phase": "Running", "containerStatuses": [{"name": "a", "ready": False, "restartCount": 3, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]},
     False, "Running, 0 of 1 containers ready; container a: CrashLoopBackOff (restarted 3 times)"),
    ({"phase": "Running", "containerStatuses": [{"name": "a", "ready": False, "state": {"running": {}}}]},
     False, "Running, 0 of 1 containers ready; container a: running, its readiness probe has not succeeded yet"),
    ({"phase": "Failed", "reason": "Evicted", "message": "low on memory"}, False, "Failed, 0 of 1 containers ready; Evicted: low on memory"),
    ({"phase": "Failed", "containerStatuses": [{"name": "a", "state": {"terminated": {"exitCode": 2}}}]},
     False, "Failed, 0 of 1 containers ready; container a: exit code 2"),
    ({"phase": "Succeeded", "containerStatuses": [{"name": "a", "state": {"terminated": {"exitCode": 0}}}]}, True, "Succeeded, 0 of 1 containers ready"),
    ({}, False, "Pending, 0 of 1 containers ready"),
])
def test_pod(status, ok, words):
    """Scheduling, crashes, probes, eviction, and a pod that has done its work."""
    assert verdict(made("Pod", {"containers": [{"name": "a"}]}, status)) == (ok, words)


def test_a_service_is_ready_by_its_endpoints(recorded):
    """A Service that selects nobody, or only pods that are not ready, answers nobody."""
    service, endpoints = recorded("get-ready", "Service", "db"), recorded("get-ready", "Endpoints", "db")
    ready, said = service_verdict(service, endpoints)
    assert ready and said.endswith("1 ready: " + endpoints["subsets"][0]["addresses"][0]["ip"])
    assert service_verdict(service, None) == (False, verdict(service)[1] + ", no pod has the labels tier=backend")
    waiting = copy.deepcopy(endpoints)
    waiting["subsets"][0]["notReadyAddresses"] = waiting["subsets"][0].pop("addresses")
    assert service_verdict(service, waiting)[0] is False and "none of its 1 pods is ready" in service_verdict(service, waiting)[1]
    assert service_verdict(None, endpoints) == (False, "it is not there")
    del service["spec"]["selector"]
    assert service_verdict(service, None)[0] is True


def test_addresses_of_two_ports_are_one():
    """Endpoints list an address once for each group of ports."""
    subsets = [{"addresses": [{"ip": "a"}]}, {"addresses": [{"ip": "a"}], "notReadyAddresses": [{"ip": "b"}, {"ip": "a"}]}]
    assert addresses({"subsets": subsets}) == (["a"], ["b"])
    assert addresses(None) == addresses({"subsets": None}) == ([], [])
