"""The words of the callback workshop.lab.fleet: one line a seat, for a terminal and for a log."""

from ansible_collections.workshop.lab.plugins.module_utils.report_data import natural
from ansible_collections.workshop.lab.plugins.module_utils.run_phases import FAILED, GONE, OK, RUNNING

ORDER = (GONE, FAILED, RUNNING, OK)
SYMBOLS = {GONE: "\u2301", FAILED: "\u2715", RUNNING: "\u25b8", OK: "\u2713"}
SAID = {GONE: "unreachable", FAILED: "failed", RUNNING: "started", OK: "done"}


def length(seconds):
    """Return seconds as a person says them: 84 s, 12:05 from ten minutes on."""
    whole = int(round(seconds))
    return "%d s" % whole if whole < 600 else "%d:%02d" % divmod(whole, 60)


def change(clock, name, width, phase, state, seconds=None, before=None):
    """Return the line of a seat that came to another phase: `12:03:11 seat07  cluster  started  (minikube done, 84 s)`."""
    line = "%s %-*s  %s  %s" % (clock, width, name, phase, SAID.get(state, state))
    if seconds is not None:
        line += "  %s" % length(seconds)
    if before:
        line += "  (%s %s, %s)" % (before["name"], SAID.get(before["state"], before["state"]), length(before["seconds"]))
    return line


def ordered(seats):
    """Return seats (run_phases.Seat), the ones in trouble first."""
    return sorted(seats, key=lambda seat: (ORDER.index(seat.state), natural(seat.name)))


def rows(seats, now):
    """Return (seat, symbol, state, phase, seconds, words) of each seat for the live table. ``now``: monotonic seconds."""
    found = []
    for seat in sorted(seats, key=lambda seat: natural(seat.name)):
        last = seat.phases[-1] if seat.phases else {"name": "", "seconds": 0.0, "state": OK}
        seconds = now - seat.since if last["state"] == RUNNING else last["seconds"]
        found.append((seat.name, SYMBOLS[seat.state], seat.state, last["name"], length(seconds), trouble(seat) or seat.task))
    return found


def trouble(seat):
    """Return the first line of what went wrong on a seat; "" when nothing did."""
    words = seat.unreachable or (seat.failure and "%s: %s" % (seat.failure["task"], seat.failure["message"])) or ""
    return words.strip().splitlines()[0][:160] if words.strip() else ""


def summary(seats):
    """Return the lines of the end: one a seat, the ones in trouble first."""
    width = max([len(seat.name) for seat in seats] or [0])
    lines = []
    for seat in ordered(seats):
        total = sum(phase["seconds"] for phase in seat.phases)
        line = "%s %-*s  %-11s  %7s" % (SYMBOLS[seat.state], width, seat.name, SAID[seat.state], length(total))
        said = trouble(seat)
        lines.append(line + ("  %s: %s" % (seat.phase, said) if said and seat.phase else "  %s" % said if said else ""))
    return lines
