"""What a further seat of a class costs, from the rounds that fleet.py has measured: {size: {kind: one (seconds, processor seconds) a round}}."""

import statistics

SLOPE_LIMIT = 1.1  # a further seat at the largest class beside one around four


def of_rounds(rounds, kind, which, first, last):
    """Return, for each round, what a further seat costs between two sizes; ``which``: 0 seconds, 1 processor seconds of the control node."""
    return [(late[which] - early[which]) / (last - first) for early, late in zip(rounds[first][kind], rounds[last][kind])]


def slope(rounds, sizes):
    """Return the figures of a further seat at the largest class beside one around four (2 to 8).

    Below that the two processors are not busy yet, and a further seat is cheaper than it costs.
    """
    pairs, found = {"around_4": (2, 8), "at_most": tuple(sizes[-2:])}, {}
    for name, kind, which in (("", "steady", 0), ("cpu_", "steady", 1), ("script_", "script", 0)):
        measured = {place: of_rounds(rounds, kind, which, *pair) for place, pair in pairs.items()}
        found.update({name + place: round(statistics.median(values), 3) for place, values in measured.items()})
        found[name + "ratio"] = round(statistics.median(late / early for early, late in zip(*measured.values())), 3)
    return dict(found, limit=SLOPE_LIMIT)
