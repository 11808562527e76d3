"""What seats in pull mode have told, as checks for the page of the class. Everything in it was sent by a machine that students sit at."""

import json
import os
import stat

from ansible_collections.workshop.lab.plugins.module_utils import pull_result
from ansible_collections.workshop.lab.plugins.module_utils.check import check
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.report_text import checks, clean

LARGEST = 1 << 20  # bytes of one result
PULL, HEALTH = "pull_checks", "pull_verify_checks"
LOOK = "Look on the seat: `systemctl list-timers workshop-pull.timer`, `journalctl -u workshop-pull`."


def read(folder, seat):
    """Return (result or None, seconds since the epoch at which it came or None) of a seat. LabError where the folder cannot be read.

    A link is not followed and a large file not read: the web server alone writes there, but what it writes comes from anybody in the seats' network.
    """
    try:
        number = os.open(os.path.join(folder, seat + ".json"), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None, None
    except OSError as error:
        raise LabError("The result of %s in %s cannot be read: %s." % (seat, folder, error.strerror))
    with os.fdopen(number, "rb") as stream:
        about = os.fstat(number)
        content = stream.read(LARGEST + 1) if stat.S_ISREG(about.st_mode) else b""
    try:
        found = json.loads(content.decode("utf-8")) if len(content) <= LARGEST else None
    except (ValueError, RecursionError):
        found = None
    good = isinstance(found, dict) and found.get("schema") == pull_result.SCHEMA and found.get("version") == pull_result.VERSION
    return (found if good and found.get("outcome") in pull_result.OUTCOMES and found.get("seat") == seat else {}), about.st_mtime


def judge(found, came, now, most):
    """Return {variable: [check]} of a seat. ``found``, ``came``: of read(). ``most``: seconds after which a seat should have been heard of again."""
    within = "less than %s ago" % ago(most)
    if came is None:
        return {PULL: [check("pull.heard", "The seat tells of itself", False, within, "never", hint="Run playbooks/pull.yml for it. " + LOOK)]}
    if not found:
        return {PULL: [check("pull.heard", "The seat tells of itself", False, "a result of workshop-pull", "something else", hint=LOOK)]}
    heard = now - came <= most
    result = [check("pull.heard", "The seat tells of itself", heard, within, ago(now - came) + " ago",
                    hint="" if heard else "Is it switched on? " + LOOK)]
    outcome, running, wanted = found["outcome"], short(found.get("running")), short(found.get("wanted"))
    reason, step, subject = clean(found.get("reason"), 900), clean(found.get("next_step"), 300), clean(found.get("subject"), 200)
    stays = "stays at %s" % (running or "what it was before its first run")
    seen = {"refused": "refused %s: %s; %s" % (wanted, reason, stays), "unreachable": "%s; %s" % (reason, stays)}
    result.append(check("pull.commit", "It has the commit of the class", outcome not in seen, "the newest one, signed and whole",
                        seen.get(outcome, ("%s %s" % (running, subject)).strip()), hint=step if outcome in seen else ""))
    if outcome not in seen:
        changed = found.get("changed")
        actual = reason if outcome == "failed" else "%d changed" % changed if isinstance(changed, int) else "it has"
        result.append(check("pull.run", "Its playbook has gone through", outcome == "converged", "no failed task", actual, hint=step))
    return dict(_of_report(found.get("report")), **{PULL: result})


def _of_report(seat):
    """Return {variable: [check]} of the seat's own report. What a failed task returned has no variable, and is told by pull.run."""
    groups = seat.get("groups") if isinstance(seat, dict) else None
    found = {}
    for group in groups if isinstance(groups, list) else []:
        if isinstance(group, dict) and group.get("variable") == "verify_checks":
            found[HEALTH] = checks(group.get("checks"))[:500]
    return found


def short(commit):
    """Return a commit's name as people write it."""
    return clean(commit, 40)[:12]


def ago(seconds):
    """Return seconds in words."""
    for size, name in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return "%d %s" % (seconds // size, name)
    return "%d seconds" % max(seconds, 0)
