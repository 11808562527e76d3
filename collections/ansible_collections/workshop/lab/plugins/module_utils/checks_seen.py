"""What one look at a seat has shown, and the words in which a check says what it expected and what it found. No input or output here."""

import collections

from ansible_collections.workshop.lab.plugins.module_utils.readiness import condition, pod_reasons, verdict

#: The answer of a kind of check: ok (True, False, None), expected, actual and hint (texts), observed (dict for later steps, or None).
Verdict = collections.namedtuple("Verdict", "ok expected actual hint observed")


def judged(ok, expected, actual, hint="", observed=None):
    """Return a Verdict; the hint is for one that is not true."""
    return Verdict(ok, expected, actual, "" if ok else hint, observed)


def unseen(expected, why):
    """Return the Verdict of what could not be observed."""
    return Verdict(None, expected, "could not be observed", why, None)


class Seen:
    """What was read. Each source has its data or, in ``errors`` (dict by source: api, node, server, minikube, kubectl), why it could not be read.

    ``objects``: list of API objects. ``node``: facts inside the node (checks_node). ``versions``: program -> {version, commit}. ``server``: (host, port)
    of the API server. ``programs``: path or name -> (whether a file is there, whether it may be executed, where the PATH finds the name).
    """

    def __init__(self, objects=(), node=None, versions=None, server=None, errors=None):
        self.objects, self.node, self.versions, self.server = list(objects), node or {}, versions or {}, server
        self.errors = errors or {}
        self.programs = {}

    def select(self, kind, namespace=None, name=None, labels=None):
        """Return the objects of a kind, of a namespace, with a name, with all of these labels; sorted by name."""
        found = []
        for one in self.objects:
            data = one.get("metadata", {})
            if (one.get("kind") == kind and (namespace is None or data.get("namespace") == namespace) and (name is None or data.get("name") == name)
                    and has_labels(data.get("labels"), labels or {})):
                found.append(one)
        return sorted(found, key=lambda one: one["metadata"].get("name", ""))

    def one(self, kind, namespace, name):
        """Return an object, or None."""
        return next(iter(self.select(kind, namespace, name)), None)

    def pods(self, namespace, name=None, labels=None):
        """Return the pods that are not on their way out: while one is being deleted, kubectl shows it as Terminating, and it counts no longer."""
        return [pod for pod in self.select("Pod", namespace, name, labels) if not pod["metadata"].get("deletionTimestamp")]

    def node_address(self):
        """Return the address at which the (only) node serves node ports; None when it is not known."""
        for node in self.select("Node"):
            for address in node.get("status", {}).get("addresses") or []:
                if address.get("type") == "InternalIP":
                    return address["address"]
        return None


def has_labels(have, wanted):
    """Say whether all wanted labels (dict) are among those that an object has (dict or None)."""
    return all((have or {}).get(key) == value for key, value in wanted.items())


def label_words(labels):
    """Return labels as kubectl writes them: tier=frontend,app=x; "no labels" for none."""
    return ",".join("%s=%s" % pair for pair in sorted((labels or {}).items())) or "no labels"


def compare(rows):
    """Return (ok, expected, actual) of rows (word, wanted, got); a row whose wanted is None was not asked for and is left out."""
    rows = [row for row in rows if row[1] is not None]
    return (all(wanted == got for _word, wanted, got in rows), ", ".join("%s %s" % (word, _say(wanted)) for word, wanted, _got in rows),
            ", ".join("%s %s" % (word, _say(got)) for word, _wanted, got in rows))


def _say(value):
    """Return a value as YAML and kubectl would write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return label_words(value)
    return "none" if value is None or value == "" else str(value)


def is_ready(pod):
    """Say whether a pod runs and is ready (a completed one is fine too, but nobody can visit it)."""
    return verdict(pod)[0] and pod.get("status", {}).get("phase") == "Running"


def reasons(pod):
    """Return the set of one-word reasons that a pod gives: Unschedulable, ImagePullBackOff, ErrImagePull, CrashLoopBackOff, Evicted ..."""
    status = pod.get("status", {})
    words = {status.get("reason"), condition(pod, "PodScheduled").get("reason")}
    for container in (status.get("initContainerStatuses") or []) + (status.get("containerStatuses") or []):
        for state in (container.get("state") or {}).values():
            words.add((state or {}).get("reason"))
    return words - {None, ""}


def describe(pods, most=6):
    """Return pods in words: "web-1 Running, ready, on minikube; web-2 ..."."""
    if not pods:
        return "no pod"
    words = []
    for pod in pods[:most]:
        status = pod.get("status", {})
        parts = ["%s %s" % (pod["metadata"].get("name"), status.get("phase") or "Pending"), "ready" if is_ready(pod) else "not ready",
                 "on %s" % pod["spec"]["nodeName"] if pod.get("spec", {}).get("nodeName") else "on no node"]
        words.append(", ".join(parts + [text[:200] for text in pod_reasons(pod)]))
    more = ["and %d more" % (len(pods) - most)] if len(pods) > most else []
    return "%d: %s" % (len(pods), "; ".join(words + more)) if len(pods) > 1 else words[0]


def how_many(least, most):
    """Return a range in words: 3, >= 1, 2 to 5."""
    if least == most:
        return "%d" % least
    return ">= %d" % least if most is None else "%d to %d" % (least, most)


def selection(args):
    """Return in words which pods a check is about: "pod x of namespace default"."""
    labels = args.get("labels") or args.get("pod_labels")
    who = "pods with %s" % label_words(labels) if labels else "pod %s" % (args.get("pod") or args.get("name"))
    return "%s in namespace %s" % (who, args["namespace"])


def containers_images(spec):
    """Return the images of a pod's specification."""
    return [container.get("image", "") for container in spec.get("containers") or []]


def image_name(name):
    """Return an image's name in one form: containerd says docker.io/library/redis:3 for Docker's redis:3, and no tag means latest."""
    for prefix in ("docker.io/", "index.docker.io/", "library/"):
        name = name[len(prefix):] if name.startswith(prefix) else name
    return name if "@" in name or ":" in name.rsplit("/", 1)[-1] else name + ":latest"
