"""What a further seat of a class costs, from the rounds that fleet.py has measured: {size: {kind: one (seconds, processor seconds) a round}}."""

import statistics

SLOPE_LIMIT = 1.1  # a further seat at the largest class beside one around four


def of_rounds(rounds, kind, first, last, processor=False):
    """Return, for each round, what a further seat costs between two sizes: seconds, or ``processor`` seconds of the control node."""
    which = 1 if processor else 0
    return [(late[which] - early[which]) / (last - first) for early, late in zip(rounds[first][kind], rounds[last][kind])]


def slope(rounds, sizes):
    """Return the figures of a further seat at the largest class beside one around four (2 to 8).

    Below that the two processors are not busy yet, and a further seat is cheaper than it costs.
    """
    pairs, found = {"around_4": (2, 8), "at_most": tuple(sizes[-2:])}, {}
    for name, kind, processor in (("", "steady", False), ("cpu_", "steady", True), ("script_", "script", False)):
        measured = {place: of_rounds(rounds, kind, *pair, processor) for place, pair in pairs.items()}
        found.update({name + place: round(statistics.median(values), 3) for place, values in measured.items()})
        found[name + "ratio"] = round(statistics.median(late / early for early, late in zip(*measured.values())), 2)
    return dict(found, limit=SLOPE_LIMIT)
