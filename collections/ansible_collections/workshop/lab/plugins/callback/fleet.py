"""The terminal of a run over many seats: one line a seat instead of one a task and seat."""

DOCUMENTATION = r"""
name: fleet
type: stdout
short_description: One line a seat with its phase and time; with one seat what ansible's default shows
description:
  - In a play of at least I(from_seats) seats, on a terminal, a table with one line a seat stays below the text (with the Python library rich; without it,
    and off a terminal, a line is written whenever a seat comes to another phase). Failures and what C(debug) says are shown whole, above the table.
    At the end there is one line a seat, the ones in trouble first, and the usual recap.
  - In every other play, with C(-v), C(--diff) or C(--step), and for ad-hoc commands it is ansible's default.
extends_documentation_fragment: [default_callback, result_format_callback]
author: [The authors of the Kubernetes workshop toolkit]
options:
  from_seats:
    description: Hosts that a play must have to be shown as a fleet.
    type: int
    default: 2
    env: [{name: WORKSHOP_FLEET_FROM}]
    ini: [{section: callback_workshop_fleet, key: from_seats}]
  live:
    description: Whether to keep a table on a terminal; C(false) writes lines there too.
    type: bool
    default: true
    env: [{name: WORKSHOP_FLEET_LIVE}]
    ini: [{section: callback_workshop_fleet, key: live}]
"""

import atexit
import functools
import time

from ansible import context
from ansible.plugins.callback.default import CallbackModule as Default
from ansible_collections.workshop.lab.plugins.module_utils import fleet_live, fleet_text
from ansible_collections.workshop.lab.plugins.module_utils.report_text import clean
from ansible_collections.workshop.lab.plugins.module_utils.run_events import failure_of, in_rescue, phase_of
from ansible_collections.workshop.lab.plugins.module_utils.run_phases import FAILED, GONE, RUNNING, Phases


def or_default(method):
    """Outside a fleet do what ansible's default does; and after an error in here, from then on too: a run must not end for its display."""
    name = method.__name__

    @functools.wraps(method)
    def guarded(self, *args, **kwargs):
        if self.fleet:
            try:
                return method(self, *args, **kwargs)
            except Exception as error:
                self._give_up(error, name)
        return getattr(Default, name)(self, *args, **kwargs)

    return guarded


