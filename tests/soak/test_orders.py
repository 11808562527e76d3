"""Every exercise can follow every other one: all six, in eight orders in which each pair of neighbours is another one where that is possible."""

import pytest

# Each exercise comes after each of the five others at least once (a Latin square of Williams' kind, 6 orders), then the chapter's order and its reverse.
ORDERS = [
    ["2.01", "2.02", "activity", "2.03", "2.05", "2.04"],
    ["2.02", "2.03", "2.01", "2.04", "activity", "2.05"],
    ["2.03", "2.04", "2.02", "2.05", "2.01", "activity"],
    ["2.04", "2.05", "2.03", "activity", "2.02", "2.01"],
    ["2.05", "activity", "2.04", "2.01", "2.03", "2.02"],
    ["activity", "2.01", "2.05", "2.02", "2.04", "2.03"],
    ["2.01", "2.02", "2.03", "2.04", "2.05", "activity"],
    ["activity", "2.05", "2.04", "2.03", "2.02", "2.01"],
]


def test_orders_hold_every_pair():
    """Each of the 30 pairs of neighbours is in the list."""
    assert len({pair for order in ORDERS for pair in zip(order, order[1:])}) == 30


@pytest.mark.parametrize("order", ORDERS, ids=[",".join(order) for order in ORDERS])
def test_any_order(exercises, order):
    """All six in this order, each of them true; the seconds are printed."""
    output = exercises.run(",".join(order))
    for exercise in order:
        exercises.assert_all_true(output, exercise)
    exercises.assert_healthy()
