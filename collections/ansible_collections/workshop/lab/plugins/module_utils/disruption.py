"""Killing pods while one is kept, and what the requests of that time say. Everything here is data in, data out, but for the class Killer."""

import time

from ansible_collections.workshop.lab.plugins.module_utils.check import check
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.kubectl import explain

LONGEST_LIST = 100  # elements of a list in the result
POLL = 0.5  # seconds between two looks at the pods
DELETE_LIMIT = 30  # seconds that `kubectl delete --wait=false` may take


def is_ready(pod):
    """Whether a pod is Running and Ready and not being deleted."""
    status = pod.get("status", {})
    ready = any(one.get("type") == "Ready" and one.get("status") == "True" for one in status.get("conditions", ()))
    return ready and status.get("phase") == "Running" and not pod["metadata"].get("deletionTimestamp")


def is_replaced(pod):
    """Whether a controller makes another pod when this one is gone."""
    return any(owner.get("controller") for owner in pod["metadata"].get("ownerReferences", ()))


def ready_pods(pods):
    """Return the ready ones, by name."""
    return sorted((pod for pod in pods if is_ready(pod)), key=lambda pod: pod["metadata"]["name"])


def victims(pods, keep):
    """Return the names of the pods that may be killed now, in order.

    The first ``keep`` ready pods by name are kept, as the chapter's kill-pods.sh keeps the first; a pod that nothing would replace is never killed.
    """
    return [pod["metadata"]["name"] for pod in ready_pods(pods)[keep:] if is_replaced(pod)]


def why_none(pods, keep):
    """Say why none of these pods may be killed."""
    ready = ready_pods(pods)
    if len(ready) > keep:
        return "%d pods are ready, but those that are not kept belong to no controller, and nothing would replace them" % len(ready)
    return "%d of %d pods are ready and %d must be kept, so that at least %d are needed; scale the Deployment, or look at its pods" % (
        len(ready), len(pods), keep, keep + 1)


class Killer:
    """Kills pods of one selector in one namespace, one after the other, each after the one before was replaced."""

    def __init__(self, kubectl, namespace, selector, keep, grace=None, clock=time.monotonic, sleep=time.sleep):
        self.kubectl, self.namespace, self.keep, self.grace = kubectl, namespace, keep, grace
        self.selector = ",".join("%s=%s" % (key, selector[key]) for key in sorted(selector))
        self.clock, self.sleep, self.killed, self.kept = clock, sleep, [], []

    def pods(self, limit=None):
        """Return the pods of the selector."""
        return self.kubectl.json(["get", "pods", "--namespace=" + self.namespace, "--selector=" + self.selector], "list the pods of " + self.selector,
                                 limit=limit)["items"]

    def kill(self, name):
        """Delete one pod, without waiting for its end."""
        grace = [] if self.grace is None else ["--grace-period=%d" % self.grace] + (["--force"] if self.grace == 0 else [])
        done = self.kubectl.call(["delete", "pod", name, "--namespace=" + self.namespace, "--wait=false", "--ignore-not-found"] + grace, limit=DELETE_LIMIT)
        if done.rc != 0:
            raise explain(done, "delete the pod " + name)
        if done.out.strip():  # nothing is printed when it was gone already
            self.killed.append(name)

    def run(self, kills, interval, patience, deadline):
        """Kill until ``kills`` are dead and replaced; return "" then, and the reason when it was given up.

        ``interval``: seconds between a replacement and the next kill. ``patience``: seconds for one replacement. ``deadline``: on the clock, for all.
        """
        pods, wanted = self._wait(lambda found: bool(victims(found, self.keep)), patience, deadline)
        if not wanted:
            return why_none(pods, self.keep)
        while len(self.killed) < kills:
            if self.clock() >= deadline:
                return "the time was over after %d of %d kills" % (len(self.killed), kills)
            names = victims(pods, self.keep)
            before, name = len(ready_pods(pods)), names[0]
            self.kept += [pod["metadata"]["name"] for pod in ready_pods(pods)[:self.keep] if pod["metadata"]["name"] not in self.kept]
            self.kill(name)
            pods, replaced = self._wait(_replaced(name, before, self.keep), patience, deadline)
            if not replaced:
                return "%s was killed and not replaced by a ready pod within %.0f seconds; %d pods are ready, and %d were before" % (
                    name, patience, len(ready_pods(pods)), before)
            if len(self.killed) < kills and interval:
                self.sleep(max(0.0, min(interval, deadline - self.clock())))
                pods, wanted = self._wait(lambda found: bool(victims(found, self.keep)), patience, deadline)
                if not wanted:
                    return why_none(pods, self.keep)
        return ""

    def _wait(self, condition, patience, deadline):
        """Look at the pods until the condition holds; return (the last seen, whether it did). A failed look is tried again within that time."""
        end, pods = min(deadline, self.clock() + patience), []
        while True:
            left = end - self.clock()
            try:
                pods = self.pods(limit=max(1.0, min(self.kubectl.limit, left)))
                if condition(pods):
                    return pods, True
            except LabError:
                if left <= 0:
                    raise
            if left <= 0:
                return pods, False
            self.sleep(min(POLL, left))