class CallbackModule(Default):
    """ansible's default, with a shorter way to show many seats."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "workshop.lab.fleet"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.phases, self.fleet, self.was_fleet, self.broken, self.live, self.width = Phases(time.monotonic), False, False, False, None, 0

    # --- when it is a fleet

    def v2_playbook_on_play_start(self, play):
        """Decide how this play is shown. Its banner stays: it says where the run is, and programs look for it."""
        try:
            self.fleet = self._is_fleet(play)
        except Exception as error:
            self._give_up(error, "v2_playbook_on_play_start")
        if not self.fleet:
            self._stop()
        super().v2_playbook_on_play_start(play)
        if self.fleet and self.live is None and self.get_option("live") and fleet_live.possible():
            self._start()

    def _is_fleet(self, play):
        if self.broken or self._display.verbosity or context.CLIARGS.get("diff") or context.CLIARGS.get("step") or "args" not in context.CLIARGS:
            return False
        if context.CLIARGS.get("module_name"):  # an ad-hoc command
            return False
        manager = play.get_variable_manager()
        names = [host.get_name() for host in manager._inventory.get_hosts(play.hosts)]
        if len(names) < max(self.get_option("from_seats"), 1):
            return False
        self.was_fleet, self.width = True, max(self.width, *(len(name) for name in names))
        return True

    def _start(self):
        try:
            self.live = fleet_live.Live(lambda: fleet_text.rows(list(self.phases.seats.values()), time.monotonic()), self._display._lock)
            atexit.register(self._stop)  # also after an interrupted run the cursor comes back
        except Exception as error:
            self._display.v("workshop.lab.fleet: no table (%s)" % error)

    def _stop(self):
        live, self.live = self.live, None
        if live is not None:
            live.stop()

    def _give_up(self, error, where):
        self.broken, self.fleet = True, False
        try:
            self._stop()
        finally:
            self._display.warning("workshop.lab.fleet shows the rest of the run as ansible's default does (%s in %s: %s)"
                                  % (type(error).__name__, where, error))

    def _say(self, name, phase, state, seconds=None, before=None):
        """Write the line of a seat that came to another phase; on a terminal the table tells it."""
        if self.live is None:
            self._display.display(fleet_text.change(time.strftime("%H:%M:%S"), name, self.width, phase, state, seconds, before))

    # --- what happens

    @or_default
    def v2_playbook_on_task_start(self, task, is_conditional):
        """Keep what default's banner needs when a failure of this task is shown."""
        self._note(task, "TASK")

    @or_default
    def v2_playbook_on_handler_task_start(self, task):
        """The same for a handler."""
        self._note(task, "RUNNING HANDLER")

    def _note(self, task, prefix):
        self._task_type_cache[task._uuid] = prefix
        self._last_task_name = task.get_name().strip()

    def v2_runner_on_start(self, host, task):
        """A seat begins a task."""
        if not self.fleet:
            return super().v2_runner_on_start(host, task)
        try:
            name, phase = host.get_name(), phase_of(self._play, task)
            ended, new = self.phases.enter(name, phase, task.get_name().strip(), self._play._uuid, in_rescue(task))
            if new:
                self._say(name, phase, RUNNING, None, ended)
        except Exception as error:
            self._give_up(error, "v2_runner_on_start")
        return None

    @or_default
    def v2_runner_on_ok(self, result):
        """A task went well: nothing to show but what was asked to be shown."""
        self.phases.progress(result._host.get_name())
        if self._run_is_verbose(result):
            super().v2_runner_on_ok(result)
        elif hasattr(self, "_handle_warnings_and_exception"):
            self._handle_warnings_and_exception(result)
        else:
            self._handle_warnings(result._result)

    @or_default
    def v2_runner_on_skipped(self, result):
        """A skipped task shows nothing."""
        self.phases.progress(result._host.get_name())

    @or_default
    def v2_runner_on_failed(self, result, ignore_errors=False):
        """A failure is shown whole, as default does."""
        name, failure = result._host.get_name(), failure_of(result, self._play)
        super().v2_runner_on_failed(result, ignore_errors=ignore_errors)
        if not ignore_errors:
            self.phases.fail(name, dict(failure, message=clean(failure["message"])))
            self._say(name, failure["phase"], FAILED, self._seconds(name))

    @or_default
    def v2_runner_on_unreachable(self, result):
        """The same for a seat that does not answer."""
        name, said = result._host.get_name(), clean(result._result.get("msg", ""))
        super().v2_runner_on_unreachable(result)
        if not result._task.ignore_unreachable:
            self.phases.lose(name, said)
            self._say(name, self.phases.seat(name).phase, GONE, self._seconds(name))

    def _seconds(self, name):
        seat = self.phases.seat(name)
        return seat.phases[-1]["seconds"] if seat.phases else None

    @or_default
    def v2_runner_item_on_ok(self, result):
        """An item of a loop shows nothing unless asked to."""
        if self._run_is_verbose(result):
            super().v2_runner_item_on_ok(result)

    @or_default
    def v2_runner_item_on_skipped(self, result):
        """A skipped item shows nothing."""

    @or_default
    def v2_runner_retry(self, result):
        """Another try shows nothing: the phase's seconds go on."""

    @or_default
    def v2_playbook_on_include(self, included_file):
        """An included file shows nothing."""

    def v2_playbook_on_vars_prompt(self, *args, **kwargs):
        """A question needs the terminal for itself."""
        self._stop()
        return super().v2_playbook_on_vars_prompt(*args, **kwargs)

    def v2_playbook_on_stats(self, stats):
        """The end: a line a seat, then the recap as ever."""
        self.fleet = False
        self._stop()
        if self.was_fleet and not self.broken:
            try:
                self._finish(stats)
            except Exception as error:
                self._give_up(error, "v2_playbook_on_stats")
        super().v2_playbook_on_stats(stats)

    def _finish(self, stats):
        self.phases.finish()
        for name, seat in self.phases.seats.items():
            if not stats.failures.get(name):
                seat.failure = None  # a rescue took it back
        self._display.banner("SEATS")
        for line in fleet_text.summary(list(self.phases.seats.values())):
            self._display.display(line)
