"""Deleting what a class has left: in an order in which nothing holds up the next, and waiting until it is really gone."""

import functools
import re
import time

from ansible_collections.workshop.lab.plugins.module_utils import baseline_read, manifests
from ansible_collections.workshop.lab.plugins.module_utils.baseline_read import AT_ONCE, reference, title
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.kubectl import explain
from ansible_collections.workshop.lab.plugins.module_utils.waiting import wait_until

# First: a webhook or an API server of the student's that does not answer would refuse or hold up every deletion after it.
FIRST = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "APIService")
# Last: with its definition a kind cannot be asked for any more, so its objects go before.
LAST = ("CustomResourceDefinition",)


def order(objects):
    """Return the waves: lists of objects, each of which must be gone before the next is deleted. Namespaces stand at the end of theirs."""
    first = [obj for obj in objects if obj.kind in FIRST]
    last = [obj for obj in objects if obj.kind in LAST]
    middle = sorted((obj for obj in objects if obj.kind not in FIRST + LAST), key=lambda obj: obj.kind == "Namespace")
    return [wave for wave in (first, middle, last) if wave]


def delete(kubectl, plan, names, limit, clock=time.monotonic, sleep=time.sleep):
    """Delete the objects of a Plan and wait, ``limit`` seconds for all of it. LabError that names what is left, and what holds it.

    ``names``: the kinds that the cluster has.
    """
    deadline = clock() + limit
    for wave in order(plan.delete):
        for start in range(0, len(wave), AT_ONCE):
            _ask(kubectl, [obj for obj in wave[start:start + AT_ONCE] if not obj.ending])
        held = plan.held if wave[0].kind not in FIRST + LAST else []
        question = functools.partial(_left, kubectl, names, wave, held)
        waited = wait_until(question, max(0, deadline - clock()), 1.0, clock, sleep)
        if not waited.done:
            raise _stuck(waited.seen, limit)


def _ask(kubectl, objects):
    """Ask for the deletion of objects in one call."""
    if not objects:
        return
    done = kubectl.call(["delete", "-f", "-", "--ignore-not-found", "--wait=false"], stdin=manifests.as_list([reference(obj) for obj in objects]))
    if done.rc != 0 and not re.search("no matches for kind", done.err):
        raise explain(done, "delete " + ", ".join(map(title, objects)))


def _left(kubectl, names, wave, held):
    """Return (whether all are gone, those that are not). Objects of a namespace that goes are named beside it: one of them may be what holds it."""
    uids, spaces = {obj.uid for obj in wave + held}, {obj.name for obj in wave if obj.kind == "Namespace"}
    found, _unread = baseline_read.objects(kubectl, baseline_read.asked_for(names, wave + held))
    left = [obj for obj in found if obj.uid in uids or uids.intersection(obj.owners) or obj.namespace in spaces]
    return not left, left


def _stuck(left, limit):
    """Return the LabError of objects that do not go."""
    holders = [obj for obj in left if obj.finalizers and obj.ending and obj.kind != "Namespace"] or left
    words = ["%s%s" % (title(obj), " (held by %s)" % ", ".join(obj.finalizers) if obj.finalizers else "") for obj in holders[:10]]
    first, place = holders[0], ""
    if first.namespace:
        place = " -n " + first.namespace
    kind = first.kind.lower() + ("." + baseline_read.group(first.version) if baseline_read.group(first.version) else "")
    step = ("whoever set the finalizer should take it off; if nobody is there any more, `kubectl patch %s%s %s --type=merge -p "
            "'{\"metadata\":{\"finalizers\":null}}'` does, then reset again" % (kind, place, first.name)) if first.finalizers else (
                "`kubectl describe %s%s %s` shows what it waits for; a node that is not Ready cannot end its pods" % (kind, place, first.name))
    return LabError("Deleted, but not gone after %s seconds: %s%s. Next step: %s." % (
        limit, ", ".join(words), " and %d more" % (len(holders) - 10) if len(holders) > 10 else "", step), stuck=[title(obj) for obj in left])