def _replaced(name, before, keep):
    """Return the condition: as many ready pods as before, the killed one not among them, and one that may be killed next."""

    def condition(pods):
        names = [pod["metadata"]["name"] for pod in ready_pods(pods)]
        return name not in names and len(names) >= before and bool(victims(pods, keep))

    return condition


def summary(records):
    """Return what the requests say, as a dict of the module's result. No key is called ``failed``: to Ansible that means that the module failed."""
    answered = [one for one in records if one["number"] is not None]
    numbers = [one["number"] for one in answered]
    pairs = list(zip(numbers, numbers[1:]))
    failures = [{"at": one["at"], "error": one["error"]} for one in records if one["number"] is None]
    return {
        "requests": len(records), "answers": len(answered), "failures": len(failures), "lost": failures[:LONGEST_LIST],
        "retried": sum(1 for one in records if one["retried"]), "duplicates": sum(1 for old, new in pairs if old == new),
        "falls": [{"before": old, "after": new} for old, new in pairs if new < old][:LONGEST_LIST],
        "numbers": {"first": numbers[0] if numbers else None, "last": numbers[-1] if numbers else None, "seen": numbers[:LONGEST_LIST]},
    }


def judge(result, kills, reason, seconds):
    """Return the three checks of a run, given its summary with ``killed``."""
    failed = result["failures"]
    first = result["lost"][0]["error"] if failed else ""
    said = "%d of %d answered" % (result["answers"], result["requests"])
    if result["retried"]:
        said += ", %d tried again" % result["retried"]
    checks = [check("disruption.answered", "Every request is answered", (failed == 0) if result["requests"] else None, "no request lost", said, "2.69",
                    _lost_hint(first) if failed else "" if result["requests"] else "no request was made", seconds)]
    falls, again, numbers = len(result["falls"]), result["duplicates"], result["numbers"]
    checks.append(check(
        "disruption.rising", "The number never falls", None if result["answers"] < 2 else not falls and not again, "each number above the one before",
        "from %s to %s, fell %d times, stood still %d times" % (numbers["first"], numbers["last"], falls, again), "2.69",
        "fewer than two numbers were seen" if result["answers"] < 2 else
        "the number is kept in redis: look whether its pod was restarted too" if falls or again else "", seconds))
    checks.append(check("disruption.killed", "Pods are killed while one is kept", not reason and len(result["killed"]) == kills,
                        "%d killed and replaced" % kills, "%d killed" % len(result["killed"]), "2.68", reason, seconds))
    return checks


def _lost_hint(words):
    """Say what a lost request means."""
    if any(kind in words for kind in ("efused", "reset", "closed", "no connection")):
        return ("%s: a pod that is told to end stops at once, 50 to 250 ms before kube-proxy takes it out of the Service, and drops what it was answering. "
                "A preStop pause in the pod closes that gap, and connection_retries does what a browser does" % words)
    return words
