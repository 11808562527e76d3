"""What each kind of check accepts, as a table. The module's DOCUMENTATION says the same in words; a unit test compares both."""

import collections

from ansible_collections.workshop.lab.plugins.module_utils import arguments

#: One argument of a kind: type is str, int, number, bool, list (of texts), dict (of labels) or raw; accept(name, value) refuses bad values.
Field = collections.namedtuple("Field", "type default required choices accept")
#: A kind: its fields; ``one_of`` tuples of names of which exactly one, ``some_of`` tuples of which at least one must be given.
Kind = collections.namedtuple("Kind", "fields one_of some_of")

# Kind of object -> resource, with its group where two groups have (or had) the name: Kubernetes v1.16 serves what v1.20 serves under these.
RESOURCES = {
    "Node": "nodes", "Namespace": "namespaces", "Pod": "pods", "Service": "services", "Endpoints": "endpoints", "Event": "events",
    "ConfigMap": "configmaps", "ServiceAccount": "serviceaccounts", "ReplicationController": "replicationcontrollers",
    "PersistentVolume": "persistentvolumes", "PersistentVolumeClaim": "persistentvolumeclaims", "Deployment": "deployments.apps",
    "ReplicaSet": "replicasets.apps", "DaemonSet": "daemonsets.apps", "StatefulSet": "statefulsets.apps", "Job": "jobs.batch",
}
WITHOUT_NAMESPACE = ("Node", "Namespace", "PersistentVolume")


def _field(type, default=None, required=False, choices=None, accept=None):  # pylint: disable=redefined-builtin
    """Return a Field; only the type must be said."""
    return Field(type, default, required, choices, accept)


def _between(least, most=None):
    """Accept a number of this range."""
    return lambda name, value: arguments.at_least(name, value, least, most)


def _each(accept):
    """Accept a list of what ``accept`` accepts."""
    def check(name, values):
        for number, value in enumerate(values or ()):
            accept("%s[%d]" % (name, number), value)
        return values

    return check


def _words(pattern, accepted):
    """Accept a text of this form."""
    return lambda name, value: arguments.text_of(name, value, pattern, accepted)


def _namespace(default="default"):
    return _field("str", default, accept=arguments.namespace)


def _name(required=False, default=None):
    return _field("str", default, required, accept=arguments.object_name)


def _labels(required=False):
    return _field("dict", None, required, accept=arguments.labels)


def _number(default=None, least=0, most=None):
    return _field("int", default, accept=_between(least, most))


def _seconds(default):
    return _field("number", default, accept=_between(0.1, 120))


FLAG = _field("bool")
PATTERN = _field("str", accept=arguments.pattern)
PORT = _number(least=1, most=65535)
WORD = _field("str", accept=_words(r"[A-Za-z][A-Za-z0-9]*", "one word of letters and digits"))
KIND = _field("str", None, True, tuple(sorted(RESOURCES)))
URL_PATH = _field("str", "/", accept=_words(r"/[\x21-\x7e]*", "a path of a URL that begins with / and has no spaces"))
FILES = _field("list", accept=_each(_words(r"[A-Za-z0-9_][A-Za-z0-9._-]*", "a file name without /")))
CONTAINERS = _field("list", accept=_each(_words(arguments.LABEL, "a container's name of lower-case letters, digits and -")))
IMAGE = _field("str", accept=_words(r"[A-Za-z0-9][A-Za-z0-9._/:@-]*", "the name of an image, like redis:3"))
VERSION = _field("str", accept=arguments.kubernetes_version)

