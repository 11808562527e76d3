"""The report as data: states, order, what to do, what is kept of an earlier report, hostile and broken values."""

import json

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.report_data import build, natural, to_do
from ansible_collections.workshop.lab.plugins.module_utils.report_text import LIMIT, checks, clean, seconds

SOURCES = [{"title": "Health", "variable": "verify_checks"}, {"title": "Exercise", "variable": "workshop_exercise_checks"}]
RUN = {"created": "2024-05-06T09:41:00+02:00", "playbook": "site.yml", "limit": "", "tags": [], "check_mode": False, "ansible": "2.19.14",
       "started": "2024-05-06T09:33:00+02:00", "seconds": 9.5}
FAILURE = {"task": "Start it", "phase": "cluster", "message": "no CPU", "checks": []}


def one(ok, id="a", hint="do it", title="A"):
    """Return a check."""
    return {"id": id, "title": title, "ok": ok, "expected": "x", "actual": "y", "figure": "2.1", "hint": hint, "seconds": 1.25}


def report(facts, seats=None, names=None, **more):
    """Return the report of these seats."""
    return build(names or sorted(set(facts) | set(seats or {})), facts, {"seats": seats or {}}, SOURCES, dict(RUN, **more.pop("run", {})), "T", **more)


@pytest.mark.parametrize("found, seen, state, reason, next_step", [
    ([one(True)], {}, "ready", "", ""),
    ([one(True), one(False, "b", "scale it", "Three pods")], {}, "not_ready", "1 check does not pass: Three pods", "scale it"),
    ([one(False), one(False, "b")], {}, "not_ready", "2 checks do not pass: A", "do it"),
    ([one(False, hint="")], {}, "not_ready", "1 check does not pass: A", "Compare expected and actual on s; then run again with --limit s."),
    ([one(None, hint="no answer")], {}, "not_ready", "1 check could not be observed: A", "no answer"),
    ([], {}, "not_checked", "Nothing was checked on this seat in this run.", "Run playbooks/verify.yml --limit s."),
    ([], {"failure": FAILURE}, "failed", "Start it: no CPU", "Read the message; when its cause is gone, run again with --limit s (and -v for more)."),
    ([one(True)], {"failure": FAILURE}, "failed", "Start it: no CPU", None),
    ([one(False)], {"failure": FAILURE}, "not_ready", "1 check does not pass: A", "do it"),
    ([one(None)], {"failure": FAILURE}, "failed", "Start it: no CPU", None),
    ([one(True)], {"unreachable": "No route to host"}, "unreachable", "No route to host", None),
    ([one(False)], {"unreachable": "No route to host", "failure": FAILURE}, "unreachable", "No route to host", None),
])
def test_state(found, seen, state, reason, next_step):
    """Each state with its reason and its next step."""
    seat = report({"s": {"verify_checks": found}}, {"s": seen})["seats"][0]
    assert (seat["state"], seat["reason"]) == (state, reason)
    assert seat["next_step"] == next_step if next_step is not None else "--limit s" in seat["next_step"]


@pytest.mark.parametrize("clock, wrong", [(None, False), (0, False), (-3500, False), (3601, True), (-631152000, True)])
def test_a_wrong_clock_is_told_first(clock, wrong):
    """It may be the reason of what fails; an hour off is a check that does not pass, a minute nothing. What preflight has said stands once."""
    (seat,) = report({"s": {"verify_checks": [one(True)]}}, {"s": {"clock": clock, "failure": FAILURE}})["seats"]
    assert (seat["reason"] == "1 check does not pass: The clock is right") is wrong
    assert ("timedatectl" in seat["next_step"]) is wrong and seat["failure"]["message"] == "no CPU"
    (seat,) = report({"s": {"verify_checks": [one(False, "seat.clock")]}}, {"s": {"clock": clock}})["seats"]
    assert seat["counts"]["failed"] == 1


def test_what_was_mended_is_kept():
    """Of a seat that is ready now, too; hostile words are only text."""
    (seat,) = report({"s": {"verify_checks": [one(True)]}}, {"s": {"mended": ["the kubelet was Stopped and runs again", "x" * 900]}})["seats"]
    assert seat["state"] == "ready" and seat["mended"][0] == "the kubelet was Stopped and runs again"
    assert len(seat["mended"][1]) < 400
    assert report({"s": {}})["seats"][0]["mended"] == []


