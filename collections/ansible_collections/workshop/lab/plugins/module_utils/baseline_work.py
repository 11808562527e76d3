"""What the module cluster_baseline does, from its parameters to its result."""

import os
import re
import time

from ansible_collections.workshop.lab.plugins.module_utils import arguments, baseline_delete, baseline_file, baseline_plan, baseline_read
from ansible_collections.workshop.lab.plugins.module_utils.apply_cluster import NO_CLUSTER, UNREACHABLE
from ansible_collections.workshop.lab.plugins.module_utils.baseline_read import title
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.kubectl import open_kubectl
from ansible_collections.workshop.lab.plugins.module_utils.runner import find_account

# How often it looks again after a deletion: a controller that the class left behind may have made an object anew before it went itself.
ROUNDS = 3


def validate(params):
    """Refuse bad values; return the workshop's own names as a set of (kind, namespace, name)."""
    arguments.absolute_path("path", params["path"])
    if os.path.basename(params["path"]) == "" or os.path.dirname(params["path"]) == "/":
        arguments.refuse("path", params["path"], "the path of a file in a folder of its own, like /var/lib/workshop-lab/baseline.json")
    arguments.at_least("wait_timeout", params["wait_timeout"], 1, 3600)
    own = set()
    for name in params["own_namespaces"]:
        arguments.namespace("own_namespaces", name)
        if name in baseline_plan.SYSTEM_NAMESPACES + ("default", ""):
            arguments.refuse("own_namespaces", name, "a namespace of the workshop's own, since all in it is deleted")
        own.add(("Namespace", "", name))
    for one in params["own_objects"]:
        metadata = one.get("metadata") if isinstance(one.get("metadata"), dict) else {}
        if not one.get("kind") or not metadata.get("name"):
            arguments.refuse("own_objects", one, "a list of objects with kind and metadata.name")
        arguments.kind("own_objects.kind", one["kind"])
        arguments.namespace("own_objects.metadata.namespace", metadata.get("namespace"))
        arguments.object_name("own_objects.metadata.name", metadata["name"])
        own.add((one["kind"], metadata.get("namespace") or "", metadata["name"]))
    return own


def work(params, check=False, diff=False):
    """Return the module's result; LabError in words for a person."""
    own = validate(params)
    if params["state"] == "absent":
        there = os.path.lexists(params["path"])
        if there and not check:
            baseline_file.remove(params["path"])
        return {"changed": there, "record": params["path"]}
    kubectl, answer = _connect(params, check)
    if kubectl is None:
        return answer
    return _record(kubectl, params, own, check) if params["state"] == "recorded" else _restore(kubectl, params, own, check, diff)


def _connect(params, check):
    """Return (Kubectl, None); in check mode (None, result) on a machine that has no account, kubectl or cluster yet: they would come first."""
    arguments.account_name("user", params["user"])
    known = baseline_file.load(params["path"])[0]
    nothing = dict(_empty(params), reachable=False, changed=params["state"] == "recorded" and not known)
    try:
        find_account(params["user"])
    except LabError:
        open_kubectl(dict(params, user=None))
        if check:
            return None, nothing
        raise
    kubectl = open_kubectl(params)
    if not os.path.exists(params["kubectl_path"]):
        if check:
            return None, nothing
        raise LabError("There is no %s on this machine; install kubectl, or name its path in kubectl_path." % params["kubectl_path"])
    return kubectl, None


def _empty(params):
    return {"changed": False, "record": params["path"], "reachable": True, "recorded": False, "deleted": [], "left": [], "missing": [], "altered": [],
            "unread": [], "seconds": 0.0}


def _unreachable(error, check, result):
    """Return the result of check mode for a cluster that does not answer, because it is not there or not started; else raise the error again."""
    text = str(error)
    if not check or not re.search(UNREACHABLE, text):
        raise error
    return dict(result, reachable=False, changed=result["changed"] or bool(re.search(NO_CLUSTER, text)))


def _record(kubectl, params, own, check):
    """Write the record unless there is one of this cluster."""
    known = baseline_file.load(params["path"])[0]
    result = _empty(params)
    try:
        uid = baseline_read.cluster(kubectl)
    except LabError as error:
        return _unreachable(error, check, dict(result, changed=not known))
    if uid == known:
        return dict(result, recorded=True)
    if not check:
        found, unread = _everything(kubectl)
        if unread:
            raise LabError("The cluster does not tell all that is in it (%s), and a reset would later delete what is not recorded. Next step: mend or "
                           "remove that API, then run again." % "; ".join(unread))
        baseline_file.save(params["path"], uid, baseline_plan.to_record(found, own))
    return dict(result, changed=True, recorded=True)


def _everything(kubectl):
    """Return (all objects, what could not be read)."""
    names, unsaid = baseline_read.kinds(kubectl)
    found, unread = baseline_read.objects(kubectl, names)
    return found, unsaid + unread


def _restore(kubectl, params, own, check, diff):
    """Delete what is not in the record, until nothing of it is left."""
    start, result, first = time.monotonic(), _empty(params), None
    known, _time, record = baseline_file.load(params["path"])
    for _round in range(ROUNDS):
        names, unsaid = baseline_read.kinds(kubectl)
        found, unread = baseline_read.objects(kubectl, names)
        here = [obj.uid for obj in found if (obj.kind, obj.name, obj.version) == ("Namespace", "kube-system", "v1")]
        plan = baseline_plan.plan(found, record if known and here == [known] else None, own, params["everything"], params["system_namespaces"])
        first = first or plan
        if first is plan:
            result["deleted"] = [_said(obj, "%d more in it" % plan.inside[obj.name] if obj.kind == "Namespace" and plan.inside.get(obj.name) else "")
                                 for obj in plan.delete]
        result.update(recorded=bool(known and here == [known]), left=[_said(obj, why) for obj, why in plan.left],
                      missing=[_lost(*one) for one in plan.missing],
                      altered=[_said(obj, how) for obj, how in plan.changed], unread=unsaid + unread)
        if check or not plan.delete:
            break
        baseline_delete.delete(kubectl, plan, names, params["wait_timeout"])
    else:
        raise LabError("Deleted %d times, and made again each time: %s. Next step: look for what makes them (`kubectl get all --all-namespaces`), also "
                       "outside the cluster, and stop it." % (ROUNDS, ", ".join(map(title, plan.delete))))
    if result["unread"] and not check:
        raise LabError("Not everything in the cluster could be read, so something may be left: %s. Next step: mend or remove that API, then reset again."
                       % "; ".join(result["unread"]), **result)
    result["changed"] = any(not obj.ending for obj in first.delete)
    result["seconds"] = round(time.monotonic() - start, 1)
    if diff:
        result["diff"] = {"before": "".join(title(obj) + "\n" for obj in first.delete), "after": ""}
    return result


def _said(obj, why):
    return {"kind": obj.kind, "namespace": obj.namespace, "name": obj.name, "title": title(obj), "why": why}


def _lost(its_group, kind, namespace, name):
    words = "%s %s" % (kind, "/".join(filter(None, (namespace, name))))
    return {"group": its_group, "kind": kind, "namespace": namespace, "name": name, "title": words, "why": "missing"}
