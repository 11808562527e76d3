"""What the module kubectl_apply does, from its parameters to its result."""

import os

from ansible_collections.workshop.lab.plugins.module_utils import apply_cluster, arguments, baseline_work, manifests
from ansible_collections.workshop.lab.plugins.module_utils.apply_absent import absent
from ansible_collections.workshop.lab.plugins.module_utils.apply_present import present
from ansible_collections.workshop.lab.plugins.module_utils.apply_report import report
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.kubectl import OPTIONS, open_kubectl
from ansible_collections.workshop.lab.plugins.module_utils.runner import find_account


def validate(params):
    """Return the prepared objects of ``definitions``; LabError for any bad value, before a program is started."""
    for option in ("files", "directories"):
        for path in params[option] or []:
            arguments.absolute_path(option, path)
    arguments.namespace("namespace", params["namespace"])
    arguments.label_value("owner", params["owner"])
    arguments.at_least("wait_timeout", params["wait_timeout"], 1, 86400)
    if params["prune"] and not params["owner"]:
        raise LabError("prune is true, but owner is empty; it must name the exercise whose objects may be removed.")
    if params["prune"] and not params["prune_kinds"]:
        raise LabError("prune is true, but prune_kinds is empty; it must name the kinds that may be removed.")
    objects = prepare(params, params["definitions"] or [])
    if params["prune"] and params["state"] == "present" and not (objects or params["files"] or params["directories"]):
        raise LabError("prune is true, but definitions is empty; it must have an object, since all of %s would be removed (state: absent does that)."
                       % params["owner"])
    return objects


def prepare(params, objects, source="definitions"):
    """Return manifests with the namespace and the owner of the parameters."""
    return manifests.prepare(objects, params["namespace"], params["owner"], source)


def connect(params):
    """Return (Kubectl, "") or (None, why there is none): no account yet, or no kubectl yet. LabError for a bad value."""
    arguments.account_name("user", params["user"])
    try:
        find_account(params["user"])
    except LabError as error:
        open_kubectl(dict(params, user=None))
        return None, str(error)
    kubectl = open_kubectl(params)
    if not os.path.exists(params["kubectl_path"]):
        return None, "There is no %s on this machine; install kubectl, or name its path in kubectl_path." % params["kubectl_path"]
    return kubectl, ""


def work(params, check=False, diff=False):
    """Return the module's result; LabError in words for a person."""
    objects = validate(params)
    if not params["record"]:
        return _work(params, objects, check, diff)
    # What the class brings later must not be in it, and what is applied now is the workshop's by its name.
    recorded = baseline_work.work(baseline_params(params), check)
    result = _work(params, objects, check, diff)
    return dict(result, changed=result["changed"] or recorded["changed"], recorded=recorded["changed"])


def baseline_params(params):
    """Return the parameters with which cluster_baseline does what ``record`` asks for; LabError for a key that it does not have."""
    own = {"path": params["record"].get("path"), "own_namespaces": params["record"].get("own_namespaces", []),
           "own_objects": params["record"].get("own_objects", [])}
    if not isinstance(own["path"], str) or set(params["record"]) - set(own) or params["state"] != "present":
        arguments.refuse("record", sorted(params["record"]), "path, own_namespaces and own_objects, as of cluster_baseline, with state present")
    return dict({name: params[name] for name in OPTIONS}, state="recorded", wait_timeout=300, **own)


def _work(params, objects, check, diff):
    kubectl, missing = connect(params)
    if not kubectl:
        if params["state"] == "present" and not check:
            raise LabError(missing)
        return nothing_there(params, objects, diff)
    if params["files"] or params["directories"]:
        if not (check and _missing(params)):
            objects = objects + prepare(params, apply_cluster.load(kubectl, params["files"] or [], params["directories"] or []), "files")
        objects = prepare(params, objects, "definitions and files")
    try:
        return (present if params["state"] == "present" else absent)(kubectl, objects, params, check, diff)
    except apply_cluster.Unreachable as error:
        if params["state"] == "present" and check or params["state"] == "absent" and error.absent:
            return nothing_there(params, objects, diff)
        raise


def _missing(params):
    """Is a file or directory not there yet? In check mode, a task before this one may be going to write it."""
    return any(not os.path.exists(path) for path in (params["files"] or []) + (params["directories"] or []))


def nothing_there(params, objects, diff):
    """Return the result on a machine without a cluster: everything would be created, or is absent already."""
    wanted = objects
    if params["create_namespace"]:
        wanted = [manifests.namespace_object(name, params["owner"]) for name in manifests.namespaces(objects)] + objects
    wanted, present_wanted = manifests.in_order(wanted), params["state"] == "present"
    results = {manifests.key(obj): "created" if present_wanted else "absent" for obj in wanted}
    unread = bool(params["files"] or params["directories"])  # without kubectl their content is not known
    done = {"changed": present_wanted and bool(wanted or unread), "objects": report(wanted, results, {}), "waited_seconds": 0.0, "reachable": False}
    entries = apply_cluster.shown({manifests.key(obj): obj for obj in wanted}, {}) if present_wanted else []
    return dict(done, diff=entries) if diff else done