def test_a_run_that_was_killed():
    """Its seats say so, whether a report knew them or not, until a later run has a result; a report that is newer than that run stands."""
    before = report({"s": {"verify_checks": [one(True)]}, "t": {"verify_checks": [one(True)]}}, names=["s", "t"])
    killed = {"interrupted": {name: {"started": "2024-05-06T09:50:00+02:00", "task": "Start it"} for name in "stu"}}
    after = build(["s", "t", "u", "v"], {"t": {"verify_checks": [one(True)]}}, dict(killed, seats={"t": {"when": "2024-05-06T10:00:00+02:00"}}), SOURCES, RUN,
                  "T", before)
    found = {seat["name"]: seat for seat in after["seats"]}
    assert {name: seat["state"] for name, seat in found.items()} == {"s": "failed", "t": "ready", "u": "failed", "v": "not_checked"}
    assert found["s"]["reason"] == 'The run of 2024-05-06 09:50 was interrupted at the task "Start it".' and found["s"]["counts"]["ok"] == 1
    assert found["s"]["next_step"] == "Run the playbook again with --limit s; it goes on from there." and found["s"]["earlier"]
    assert found["u"]["failure"] == {"task": "Start it", "phase": "", "message": found["s"]["reason"]} and after["totals"]["failed"] == 2
    kept = build(["s"], {}, {}, SOURCES, RUN, "T", after)["seats"][0]
    assert (kept["state"], kept["reason"]) == ("failed", found["s"]["reason"])
    assert build(["s"], {"s": {"verify_checks": [one(True)]}}, {"seats": {"s": {"phases": []}}}, SOURCES, RUN, "T", after)["seats"][0]["state"] == "ready"
    killed["interrupted"]["s"]["started"] = "2024-05-06T09:00:00+02:00"
    assert build(["s"], {}, killed, SOURCES, RUN, "T", before)["seats"][0]["state"] == "ready"


def test_worst_first_and_numbers_as_numbers():
    """Unreachable, failed, most failing checks, ... ready; seat2 before seat10."""
    facts = {"seat10": {"verify_checks": [one(True)]}, "seat2": {"verify_checks": [one(True)]}, "bad1": {"verify_checks": [one(False)]},
             "bad2": {"verify_checks": [one(False), one(None, "b")]}, "broken": {}, "gone": {}, "idle": {}}
    found = report(facts, {"broken": {"failure": FAILURE}, "gone": {"unreachable": "silence"}})
    assert [seat["name"] for seat in found["seats"]] == ["gone", "broken", "bad2", "bad1", "idle", "seat2", "seat10"]
    assert found["totals"] == {"seats": 7, "ready": 2, "not_ready": 2, "failed": 1, "unreachable": 1, "not_checked": 1, "checks": 5, "ok": 2,
                               "checks_failed": 2, "unknown": 1}


def test_names_are_ordered_whatever_they_are():
    """Names without numbers, with several, and with none of the usual letters."""
    assert sorted(["b", "a10", "a9", "a", "10", "9", "\u00b2"], key=natural) == ["9", "10", "a", "a9", "a10", "b", "\u00b2"]


def test_groups_by_source_and_checks_of_the_failed_task():
    """A variable that a seat has not makes no group; a failed task's checks that no variable holds make one more."""
    failure = dict(FAILURE, checks=[one(True), one(False, "c")])
    seat = report({"s": {"verify_checks": [one(True)], "workshop_exercise_checks": []}}, {"s": {"failure": failure}})["seats"][0]
    assert [(group["title"], group["variable"], [check["id"] for check in group["checks"]]) for group in seat["groups"]] == [
        ("Health", "verify_checks", ["a"]), ("Start it", "", ["c"])]
    assert seat["state"] == "not_ready"
    assert seat["failure"] == {"task": "Start it", "phase": "cluster", "message": "no CPU"}
    assert seat["counts"] == {"checks": 2, "ok": 1, "failed": 1, "unknown": 0}


def test_what_to_do_counts_seats_not_checks():
    """The check that most seats lack is first, its commonest hint is kept, a seat that has it in two groups counts once."""
    facts = {"s1": {"verify_checks": [one(False)], "workshop_exercise_checks": [one(False)]},
             "s2": {"verify_checks": [one(None, "b", "look"), one(True, "a")]},
             "s3": {"verify_checks": [one(False, "b", "scale"), one(False, "a", "")]},
             "s4": {"verify_checks": [one(False, "b", "scale")]}}
    found = report(facts)["to_do"]
    assert [(entry["id"], entry["count"], sorted(entry["seats"]), entry["hint"]) for entry in found] == [
        ("b", 3, ["s2", "s3", "s4"], "scale"), ("a", 2, ["s1", "s3"], "do it")]
    assert to_do([]) == []


