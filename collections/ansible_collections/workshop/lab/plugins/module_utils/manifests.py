"""Manifests as a list of dictionaries: taken apart, validated, completed with a namespace and an owner's label. Pure functions."""

import copy
import json

from ansible_collections.workshop.lab.plugins.module_utils import arguments
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

#: The label that says which exercise an object belongs to.
OWNER = "workshop.lab/exercise"

# Kinds without a namespace, of the API groups of Kubernetes v1.16 to v1.20. Of a kind that is not built in we cannot know it without asking the server.
CLUSTER_SCOPED = frozenset((
    "APIService", "CertificateSigningRequest", "ClusterRole", "ClusterRoleBinding", "ComponentStatus", "CSIDriver", "CSINode",
    "CustomResourceDefinition", "FlowSchema", "IngressClass", "MutatingWebhookConfiguration", "Namespace", "Node", "PersistentVolume",
    "PodSecurityPolicy", "PriorityClass", "PriorityLevelConfiguration", "RuntimeClass", "StorageClass", "ValidatingWebhookConfiguration",
    "VolumeAttachment"))
# Never made and never removed by an exercise, like those that begin with kube-.
SYSTEM = ("default",)


def key(obj):
    """Return what tells an object from others: (API group, kind, namespace, name). The version is no part of it: apps/v1 and apps/v1beta1 are one object."""
    metadata = obj.get("metadata") or {}
    return group(obj), obj.get("kind"), metadata.get("namespace") or "", metadata.get("name")


def group(obj):
    """Return the API group of an object; "" is the core group."""
    return obj["apiVersion"].rpartition("/")[0]


def title(obj):
    """Return an object's name for a person: "Deployment pageview/k8s-redis"."""
    _group, kind, namespace, name = key(obj)
    return "%s %s%s" % (kind, namespace + "/" if namespace else "", name)


def reference(obj):
    """Return what kubectl needs to find an object, without its content."""
    metadata = {name: obj["metadata"][name] for name in ("name", "namespace") if obj["metadata"].get(name)}
    return {"apiVersion": obj["apiVersion"], "kind": obj["kind"], "metadata": metadata}


def stream(text):
    """Return the objects of kubectl's JSON output: one object, a List, several one after the other, or nothing. ValueError when it is no JSON."""
    decoder, found, at = json.JSONDecoder(), [], 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        obj, at = decoder.raw_decode(text, at)
        found.extend(flatten(obj))
    return found


def flatten(obj):
    """Return the objects in an object: those of a List (also PodList ...), or itself."""
    if isinstance(obj, dict) and str(obj.get("kind", "")).endswith("List") and isinstance(obj.get("items"), list):
        return [inner for item in obj["items"] for inner in flatten(item)]
    return [obj]


def prepare(objects, namespace=None, owner="", source="definitions"):
    """Return copies of manifests (list of dict, Lists among them) as they shall be applied; LabError for one that is none.

    ``namespace`` is put into namespaced objects that name none ("default" when it is None: the default of the student's context may be another).
    ``owner`` becomes the label OWNER. ``source`` names the option in messages.
    """
    found, seen = [], set()
    for obj in (inner for item in objects for inner in flatten(item)):
        _validate(obj, "%s[%d]" % (source, len(found)))
        obj = copy.deepcopy(obj)
        obj.pop("status", None)  # the controllers' part of the object; left in by people who saved the output of kubectl get
        _place(obj, namespace)
        _label(obj, owner)
        if key(obj) in seen:
            raise LabError("%s has %s twice; each object must be there once." % (source, title(obj)))
        seen.add(key(obj))
        found.append(obj)
    return found


def _validate(obj, where):
    """Refuse what cannot be an object, before the API server is asked."""
    if not isinstance(obj, dict):
        arguments.refuse(where, obj, "an object with apiVersion, kind and metadata")
    arguments.api_version(where + ".apiVersion", obj.get("apiVersion") or "")
    arguments.kind(where + ".kind", obj.get("kind") or "")
    metadata = obj.get("metadata")
    if not isinstance(metadata, dict):
        arguments.refuse(where + ".metadata", metadata, "a dictionary with a name")
    name = metadata.get("name")
    if not name and metadata.get("generateName"):
        raise LabError("%s has generateName; it must have a name, since an object of a new name each time can be neither compared nor removed." % where)
    if group(obj) == "rbac.authorization.k8s.io":
        arguments.role_name(where + ".metadata.name", name or "")  # system:node is a name of a ClusterRole
    else:
        arguments.object_name(where + ".metadata.name", name or "")
    arguments.namespace(where + ".metadata.namespace", metadata.get("namespace"))
    arguments.labels(where + ".metadata.labels", metadata.get("labels"))


def _place(obj, namespace):
    """Put an object into its namespace; refuse one that names another."""
    metadata = obj["metadata"]
    if obj["kind"] in CLUSTER_SCOPED:
        if metadata.get("namespace"):
            raise LabError("%s names a namespace; objects of the kind %s have none." % (title(obj), obj["kind"]))
        return
    if namespace and metadata.get("namespace") not in (None, namespace):
        raise LabError("%s names a namespace, but the option namespace is '%s'; they must be the same, or one of them left out." % (title(obj), namespace))
    metadata["namespace"] = metadata.get("namespace") or namespace or "default"


def _label(obj, owner):
    """Label an object with its owner; refuse one that names another."""
    if not owner:
        return
    labels = dict(obj["metadata"].get("labels") or {})
    if labels.setdefault(OWNER, owner) != owner:
        raise LabError("%s has the label %s=%s, but the option owner is '%s'; they must be the same, or one of them left out." % (
            title(obj), OWNER, labels[OWNER], owner))
    obj["metadata"]["labels"] = labels


def namespaces(objects):
    """Return the names of the namespaces that objects lie in and that are not among them, without those of the system, in order."""
    there = [obj["metadata"]["name"] for obj in objects if obj["kind"] == "Namespace"] + list(SYSTEM)
    found = []
    for obj in objects:
        name = obj["metadata"].get("namespace")
        if name and name not in there + found and not name.startswith("kube-"):
            found.append(name)
    return found


def namespace_object(name, owner=""):
    """Return the manifest of a namespace that this toolkit makes. Its label, even of an empty value, says later that it may be removed."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {OWNER: owner}}}


def in_order(objects):
    """Return objects with those first that others need: kubectl applies a list from top to bottom."""
    first = {"Namespace": 0, "CustomResourceDefinition": 1}
    return sorted(objects, key=lambda obj: first.get(obj["kind"], 2))


def as_list(objects):
    """Return the text of one List with these objects, for kubectl's standard input."""
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}, sort_keys=True)
