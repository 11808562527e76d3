"""Keep a run's record for the report: what happened on each seat, also on those that Ansible drops from the plays that follow."""

DOCUMENTATION = r"""
name: record
type: aggregate
short_description: Keep where each seat of a run is, and write the report when no seat is left to do it
description:
  - Says nothing. Keeps for each seat its phases with their seconds, the last task, the message of the task that failed, why it could not be reached,
    what of its cluster was mended, and by how many seconds its clock is off the control node's, where facts were gathered.
  - Writes that as JSON before a task M(workshop.lab.report) and at the end of the run. The module reads it, since Ansible knows of a seat that failed
    or was unreachable nothing but its variables in the plays after that.
  - Where the playbook has the role report and the run ended before it (no seat was left), writes the report itself, with the same options.
  - Such a run also notes at which task each seat is, until it ends. What a run left that was killed, the next report tells of the seats that it learns
    nothing else of.
  - What C(no_log) hides gets into neither.
author: [The authors of the Kubernetes workshop toolkit]
options:
  path:
    description: File of the record of the last run; C(.cache/record.json) beside C(ansible.cfg) when empty. While a run goes on, its process number is added.
    type: str
    default: ""
    env: [{name: WORKSHOP_RECORD}]
    ini: [{section: callback_workshop_record, key: path}]
"""

import datetime
import functools
import json
import os
import time

from ansible import constants as C
from ansible import context
from ansible.plugins.callback import CallbackBase
from ansible_collections.workshop.lab.plugins.module_utils import report_files, run_journal, seat_clock
from ansible_collections.workshop.lab.plugins.module_utils.report_last import reports, write_instead
from ansible_collections.workshop.lab.plugins.module_utils.report_text import clean
from ansible_collections.workshop.lab.plugins.module_utils.run_events import failure_of, in_rescue, mended_of, phase_of
from ansible_collections.workshop.lab.plugins.module_utils.run_phases import REPORT as REPORT_PHASE
from ansible_collections.workshop.lab.plugins.module_utils.run_phases import Phases

REPORT = ("workshop.lab.report", "report")
CLUSTER = "workshop.lab.minikube_cluster"
SETUP = ("ansible.builtin.setup", "ansible.builtin.gather_facts", "ansible.legacy.setup", "ansible.legacy.gather_facts", "setup", "gather_facts")


def careful(method):
    """Let nothing out of a callback: a run must not end, and a terminal not fill, because its record could not be kept."""

    @functools.wraps(method)
    def guarded(self, *args, **kwargs):
        try:
            return method(self, *args, **kwargs)
        except Exception as error:
            self._display.v("workshop.lab.record: %s in %s: %s" % (type(error).__name__, method.__name__, error))

    return guarded


class CallbackModule(CallbackBase):
    """The record of one run of ansible-playbook."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "workshop.lab.record"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.phases, self.begun = Phases(time.monotonic), time.monotonic()
        self.started, self.play, self.playbook, self.path, self.reported = _now(), None, None, None, False
        self.journal, self.left, self.interrupted, self.told = None, [], {}, False

    @careful
    def v2_playbook_on_start(self, playbook):
        """Choose the file, and tell its name to the action plugin, which runs in a child of this process."""
        self.playbook = playbook
        folder = os.path.dirname(C.CONFIG_FILE) if C.CONFIG_FILE else os.getcwd()
        self.path = self.get_option("path") or os.path.join(folder, ".cache", "record.json")
        os.environ["WORKSHOP_RECORD_FILE"] = self._working()
        if reports(playbook) and not context.CLIARGS.get("check"):
            self.left = run_journal.left_behind(self.path, os.getpid())
            self.interrupted = run_journal.interrupted(self.left)
            self.journal = run_journal.Journal(self.path, os.getpid(), self.started)

    @careful
    def v2_playbook_on_play_start(self, play):
        """Remember the play."""
        self.play = play

    @careful
    def v2_playbook_on_task_start(self, task, is_conditional):
        """Have the record ready before the task that reads it."""
        if task.action in REPORT:
            self._write(self._working())

    @careful
    def v2_runner_on_start(self, host, task):
        """A seat begins a task."""
        phase = phase_of(self.play, task)
        self.phases.enter(host.get_name(), phase, task.get_name().strip(), self.play._uuid, in_rescue(task))
        if self.journal and phase != REPORT_PHASE:
            self.journal.enter(host.get_name(), clean(task.get_name(), 300))

    @careful
    def v2_runner_on_ok(self, result):
        """A task went well."""
        if result._task.action in REPORT:
            self.reported = self.told = True
        if result._task.action in SETUP:
            ahead = seat_clock.ahead(result._result.get("ansible_facts") or {}, time.time())
            if ahead is not None:  # a later question may be for other facts only
                self.phases.seat(result._host.get_name()).clock = ahead
        if result._task.action == CLUSTER:
            self.phases.seat(result._host.get_name()).mended += mended_of(result)
        self.phases.progress(result._host.get_name())

    @careful
    def v2_runner_on_skipped(self, result):
        """A task was skipped."""
        self.phases.progress(result._host.get_name())

    @careful
    def v2_runner_on_failed(self, result, ignore_errors=False):
        """A task failed; when it was the report's own, there is nothing to write it with."""
        name = result._host.get_name()
        if result._task.action in REPORT:
            self.reported = True
        elif not ignore_errors:
            self.phases.fail(name, failure_of(result, self.play))
        else:
            self.phases.progress(name)

    @careful
    def v2_runner_on_unreachable(self, result):
        """A seat did not answer."""
        if not result._task.ignore_unreachable:
            self.phases.lose(result._host.get_name(), clean(result._result.get("msg", "")))

    @careful
    def v2_playbook_on_stats(self, stats):
        """The end: the record stays as the last run's; the report is written where it was due and no seat was left to do it."""
        self.phases.finish()
        for name, seat in self.phases.seats.items():
            if not stats.failures.get(name):
                seat.failure = None  # a rescue took it back
        try:
            if not self.reported and self.playbook is not None:
                said = write_instead(self.playbook, self.record())
                if said:
                    self.told = True
                    self._display.display(said)
        finally:
            self._write(self.path)
            if self.journal:
                self.journal.end()
                self.journal = None
            # What killed runs have left is on the page by now, unless this run wrote none.
            for path in [self._working(), *(self.left if self.told else [])]:
                if os.path.exists(path):
                    os.remove(path)

    def record(self):
        """Return what the report needs of this run."""
        now = _now()
        seats = {seat.name: {"phases": [dict(phase) for phase in seat.phases], "task": clean(seat.task, 300), "failure": seat.failure,
                             "unreachable": seat.unreachable, "clock": seat.clock, "mended": seat.mended,
                             "when": now, "ended": round(max(seat.last - self.begun, 0.0), 1)}
                 for seat in self.phases.seats.values() if seat.phases or seat.unreachable}
        for name, seat in seats.items():
            if seat["phases"] and seat["phases"][-1]["state"] == "running":
                whole = self.phases.seats[name]
                seat["phases"][-1].update(state="ok", seconds=round(max(whole.last - whole.since, 0.0), 3))
        return {"started": self.started, "seconds": round(time.monotonic() - self.begun, 1), "seats": seats, "interrupted": self.interrupted}

    def _working(self):
        return "%s.%d" % (self.path, os.getpid())

    def _write(self, path):
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        report_files.replace(path, json.dumps(self.record(), indent=1) + "\n")


def _now():
    return datetime.datetime.now().astimezone().replace(microsecond=0).isoformat()
