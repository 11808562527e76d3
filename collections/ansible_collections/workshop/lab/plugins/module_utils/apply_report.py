"""What kubectl_apply returns about each object."""

from ansible_collections.workshop.lab.plugins.module_utils import manifests


def report(wanted, results, verdicts, removed=(), removed_as="pruned"):
    """Return the list ``objects``: the wanted ones with result (default unchanged) and verdict, then those removed beside them."""
    found = []
    for obj in wanted:
        ok, said = verdicts.get(manifests.key(obj), (None, ""))
        found.append(_entry(obj, results.get(manifests.key(obj), "unchanged"), ok, said))
    return found + [_entry(obj, removed_as, None, "") for obj in removed]


def _entry(obj, result, ready, said):
    _group, kind, namespace, name = manifests.key(obj)
    return {"kind": kind, "namespace": namespace, "name": name, "result": result, "ready": ready, "said": said}
