"""workshop.lab.report: runs on the control node alone, whatever host the task is for. The work is in module_utils/report_work.py."""

import os

from ansible import context
from ansible.release import __version__
from ansible.utils.display import Display
from ansible_collections.workshop.lab.plugins.module_utils.report_facts import of_run, plain
from ansible_collections.workshop.lab.plugins.module_utils.report_files import read_json
from ansible_collections.workshop.lab.plugins.module_utils.report_options import look
from ansible_collections.workshop.lab.plugins.module_utils.report_work import line, write_report
from ansible_collections.workshop.lab.plugins.plugin_utils.control_node import ControlNodeAction

display = Display()


class ActionModule(ControlNodeAction):
    """Collects the seats' variables and the run's record, and writes the report."""

    def work(self, task_vars):
        """Return the module's result."""
        options = look(plain(self._task.args))
        facts = {seat: self._facts(task_vars["hostvars"], seat, options["sources"]) for seat in options["seats"]}
        left_out = [seat for seat in options["seats"] if seat not in task_vars.get("ansible_play_hosts_all", options["seats"])]
        # Set by the callback workshop.lab.record of this very run; a record of another run would tell of other failures.
        record = read_json(os.environ.get("WORKSHOP_RECORD_FILE", ""))
        run = of_run(context.CLIARGS, self._task.check_mode, __version__)
        result = write_report(options, facts, record, run, left_out)
        if result["written"]:
            display.display(line(result))
        return result

    @staticmethod
    def _facts(hostvars, seat, sources):
        """Return {variable: value} of a seat; a variable that it has not, or that cannot be templated, is left out.

        A list is taken as it is: ansible-core 2.16 takes braces in the text of a seat for a template of ours once a task has put that text together with
        another one. Only a variable that is a template as a whole, as an inventory may have it, is evaluated.
        """
        found = {}
        for name in [source["variable"] for source in sources]:
            try:
                value = hostvars.raw_get(seat)[name]
                found[name] = plain(hostvars[seat][name] if isinstance(value, str) else value)
            except Exception:  # an unknown host or variable, and what cannot be templated: errors of several kinds, other ones in each ansible-core
                display.vv("workshop.lab.report: %s has no %s" % (seat, name))
        return found
