"""Checks of what the API server says of nodes, pods, labels, Deployments, images and events: arguments and what was seen -> Verdict."""

import re

from ansible_collections.workshop.lab.plugins.module_utils.checks_seen import (
    compare,
    containers_images,
    has_labels,
    how_many,
    image_name,
    judged,
    label_words,
    unseen,
)
from ansible_collections.workshop.lab.plugins.module_utils.checks_spec import WITHOUT_NAMESPACE
from ansible_collections.workshop.lab.plugins.module_utils.readiness import condition, verdict

MOST_IMAGES = 50  # kubelet's --node-status-max-images: it reports the largest 50 and says nothing of the others


def node(args, seen):
    """Check a node: ready, role, version of its kubelet, taints."""
    found = seen.one("Node", None, args["name"])
    if not found:
        return judged(False, "node %s" % args["name"], "there is no node of this name: %s" % (", ".join(_names(seen.select("Node"))) or "none at all"),
                      "The node of a minikube cluster is always called minikube.")
    spec, labels = found.get("spec", {}), found["metadata"].get("labels") or {}
    roles = sorted(key.split("/", 1)[1] for key in labels if key.startswith("node-role.kubernetes.io/"))
    rows = [("ready", args["ready"], condition(found, "Ready").get("status") == "True"),
            ("version", args["version"], found.get("status", {}).get("nodeInfo", {}).get("kubeletVersion")),
            ("unschedulable", args["unschedulable"], bool(spec.get("unschedulable")))]
    ok, expected, actual = compare(rows)
    expected, actual = [expected] if expected else [], [actual] if actual else []
    if args["role"] is not None:
        ok = ok and args["role"] in roles
        expected.append("role " + args["role"])
        actual.append("roles " + (", ".join(roles) or "none"))
    if args["taints"] is not None:
        taints = spec.get("taints") or []
        ok = ok and (all(any(_taint_is(wanted, one) for one in taints) for wanted in args["taints"]) if args["taints"] else not taints)
        expected.append("taints " + (", ".join(args["taints"]) or "none"))
        actual.append("taints " + (", ".join(_taint(one) for one in taints) or "none"))
    hint = "The node is %s. Look at `minikube status` and, in the node, at `systemctl status kubelet`." % verdict(found)[1]
    return judged(ok, ", ".join(expected) or "node %s" % args["name"], ", ".join(actual) or "it is there", hint)


def _taint(taint):
    """Return a taint as kubectl writes it."""
    return "%s%s:%s" % (taint.get("key"), "=" + taint["value"] if taint.get("value") else "", taint.get("effect"))


def _taint_is(wanted, taint):
    """Compare with KEY[=VALUE][:EFFECT]; what is not said may be anything."""
    key, _colon, effect = wanted.partition(":")
    key, equal, value = key.partition("=")
    return taint.get("key") == key and (not equal or (taint.get("value") or "") == value) and (not effect or taint.get("effect") == effect)


def _names(objects):
    return [one["metadata"]["name"] for one in objects]


def labels(args, seen):
    """Check the labels of any object."""
    namespace = None if args["kind"] in WITHOUT_NAMESPACE else args["namespace"]
    expected = ", ".join(([label_words(args["labels"])] if args["labels"] else []) + ["no label " + key for key in args["absent"] or []])
    found = seen.one(args["kind"], namespace, args["name"])
    if not found:
        return judged(False, expected, _missing(args["kind"], args["name"], namespace), "Create it first, in this namespace and with this name.")
    have = found["metadata"].get("labels") or {}
    ok = has_labels(have, args["labels"] or {}) and not set(args["absent"] or ()) & set(have)
    return judged(ok, expected, label_words(have), "Compare key and value under metadata.labels letter by letter, then apply the file again.")


def _missing(kind, name, namespace):
    return "there is no %s %s%s" % (kind, name, " in namespace " + namespace if namespace else "")


def deployment(args, seen):
    """Check a Deployment's numbers, as `kubectl get deployment` shows them, its image and its template."""
    found = seen.one("Deployment", args["namespace"], args["name"])
    if not found:
        return judged(False, "Deployment %s" % args["name"], _missing("Deployment", args["name"], args["namespace"]), "Apply its file.")
    spec, status = found.get("spec", {}), found.get("status", {})
    template = spec.get("template", {})
    complete, said = verdict(found)
    rows = [("replicas", args["replicas"], spec.get("replicas", 1))]
    rows += [(word, args[word], status.get(key, 0)) for word, key in (
        ("ready", "readyReplicas"), ("updated", "updatedReplicas"), ("available", "availableReplicas"))]
    rows += [("complete", args["complete"], complete),
             ("image", args["image"], _image_word(args["image"], containers_images(template.get("spec", {})))),
             ("template", args["template_labels"], _some(args["template_labels"], template.get("metadata", {}).get("labels")))]
    ok, expected, actual = compare(rows)
    observed = {"replicas": spec.get("replicas", 1), "ready": status.get("readyReplicas", 0), "updated": status.get("updatedReplicas", 0),
                "available": status.get("availableReplicas", 0), "generation": found["metadata"].get("generation")}
    return judged(ok, expected or "Deployment %s" % args["name"], "%s (%s)" % (actual, said) if actual else said,
                  "The Deployment is %s. `kubectl describe deployment %s` and `kubectl get pods` tell more." % (said, args["name"]), observed)


