"""A seat's checks as one table for a person: what stops, what to be warned of, what could not be told; each with its remedy. Pure."""

import textwrap

COLUMNS = (("", 7), ("check", 24), ("finding", 56), ("remedy", 66))
ORDER = {"STOP": 0, "warn": 1, "ignored": 2, "unknown": 3}


def word(check, ignored=()):
    """Return how a check is called in the table, "" for one that is fine."""
    if check["ok"] is True:
        return ""
    if check["id"] in ignored:
        return "ignored"
    if check["ok"] is None:
        return "unknown"
    return "STOP" if check["severity"] == "stop" else "warn"


def table(title, checks, ignored=()):
    """Return the table as a text of lines of at most 156 characters. ``title``: its first line; ``ignored``: ids."""
    rows = sorted(((word(one, ignored), one) for one in checks if one["ok"] is not True), key=lambda row: ORDER[row[0]])
    counts = [("%d to stop for" % sum(name == "STOP" for name, _one in rows)), "%d to be warned of" % sum(name == "warn" for name, _one in rows)]
    counts += ["%d ignored" % sum(name == "ignored" for name, _one in rows)] if any(name == "ignored" for name, _one in rows) else []
    counts += ["%d unknown" % sum(name == "unknown" for name, _one in rows)] if any(name == "unknown" for name, _one in rows) else []
    lines = textwrap.wrap(title, 140) + [", ".join(counts) + ", %d fine" % (len(checks) - len(rows))]
    if not rows:
        return "\n".join(lines)
    lines += ["", _line([name for name, _width in COLUMNS]), _line(["-" * width for _name, width in COLUMNS])]
    for name, one in rows:
        cells = [name, one["id"], "%s: %s (wanted: %s)" % (one["title"], one["actual"], one["expected"]) if one["ok"] is False else
                 "%s: %s" % (one["title"], one["actual"]), one["hint"]]
        wrapped = [textwrap.wrap(text, width) or [""] for text, (_name, width) in zip(cells, COLUMNS)]
        for place in range(max(len(column) for column in wrapped)):
            lines.append(_line([column[place] if place < len(column) else "" for column in wrapped]))
    return "\n".join(lines)


def _line(cells):
    return " ".join(text.ljust(width) for text, (_name, width) in zip(cells, COLUMNS)).rstrip()
