"""A seat's clock beside the control node's: certificates and apt's package lists are refused by a wrong one. Pure functions."""

from ansible_collections.workshop.lab.plugins.module_utils.check import check

HOUR = 3600  # seconds; further off than that, certificates and apt's package lists are refused, and not only a log is odd


def look(ahead, tolerance):
    """Return the check of a clock that is ``ahead`` seconds (negative: behind) of the control node's; ``tolerance``: seconds that it may be off."""
    wrong = abs(ahead) > tolerance
    return check("seat.clock", "The clock is right", not wrong, "at most %d s off the control node's" % tolerance,
                 "%s %s the control node's" % (_span(abs(ahead)), "ahead of" if ahead > 0 else "behind"),
                 hint="Set it (`timedatectl set-ntp true`; in a classroom without internet an NTP server in the house), or the control node's if that one is "
                 "wrong: certificates and package lists are refused by a wrong clock." if wrong else "")


def ahead(facts, now):
    """Return how many seconds the clock of gathered ``facts`` (dict, ansible_date_time among them) was ahead of ``now`` (seconds since 1970), or None.

    The facts are a moment older than ``now``: a second or two say nothing.
    """
    epoch = str((facts.get("ansible_date_time") or {}).get("epoch") or "")
    return int(epoch) - int(now) if epoch.isdigit() else None


def _span(seconds):
    """Return a time in the unit that a person would take."""
    for size, name in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return "%d %s" % (seconds / size, name)
    return "%d s" % round(seconds)
