"""Where a seat is in a run: phases, their seconds, failures that stay and failures that are taken back."""

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import fleet_text
from ansible_collections.workshop.lab.plugins.module_utils.run_phases import Phases

FAILURE = {"task": "Start it", "phase": "cluster", "message": "no CPU\nand more", "checks": []}


class Clock:
    """Time that a test turns."""

    now = 0.0

    def __call__(self):
        """Return the time that it shows."""
        return self.now


@pytest.fixture
def clock():
    """A clock at 0."""
    return Clock()


@pytest.fixture
def phases(clock):
    """Phases on that clock."""
    return Phases(clock)


def at(clock, seconds):
    """Turn the clock."""
    clock.now = seconds


def test_a_phase_ends_with_its_last_task(phases, clock):
    """The wait for slower seats between two phases counts for neither."""
    assert phases.enter("s", "k8suser", "Look", "p1") == (None, True)
    at(clock, 2)
    phases.progress("s")
    assert phases.enter("s", "k8suser", "Make", "p1") == (None, False)
    at(clock, 3)
    phases.progress("s")
    at(clock, 60)
    ended, new = phases.enter("s", "cluster", "Start", "p2")
    assert new and ended == {"name": "k8suser", "seconds": 3.0, "state": "ok"}
    at(clock, 100)
    phases.progress("s")
    assert phases.finish() == [("s", {"name": "cluster", "seconds": 40.0, "state": "ok"})]
    assert phases.seat("s").state == "ok"


def test_the_report_of_the_class_is_nobodys_seconds(phases, clock):
    """It is written when the slowest seat has come to its end."""
    phases.enter("s", "verify", "Look", "p1")
    at(clock, 4)
    phases.progress("s")
    phases.rest("s")
    at(clock, 90)
    phases.progress("s")
    assert phases.finish() == [("s", {"name": "verify", "seconds": 4.0, "state": "ok"})] and phases.seat("s").last == 4
    phases.enter("s", "cluster", "Start", "p2")
    at(clock, 95)
    phases.progress("s")
    assert phases.finish() == [("s", {"name": "cluster", "seconds": 5.0, "state": "ok"})]


def test_a_failure_stays_through_always(phases, clock):
    """Tasks of the same play after a failure are its always part."""
    phases.enter("s", "cluster", "Start", "p1")
    at(clock, 5)
    phases.fail("s", FAILURE)
    assert phases.enter("s", "cluster", "Mend", "p1") == (None, False)
    phases.progress("s")
    phases.finish()
    seat = phases.seat("s")
    assert (seat.state, seat.failure, [(phase["state"], phase["seconds"]) for phase in seat.phases]) == ("failed", FAILURE, [("failed", 5.0)])


@pytest.mark.parametrize("play, mended", [("p2", False), ("p1", True)])
def test_a_failure_is_taken_back(phases, clock, play, mended):
    """By a rescue, or by being in a later play at all."""
    phases.enter("s", "cluster", "Start", "p1")
    phases.fail("s", FAILURE)
    phases.enter("s", "cluster", "Go on", play, mended)
    assert phases.seat("s").failure is None
    assert phases.seat("s").state == "running"
    assert len(phases.seat("s").phases) == 1


def test_a_lost_seat(phases, clock):
    """It has a message even when Ansible has none."""
    phases.enter("s", "cluster", "Start", "p1")
    at(clock, 10)
    phases.lose("s", "")
    assert (phases.seat("s").state, phases.seat("s").unreachable, phases.seat("s").phases[0]["seconds"]) == ("unreachable", "no answer", 10.0)


def test_lines(phases, clock):
    """Lines of a log, and the ones of the end: those in trouble first, one line each."""
    for name in ("seat10", "seat2", "seat3"):
        phases.enter(name, "cluster", "Start", "p1")
    at(clock, 84)
    phases.fail("seat10", FAILURE)
    phases.lose("seat3", "No route to host")
    phases.progress("seat2")
    ended, _new = phases.enter("seat2", "workshop", "Apply", "p1")
    assert fleet_text.change("12:03:11", "seat2", 6, "workshop", "running", None, ended) == "12:03:11 seat2   workshop  started  (cluster done, 84 s)"
    assert fleet_text.change("12:03:11", "seat10", 6, "cluster", "failed", 84.0) == "12:03:11 seat10  cluster  failed  84 s"
    phases.finish()
    assert fleet_text.summary(list(phases.seats.values())) == [
        "\u2301 seat3   unreachable     84 s  cluster: No route to host",
        "\u2715 seat10  failed          84 s  cluster: Start it: no CPU",
        "\u2713 seat2   done            84 s"]
    rows = fleet_text.rows(list(phases.seats.values()), clock.now)
    assert [row[0] for row in rows] == ["seat2", "seat3", "seat10"]


@pytest.mark.parametrize("seconds, text", [(0.4, "0 s"), (83.6, "84 s"), (599, "599 s"), (725, "12:05")])
def test_length(seconds, text):
    """Seconds, and from ten minutes on minutes."""
    assert fleet_text.length(seconds) == text
