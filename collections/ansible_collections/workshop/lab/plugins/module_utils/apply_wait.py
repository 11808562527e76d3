"""Waiting until applied objects are ready or gone, and saying what they lack."""

import time

from ansible_collections.workshop.lab.plugins.module_utils import apply_cluster, manifests, readiness
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.waiting import wait_until

POLL = 1.0  # seconds between two questions


def questions(objects):
    """Return what to ask for: the objects, and the Endpoints of those Services that pods of the same set stand behind."""
    return list(objects) + [_endpoints_of(obj) for obj in objects if backed(obj, objects)]


def _endpoints_of(service):
    return {"apiVersion": "v1", "kind": "Endpoints", "metadata": {name: service["metadata"][name] for name in ("name", "namespace")}}


def backed(service, objects):
    """Does a Service select pods that other manifests of the set make? Of another one nobody can say whether it should have any."""
    spec = service.get("spec") or {}
    if service["kind"] != "Service" or service["apiVersion"] != "v1" or not spec.get("selector"):
        return False
    return any(set(spec["selector"].items()) <= set(_pod_labels(obj).items()) for obj in objects
               if obj["metadata"].get("namespace") == service["metadata"].get("namespace"))


def _pod_labels(obj):
    """Return the labels of the pods that a manifest keeps running; nothing when it makes none (a Job's pods end)."""
    if obj["kind"] == "Pod":
        return obj["metadata"].get("labels") or {}
    spec = obj.get("spec") or {}
    if obj["kind"] not in ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet") or spec.get("replicas") == 0:
        return {}
    return ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}


def verdicts(objects, live):
    """Return {key: (ready, said)} of objects, out of {key: object} as read with ``questions``."""
    found = {}
    for obj in objects:
        name = manifests.key(obj)
        if backed(obj, objects):
            found[name] = readiness.service_verdict(live.get(name), live.get(manifests.key(_endpoints_of(obj))))
        else:
            found[name] = readiness.verdict(live.get(name))
    return found


def hopeless(obj):
    """Will an object never become ready by waiting? A Job or Pod that has failed. (A Deployment over its progress deadline may: its pods go on trying.)"""
    if not obj:
        return False
    if obj["kind"] == "Job":
        return readiness.condition(obj, "Failed").get("status") == "True"
    return obj["kind"] == "Pod" and obj.get("status", {}).get("phase") == "Failed"


def until_ready(kubectl, objects, limit, clock=time.monotonic, sleep=time.sleep):
    """Ask about all objects in one call, until all are ready; return (verdicts, seconds waited), LabError after ``limit`` seconds.

    The API server may be away for a moment (of a restart): that is waited out too.
    """
    asked, last = questions(objects), {"live": {}, "verdicts": {}, "error": None}

    def question():
        try:
            last["live"], last["error"] = apply_cluster.read(kubectl, asked), None
        except apply_cluster.Unreachable as error:
            last["error"] = error
            return False, None
        last["verdicts"] = verdicts(objects, last["live"])
        never = [name for name, (ok, _said) in last["verdicts"].items() if not ok and hopeless(last["live"].get(name))]
        return bool(never) or all(ok for ok, _said in last["verdicts"].values()), None

    waited = wait_until(question, limit, POLL, clock, sleep)
    if last["error"]:
        raise LabError("The objects were applied, but for the last of %d seconds the cluster could not be asked whether they are ready: %s" % (
            waited.seconds, last["error"]))
    if all(ok for ok, _said in last["verdicts"].values()):
        return last["verdicts"], waited.seconds
    raise _not_ready(kubectl, objects, last, waited.seconds)


def _not_ready(kubectl, objects, last, seconds):
    """Return the error that names each object that is not ready, why, and what to do."""
    late = [obj for obj in objects if not last["verdicts"][manifests.key(obj)][0]]
    pods, lines = _pods(kubectl, late), []
    for obj in late:
        live = last["live"].get(manifests.key(obj))
        lines.append("%s: %s" % (manifests.title(obj), last["verdicts"][manifests.key(obj)][1]))
        for pod in pods if obj["kind"] != "Pod" else ():
            if live and _stands_behind(pod, live) and not readiness.verdict(pod)[0]:
                lines.append("  pod %s: %s" % (pod["metadata"]["name"], readiness.verdict(pod)[1]))
    seen = "\n".join(lines)
    return LabError("Not ready after %.0f seconds:\n%s\nNext step: %s" % (seconds, seen, _step(seen)), verdicts=last["verdicts"])


def _pods(kubectl, late):
    """Return the pods of the namespaces of objects that are not ready; none when they cannot be read, since they only explain."""
    places = sorted({obj["metadata"].get("namespace") for obj in late} - {None})
    if not places:
        return []
    try:
        return kubectl.items(["pods"], places[0] if len(places) == 1 else None)
    except LabError:
        return []


def _stands_behind(pod, live):
    """Does a pod belong to a controller or a Service, by its selector?"""
    selector = live.get("spec", {}).get("selector") or {}
    labels = selector.get("matchLabels") if "matchLabels" in selector else selector if live["kind"] == "Service" else None
    if not labels or pod["metadata"].get("namespace") != live["metadata"].get("namespace"):
        return False
    return set(labels.items()) <= set((pod["metadata"].get("labels") or {}).items())


def _step(seen):
    """Return what to do about what was seen."""
    if "ImagePullBackOff" in seen or "ErrImagePull" in seen:
        return "the registry, or the mirror in its place, cannot be reached or has no such image: mend it, or load the image into the node."
    if "Unschedulable" in seen or "taint" in seen:
        return "`kubectl describe node`: no node takes the pods (a taint, or too little CPU or memory)."
    if "CrashLoopBackOff" in seen or "exit code" in seen:
        return "`kubectl logs --previous` of the pod: the program in the container ends by itself."
    if "quota" in seen or "ReplicaFailure" in seen:
        return "`kubectl describe` of the object: the API server refuses its pods."
    return "`kubectl describe` of the object and `kubectl get events`; when nothing happens at all, the controller manager, scheduler or kubelet is stopped."


def until_gone(kubectl, objects, limit, clock=time.monotonic, sleep=time.sleep):
    """Wait until objects that are being deleted are gone; LabError after ``limit`` seconds. Return the seconds waited.

    Applying onto an object in deletion succeeds and is lost with it; in a namespace in deletion nothing can be made.
    """
    def question():
        try:
            left = apply_cluster.read(kubectl, objects)
        except apply_cluster.Unreachable as error:
            return False, str(error)
        left = [manifests.title(obj) for obj in left.values() if obj["metadata"].get("deletionTimestamp")]
        return not left, ", ".join(left)

    waited = wait_until(question, limit, POLL, clock, sleep)
    if not waited.done:
        raise LabError("%s: an earlier deletion is still going on after %.0f seconds, and what is applied meanwhile would be lost with it. Next step: "
                       "`kubectl get` of it with -o yaml shows the finalizers that hold it." % (waited.seen, waited.seconds))
    return waited.seconds
