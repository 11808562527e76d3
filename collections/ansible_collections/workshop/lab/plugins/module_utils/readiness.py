"""Is an object of the cluster ready? One answer per kind, out of what the API server says, with words that a person can act on.

Pure functions over the JSON of ``kubectl get -o json``. The conditions are those of ``kubectl rollout status`` (v1.16, pkg/kubectl/polymorphichelpers
rollout_status.go) and stricter where that is satisfied too early: it lets a Deployment pass that still has old pods ending.
"""


def verdict(obj):
    """Return (ok, said) of one object: whether it is ready (bool), and what it is like, e.g. "2 of 3 available, 1 unavailable".

    ``obj`` may be None: an object that is not there is not ready. A kind without a test of its own is ready as soon as it exists.
    """
    if not obj:
        return False, "it is not there"
    if obj.get("metadata", {}).get("deletionTimestamp"):
        return False, "it is being deleted"
    return TESTS.get(obj.get("kind"), _exists)(obj)


def service_verdict(service, endpoints):
    """Return (ok, said) of a Service together with the Endpoints object of the same name (or None): does a request reach a pod?"""
    ok, said = verdict(service)
    spec = (service or {}).get("spec", {})
    if not ok or spec.get("type") == "ExternalName" or not spec.get("selector"):
        return ok, said
    ready, waiting = addresses(endpoints)
    if ready:
        return True, "%s, %d ready: %s" % (said, len(ready), ", ".join(ready))
    if waiting:
        return False, "%s, none of its %d pods is ready: %s" % (said, len(waiting), ", ".join(waiting))
    selector = ",".join("%s=%s" % pair for pair in sorted(spec["selector"].items()))
    return False, "%s, no pod has the labels %s" % (said, selector)


def addresses(endpoints):
    """Return the (ready, not ready) IP addresses of an Endpoints object (or None), sorted and each once: a Service of two ports has two subsets."""
    subsets = (endpoints or {}).get("subsets") or []
    found = [sorted({one["ip"] for subset in subsets for one in subset.get(key) or []}) for key in ("addresses", "notReadyAddresses")]
    return found[0], [one for one in found[1] if one not in found[0]]


def condition(obj, name):
    """Return one of an object's conditions (dict with status, reason, message); an empty one when it has none of that name."""
    return next((one for one in obj.get("status", {}).get("conditions") or [] if one.get("type") == name), {})


def pod_reasons(pod):
    """Return why a pod is not ready, as a list of texts: not scheduled, containers that wait (ImagePullBackOff ...) or have ended."""
    status, reasons = pod.get("status", {}), []
    scheduled = condition(pod, "PodScheduled")
    if scheduled.get("status") == "False":
        reasons.append(_because(scheduled, "not scheduled"))
    if status.get("reason"):  # Evicted, NodeLost
        reasons.append(_because(status, ""))
    for container in (status.get("initContainerStatuses") or []) + (status.get("containerStatuses") or []):
        state = container.get("state") or {}
        bad = state.get("waiting") or state.get("terminated") or {}
        if bad and not (state.get("terminated") and bad.get("exitCode") == 0):
            text = _because(bad, "exit code %s" % bad["exitCode"] if "exitCode" in bad else "waiting")
            # Docker's own words often leave out which image could not be had.
            name = container.get("image") or ""
            image = " (image %s)" % name if "Image" in (bad.get("reason") or "") and name not in text else ""
            reasons.append("container %s%s: %s" % (container.get("name"), image, text))
            if container.get("restartCount"):
                reasons[-1] += " (restarted %d times)" % container["restartCount"]
        elif not container.get("ready") and "running" in state:
            reasons.append("container %s: running, its readiness probe has not succeeded yet" % container.get("name"))
    return reasons


def _because(thing, default):
    """Return "Reason: message" of a condition or a state, without what is missing in it."""
    return ": ".join(text for text in (thing.get("reason") or default, (thing.get("message") or "").strip()) if text)


def _exists(_obj):
    return True, "it is there"


def _pod(pod):
    status = pod.get("status", {})
    phase = status.get("phase") or "Pending"
    containers = status.get("containerStatuses") or []
    ready = sum(1 for one in containers if one.get("ready"))
    said = "%s, %d of %d containers ready" % (phase, ready, len(pod.get("spec", {}).get("containers") or containers))
    if phase == "Succeeded":  # a pod that ends by itself (restartPolicy Never, or of a Job) has done what it is for
        return True, said
    if phase == "Running" and condition(pod, "Ready").get("status") == "True":
        return True, said
    return False, "; ".join([said] + pod_reasons(pod))


def _generation_seen(obj):
    """Has the controller seen the last change? Until then its status describes the object as it was before."""
    return obj.get("status", {}).get("observedGeneration", 0) >= obj.get("metadata", {}).get("generation", 0)


def _wanted(obj):
    """Replicas in the specification; left out, the API server has put in 1, and 0 is a number."""
    wanted = obj.get("spec", {}).get("replicas")
    return 1 if wanted is None else wanted


def _failures(obj):
    """Return the conditions that tell why a controller makes no progress."""
    found = []
    if condition(obj, "ReplicaFailure").get("status") == "True":  # a quota or an admission plugin refuses the pods
        found.append("ReplicaFailure: " + _because(condition(obj, "ReplicaFailure"), ""))
    if condition(obj, "Progressing").get("status") == "False":  # ProgressDeadlineExceeded
        found.append("Progressing: " + _because(condition(obj, "Progressing"), ""))
    return found


