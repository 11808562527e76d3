"""Objects that shall not be there."""

from ansible_collections.workshop.lab.plugins.module_utils import apply_cluster, apply_compare, apply_wait, manifests
from ansible_collections.workshop.lab.plugins.module_utils.apply_report import report


def absent(kubectl, objects, options, check=False, diff=False):
    """Delete ``objects`` (prepared manifests) and return the module's result. Nothing is written with ``check``.

    With ``create_namespace`` the namespaces that this module made go too, with ``prune`` whatever else the owner applied. An object that another
    exercise has taken over since (the chapter's exercises 2.04 and 2.05 have Deployments of one name) stays.
    """
    owner = options["owner"]
    made = [manifests.namespace_object(name, owner) for name in manifests.namespaces(objects)] if options["create_namespace"] else []
    wanted = objects + made
    live = apply_cluster.read(kubectl, wanted) if wanted else {}
    others = apply_cluster.owned(kubectl, options["prune_kinds"], owner) if options["prune"] else []
    names = [manifests.key(obj)[1:] for obj in wanted]
    others = [obj for obj in others if manifests.key(obj)[1:] not in names and obj["metadata"].get("namespace")]
    there, verdicts = [], {}
    for obj in wanted:
        found = live.get(manifests.key(obj))
        stays = _stays(found, owner, obj in made) if found else "it is not there"
        verdicts[manifests.key(obj)] = (None, stays)
        if not stays:
            there.append(obj)
    # Namespaces last: with them first, the deletion of what lies in them would be asked of a namespace that is ending.
    there = manifests.in_order(there)[::-1]
    # What is ending already is waited for, but is no change of ours.
    changed = [obj for obj in there + others if not live.get(manifests.key(obj), obj)["metadata"].get("deletionTimestamp")]
    if not check and changed:
        apply_cluster.delete(kubectl, there + others, options["wait"], options["wait_timeout"])
    elif not check and there and options["wait"]:
        apply_wait.until_gone(kubectl, there, options["wait_timeout"])
    results = {manifests.key(obj): "deleted" if obj in changed else "absent" for obj in wanted}
    done = {"changed": bool(changed), "objects": report(wanted, results, verdicts, [obj for obj in others if obj in changed]), "waited_seconds": 0.0,
            "reachable": True}
    entries = [apply_compare.difference(manifests.title(obj), live.get(manifests.key(obj), obj), None) for obj in changed]
    return dict(done, diff=entries) if diff else done


def _stays(found, owner, namespace):
    """Return why an object is left alone, or nothing.

    ``namespace``: it is one that no manifest names, so that only its label can say that this module made it for this owner.
    """
    label = (found["metadata"].get("labels") or {}).get(manifests.OWNER)
    if namespace and label != owner:
        return "it is left: %s" % ("it belongs to exercise %s" % label if label else "nothing says that this exercise made it")
    if owner and label not in (None, owner):
        return "it is left: it belongs to exercise %s" % label
    return ""