KINDS = {
    "node": Kind({
        "name": _name(default="minikube"), "ready": FLAG, "role": _field("str", accept=_words(arguments.LABEL_KEY, "the name of a role, like master")),
        "version": VERSION, "taints": _field("list", accept=_each(_words(arguments.LABEL_KEY + r"(=[A-Za-z0-9._-]*)?(:[A-Za-z]+)?", "KEY[=VALUE][:EFFECT]"))),
        "unschedulable": FLAG}, (), ()),
    "component_pods": Kind({
        "names": _field("list", accept=_each(arguments.object_name)), "labels": _labels(), "namespace": _namespace("kube-system"),
        "running": _field("bool", True), "count": _number(1, 1)}, (("names", "labels"),), ()),
    "static_pods": Kind({"present": FILES, "absent": FILES}, (), (("present", "absent"),)),
    "kubelet_unit": Kind({"state": _field("str", "active", choices=("active", "inactive")), "container": FLAG}, (), ()),
    "kubelet_config": Kind({"static_pod_path": _field("str", "/etc/kubernetes/manifests", accept=arguments.absolute_path)}, (), ()),
    "containers": Kind({"running": CONTAINERS, "stopped": CONTAINERS}, (), (("running", "stopped"),)),
    "pod": Kind({
        "namespace": _namespace(), "name": _name(), "labels": _labels(), "controlled": FLAG, "count": _number(), "min": _number(), "max": _number(),
        "phase": _field("str", choices=("Pending", "Running", "Succeeded", "Failed", "Unknown")), "ready": FLAG, "scheduled": FLAG, "has_ip": FLAG,
        "node": _name(), "reason": _field("list", accept=_each(WORD.accept)), "image": IMAGE, "uids": _field("list"), "only_uids": _field("list"),
        "gone_uids": _field("list"),
    }, (("name", "labels"),), ()),
    "labels": Kind({
        "kind": KIND, "name": _name(True), "namespace": _namespace(), "labels": _labels(),
        "absent": _field("list", accept=_each(_words(arguments.LABEL_KEY, "the key of a label")))}, (), (("labels", "absent"),)),
    "deployment": Kind({
        "namespace": _namespace(), "name": _name(True), "replicas": _number(), "ready": _number(), "updated": _number(), "available": _number(),
        "complete": FLAG, "image": IMAGE, "template_labels": _labels()}, (), ()),
    "service": Kind({
        "namespace": _namespace(), "name": _name(True), "type": _field("str", choices=("ClusterIP", "NodePort", "LoadBalancer", "ExternalName")),
        "port": PORT, "target_port": _field("str", accept=_words(r"[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?", "a port's number or name")),
        "selector": _labels(), "node_port": FLAG}, (), ()),
    "endpoints": Kind({
        "namespace": _namespace(), "name": _name(True), "min": _number(), "max": _number(), "port": PORT, "pods": _labels()}, (), (("min", "max", "pods"),)),
    "http": Kind({
        "url": _field("str", accept=arguments.url), "service": _name(), "pod": _name(), "pod_labels": _labels(), "namespace": _namespace(), "port": PORT,
        "path": URL_PATH, "status": _number(200, 100, 599), "pattern": PATTERN, "rises": _field("bool", False),
        "timeout": _seconds(5), "from": _field("str", "host", choices=("host", "node"))}, (("url", "service", "pod", "pod_labels"),), ()),
    "refused": Kind({
        "api_server": _field("bool"), "host": _field("str", accept=_words(r"[A-Za-z0-9.-]+", "an address or a host's name")), "pod": _name(),
        "pod_labels": _labels(), "namespace": _namespace(), "port": PORT, "how": _field("str", "any", choices=("any", "refused", "unreachable")),
        "timeout": _seconds(3)}, (("api_server", "host", "pod", "pod_labels"),), ()),
    "spread": Kind({
        "namespace": _namespace(), "service": _name(True), "port": PORT, "path": URL_PATH, "requests": _number(30, 1, 1000), "min_each": _number(1, 1),
        "selector": _labels(), "pods": _number(least=1), "status": _number(200, 100, 599), "pattern": PATTERN, "timeout": _seconds(5)}, (), ()),
    "events": Kind({
        "namespace": _namespace(), "reason": WORD, "kind": _field("str", choices=tuple(sorted(RESOURCES))), "name": _name(), "labels": _labels(),
        "uid": _field("str"), "type": _field("str", choices=("Normal", "Warning")), "message": PATTERN, "min": _number(), "max": _number()},
        (), (("reason", "message"),)),
    "image": Kind({"name": IMAGE._replace(required=True), "node": _name(default="minikube")}, (), ()),
    "object_absent": Kind({"kind": KIND, "name": _name(), "labels": _labels(), "namespace": _namespace()}, (("name", "labels"),), ()),
    "command_path": Kind({
        "path": _field("str", None, True, accept=arguments.absolute_path),
        "name": _field("str", accept=_words(r"[A-Za-z0-9._-]+", "the name of a program"))}, (), ()),
    "program_version": Kind({
        "program": _field("str", None, True, ("minikube", "kubectl", "kubernetes")), "version": VERSION._replace(required=True),
        "commit": PATTERN}, (), ()),
}