def _judge(obj, said, problems):
    """Return the verdict of a controlled object: ready without problems, and never before its controller has seen the last change."""
    if not _generation_seen(obj):
        return False, said + ", its controller has not seen the last change yet"
    text = ", ".join([said] + problems)
    return not problems, "; ".join([text] + _failures(obj)) if problems else text


def _deployment(obj):
    status, wanted = obj.get("status", {}), _wanted(obj)
    total, updated = status.get("replicas", 0), status.get("updatedReplicas", 0)
    available, unavailable = status.get("availableReplicas", 0), status.get("unavailableReplicas", 0)
    problems = []
    if unavailable:
        problems.append("%d unavailable" % unavailable)
    if updated != wanted:
        problems.append("%d of %d of the present template" % (updated, wanted))
    if total > updated:
        problems.append("%d old still there" % (total - updated))
    if available != wanted and not problems:
        problems.append("%d more than wanted" % (available - wanted) if available > wanted else "%d missing" % (wanted - available))
    return _judge(obj, "%d of %d available" % (available, wanted), problems)


def _replicaset(obj):
    status, wanted = obj.get("status", {}), _wanted(obj)
    available, total = status.get("availableReplicas", 0), status.get("replicas", 0)
    problems = []
    if total != wanted:
        problems.append("%d pods made" % total)
    if available != wanted:
        problems.append("%d missing" % (wanted - available) if available < wanted else "%d more than wanted" % (available - wanted))
    return _judge(obj, "%d of %d available" % (available, wanted), problems)


def _statefulset(obj):
    # availableReplicas of a StatefulSet is newer than v1.16 (1.22); readyReplicas is in all.
    status, wanted = obj.get("status", {}), _wanted(obj)
    strategy = obj.get("spec", {}).get("updateStrategy") or {}
    ready, updated = status.get("readyReplicas", 0), status.get("updatedReplicas", 0)
    problems = []
    if ready != wanted:
        problems.append("%d missing" % (wanted - ready) if ready < wanted else "%d more than wanted" % (ready - wanted))
    if status.get("replicas", 0) != wanted:
        problems.append("%d pods made" % status.get("replicas", 0))
    if strategy.get("type", "RollingUpdate") == "RollingUpdate":  # with OnDelete nothing is renewed by itself, so nothing is awaited
        least = max(0, wanted - ((strategy.get("rollingUpdate") or {}).get("partition") or 0))
        if updated < least:
            problems.append("%d of %d of the present template" % (updated, least))
    return _judge(obj, "%d of %d ready" % (ready, wanted), problems)


def _daemonset(obj):
    status = obj.get("status", {})
    wanted, available = status.get("desiredNumberScheduled", 0), status.get("numberAvailable", 0)
    problems = []
    if available != wanted or status.get("numberUnavailable"):
        problems.append("%d unavailable" % (status.get("numberUnavailable") or wanted - available))
    if ((obj.get("spec", {}).get("updateStrategy") or {}).get("type", "RollingUpdate") == "RollingUpdate"
            and status.get("updatedNumberScheduled", 0) < wanted):
        problems.append("%d of %d of the present template" % (status.get("updatedNumberScheduled", 0), wanted))
    return _judge(obj, "%d of %d available" % (available, wanted), problems)


def _job(obj):
    status, spec = obj.get("status", {}), obj.get("spec", {})
    said = "%d of %d completed, %d running, %d failed" % (
        status.get("succeeded", 0), spec.get("completions") or 1, status.get("active", 0), status.get("failed", 0))
    if condition(obj, "Complete").get("status") == "True":
        return True, said
    if condition(obj, "Failed").get("status") == "True":
        said += "; Failed: " + _because(condition(obj, "Failed"), "")
    return False, said


def _service(obj):
    spec = obj.get("spec", {})
    kind = spec.get("type", "ClusterIP")
    if kind == "ExternalName":
        return True, "ExternalName %s" % spec.get("externalName")
    if not spec.get("clusterIP"):
        return False, "%s without a cluster IP yet" % kind
    # A LoadBalancer of minikube gets no outside address without `minikube tunnel`, but serves on its node port: waiting for one would never end.
    ports = ["%s%s" % (one.get("port"), ":%s" % one["nodePort"] if one.get("nodePort") else "") for one in spec.get("ports") or []]
    return True, "%s %s port %s" % (kind, spec["clusterIP"], ",".join(ports) or "none")


def _node(obj):
    ready = condition(obj, "Ready")
    if ready.get("status") == "True":
        return True, "Ready" + (", scheduling disabled" if obj.get("spec", {}).get("unschedulable") else "")
    return False, "NotReady; " + _because(ready, "no condition Ready")


def _namespace(obj):
    phase = obj.get("status", {}).get("phase") or "unknown"
    return phase == "Active", phase


def _claim(obj):
    phase = obj.get("status", {}).get("phase") or "Pending"
    volume = obj.get("spec", {}).get("volumeName")
    return phase == "Bound", phase + (" to " + volume if volume else "")


#: Kind -> its test. A kind that is not here is ready as soon as it exists.
TESTS = {
    "Pod": _pod, "Deployment": _deployment, "ReplicaSet": _replicaset, "StatefulSet": _statefulset, "DaemonSet": _daemonset, "Job": _job,
    "Service": _service, "Node": _node, "Namespace": _namespace, "PersistentVolumeClaim": _claim,
}
