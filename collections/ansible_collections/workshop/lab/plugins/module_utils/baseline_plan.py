"""What a class has left in a cluster: decided from what is there and from the record of what was there before. Nothing is asked or changed here."""

import collections
import re

from ansible_collections.workshop.lab.plugins.module_utils.baseline_read import group, key

SYSTEM_NAMESPACES = ("kube-system", "kube-public", "kube-node-lease")
# Made by Kubernetes, kubeadm or minikube without a label that says so.
SYSTEM_NAMES = r"system:.*|kubeadm:.*|system-.*|minikube-rbac"
# FlowSchemas and PriorityLevelConfigurations that the API server makes at its start (v1.18 to v1.29); an upgrade brings new ones.
FLOW_NAMES = (r"exempt|catch-all|global-default|probes|endpoint-controller|service-accounts|leader-election|node-high|kube-.*|workload-.*|system(-.*)?")
# Made anew by a controller as soon as they are missing.
IN_EVERY_NAMESPACE = (("ServiceAccount", "default"), ("ConfigMap", "kube-root-ca.crt"))
# Kinds without a status, so that a new resourceVersion means that somebody has written them. Others are compared by their generation, where they have one.
PLAIN = ("ConfigMap", "Secret", "Service", "ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "StorageClass", "LimitRange",
         "PodTemplate", "PriorityClass")

#: The plan. ``delete``: objects to delete. ``held``: further objects that go with them (owned by them, tokens of accounts, Endpoints). ``inside``: namespace ->
#: how many objects go with it. ``left``: (object, why) of strangers that stay. ``missing``: keys in the record of what is no longer there. ``changed``:
#: (object, how) of what is in the record.
Plan = collections.namedtuple("Plan", "delete held inside left missing changed")


def mark(obj):
    """Return what changes when somebody writes the object: "n" where nothing tells, "" for what others than people make and remove."""
    if obj.namespace in SYSTEM_NAMESPACES or obj.owners or obj.account or obj.kind == "Endpoints" or is_system(obj):
        return ""
    if obj.generation not in ("", "0") and obj.kind not in ("Pod", "APIService"):
        return "g" + obj.generation
    return "r" + obj.revision if obj.kind in PLAIN else "n"


def is_system(obj):
    """Whether Kubernetes or minikube itself keeps the object, wherever it is."""
    if obj.system or (obj.kind, obj.name) in IN_EVERY_NAMESPACE or obj.kind == "Node":
        return True
    if obj.namespace:
        return (obj.kind, obj.namespace, obj.name) in (("Service", "default", "kubernetes"), ("Endpoints", "default", "kubernetes"))
    if obj.kind == "Namespace":
        return obj.name in SYSTEM_NAMESPACES + ("default",)
    if obj.kind in ("FlowSchema", "PriorityLevelConfiguration"):
        return bool(re.match(r"\A(?:%s)\Z" % FLOW_NAMES, obj.name))
    if obj.kind in ("ClusterRole", "ClusterRoleBinding", "PriorityClass"):
        return bool(re.match(r"\A(?:%s)\Z" % SYSTEM_NAMES, obj.name))
    return False


def is_own(obj, own):
    """Whether an object is the workshop's: by its label, or by its name in ``own``, a set of (kind, namespace, name) with namespaces as Namespace."""
    if obj.exercise or ("Namespace", "", obj.namespace) in own:
        return True
    return (obj.kind, obj.namespace, obj.name) in own


def parents(objects):
    """Return {uid: uids of what it goes with}: its owners, the account of a token Secret, the Service of Endpoints of the same name."""
    services = {(obj.namespace, obj.name): obj.uid for obj in objects if obj.kind == "Service" and not group(obj.version)}
    found = {}
    for obj in objects:
        above = list(obj.owners) or [obj.account] if obj.owners or obj.account else []
        if obj.kind == "Endpoints" and (obj.namespace, obj.name) in services:
            above.append(services[obj.namespace, obj.name])
        found[obj.uid] = above
    return found


def with_all_of_theirs(uids, above):
    """Return ``uids`` and those of everything that goes with them, at any depth."""
    uids, grown = set(uids), True
    while grown:
        more = {uid for uid, its in above.items() if uid not in uids and uids.intersection(its)}
        uids |= more
        grown = bool(more)
    return uids


def to_record(objects, own):
    """Return those of the objects that belong into the record: all that is not the workshop's own, nor goes with it."""
    own_uids = with_all_of_theirs([obj.uid for obj in objects if is_own(obj, own)], parents(objects))
    return [obj for obj in objects if obj.uid not in own_uids]


def plan(objects, record, own, everything, system_namespaces):
    """Return the Plan.

    ``record``: {key: (uid, mark)}, or None when there is none of this cluster: then only the workshop's own objects are deleted, the rest with
    ``everything``. ``system_namespaces``: also delete strangers in kube-system and its like.
    """
    known, above, by_uid = record or {}, parents(objects), {obj.uid: obj for obj in objects}
    doomed, left = [], []
    for obj in objects:
        mine = is_own(obj, own)
        if not mine and (key(obj) in known or is_system(obj)):
            continue
        if obj.namespace in SYSTEM_NAMESPACES and not mine:
            if record is None or above[obj.uid] or obj.kind == "Endpoints" or obj.name.startswith("bootstrap-token-"):
                continue  # comes and goes by itself there (locks of leaders, tokens of kubeadm)
            if not system_namespaces:
                left.append((obj, "it is in a namespace of Kubernetes' own"))
                continue
        if above[obj.uid] and not mine:
            if any(by_uid[uid].kind == "Node" for uid in above[obj.uid] if uid in by_uid) and obj.namespace not in SYSTEM_NAMESPACES:
                left.append((obj, "a file on the node makes it (/etc/kubernetes/manifests)"))
            continue  # it goes, or stays, with what it belongs to
        if not mine and record is None and not everything:
            left.append((obj, "no record says whether it was there before the class"))
            continue
        doomed.append(obj)
    return _finish(objects, doomed, left, known, above)


def _finish(objects, doomed, left, known, above):
    """Return the Plan once it is decided which objects go: what goes with them, what lies in their namespaces, what is missing or changed."""
    spaces = {obj.name for obj in doomed if obj.kind == "Namespace" and not group(obj.version)}
    gone = with_all_of_theirs([obj.uid for obj in doomed], above)
    within = [obj for obj in objects if obj.namespace in spaces]
    inside = {name: sum(1 for obj in within if obj.namespace == name and not is_system(obj) and not above[obj.uid]) for name in sorted(spaces)}
    delete = [obj for obj in doomed if obj.namespace not in spaces and not set(above[obj.uid]) & {one.uid for one in doomed}]
    named = {obj.uid for obj in delete}
    held = [obj for obj in objects if obj.uid not in named and (obj.uid in gone or obj.namespace in spaces)]
    left = [(obj, why) for obj, why in left if obj.namespace not in spaces and obj.uid not in gone]
    there = {key(obj): obj for obj in objects}
    missing = sorted(name for name, (_uid, its_mark) in known.items() if its_mark and name not in there)
    changed = []
    for name, (uid, its_mark) in sorted(known.items()):
        obj = there.get(name)
        if obj is not None and its_mark and obj.uid not in gone:
            if obj.uid != uid:
                changed.append((obj, "deleted and made anew"))
            elif mark(obj) != its_mark:
                changed.append((obj, "changed"))
    return Plan(sorted(delete, key=key), held, inside, left, missing, changed)
