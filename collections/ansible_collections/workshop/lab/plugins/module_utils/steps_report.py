"""A step and its end in words. Pure functions, used on the seat and on the control node."""

from ansible_collections.workshop.lab.plugins.module_utils.check import check, failed

MOST = 3  # further checks that are not true which a message names


def title(step):
    """Return a step's name for a person: "2.05.4 Start the API server (figure 2.54)"."""
    return " ".join(part for part in (step.id, step.title, "(figure %s)" % step.figure if step.figure else "") if part)


def not_done(step, error, seconds, ok=False):
    """Return the check of a step that could not be done, so that a list of checks does not look true without it."""
    found, _mark, hint = error.partition("Next step: ")
    return check(step.id, step.title or step.id, ok, "the step can be done", found.strip(), step.figure, hint.strip(), seconds)


def failure(step, checks, seconds):
    """Return the message of a step that is not true: of the first check that is not, all; of the others their titles."""
    bad = failed(checks)
    first, rest = bad[0], bad[1:]
    if first["id"] == step.id:
        return "\n".join(["Step %s could not be done: %s" % (title(step), first["actual"])] + (["Next step: " + first["hint"]] if first["hint"] else []))
    lines = ["Step %s is not true after %.1f seconds." % (title(step), seconds),
             "%s (%s): expected %s; found %s." % (first["title"], first["id"], first["expected"] or "-", first["actual"] or "-")]
    if first["hint"]:
        lines.append("Next step: " + first["hint"])
    if rest:
        named = ", ".join("%s (%s)" % (one["title"], one["id"]) for one in rest[:MOST])
        lines.append("Not true either: %s%s." % (named, " and %d more" % (len(rest) - MOST) if len(rest) > MOST else ""))
    return "\n".join(lines)


def begin(host, step, seconds):
    """Return the line of a step that takes long."""
    return "%s: %s ... (up to %d s)" % (host, title(step), seconds)


def end(host, step, word, seconds):
    """Return the line of a step that has ended: ``word`` is ok or FAILED."""
    return "%s: %s %s %.1f s" % (host, title(step), word, seconds)
