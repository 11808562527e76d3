"""The arithmetic of `make bench`: what a further seat costs, and how the page says it."""

import pytest
import slope
import write_page


def rounds(steady, script=(1.0, 4.0, 16.0)):
    """Return two equal rounds of classes of 2, 8 and 32, each (seconds, processor seconds)."""
    return {size: {"steady": [(seconds, seconds / 2)] * 2, "script": [(other, other / 2)] * 2, "ping": [(1.0, 0.5)] * 2}
            for size, seconds, other in zip((2, 8, 32), steady, script)}


@pytest.mark.parametrize("steady, ratio", [((5.0, 11.0, 35.0), 1.0), ((5.0, 11.0, 59.0), 2.0), ((5.0, 17.0, 41.0), 0.5)])
def test_slope(steady, ratio):
    """A fixed part counts for nothing; twice the seconds for each seat are twice, whatever the script does."""
    found = slope.slope(rounds(steady), [2, 8, 32])
    assert (found["ratio"], found["cpu_ratio"], found["script_ratio"]) == (ratio, ratio, 1.0)
    assert (found["around_4"], found["at_most"]) == ((steady[1] - steady[0]) / 6, (steady[2] - steady[1]) / 24)


def test_slope_is_of_each_rounds_own_runs():
    """A machine that is half as fast in a later round: the seconds are another, the ratio is the same."""
    both = rounds((5.0, 11.0, 35.0))
    for kinds in both.values():
        kinds["steady"][1] = tuple(2 * seconds for seconds in kinds["steady"][1])
    assert slope.slope(both, [2, 8, 32])["ratio"] == 1.0


def test_page():
    """The table has a row a class with the processor's seconds for each seat, and the sentence has both slopes and the limit."""
    row = {"fresh": 100.0, "steady": 8.0, "script": 1.0, "ping": 2.0, "fresh_cpu": 80.0, "steady_cpu": 16.0, "script_cpu": 0.8, "ping_cpu": 1.6}
    page = write_page.classes({"classes": [dict(row, seats=size) for size in (2, 8, 32)], "slope": slope.slope(rounds((5.0, 11.0, 59.0)), [2, 8, 32])}, 2)
    assert "| 8 | 100.0 / 10.00 | 8.0 / 2.00 | 1.0 / 0.10 | 2.0 / 0.20 |" in page and 'x-axis "seats" [2, 8, 32]' in page
    assert "costs 1.0 s around 4 seats and 2.0 s at 32: 2.0 times as much (limit: 1.1)" in page
