"""The report of a class as data: what report.json holds, and what the page and the JUnit file are written from (docs/report.md)."""

import re

from ansible_collections.workshop.lab.plugins.module_utils import seat_clock
from ansible_collections.workshop.lab.plugins.module_utils.report_state import STATES, state_of
from ansible_collections.workshop.lab.plugins.module_utils.report_text import checks, clean, seconds

SCHEMA = "workshop.lab/report"
VERSION = 1


def build(names, facts, record, sources, run, title="", earlier=None, left_out=()):
    """Return the report.

    ``names`` (list of str): the seats. ``facts``: {seat: {variable: value}}. ``record``: what the callback workshop.lab.record kept, {} without it; also
    of runs that were killed.
    ``sources``: [{title, variable}]. ``run``: {created, playbook, limit, tags, check_mode, ansible, started, seconds}; created is local time in ISO 8601.
    ``earlier``: a former report, of which those seats are kept of which this run learned nothing; None keeps none. ``left_out``: the seats that --limit
    left out.
    """
    former = {seat["name"]: seat for seat in (earlier or {}).get("seats", [])}
    seats = []
    for name in names:
        known, seen = facts.get(name) or {}, (record.get("seats") or {}).get(name) or {}
        if name in former and (name in left_out or not (any(known.values()) or seen)):
            seats.append(dict(former[name], earlier=True))
        else:
            seats.append(_seat(name, known, seen, sources, run, run["limit"] if name in left_out else ""))
        broken = {} if seen else (record.get("interrupted") or {}).get(name)
        if broken and not (seats[-1]["earlier"] and seats[-1]["when"] > broken["started"]):
            seats[-1].update(_interrupted(name, broken))
    seats.sort(key=lambda seat: (STATES.index(seat["state"]), -seat["counts"]["failed"] - seat["counts"]["unknown"], natural(seat["name"])))
    return {"schema": SCHEMA, "version": VERSION, "title": clean(title, 200), "created": run["created"],
            "run": {key: value for key, value in run.items() if key != "created"},
            "totals": _totals(seats), "to_do": to_do(seats), "seats": seats}


def natural(name):
    """Return a key that puts seat2 before seat10."""
    parts = re.split("([0-9]+)", name)
    return [(1, 0, part) if number % 2 == 0 else (0, int(part), "") for number, part in enumerate(parts) if part]


def to_do(seats):
    """Return what does not pass, the check that most seats lack first: [{id, title, figure, hint, count, seats}]."""
    found = {}
    for seat in seats:
        for check in [check for group in seat["groups"] for check in group["checks"] if check["ok"] is not True]:
            entry = found.setdefault(check["id"], {"id": check["id"], "title": check["title"], "figure": check["figure"], "hints": [], "seats": []})
            entry["hints"].append(check["hint"])
            if seat["name"] not in entry["seats"]:
                entry["seats"].append(seat["name"])
    result = []
    for entry in found.values():
        hints = [hint for hint in entry.pop("hints") if hint]
        entry["hint"] = max(hints, key=hints.count) if hints else ""
        entry["count"] = len(entry["seats"])
        result.append(entry)
    return sorted(result, key=lambda entry: -entry["count"])


def _seat(name, facts, seen, sources, run, limit):
    groups, known = [], set()
    for source in sources:
        found = checks(facts.get(source["variable"]))
        if found:
            groups.append(_group(source["title"], source["variable"], found))
            known |= {check["id"] for check in found}
    clock = seen.get("clock")
    if isinstance(clock, int) and abs(clock) > seat_clock.HOUR and "seat.clock" not in known:
        # First, since what else fails may be its fault.
        groups.insert(0, _group("The seat", "", checks([seat_clock.look(clock, seat_clock.HOUR)])))
    failure = seen.get("failure")
    if failure:
        # Checks that the failed task returned, and that no variable got any more.
        more = [check for check in checks(failure.get("checks")) if check["id"] not in known]
        if more:
            groups.append(_group(clean(failure.get("task"), 200) or "The task that failed", "", more))
        failure = {"task": clean(failure.get("task"), 300), "phase": clean(failure.get("phase"), 200), "message": clean(failure.get("message"))}
    state, reason, next_step = state_of(clean(name, 200), groups, failure, clean(seen.get("unreachable")), limit)
    phases = [{"name": clean(phase.get("name"), 200), "seconds": seconds(phase.get("seconds")), "state": clean(phase.get("state"), 20)}
              for phase in seen.get("phases") or []]
    return {"name": clean(name, 200), "state": state, "reason": reason, "next_step": next_step, "when": seen.get("when") or run["created"], "earlier": False,
            "seconds": round(sum(phase["seconds"] for phase in phases), 3), "phases": phases, "failure": failure,
            "mended": [clean(text, 300) for text in seen.get("mended") or []], "counts": _counts(groups), "groups": groups}


def _interrupted(name, broken):
    """Return what changes of a seat that was in a run which was killed, and of which nothing has been learned since. ``broken``: {started, task}."""
    task = clean(broken["task"], 300)
    message = "The run of %s was interrupted at the task \"%s\"." % (clean(broken["started"][:16]).replace("T", " "), task)
    return {"state": "failed", "reason": message, "next_step": "Run the playbook again with --limit %s; it goes on from there." % clean(name, 200),
            "failure": {"task": task, "phase": "", "message": message}}


def _group(title, variable, found):
    return {"title": clean(title, 200), "variable": variable, "seconds": round(sum(check["seconds"] for check in found), 3), "checks": found}


def _counts(groups):
    answers = [check["ok"] for group in groups for check in group["checks"]]
    return {"checks": len(answers), "ok": answers.count(True), "failed": answers.count(False), "unknown": answers.count(None)}


def _totals(seats):
    totals = {"seats": len(seats)}
    totals.update((state, sum(seat["state"] == state for seat in seats)) for state in STATES)
    totals.update((name, sum(seat["counts"][name] for seat in seats)) for name in ("checks", "ok", "unknown"))
    totals["checks_failed"] = sum(seat["counts"]["failed"] for seat in seats)
    return totals
