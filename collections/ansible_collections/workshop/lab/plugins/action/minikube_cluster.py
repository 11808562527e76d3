"""The action plugin of minikube_cluster: what takes long runs in the background on the seat, and its progress is shown here.

A healthy cluster costs exactly one plain module call: the module is called with ``only_if_quick`` and answers in full, or with ``pending`` when a start, stop
or delete is due and nothing was done yet. Only then a second call follows, in the background, whose lines are read every few seconds.
"""

import os
import re
import shlex
import time

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.workshop.lab.plugins.module_utils.progress_lines import Lines

display = Display()

MODULE = "workshop.lab.minikube_cluster"
LIMIT = 7200  # seconds that a background run may take when the module does not tell (its result's ``limit``): its own limits end it before
MARGIN = 60  # seconds more for the background run than the module says, and again until a silent one is given up
PAUSES = (0.5, 1.0, 1.5, 2.0, 3.0)  # seconds between two looks at the seat; the last one for ever
ASK = 60.0  # seconds after which the job itself is asked, whatever its file looks like
LOST = 5  # looks in a row that a broken connection may cost: a Wi-Fi that drops out does not end the run on the seat
INTERNAL = ("only_if_quick", "progress_file")
OF_THE_JOB = ("ansible_job_id", "started", "finished", "results_file", "pending", "limit")


class ActionModule(ActionBase):
    """Runs the module of the same name."""

    _supports_async = True
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        """Return the module's result."""
        result = super().run(tmp, task_vars)
        del tmp
        task_vars = task_vars or {}
        if self._task.async_val:
            result.update(self._execute_module(module_name=MODULE, task_vars=task_vars, wrap_async=not self._connection.has_native_async))
            return result
        if self._task.check_mode or any(name in self._task.args for name in INTERNAL):
            result.update(self._module(task_vars))
            return self._finish(result)
        first = self._module(task_vars, only_if_quick=True)
        result.update(self._in_background(first, task_vars) if first.get("pending") and not first.get("failed") else first)
        return self._finish(result)

    def _finish(self, result):
        self._remove_tmp_path(self._connection._shell.tmpdir)
        return result

    def _module(self, task_vars, **more):
        """Call the module and wait for it."""
        return self._execute_module(module_name=MODULE, module_args=dict(self._task.args, **more), task_vars=task_vars)

    def _in_background(self, first, task_vars):
        """Run the module in the background and show what it says; plainly, when that is not possible. ``first`` is what it answered to only_if_quick."""
        directory = self._make_directory()
        limit = int(first.get("limit") or LIMIT) + MARGIN  # the module's own limits come first: their messages say more
        job = self._start_job(directory, limit, task_vars) if directory else {}
        if not job.get("ansible_job_id"):
            display.vv("%s: no background run (%s), so no progress is shown" % (task_vars.get("inventory_hostname"), job.get("msg", "no directory for it")))
            self._clean(directory, None)
            return self._module(task_vars)
        lines = Lines(task_vars.get("inventory_hostname") or self._play_context.remote_addr, str(first.get("doing") or "minikube"))
        result = self._follow(job, os.path.join(directory, "progress"), limit, lines, task_vars)
        if result is None:
            return {"failed": True, "msg": "The background run of minikube_cluster on %s (job %s) did not end within %d seconds. Next step: look at "
                                           "`minikube status` on the seat, and run again." % (lines.host, job["ansible_job_id"], limit)}
        self._clean(directory, job.get("results_file"))
        return result

    def _make_directory(self):
        """Make a directory on the seat that belongs to the account the module runs as; return None when that fails."""
        done = self._low_level_execute_command("mktemp -d", sudoable=True)
        found = re.search(r"(?m)^(/[\w./-]+)\s*$", done.get("stdout", ""))
        return found.group(1) if done.get("rc") == 0 and found else None

    def _start_job(self, directory, limit, task_vars):
        """Start the module in the background; return the job (empty when there is none)."""
        self._task.async_val = limit
        try:
            arguments = dict(self._task.args, progress_file=os.path.join(directory, "progress"))
            return self._execute_module(module_name=MODULE, module_args=arguments, task_vars=task_vars, wrap_async=True)
        finally:
            self._task.async_val = 0

    def _follow(self, job, progress, limit, lines, task_vars):
        """Show the job's lines until it has ended; return its result, None when it has not ended in time."""
        start, asked, tries, lost = time.monotonic(), 0.0, 0, 0
        while True:
            time.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
            tries += 1
            seconds = time.monotonic() - start
            over = seconds > limit + MARGIN
            try:
                text, ended = self._look(progress, job.get("results_file", ""))
                for line in lines.take(text, seconds):
                    self._show(line)
                if ended or over or seconds - asked > ASK:
                    asked = seconds
                    result = self._status(job, task_vars)
                    if result.get("finished"):
                        return {key: value for key, value in result.items() if key not in OF_THE_JOB}
                lost = 0
            except AnsibleConnectionFailure:
                lost += 1
                if lost > LOST or over:
                    raise
                self._connection.reset()
            if over:
                return None

    def _look(self, progress, results):
        """Return (the text of the progress file, whether the job may have ended), with one cheap command."""
        # async_wrapper replaces {"started": ..., "finished": 0 or false} by the module's result at the end.
        command = "cat %s 2>/dev/null; grep -Eqs '\"finished\": *(0|false)' %s && echo %%%%running || echo %%%%ended" % (
            shlex.quote(progress), shlex.quote(results))
        done = self._low_level_execute_command(command, sudoable=True)
        text, _mark, word = done.get("stdout", "").replace("\r", "").rpartition("%%")
        return text, word.strip() != "running"

    def _status(self, job, task_vars):
        """Return the job's result, with ``finished`` when it has ended."""
        arguments = {"jid": job["ansible_job_id"], "mode": "status", "_async_dir": os.path.dirname(job.get("results_file", ""))}
        return self._execute_module(module_name="ansible.legacy.async_status", module_args=arguments, task_vars=task_vars)

    def _clean(self, directory, results):
        """Take away what the background run left on the seat. A failure of that does not hide the run's result."""
        paths = [path for path in (directory, results) if path and path.startswith("/")]
        if paths:
            try:
                self._low_level_execute_command("rm -rf -- " + " ".join(shlex.quote(path) for path in paths), sudoable=True)
            except AnsibleError as error:
                display.vv("Not removed from the seat: %s (%s)" % (", ".join(paths), error))

    def _show(self, line):
        if not self._task.no_log:
            display.display(line)
