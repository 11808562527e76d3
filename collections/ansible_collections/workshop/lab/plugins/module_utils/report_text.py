"""Text and checks from seats, made safe to keep: whatever a seat sent, the report stays readable by a JSON, an XML and an HTML parser."""

import re

LIMIT = 2000  # characters of one text that are kept: a page for 60 seats must stay one that a phone opens
# What XML 1.0 does not allow, lone surrogates among it, and the marks that turn the direction of the text after them.
FORBIDDEN = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]")
COLOURS = re.compile("\x1b\\[[0-9;?]*[A-Za-z]")


def clean(value, limit=LIMIT):
    """Return ``value`` as text without control characters and colours, cut after ``limit`` characters; "" for None."""
    if value is None:
        return ""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    text = FORBIDDEN.sub("\ufffd", COLOURS.sub("", text[:20 * limit]).replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(text) > limit:
        return text[:limit] + " ... (%d characters more)" % (len(text) - limit)
    return text


def seconds(value):
    """Return ``value`` as a number of seconds, rounded; 0.0 for what is none."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return 0.0
    return round(number, 3) if 0 <= number < 1e9 else 0.0


def checks(value):
    """Return the checks (module_utils/check.py) of a variable's value. What is no check becomes one that could not be observed and says so."""
    if value is None:
        return []
    if not isinstance(value, (list, tuple)):
        return [_strange(value)]
    return [_check(one) if isinstance(one, dict) and one.get("id") not in (None, "") else _strange(one) for one in value]


def _check(one):
    ok = one.get("ok")
    return {
        "id": clean(one["id"], 120),
        "title": clean(one.get("title") or one["id"], 300),
        "ok": ok if isinstance(ok, bool) else None,
        "expected": clean(one.get("expected")),
        "actual": clean(one.get("actual")),
        "figure": clean(one.get("figure"), 40),
        "hint": clean(one.get("hint")),
        "seconds": seconds(one.get("seconds")),
    }


def _strange(value):
    return _check({"id": "report.not_a_check", "title": "A result that is no check", "expected": "a check with an id", "actual": repr(value),
                   "hint": "The variable named by report_sources must be a list of checks as the modules of workshop.lab return them."})
