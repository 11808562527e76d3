"""Where each seat of a run is: the phase, its seconds, and how it ended. No Ansible in here; the callbacks tell what happens."""

OK, RUNNING, FAILED, GONE = "ok", "running", "failed", "unreachable"
REPORT = "report"  # the phase that is the whole class's


class Seat:
    """One seat's way through a run. ``phases``: [{name, seconds, state}], ``since``: when the present one began, ``last``: when its last task ended
    (monotonic seconds), ``clock``: seconds that it is ahead of the control node's, None where nobody asked, ``mended``: what of its cluster was."""

    def __init__(self, name):
        self.name, self.phases, self.since, self.task, self.play = name, [], 0.0, "", ""
        self.failure, self.unreachable, self.last, self.resting = None, "", 0.0, False
        self.clock, self.mended = None, []

    @property
    def phase(self):
        """Return the present phase's name, "" before the first."""
        return self.phases[-1]["name"] if self.phases else ""

    @property
    def state(self):
        """Return what a person wants to know first."""
        if self.unreachable:
            return GONE
        return FAILED if self.failure else (self.phases[-1]["state"] if self.phases else OK)


class Phases:
    """All seats of a run. ``clock``: returns monotonic seconds."""

    def __init__(self, clock):
        self.clock, self.seats = clock, {}

    def seat(self, name):
        """Return a seat, made at its first mention."""
        return self.seats.setdefault(name, Seat(name))

    def enter(self, name, phase, task, play="", mended=False):
        """A task of ``phase`` starts on a seat; return the phase that ended by that (a dict), or None, and whether a new one began.

        A seat that failed goes on with the ``always`` part of its play and stays failed; in a later play it can only be because the failure was mended
        (Ansible drops failed seats), and so when the task stands in a ``rescue`` (``mended``). The report is nobody's phase: a run of playbooks/report.yml
        alone would look like one that checked nothing.
        """
        if phase == REPORT:
            self.rest(name)
            return None, False
        seat, ended = self.seat(name), None
        seat.task, seat.resting = task, False
        if seat.failure or seat.unreachable:
            if play == seat.play and not mended:
                return None, False
            seat.failure, seat.unreachable = None, ""
            if seat.phases and seat.phases[-1]["state"] != OK:
                seat.phases[-1]["state"] = RUNNING if seat.phase == phase else OK
        seat.play = play
        if seat.phases and seat.phase == phase and seat.phases[-1]["state"] == RUNNING:
            return None, False
        if seat.phases and seat.phases[-1]["state"] == RUNNING:
            ended = self.leave(name)
        seat.phases.append({"name": phase, "seconds": 0.0, "state": RUNNING})
        seat.since = seat.last = self.clock()
        return ended, True

    def progress(self, name):
        """A task has ended on a seat: its phase is as long as until now, not until slower seats let it go on."""
        if not self.seat(name).resting:
            self.seat(name).last = self.clock()

    def rest(self, name):
        """What follows is not the seat's own work (the report of the whole class): it adds nothing to its seconds."""
        self.seat(name).resting = True

    def leave(self, name, state=OK):
        """End the present phase of a seat; return it, None when none runs."""
        seat = self.seat(name)
        if not seat.phases or seat.phases[-1]["state"] != RUNNING:
            return None
        end = seat.last = self.clock() if state != OK else max(seat.last, seat.since)
        seat.phases[-1].update(state=state, seconds=round(end - seat.since, 3))
        return seat.phases[-1]

    def fail(self, name, failure):
        """A task failed for good on a seat; ``failure``: {task, phase, message, checks}."""
        self.leave(name, FAILED)
        self.seat(name).failure = failure

    def lose(self, name, message):
        """A seat did not answer."""
        self.leave(name, GONE)
        self.seat(name).unreachable = message or "no answer"

    def finish(self):
        """The run is over; return [(seat's name, phase that ended by that)]."""
        ended = [(name, self.leave(name)) for name in self.seats]
        return [(name, phase) for name, phase in ended if phase]
