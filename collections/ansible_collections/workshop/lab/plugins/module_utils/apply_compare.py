"""Does an object in the cluster have what a manifest wants, and what did the API server change? Pure functions over dictionaries.

``kubectl apply`` sends what differs between the manifest, the annotation LAST (the manifest applied before) and the object in the cluster. ``same``
answers, without a call, whether it would send nothing. It may say "no" where the API server then finds nothing to do (it reads cpu "1000m" as "1"):
that costs one call more and no false ``changed``, because ``result`` compares what the API server answered.
"""

import base64
import copy
import json

#: The manifest applied before, as kubectl keeps it at the object.
LAST = "kubectl.kubernetes.io/last-applied-configuration"
# What the API server and the controllers write at any time, also between our question and our change. (managedFields is newer than v1.16: 1.18.)
SERVERS = ("resourceVersion", "generation", "managedFields", "uid", "selfLink", "creationTimestamp")
CONTROLLERS = ("deployment.kubernetes.io/revision",)
# Lists of a pod to which admission adds the account's token; kubectl merges them by name and by mountPath and lets the addition be.
GROWN = ("volumes", "volumeMounts")


def same(wanted, live):
    """Would ``kubectl apply`` of ``wanted`` change nothing at ``live`` (None: it is not there)? True only when that is sure."""
    return bool(live) and last_applied(live) == _plain(wanted) and _within(_encoded(_plain(wanted)), _placeless(live), "." in wanted["apiVersion"])


def last_applied(live):
    """Return the manifest that was applied before, or None when there is none (made by ``kubectl create`` or by the cluster)."""
    try:
        return _plain(json.loads((live["metadata"].get("annotations") or {})[LAST]))
    except (KeyError, ValueError):
        return None


def result(before, after):
    """Return what a call made of an object, in kubectl's words: created, configured or unchanged (objects before and after; None: not there)."""
    if before is None:
        return "created"
    return "unchanged" if _own(before) == _own(after) else "configured"


def _own(obj):
    """Return an object without what others write at any time."""
    obj = copy.deepcopy(obj)
    obj.pop("status", None)
    for name in SERVERS:
        obj["metadata"].pop(name, None)
    for name in CONTROLLERS:
        (obj["metadata"].get("annotations") or {}).pop(name, None)
    return obj


def _placeless(obj):
    """Return an object without its namespace: the manifest of a kind without one may have got one put in."""
    obj = copy.deepcopy(obj)
    obj["metadata"].pop("namespace", None)
    return obj


def _plain(obj):
    """Return a manifest without what says nothing: kubectl adds empty annotations to LAST, and tools write creationTimestamp: null."""
    obj = _placeless(obj)
    obj.pop("status", None)
    annotations = dict(obj["metadata"].get("annotations") or {})
    annotations.pop(LAST, None)
    obj["metadata"]["annotations"] = annotations
    for name in ("annotations", "labels", "creationTimestamp"):
        if not obj["metadata"].get(name):
            obj["metadata"].pop(name, None)
    return obj


def _encoded(obj):
    """Return a Secret as the API server stores it: stringData is for writing only."""
    if obj["kind"] != "Secret" or not isinstance(obj.get("stringData"), dict):
        return obj
    obj = copy.deepcopy(obj)
    data = {name: base64.b64encode(str(text).encode()).decode() for name, text in obj.pop("stringData").items()}
    obj["data"] = dict(obj.get("data") or {}, **data)
    return obj


def _within(wanted, live, exact, name=""):
    """Is everything of ``wanted`` in ``live``, the value of the field ``name``? Defaults that the API server added are no difference.

    ``exact``: elements of lists must be equal, since a custom resource is changed by replacing whole lists (JSON merge patch).
    """
    if isinstance(wanted, dict):
        if not isinstance(live, dict):
            return not wanted and live is None  # the API server leaves out empty dictionaries
        return all(_within(value, live.get(field), exact, field) if value is not None else live.get(field) is None for field, value in wanted.items())
    if isinstance(wanted, list):
        if exact or not isinstance(live, list):
            return wanted == live or not wanted and live is None
        if name in GROWN:
            return all(any(_within(one, other, exact) for other in live) for one in wanted)
        return len(wanted) == len(live) and all(_within(one, other, exact) for one, other in zip(wanted, live))
    return wanted == live and isinstance(wanted, bool) == isinstance(live, bool)


def text(obj):
    """Return an object as text for a diff: without what the server writes, and a Secret without its secrets. None becomes nothing."""
    if obj is None:
        return ""
    obj = _own(obj)
    annotations = obj["metadata"].get("annotations") or {}
    annotations.pop(LAST, None)
    if not annotations:
        obj["metadata"].pop("annotations", None)
    if obj["kind"] == "Secret":
        for part in ("data", "stringData"):
            for name, value in (obj.get(part) or {}).items():
                obj[part][name] = "(%d characters, not shown)" % len(str(value))
    return json.dumps(obj, indent=2, sort_keys=True) + "\n"


def wish(wanted, live):
    """Return what ``live`` becomes by ``wanted``, as far as we can know without the server: for a diff in check mode only."""
    if live is None:
        return wanted
    return _merge(live, wanted)


def _merge(live, wanted):
    """Lay ``wanted`` over ``live``."""
    if isinstance(live, dict) and isinstance(wanted, dict):
        return dict(live, **{name: _merge(live.get(name), value) for name, value in wanted.items()})
    if isinstance(live, list) and isinstance(wanted, list) and len(live) == len(wanted):
        return [_merge(one, other) for one, other in zip(live, wanted)]
    return wanted


def difference(title, before, after):
    """Return the entry of Ansible's ``diff`` for one object (before and after; None: not there)."""
    return {"before_header": title, "after_header": title, "before": text(before), "after": text(after)}
