"""Checks of pods: arguments and what was seen -> Verdict."""

from ansible_collections.workshop.lab.plugins.module_utils.checks_seen import (
    containers_images,
    describe,
    how_many,
    image_name,
    is_ready,
    judged,
    label_words,
    reasons,
    selection,
    unseen,
)
from ansible_collections.workshop.lab.plugins.module_utils.readiness import condition

HINTS = (
    ({"ErrImagePull", "ImagePullBackOff", "InvalidImageName"}, "The image cannot be pulled: compare its name and tag with the exercise's."),
    ({"CrashLoopBackOff", "Error"}, "The program in the container ends: `kubectl logs` shows its last words."),
    ({"Unschedulable"}, "No node takes the pod: `kubectl describe pod` shows why (event FailedScheduling)."),
    ({"ContainerCreating"}, "The container is being made; `kubectl describe pod` shows what it waits for."),
)


def pod(args, seen):
    """Check pods of a name or of labels: how many there are, and what holds for each of them."""
    pods = seen.pods(args["namespace"], args["name"], args["labels"])
    if args["controlled"] is not None:
        pods = [one for one in pods if _controlled(one) == args["controlled"]]
    least, most = _how_many(args)
    wants, each = _each(args)
    uids = {one["metadata"].get("uid"): one["metadata"].get("name") for one in pods}
    problems = [problem for one in pods for problem in each(one)]
    lost = [uid for uid in args["uids"] or () if uid not in uids]
    kept = [uid for uid in args["gone_uids"] or () if uid in uids]
    new = [uid for uid in uids if uid not in args["only_uids"]] if args["only_uids"] is not None else []
    if new:
        problems.append("%s is a new one" % ", ".join(uids[uid] for uid in new))
    if lost:
        problems.append("the pod with uid %s is not there any more" % ", ".join(lost))
    if kept:
        problems.append("%s is still there" % ", ".join(uids[uid] for uid in kept))
    counted = least <= len(pods) and (most is None or len(pods) <= most)
    made = {True: " made by a controller", False: " made by hand", None: ""}[args["controlled"]]
    wants += ["the pod with uid %s kept" % uid for uid in args["uids"] or ()] + ["the pod with uid %s gone" % uid for uid in args["gone_uids"] or ()]
    wants += ["none that is new"] if args["only_uids"] is not None else []
    expected = ", ".join(["%s %s%s" % (how_many(least, most), selection(args), made)] + wants)
    actual = "; ".join(problems[:4] + [describe(pods)])
    return judged(counted and not problems, expected, actual, _hint(args, seen, pods), {"pods": {name: uid for uid, name in sorted(uids.items())}})


def _controlled(one):
    """Say whether a controller (a ReplicaSet, a DaemonSet, a node) made the pod and would replace it."""
    return any(owner.get("controller") for owner in one["metadata"].get("ownerReferences") or [])


def _how_many(args):
    """Return (least, most or None): ``count`` exactly, or from ``min`` to ``max``, or at least one."""
    if args["count"] is not None:
        return args["count"], args["count"]
    if args["min"] is None and args["max"] is None:
        return (1, 1) if args["name"] else (1, None)
    return args["min"] or 0, args["max"]


def _each(args):
    """Return (what holds for each pod, in words; a function pod -> what does not hold)."""
    tests = []

    def add(value, words, test):
        if value is not None:
            tests.append((words, test))

    phase, node, why, image = args["phase"], args["node"], args["reason"], args["image"]
    add(phase, "each %s" % phase, lambda one: one.get("status", {}).get("phase") == phase)
    add(args["ready"], "each ready" if args["ready"] else "none ready", lambda one: is_ready(one) == args["ready"])
    add(args["scheduled"], "each on a node" if args["scheduled"] else "on no node", lambda one: bool(one.get("spec", {}).get("nodeName")) == args["scheduled"])
    add(args["has_ip"], "with an IP" if args["has_ip"] else "without an IP", lambda one: bool(one.get("status", {}).get("podIP")) == args["has_ip"])
    add(node, "on node %s" % node, lambda one: one.get("spec", {}).get("nodeName") == node)
    add(why, "because of %s" % " or ".join(why or ()), lambda one: bool(reasons(one) & set(why)))
    add(image, "with image %s" % image, lambda one: image_name(image) in [image_name(name) for name in containers_images(one.get("spec", {}))])

    def problems(one):
        name = one["metadata"].get("name")
        bad = ["%s is not: %s" % (name, words) for words, test in tests if not test(one)]
        if image is not None and any("image" in text for text in bad):
            bad.append("its image is %s" % ", ".join(containers_images(one.get("spec", {}))))
        return bad

    return [words for words, _test in tests], problems


def _hint(args, seen, pods):
    """Return the next step for a pod check that is not true."""
    words = set().union(*[reasons(one) for one in pods]) if pods else set()
    for names, hint in HINTS:
        if words & names and not set(args["reason"] or ()) & words:
            return hint
    if not pods:
        if not seen.select("Pod", args["namespace"]):
            return "There is no pod at all in namespace %s: apply the file, or look into the right namespace." % args["namespace"]
        others = sorted({label_words(one["metadata"].get("labels")) for one in seen.pods(args["namespace"])})
        return "Pods of namespace %s have the labels: %s." % (args["namespace"], "; ".join(others[:5]))
    return "Look at `kubectl describe pod --namespace=%s`." % args["namespace"]


def component_pods(args, seen):
    """Check the cluster's own pods, by component (etcd: etcd-minikube, coredns: coredns-HASH-HASH) or by labels."""
    wanted = {"labels " + label_words(args["labels"]): seen.pods(args["namespace"], labels=args["labels"])} if args["labels"] else {
        name: [one for one in seen.pods(args["namespace"]) if _is_component(one, name)] for name in args["names"]}
    expected = "%s of namespace %s %srunning" % (", ".join(wanted), args["namespace"], "" if args["running"] else "not ")
    if args["count"] > 1:
        expected = "%d each of %s" % (args["count"], expected)
    nodes = seen.select("Node")
    if nodes and not any(condition(one, "Ready").get("status") == "True" for one in nodes):
        # Only kubelet tells the API server what its pods do: without it the last word stays, also when their containers are gone.
        return unseen(expected, "The node is not Ready, so what the API server says of its pods is old; look into the node (kind containers).")
    actual, ok, away = [], True, []
    for name, pods in wanted.items():
        running = [one for one in pods if is_ready(one)]
        actual.append("%s: %d running of %d" % (name, len(running), len(pods)))
        good = len(running) >= args["count"] if args["running"] else not running
        away += [] if good else [one for one in pods if one not in running]
        ok = ok and good
    return judged(ok, expected, ", ".join(actual) + ("; " + describe(away) if away else ""),
                  "Look at `kubectl get pods --namespace=%s`, and in the node at /etc/kubernetes/manifests and `docker ps -a`." % args["namespace"])


def _is_component(one, name):
    """Say whether a pod belongs to a component: its own name, or NAME-... with the container of that name."""
    full = one["metadata"].get("name", "")
    return full == name or (full.startswith(name + "-") and any(box.get("name") == name for box in one.get("spec", {}).get("containers") or []))
