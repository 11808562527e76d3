"""Checks of what was answered over the network: to visits over HTTP, to connections that must be refused, to many requests -> Verdict."""

import re

from ansible_collections.workshop.lab.plugins.module_utils.checks_network import spread_words
from ansible_collections.workshop.lab.plugins.module_utils.checks_seen import judged, unseen


def http(args, _seen, answered):
    """Check what was answered to one visit, or, for a number that rises, to two."""
    url, visits = answered.where, answered.visits
    expected = "status %d" % args["status"] + (", text /%s/" % args["pattern"] if args["pattern"] else "") + (", rising" if args["rises"] else "")
    if answered.verdict:
        return answered.verdict._replace(expected=expected)
    if answered.error:
        return unseen(expected, answered.error)
    answers = [_answer(one) for one in visits]
    observed = {"url": url, "answers": [one.body[:500] for one in visits if one.status is not None]}
    found = [re.search(args["pattern"], one.body) if args["pattern"] else True for one in visits]
    ok = bool(visits) and all(one.status == args["status"] for one in visits) and all(found)
    actual = ", then ".join(answers)
    if ok and args["rises"]:
        numbers = [_number(one) for one in found]
        observed["numbers"] = numbers
        ok = None not in numbers and all(before < after for before, after in zip(numbers, numbers[1:]))
        actual += " (numbers %s)" % ", ".join(map(str, numbers))
    return judged(ok, expected, actual, "%s: %s" % (url, HTTP_HINTS[next((one.problem for one in visits if one.status is None), "")]), observed)


HTTP_HINTS = {
    "": "it answers, but not what is expected; another application's pods may have the labels of the Service's selector.",
    "refused": "nothing listens at the target: compare the Service's targetPort with the port of the application (8080).",
    "unreachable": "nobody answers at this address from here.",
    "closed": "the application closes the connection: look at `kubectl logs`; pageview does so while it cannot reach redis at the name db.",
}


def _answer(one):
    """Return a Visit in words."""
    return "%s %r" % (one.status, one.body[:120]) if one.status is not None else one.error


def _number(match):
    """Return the first group of a match as a number; None when it is none."""
    try:
        return int(match.group(1))
    except (TypeError, ValueError):
        return None


def refused(args, _seen, answered):
    """Check that nobody accepted a connection."""
    expected = {"any": "refused, or no answer", "refused": "connection refused", "unreachable": "no answer within %g seconds" % args["timeout"]}[args["how"]]
    where, visits = answered.where, answered.visits
    if answered.verdict:
        return answered.verdict._replace(expected=expected)
    ok = visits[0].status is None and (args["how"] == "any" or visits[0].problem == args["how"])
    return judged(ok, "%s: %s" % (where, expected), visits[0].error or "it accepts connections", "%s must not answer here at this step." % where)


def spread(args, _seen, answered):
    """Check the answers to N requests, and the lines that each pod logged meanwhile."""
    expected = spread_words(args)
    url, visits, counts = answered.where, answered.visits, answered.counts
    if answered.verdict:
        return answered.verdict._replace(expected=expected)
    if answered.error:
        return unseen(expected, answered.error)
    good = [one for one in visits if one.status == args["status"] and (not args["pattern"] or re.search(args["pattern"], one.body))]
    ok = len(good) == args["requests"] and all(number >= args["min_each"] for number in counts.values())
    numbers = "%s of %d" % (", ".join(str(counts[name]) for name in sorted(counts)), len(visits))
    bad = [one for one in visits if one not in good]
    actual = numbers if not bad else "%s; %d of %d visits went wrong, the first: %s" % (numbers, len(bad), len(visits), _answer(bad[0]))
    hint = "%s must answer every time." % url if bad else "Each visit is a log line of its pod; by chance one of many pods may get none: more requests tell."
    return judged(ok, expected, actual, hint, {"url": url, "counts": counts, "answered": len(good), "requests": len(visits)})
