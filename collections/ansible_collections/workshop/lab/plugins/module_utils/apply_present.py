"""Objects as wanted state: the shortest way from what the cluster has to what the manifests want."""

from ansible_collections.workshop.lab.plugins.module_utils import apply_cluster, apply_compare, apply_wait, manifests
from ansible_collections.workshop.lab.plugins.module_utils.apply_report import report
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError


def present(kubectl, objects, options, check=False, diff=False):
    """Apply ``objects`` (prepared manifests) and return the module's result.

    ``options``: the module's parameters, and perhaps ``unwatched`` (bool): whether the objects are ready is not asked. Nothing is written with
    ``check``. A set that is there already costs one call, two with prune.
    """
    made = [manifests.namespace_object(name, options["owner"]) for name in manifests.namespaces(objects)]
    wanted = manifests.in_order((made if options["create_namespace"] else []) + objects)
    live = apply_cluster.read(kubectl, apply_wait.questions(wanted) + ([] if options["create_namespace"] else made))
    old = _outdated(kubectl, objects, options)
    before = {name: obj for name, obj in live.items() if not _ending(obj)}
    ending = [obj for obj in wanted if _ending(live.get(manifests.key(obj)))]
    if not check:
        _namespaces_there(made, before, options)
        if ending:
            apply_wait.until_gone(kubectl, ending, options["wait_timeout"])
    # A namespace that is there is not ours to label, or to remove later: only a missing one is made.
    differing = [obj for obj in wanted if not (obj in made and manifests.key(obj) in before) and not apply_compare.same(obj, before.get(manifests.key(obj)))]
    if check:
        results, entries = _predict(kubectl, differing, before, made, options, diff)
    else:
        results, entries = _act(kubectl, differing, before, options)
    if old and not check:
        apply_cluster.delete(kubectl, old, options["wait"], options["wait_timeout"])
    entries += [apply_compare.difference(manifests.title(obj), obj, None) for obj in old]
    changed = bool(old) or any(one != "unchanged" for one in results.values())
    verdicts, seconds = {}, 0.0
    if not check:
        verdicts, seconds = _ready(kubectl, wanted, before, bool(differing), changed, results, old, options)
    done = {"changed": changed, "objects": report(wanted, results, verdicts, old), "waited_seconds": round(seconds, 1), "reachable": True}
    return dict(done, diff=entries) if diff else done


def _ending(obj):
    return bool(obj) and bool(obj["metadata"].get("deletionTimestamp"))


def _outdated(kubectl, objects, options):
    """Return what the same owner applied before and does not want now."""
    if not options["prune"]:
        return []
    # Without the API group: a manifest of extensions/v1beta1 Ingress is listed as networking.k8s.io.
    wanted = {manifests.key(obj)[1:] for obj in objects}
    found = apply_cluster.owned(kubectl, options["prune_kinds"], options["owner"])
    return [obj for obj in found if manifests.key(obj)[1:] not in wanted and not _ending(obj) and obj["metadata"].get("namespace")]


def _namespaces_there(made, before, options):
    """Refuse objects of a namespace that nobody makes, before half of them are applied."""
    missing = [obj["metadata"]["name"] for obj in made if manifests.key(obj) not in before]
    if missing and not options["create_namespace"]:
        raise LabError("There is no namespace %s in the cluster. Next step: set create_namespace: true, or make it in a task before this one."
                       % ", ".join(missing))


def _stuck(stuck, options):
    """Refuse a change that the API server refuses for ever, unless its objects may be made anew."""
    if stuck and not options["force_recreate"]:
        raise LabError("A field that differs cannot be changed in an object that exists: %s. Next step: force_recreate: true deletes and makes anew just that "
                       "(its pods end and what is stored in them is lost), or apply it under another name." % ", ".join(map(manifests.title, stuck)))
    return stuck


def _act(kubectl, differing, before, options):
    """Apply what differs; return ({key: result}, entries of diff)."""
    if not differing:
        return {}, []
    after, stuck = apply_cluster.apply(kubectl, differing)
    recreated = []
    while _stuck(stuck, options):
        recreated += stuck
        apply_cluster.delete(kubectl, stuck, True, options["wait_timeout"])
        after, stuck = apply_cluster.apply(kubectl, differing)
        if [obj for obj in stuck if obj in recreated]:
            raise LabError("%s was deleted and is refused again; it is not there now." % ", ".join(map(manifests.title, stuck)))
    names = [manifests.key(obj) for obj in recreated]
    results = {name: "recreated" if name in names else apply_compare.result(before.get(name), obj) for name, obj in after.items()}
    entries = [apply_compare.difference(manifests.title(obj), before.get(manifests.key(obj)), after[manifests.key(obj)]) for obj in differing
               if results[manifests.key(obj)] != "unchanged"]
    return results, entries


def _predict(kubectl, differing, before, made, options, diff):
    """Say what applying would do, without doing it; return ({key: result}, entries of diff)."""
    results = {manifests.key(obj): "configured" if manifests.key(obj) in before else "created" for obj in differing}
    homeless = [obj["metadata"]["name"] for obj in made + differing if obj["kind"] == "Namespace" and manifests.key(obj) not in before]
    # Not asked of the server: what lies in a namespace that is not there yet, and Secrets, which kubectl v1.16 shows in clear.
    asked = [obj for obj in differing if obj["kind"] != "Secret" and obj not in made and obj["metadata"].get("namespace") not in homeless]
    said, refused = None, []
    while asked:
        said, stuck = apply_cluster.differences(kubectl, asked)
        if not _stuck(stuck, options):
            break
        asked = [obj for obj in asked if obj not in stuck]
        refused += stuck
    results.update((manifests.key(obj), "recreated") for obj in refused)
    if said is not None:  # the server knows better than our comparison which of those that exist would stay as they are
        named = apply_cluster.named_in(said)
        stay = [obj for obj in asked if manifests.key(obj) in before and (not said or named and apply_cluster.file_name(obj) not in named)]
        results.update((manifests.key(obj), "unchanged") for obj in stay)
    by_us = [obj for obj in differing if obj not in asked or said is None]
    entries = apply_cluster.shown({manifests.key(obj): obj for obj in by_us}, before) if diff else []
    return results, entries + ([{"prepared": said}] if said else [])


def _ready(kubectl, wanted, before, applied, changed, results, old, options):
    """Return ({key: (ready, said)}, seconds waited): out of what was read when nothing was applied and all is ready."""
    if options.get("unwatched"):  # the caller looks by itself, and pays for no question here
        return {}, 0.0
    if not applied:
        verdicts = apply_wait.verdicts(wanted, before)
        if not options["wait"] or all(ok for ok, _said in verdicts.values()):
            return verdicts, 0.0
    elif not options["wait"]:
        return apply_wait.verdicts(wanted, apply_cluster.read(kubectl, apply_wait.questions(wanted))), 0.0
    try:
        return apply_wait.until_ready(kubectl, wanted, options["wait_timeout"])
    except LabError as error:
        verdicts = error.result.pop("verdicts", {})
        error.result.update(changed=changed, objects=report(wanted, results, verdicts, old))
        raise
