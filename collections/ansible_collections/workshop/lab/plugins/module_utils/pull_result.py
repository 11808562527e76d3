"""What a seat in pull mode tells of its last run: kept on the seat, and sent to where the teacher looks (docs/pull.md)."""

import json
import ssl
import time
import urllib.error
import urllib.request

SCHEMA = "workshop.lab/pull"
VERSION = 1
# converged: the playbook has run. failed: it was run and did not go through. refused: a commit was not taken, nothing was run. unreachable: there was
# nobody to ask, or no such branch; nothing was run.
OUTCOMES = ("converged", "failed", "refused", "unreachable")
TRIES = 3
PAUSE = 5  # seconds
LIMIT = 30  # seconds of one try


def result(seat, outcome, when, **known):
    """Return a result. ``known``: any of the keys below that have another value than nothing."""
    found = {"schema": SCHEMA, "version": VERSION, "seat": seat, "outcome": outcome, "when": when, "seconds": 0.0, "wanted": "", "running": "", "subject": "",
             "reason": "", "next_step": "", "changed": None, "report": None}
    found.update(known)
    return found


def text(found):
    """Return a result as the lines of a journal."""
    lines = {
        "converged": "%(running).12s runs; %(changed)s changed.",
        "failed": "%(running).12s did not go through: %(reason)s",
        "refused": "The commit %(wanted).12s was refused: %(reason)s. Nothing was changed; this seat stays at %(at)s.",
        "unreachable": "%(reason)s. Nothing was changed; this seat stays at %(at)s.",
    }
    line = lines[found["outcome"]] % dict(found, at=found["running"][:12] or "what it was before its first run")
    return [line] + (["Next step: " + found["next_step"]] if found["next_step"] else [])


def send(found, url, sleep=time.sleep, opener=None):
    """Put a result at ``url``; return "" or why it is not there. Certificates are verified by urllib's own defaults."""
    body = json.dumps(found, sort_keys=True).encode("utf-8")
    ask = (opener or urllib.request.build_opener(urllib.request.HTTPSHandler(context=ssl.create_default_context()))).open
    reason = ""
    for number in range(TRIES):
        if number:
            sleep(PAUSE)
        try:
            request = urllib.request.Request(url, data=body, method="PUT", headers={"Content-Type": "application/json"})
            with ask(request, timeout=LIMIT):
                return ""
        except urllib.error.HTTPError as error:
            reason = "%d %s" % (error.code, error.reason)
            if error.code < 500:
                break  # asking again changes nothing
        except (OSError, ValueError) as error:
            reason = str(getattr(error, "reason", error))
    return reason
