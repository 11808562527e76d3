"""What must be read for a list of checks, and the verdict of each: no input or output here."""

import collections

from ansible_collections.workshop.lab.plugins.module_utils import checks_answers, checks_network, checks_node, checks_objects, checks_pods, checks_seat
from ansible_collections.workshop.lab.plugins.module_utils.checks_seen import unseen
from ansible_collections.workshop.lab.plugins.module_utils.checks_spec import RESOURCES

SERVICE_KINDS = ("Service", "Endpoints", "Pod", "Node")
#: A kind of check: its predicate; the kinds of objects that it reads; other sources (node, containers, server, minikube, kubectl, programs); whether it
#: goes out on the network, so that its predicate gets an Answered too.
How = collections.namedtuple("How", "judge objects sources visits")
HOW = {
    "node": How(checks_objects.node, ("Node",), (), False),
    "component_pods": How(checks_pods.component_pods, ("Node", "Pod"), (), False),
    "static_pods": How(checks_node.static_pods, (), ("node",), False),
    "kubelet_unit": How(checks_node.kubelet_unit, (), ("node",), False),
    "kubelet_config": How(checks_node.kubelet_config, (), ("node",), False),
    "containers": How(checks_node.containers, (), ("node", "containers"), False),
    "pod": How(checks_pods.pod, ("Pod",), (), False),
    "labels": How(checks_objects.labels, (), (), False),
    "deployment": How(checks_objects.deployment, ("Deployment",), (), False),
    "service": How(checks_network.service, ("Service",), (), False),
    "endpoints": How(checks_network.endpoints, ("Service", "Endpoints", "Pod"), (), False),
    "http": How(checks_answers.http, (), (), True),
    "refused": How(checks_answers.refused, (), (), True),
    "spread": How(checks_answers.spread, SERVICE_KINDS, (), True),
    "events": How(checks_objects.events, ("Event",), (), False),
    "image": How(checks_objects.image, ("Node",), (), False),
    "object_absent": How(checks_objects.object_absent, (), (), False),
    "command_path": How(checks_seat.command_path, (), ("programs",), False),
    "program_version": How(checks_seat.program_version, (), (), False),
}
#: What a list of checks needs: resources (list for one `kubectl get`), sources (set), programs (set of (path, name)).
Plan = collections.namedtuple("Plan", "resources sources programs")


def objects_of(entry):
    """Return the kinds of objects that one Entry reads from the API server."""
    args = entry.args
    kinds = set(HOW[entry.kind].objects)
    if entry.kind in ("labels", "object_absent"):
        kinds.add(args["kind"])
    if entry.kind in ("http", "refused"):
        kinds.update(SERVICE_KINDS if args.get("service") else ("Pod",) if args.get("pod") or args.get("pod_labels") else ())
    if entry.kind == "events" and args["labels"]:
        kinds.add("Pod")
    return kinds


def sources_of(entry):
    """Return the other sources that one Entry needs."""
    args, sources = entry.args, set(HOW[entry.kind].sources)
    if entry.kind == "refused" and args["api_server"]:
        sources.add("server")
    if entry.kind == "kubelet_unit" and args["container"] is not None:
        sources.add("containers")
    if entry.kind == "program_version":
        sources.add("minikube" if args["program"] == "minikube" else "kubectl")
    return sources


def plan(entries):
    """Return the Plan for Entries."""
    kinds, sources, programs = set(), set(), set()
    for entry in entries:
        kinds |= objects_of(entry)
        sources |= sources_of(entry)
        if entry.kind == "command_path":
            programs.add((entry.args["path"], entry.args["name"]))
    return Plan(sorted(RESOURCES[kind] for kind in kinds), sources, programs)


def unreadable(entry, seen):
    """Return the Verdict of an Entry whose sources could not be read, or None when all could."""
    for source in (["api"] if objects_of(entry) else []) + (["node"] if "node" in sources_of(entry) else []):
        if seen.errors.get(source):
            return unseen("", seen.errors[source])
    return None


def judge(entry, seen, answered=None):
    """Return the Verdict of one Entry; never an exception, so that one strange object spoils no other check."""
    how = HOW[entry.kind]
    missing = unreadable(entry, seen)
    if missing:
        return missing
    try:
        return how.judge(entry.args, seen, answered) if how.visits else how.judge(entry.args, seen)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        return unseen("", "An object has a form that this check does not know (%s: %s); look at it with kubectl." % (type(error).__name__, error))
