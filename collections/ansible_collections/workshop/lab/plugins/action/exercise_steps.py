"""The action plugin of exercise_steps: one module call for each step, and a line for a person as it ends.

All steps are read before the first one is done, and the manifests that they name are read here, where the role's files are.
"""

import contextlib
import os
import time

import yaml
from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.workshop.lab.plugins.module_utils import steps_report, steps_seen
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.report_facts import plain
from ansible_collections.workshop.lab.plugins.module_utils.steps_read import read_actions, read_steps

display = Display()

MODULE = "workshop.lab.exercise_steps"
RETRIES = "reconnection_retries"  # of the connection plugin ssh
SILENCE = 30  # seconds that a step may take without a line at its beginning


class ActionModule(ActionBase):
    """Goes through the steps."""

    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp=None, task_vars=None):
        """Return the task's result."""
        result = super().run(tmp, task_vars)
        del tmp
        task_vars = task_vars or {}
        host = task_vars.get("inventory_hostname") or self._play_context.remote_addr
        arguments = plain(self._task.args)
        start = time.monotonic()
        result.update(changed=False, checks=[], all_ok=True, failed_step="", seen=dict(arguments.get("seen") or {}), steps_done=0, steps_total=0,
                      would_change=[])
        try:
            values = arguments.get("steps")
            steps = read_steps(values, result["seen"])
            values = [self._with_manifests(value, step) for value, step in zip(values, steps)]
            read_steps(values, result["seen"])  # now with the manifests, against which said and namespace are held
        except LabError as error:
            return dict(result, failed=True, all_ok=False, msg=str(error), seconds=0.0)
        result["steps_total"] = len(steps)
        # A worker has a session of its own, so that a SIGKILL to the playbook's process group leaves it alive: it would go on stopping parts of the
        # control plane while the next run mends them.
        playbook = os.getppid()
        for value, step in zip(values, steps):
            if os.getppid() != playbook:
                result.update(failed=True, all_ok=False, failed_step=step.id, msg="The playbook was killed before step %s; run it again." % step.id)
                break
            if self._task.check_mode and (not step.do or not step.unless_true or result["would_change"]):
                done = {"changed": bool(step.do)}  # only unless_true looks; after a step that would change something, what there will be is not known
            else:
                done = self._step(value, step, dict(arguments), result["seen"], host, task_vars)
            self._add(result, step, done, host)
            if done.get("failed") or done.get("unreachable"):
                break
        result["seconds"] = round(time.monotonic() - start, 3)
        if self._task.check_mode:
            result["all_ok"] = None
        self._remove_tmp_path(self._connection._shell.tmpdir)
        return result

    def _step(self, value, step, arguments, seen, host, task_vars):
        """Call the module for one step; return its result, with ``seconds`` as it was felt here, and always in words that name the step."""
        limit = _expected(step)
        if limit > SILENCE and not self._task.check_mode:
            self._show(steps_report.begin(host, step, limit))
        named = {path[0] for _where, path in steps_seen.references(value, step.where)}
        arguments.update(steps=[value], seen={name: seen[name] for name in named if name in seen})
        start = time.monotonic()
        try:
            with self._tried_once(step):
                done = self._execute_module(module_name=MODULE, module_args=arguments, task_vars=task_vars)
        except AnsibleConnectionFailure as error:
            done = {"unreachable": True, "msg": "The connection was lost: %s" % error}
        seconds = time.monotonic() - start
        if (done.get("failed") or done.get("unreachable")) and not done.get("checks"):
            said = str(done.get("msg") or done.get("module_stderr") or "the module ended without a word").strip()
            found = steps_report.not_done(step, said, seconds, None if done.get("unreachable") else False)
            done = dict(done, checks=[found], failed_step=step.id, msg=steps_report.failure(step, [found], seconds))
        return dict(done, felt=seconds)

    @contextlib.contextmanager
    def _tried_once(self, step):
        """Let a connection that is lost not begin the step again, as the ssh plugin does with its retries: what is created twice is not "created"."""
        before = None
        if step.do and not step.unless_true:
            with contextlib.suppress(KeyError, AttributeError, AnsibleError):  # connections without that option
                before = self._connection.get_option(RETRIES)
                self._connection.set_option(RETRIES, 0)
        try:
            yield
        finally:
            if before is not None:
                self._connection.set_option(RETRIES, before)

    def _add(self, result, step, done, host):
        """Add what a step gave to the task's result, and show its line."""
        bad = bool(done.get("failed") or done.get("unreachable"))
        result["changed"] = result["changed"] or bool(done.get("changed"))
        result["checks"] += done.get("checks") or []
        result["seen"].update(done.get("seen") or {})
        if done.get("ansible_facts"):  # the interpreter that was found
            result.setdefault("ansible_facts", {}).update(done["ansible_facts"])
        if self._task.check_mode and not bad:
            if done.get("changed"):
                result["would_change"].append(step.id)
                self._show("%s: %s would change something" % (host, steps_report.title(step)))
            return
        self._show(steps_report.end(host, step, "FAILED" if bad else "ok", done.get("felt", 0.0)))
        if not bad:
            result["steps_done"] += 1
            return
        result.update(all_ok=False, failed_step=step.id, msg=done.get("msg", ""))
        result.update((key, done[key]) for key in ("failed", "unreachable", "exception", "module_stderr", "module_stdout", "rc") if key in done)
        if result.get("unreachable") and result["steps_done"]:
            # Ansible runs no `always` on a seat that is unreachable; but it may be there again, and a stopped control plane must be mended.
            result.update(failed=True, unreachable=False)

    def _with_manifests(self, value, step):
        """Return a step (dict) in which the files of `apply` are replaced by their objects."""
        actions = []
        for one, action in zip(value.get("do") or [], read_actions(step, None)):
            if action.name == "apply" and action.args["files"]:
                objects = [found for name in action.args["files"] for found in self._manifest(name, action.where)]
                one = {"apply": dict({key: inner for key, inner in one["apply"].items() if key != "files"}, definitions=objects)}
            actions.append(one)
        return dict(value, do=actions) if actions else value

    def _manifest(self, name, where):
        """Return the objects of a file below files/exercises; LabError when there is none or it cannot be read."""
        try:
            path = self._loader.get_real_file(self._find_needle("files", "exercises/" + name))
            with open(path, encoding="utf-8") as file:
                found = [one for one in yaml.safe_load_all(file) if one is not None]
        except (AnsibleError, OSError, ValueError, yaml.YAMLError) as error:
            raise LabError("%s.files names %s, which cannot be read below files/exercises: %s" % (where, name, error)) from error
        if not found:
            raise LabError("%s.files names %s, which has no object." % (where, name))
        return found

    def _show(self, line):
        if not self._task.no_log:
            display.display(line)


def _expected(step):
    """Return the seconds that a step may take, by its own limits; those of its waits for components and deletions are hardly ever reached."""
    return step.timeout + sum(action.args["duration_max"] for action in read_actions(step, None) if action.name == "disrupt")
