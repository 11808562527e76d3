"""A list of checks, looked at once or until all are true, as the module returns it."""

import time

from ansible_collections.workshop.lab.plugins.module_utils.check import check, failed
from ansible_collections.workshop.lab.plugins.module_utils.checks_plan import judge
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.waiting import wait_until


def run_checks(entries, look, limit=0, interval=1.0, clock=time.monotonic, sleep=time.sleep):
    """Evaluate Entries by ``look(entries) -> (Seen, answers)`` until all are true or ``limit`` seconds have passed; return the module's result.

    What has been true once is not looked at again: the list is a list of states to be reached.
    """
    start, results = clock(), {}

    def once():
        open_entries = [entry for entry in entries if entry.id not in results or results[entry.id][0]["ok"] is not True]
        seen, answers = look(open_entries)
        for entry in open_entries:
            verdict = judge(entry, seen, answers.get(entry.id))
            hint = verdict.hint if verdict.ok is None else entry.hint or verdict.hint
            results[entry.id] = (check(entry.id, entry.title, verdict.ok, verdict.expected, verdict.actual, entry.figure,
                                       "" if verdict.ok else hint, clock() - start), verdict.observed)
        return not failed(result[0] for result in results.values()), None

    waited = wait_until(once, limit, interval, clock, sleep)
    return _result([results[entry.id] for entry in entries], [entry.id for entry in entries], waited)


def _result(pairs, ids, waited):
    """Return the module's result from (check, observed) pairs in the given order."""
    checks = [pair[0] for pair in pairs]
    counts = {word: sum(1 for one in checks if one["ok"] is value) for word, value in (("true", True), ("false", False), ("null", None))}
    return {"changed": False, "checks": checks, "all_ok": not failed(checks), "failed_ids": [one["id"] for one in failed(checks)], "counts": counts,
            "seconds": round(waited.seconds, 3), "tries": waited.tries, "observed": {id: pair[1] for id, pair in zip(ids, pairs) if pair[1] is not None}}


def refusal(result):
    """Return the LabError of a result that has checks that are not true: each with what was expected, what was found, and the hint."""
    bad = failed(result["checks"])
    lines = ["%d of %d checks are not true after %.1f seconds:" % (len(bad), len(result["checks"]), result["seconds"])]
    for one in bad:
        lines.append("%s (%s): expected %s; found %s. %s" % (one["id"], one["title"], one["expected"] or "-", one["actual"] or "-", one["hint"]))
    return LabError("\n".join(lines), **result)
