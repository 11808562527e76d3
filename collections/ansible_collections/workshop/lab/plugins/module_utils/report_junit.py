"""The report as a JUnit file, for a CI server: a testsuite per seat, a testcase per check."""

import xml.etree.ElementTree as ElementTree

from ansible_collections.workshop.lab.plugins.module_utils.report_text import clean


def junit(report):
    """Return the XML of a report (report_data.build) as text.

    A check that is false is a failure, one that could not be observed an error. A seat that was not reached or whose task failed has one testcase for
    that (an error); a seat without checks a skipped one: no suite is empty, since an empty one counts as passed.
    """
    root = ElementTree.Element("testsuites")
    counts = [0, 0, 0, 0]
    for seat in report["seats"]:
        suite, found = _suite(seat)
        counts = [one + other for one, other in zip(counts, found)]
        root.append(suite)
    _numbers(root, report["title"] or "seats", counts, sum(float(suite.get("time")) for suite in root))
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(seat):
    suite = ElementTree.Element("testsuite")
    counts = [0, 0, 0, 0]  # tests, failures, errors, skipped
    for group in seat["groups"]:
        for check in group["checks"]:
            counts[0] += 1
            case = _case(suite, seat, group["title"], "%s %s" % (check["id"], check["title"]), check["seconds"])
            if check["ok"] is True:
                continue
            counts[1 if check["ok"] is False else 2] += 1
            words = "expected: %s\nactual: %s\nhint: %s\nfigure: %s" % (check["expected"], check["actual"], check["hint"], check["figure"])
            tag, kind = ("failure", "false") if check["ok"] is False else ("error", "unobserved")
            _end(case, tag, kind, "expected %s, actual %s" % (check["expected"], check["actual"]), words)
    if seat["state"] in ("unreachable", "failed"):
        counts[0], counts[2] = counts[0] + 1, counts[2] + 1
        _end(_case(suite, seat, "run", "The playbook ran to its end", seat["seconds"]), "error", seat["state"], seat["reason"],
             "%s\n%s" % (seat["reason"], seat["next_step"]))
    elif not counts[0]:
        counts[0], counts[3] = 1, 1
        _end(_case(suite, seat, "run", "The seat was checked", 0), "skipped", None, seat["reason"], "")
    _numbers(suite, seat["name"], counts, sum(float(case.get("time")) for case in suite))
    suite.set("hostname", seat["name"])
    suite.set("timestamp", seat["when"])
    return suite, counts


def _case(suite, seat, group, name, seconds):
    return ElementTree.SubElement(suite, "testcase", {"classname": "%s.%s" % (clean(seat["name"]), group), "name": name, "time": "%.3f" % seconds})


def _end(case, tag, kind, message, words):
    end = ElementTree.SubElement(case, tag, {"message": " ".join(message.split())})
    if kind:
        end.set("type", kind)
        end.text = words


def _numbers(element, name, counts, seconds):
    element.set("name", name)
    for key, value in zip(("tests", "failures", "errors", "skipped"), counts):
        element.set(key, str(value))
    element.set("time", "%.3f" % seconds)
