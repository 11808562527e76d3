"""What state a seat is in, why, and what to do next: from its checks and from what the run met on it."""

# Worst first: the order of the page. A seat that nobody can reach may hide anything.
STATES = ("unreachable", "failed", "not_ready", "not_checked", "ready")


def state_of(seat, groups, failure, unreachable, limit=""):
    """Return (state, reason, next step) of a seat.

    ``groups``: its checks by source, ``failure``: {task, message, phase} of the task that ended it or None, ``unreachable``: the message or "",
    ``limit``: the run's --limit when it left this seat out.
    """
    checks = [check for group in groups for check in group["checks"]]
    if unreachable:
        return ("unreachable", unreachable,
                "Look whether %s is switched on and in the network, and whether `ssh %s` works from here; then run again with --limit %s." % (seat, seat, seat))
    wrong = [check for check in checks if check["ok"] is False]
    unseen = [check for check in checks if check["ok"] is None]
    # A failing check says more than the task that failed because of it.
    if wrong:
        return "not_ready", "%s: %s" % (_count(wrong, "does not pass", "do not pass"), wrong[0]["title"]), _first_hint(wrong, seat)
    if failure:
        return ("failed", "%s: %s" % (failure["task"], failure["message"]) if failure["task"] else failure["message"],
                "Read the message; when its cause is gone, run again with --limit %s (and -v for more)." % seat)
    if unseen:
        return "not_ready", "%s: %s" % (_count(unseen, "could not be observed", "could not be observed"), unseen[0]["title"]), _first_hint(unseen, seat)
    if checks:
        return "ready", "", ""
    if limit:
        return "not_checked", "Not part of this run, which was limited to %s." % limit, "Run again without --limit, or with --limit %s." % seat
    return "not_checked", "Nothing was checked on this seat in this run.", "Run playbooks/verify.yml --limit %s." % seat


def _count(checks, one, several):
    return "1 check %s" % one if len(checks) == 1 else "%d checks %s" % (len(checks), several)


def _first_hint(checks, seat):
    hints = [check["hint"] for check in checks if check["hint"]]
    return hints[0] if hints else "Compare expected and actual on %s; then run again with --limit %s." % (seat, seat)
