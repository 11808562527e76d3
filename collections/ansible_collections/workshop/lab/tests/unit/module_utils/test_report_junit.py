"""The JUnit file: what parsers of CI servers need, and that no text of a seat can break it."""

import xml.etree.ElementTree as ElementTree

from ansible_collections.workshop.lab.plugins.module_utils.report_data import build
from ansible_collections.workshop.lab.plugins.module_utils.report_junit import junit

RUN = {"created": "2024-05-06T09:41:00+02:00", "playbook": "site.yml", "limit": "", "tags": [], "check_mode": False, "ansible": "2.19.14",
       "started": "2024-05-06T09:33:00+02:00", "seconds": 9.5}
HOSTILE = "]]></failure><script>alert(1)</script>\x00\x1b[31m&amp; \"'\ud800"


def tree(facts, seats=None):
    """Return the parsed JUnit file of these seats."""
    report = build(sorted(facts), facts, {"seats": seats or {}}, [{"title": "Health", "variable": "verify_checks"}], RUN, "Class")
    return ElementTree.fromstring(junit(report).encode("utf-8"))


def one(ok, id="a", **more):
    """Return a check."""
    return dict({"id": id, "title": "Title", "ok": ok, "expected": "x", "actual": "y", "figure": "2.1", "hint": "h", "seconds": 1.5}, **more)


def test_suite_per_seat_and_case_per_check():
    """Counts agree with the elements on both levels; times are seconds."""
    root = tree({"s1": {"verify_checks": [one(True), one(False, "b"), one(None, "c")]}, "s2": {"verify_checks": [one(True)]}, "s3": {}, "s4": {}},
                {"s4": {"unreachable": "No route to host"}})
    assert root.tag == "testsuites"
    assert {suite.get("name"): [suite.get(name) for name in ("tests", "failures", "errors", "skipped")] for suite in root} == {
        "s1": ["3", "1", "1", "0"], "s2": ["1", "0", "0", "0"], "s3": ["1", "0", "0", "1"], "s4": ["1", "0", "1", "0"]}
    for suite in root:
        assert len(suite.findall("testcase")) == int(suite.get("tests"))
        for tag, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            assert len(suite.findall("testcase/" + tag)) == int(suite.get(name))
        assert suite.get("timestamp").startswith("2024-05-06T09:41:00")
        assert all(case.get("name") and case.get("classname") and float(case.get("time")) >= 0 for case in suite)
    assert [root.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["6", "1", "2", "1"]


def test_words_of_a_failure():
    """Expected, actual, hint and figure are in it."""
    failure = tree({"s": {"verify_checks": [one(False)]}}).find("testsuite/testcase/failure")
    assert failure.get("message") == "expected x, actual y"
    assert failure.text == "expected: x\nactual: y\nhint: h\nfigure: 2.1"


def test_hostile_text_stays_text():
    """Nothing that a seat says ends an element or is no XML."""
    root = tree({"s": {"verify_checks": [one(False, "a" + HOSTILE, title=HOSTILE, expected=HOSTILE, actual=HOSTILE, hint=HOSTILE)]}})
    assert [element.tag for element in root.iter()] == ["testsuites", "testsuite", "testcase", "failure"]
    assert "<script>alert(1)</script>" in root.find("testsuite/testcase/failure").text


def test_failed_seat_names_the_task():
    """A seat whose task failed is an error, beside its checks."""
    root = tree({"s": {"verify_checks": [one(True)]}}, {"s": {"failure": {"task": "Start it", "message": "no CPU", "phase": "cluster"}}})
    assert root.find("testsuite/testcase/error").get("message") == "Start it: no CPU"
    assert root.find("testsuite").get("tests") == "2"