def test_limit_keeps_the_others_of_an_earlier_report():
    """Left-out seats stay as they were, also a second time; without an earlier report they are not checked, and say why."""
    first = report({"s1": {"verify_checks": [one(False)]}, "s2": {"verify_checks": [one(False)]}})
    limited = {"run": {"limit": "s1", "created": "2024-05-06T10:00:00+02:00"}, "left_out": ["s2"], "names": ["s1", "s2"]}
    second = report({"s1": {"verify_checks": [one(True)]}}, earlier=first, **limited)
    states = {seat["name"]: (seat["state"], seat["earlier"], seat["when"]) for seat in second["seats"]}
    assert states == {"s1": ("ready", False, "2024-05-06T10:00:00+02:00"), "s2": ("not_ready", True, RUN["created"])}
    alone = report({"s1": {"verify_checks": [one(True)]}}, run={"limit": "s1"}, left_out=["s2"], names=["s1", "s2"])
    assert alone["seats"][0]["reason"] == "Not part of this run, which was limited to s1."


def test_a_run_that_learned_nothing_keeps_the_page():
    """playbooks/report.yml by itself writes the same seats again; a seat that is gone from the inventory goes."""
    first = report({"s1": {"verify_checks": [one(False)]}, "s2": {"verify_checks": [one(True)]}})
    again = report({"s1": {}}, earlier=first, names=["s1"])
    assert [(seat["name"], seat["state"], seat["earlier"]) for seat in again["seats"]] == [("s1", "not_ready", True)]


def test_phases_and_times():
    """Phases come from the record; their sum is the seat's time."""
    phases = [{"name": "k8suser", "seconds": 2.5, "state": "ok"}, {"name": "cluster", "seconds": 80, "state": "failed"}]
    seat = report({"s": {}}, {"s": {"phases": phases, "failure": FAILURE, "when": "2024-05-06T09:40:00+02:00"}})["seats"][0]
    assert seat["seconds"] == 82.5
    assert seat["when"] == "2024-05-06T09:40:00+02:00"
    assert [phase["name"] for phase in seat["phases"]] == ["k8suser", "cluster"]


@pytest.mark.parametrize("value", ["text", 7, {"id": "a"}, [7], [{"title": "no id"}], [None], [["a"]], [{"id": ""}]])
def test_what_is_no_check_says_so(value):
    """A broken variable is one more check that could not be observed; nothing is lost silently and nothing raises."""
    found = checks(value)
    assert [(check["id"], check["ok"]) for check in found] == [("report.not_a_check", None)]
    assert "report_sources" in found[0]["hint"]


@pytest.mark.parametrize("ok, kept", [(True, True), (False, False), (None, None), ("yes", None), (1, None), ("true", None)])
def test_only_a_truth_is_a_truth(ok, kept):
    """What is not true, false or null could not be observed: never shown as passed."""
    assert checks([dict(one(True), ok=ok)])[0]["ok"] is kept


@pytest.mark.parametrize("text, kept", [
    (None, ""), (7, "7"), (b"a\xff", "a\ufffd"), ("\x1b[31mred\x1b[0m", "red"), ("a\x00b\x08", "a\ufffdb\ufffd"), ("a\r\nb\rc", "a\nb\nc"),
    ("\ud800", "\ufffd"), ("\uffff", "\ufffd"), ("\u202egnp.exe", "\ufffdgnp.exe"), ("\U0001f600 \u00e9", "\U0001f600 \u00e9"), ("\x0b", "\ufffd"),
])
def test_clean(text, kept):
    """Control characters, colours, lone surrogates and marks that turn the direction are gone; letters of any language stay."""
    assert clean(text) == kept


def test_clean_cuts():
    """A flood is cut and says how much is missing."""
    text = clean("x" * (LIMIT + 5))
    assert text == "x" * LIMIT + " ... (5 characters more)"
    assert len(clean("x" * 10 ** 7)) < LIMIT + 50


@pytest.mark.parametrize("value, kept", [("1.5", 1.5), (None, 0.0), ("soon", 0.0), (-1, 0.0), (float("nan"), 0.0), (float("inf"), 0.0), ([], 0.0), (2, 2.0)])
def test_seconds(value, kept):
    """Anything else than a number of seconds is 0, so that the JSON stays JSON."""
    assert seconds(value) == kept


def test_everything_is_json():
    """A hostile seat cannot make a report that is no JSON."""
    found = report({"s": {"verify_checks": [dict(one(False), seconds=float("nan"), title="\ud800\x00", actual={"a": [1]})]}})
    assert json.loads(json.dumps(found, allow_nan=False)) == found