def _some(wanted, have):
    """Return the wanted labels when all are there (so that others may be there too), and all that are there when not."""
    return wanted if wanted is not None and has_labels(have, wanted) else have or {}


def _image_word(wanted, have):
    """Return the wanted image when one of the containers has it, and all images when not."""
    return wanted if wanted is not None and image_name(wanted) in [image_name(one) for one in have] else ", ".join(have)


def image(args, seen):
    """Check that an image is in the node, by the node's own list."""
    found = seen.one("Node", None, args["node"])
    if not found:
        return judged(False, args["name"], _missing("Node", args["node"], None), "Start the cluster.")
    images = found.get("status", {}).get("images") or []
    names = [name for one in images for name in one.get("names") or []]
    if image_name(args["name"]) in [image_name(name) for name in names]:
        return judged(True, args["name"], "present")
    if len(images) >= MOST_IMAGES:
        return unseen(args["name"], "The node lists only the largest %d of its images, and this one is not among them; look with `docker images` in the node." %
                      MOST_IMAGES)
    same = sorted(name for name in names if name.split("@")[0].rsplit(":", 1)[0] == args["name"].split("@")[0].rsplit(":", 1)[0])
    return judged(False, args["name"], "not among the node's %d images%s" % (len(images), "; of this repository: " + ", ".join(same) if same else ""),
                  "Pull or load it into the node; the node's list follows within 10 seconds.")


def object_absent(args, seen):
    """Check that nothing of a kind, name or labels is there."""
    namespace = None if args["kind"] in WITHOUT_NAMESPACE else args["namespace"]
    found = _names(seen.select(args["kind"], namespace, args["name"], args["labels"]))
    place = " in namespace " + namespace if namespace else ""
    what = args["name"] or "with " + label_words(args["labels"])
    return judged(not found, "no %s %s%s" % (args["kind"], what, place), "there: " + ", ".join(found) if found else "none",
                  "Delete it: `kubectl delete %s %s%s`." % (args["kind"].lower(), " ".join(found), " --namespace=" + namespace if namespace else ""))


def events(args, seen):
    """Check how many times something was reported, and of what."""
    least, most = args["min"], args["max"]
    if least is None:
        least = 0 if most is not None else 1
    words = [args["reason"], args["type"], "of %s" % " ".join(filter(None, [args["kind"], args["name"]])) if args["kind"] or args["name"] else None,
             "of pods with %s" % label_words(args["labels"]) if args["labels"] else None, "of uid %s" % args["uid"] if args["uid"] else None,
             "matching /%s/" % args["message"] if args["message"] else None]
    expected = "%s event %s" % (how_many(least, most), " ".join(filter(None, words)))
    uids = None
    if args["labels"]:
        pods = seen.pods(args["namespace"], labels=args["labels"])
        if not pods and least:
            return judged(False, expected, "there is no pod with %s in namespace %s" % (label_words(args["labels"]), args["namespace"]),
                          "Look at the step before: nobody has made the pod yet.")
        uids = {pod["metadata"]["uid"] for pod in pods}
    near, found = [], []
    for event in seen.select("Event", args["namespace"]):
        about = event.get("involvedObject", {})
        if ((args["kind"] and about.get("kind") != args["kind"]) or (args["name"] and about.get("name") != args["name"])
                or (args["uid"] and about.get("uid") != args["uid"]) or (uids is not None and about.get("uid") not in uids)):
            continue
        near.append(event)
        if ((not args["reason"] or event.get("reason") == args["reason"]) and (not args["type"] or event.get("type") == args["type"])
                and (not args["message"] or re.search(args["message"], event.get("message") or ""))):
            found.append(event)
    ok = len(found) >= least and (most is None or len(found) <= most)
    shown = found or near
    shown = sorted(shown, key=lambda event: event.get("lastTimestamp") or event.get("eventTime") or "")[-3:]
    said = "; ".join("%s %s: %s" % (one.get("involvedObject", {}).get("name"), one.get("reason"), (one.get("message") or "").strip()[:200]) for one in shown)
    actual = "%d" % len(found) + (": " + said if found else "; last of these objects: " + said if said else ", and no other event of these objects")
    return judged(ok, expected, actual, "`kubectl get events --namespace=%s` shows all; they are kept for an hour." % args["namespace"])
