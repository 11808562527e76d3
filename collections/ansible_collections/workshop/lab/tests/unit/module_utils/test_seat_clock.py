"""A seat's clock beside the control node's."""

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.seat_clock import ahead, look


@pytest.mark.parametrize("facts, expected", [
    ({"ansible_date_time": {"epoch": "1000"}}, -500),
    ({"ansible_date_time": {"epoch": "2000"}}, 500),
    ({"ansible_date_time": {"epoch": ""}}, None),
    ({"ansible_date_time": {}}, None),
    ({"ansible_date_time": None}, None),
    ({}, None),
])
def test_ahead(facts, expected):
    """Of facts without a time nothing is said."""
    assert ahead(facts, 1500.9) == expected


@pytest.mark.parametrize("seconds, tolerance, ok, actual", [
    (30, 60, True, "30 s ahead of the control node's"),
    (-61, 60, False, "61 s behind the control node's"),
    (7200, 3600, False, "2 hours ahead of the control node's"),
    (-7 * 365 * 86400, 3600, False, "2555 days behind the control node's"),
])
def test_look(seconds, tolerance, ok, actual):
    """The check says how far, in which direction, and what to do."""
    found = look(seconds, tolerance)
    assert (found["ok"], found["actual"]) == (ok, actual)
    assert bool(found["hint"]) is not ok
