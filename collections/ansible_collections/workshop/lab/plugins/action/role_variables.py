"""workshop.lab.role_variables: runs on the control node alone and asks the host nothing.

Uses insides of ansible-core (Role, TaskExecutor), which differ between 2.16 and 2.19 by one argument; both ends are tested (tests/roles).
"""

import inspect
import os

from ansible.executor.task_executor import TaskExecutor
from ansible.playbook.block import Block
from ansible.playbook.role.include import RoleInclude
from ansible.playbook.role_include import IncludeRole
from ansible.plugins import loader as plugin_loader
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.role_options import OPTIONS
from ansible_collections.workshop.lab.plugins.plugin_utils import lasting
from ansible_collections.workshop.lab.plugins.plugin_utils.control_node import ControlNodeAction
from ansible_collections.workshop.lab.plugins.plugin_utils.once import fingerprint, once

# What asks the host nothing. Anything else in a validation is a mistake of the role's.
ACCEPTED = ("assert", "validate_argument_spec")
# The file of a role's validation that looks at files of the control node: an earlier run says nothing about them.
AGAIN = "validate_files"


class Silence:
    """In place of the queue to the terminal: of a loop the message of the item that failed is enough."""

    def send_callback(self, *words, **more):
        """Tell nobody."""


class ActionModule(ControlNodeAction):
    """Runs the validating tasks of roles in this one process."""

    def work(self, task_vars):
        """Return the module's result; LabError with the words of the first task that fails."""
        _found, options = self.validate_argument_spec(OPTIONS)
        variables = self._task.get_variable_manager()
        play = self._task._parent._play
        host = variables._inventory.get_host(task_vars["inventory_hostname"])
        # A class of 30 has the same variables on most seats, and a validation takes two seconds of a processor.
        asked = dict(variables.get_vars(play=play, host=host), _asked=[options["roles"], options["tasks_from"]])
        with once(fingerprint(asked)) as known:
            if not known:
                known.append(self._validate(options, play, host, variables, asked))
        return {"changed": False, "count": known[0], "ansible_facts": {"variables_are_validated": True} if options["remember"] else {}}

    def _validate(self, options, play, host, variables, asked):
        """Return how many tasks passed, now or in an earlier run; LabError with the words of the first one that did not."""
        folders = {role: self._folder(role, play, variables) for role in options["roles"]}
        # This collection's plugins take part in it too, and so do the roles that these name.
        key = lasting.digest(asked, [os.path.dirname(folder) for folder in folders.values()] + [os.path.dirname(os.path.dirname(__file__))])
        earlier = lasting.recall(key)
        if earlier is not None:
            again = [role for role in folders if os.path.exists(os.path.join(folders[role], "tasks", AGAIN + ".yml"))]
            self._count(again, [AGAIN], play, host, variables)
            return earlier
        count = self._count(options["roles"], options["tasks_from"], play, host, variables)
        lasting.remember(key, count)
        return count

    def _folder(self, role, play, variables):
        """Return where a role lies."""
        return RoleInclude.load(role, play=play, variable_manager=variables, loader=self._loader).get_role_path()

    def _count(self, roles, files, play, host, variables):
        """Return how many tasks passed."""
        count = 0
        for role in roles:
            for tasks_from in files:
                for task in self._tasks(role, tasks_from, play, variables):
                    problem = self._problem(task, play, host, variables)
                    if problem:
                        raise LabError(problem, role=role, task=task.get_name())
                    count += 1
        return count

    def _tasks(self, role, tasks_from, play, variables):
        """Yield the tasks of a role's file, each with the role's defaults and its own variables behind it."""
        include = IncludeRole.load({"name": "Validate", "include_role": {"name": role, "tasks_from": tasks_from}}, block=self._task._parent,
                                   variable_manager=variables, loader=self._loader)
        waiting = list(include.get_block_list(play=play, variable_manager=variables, loader=self._loader)[0])
        while waiting:
            one = waiting.pop(0)
            if isinstance(one, Block):
                waiting[:0] = one.block
            elif not one.implicit:
                yield one

    def _problem(self, task, play, host, variables):
        """Return why a task failed, "" when it did not."""
        if task.action.split(".")[-1] not in ACCEPTED:
            return "%s uses %s; a validation may use %s only, since it runs before a host is touched." % (task.get_name(), task.action, " and ".join(ACCEPTED))
        task.timeout = 0  # a process has one alarm, and this action's own task has it (task_timeout in ansible.cfg)
        parts = {"host": host, "task": task, "job_vars": variables.get_vars(play=play, host=host, task=task), "play_context": self._play_context,
                 "new_stdin": None, "loader": self._loader, "shared_loader_obj": plugin_loader, "final_q": Silence(), "variable_manager": variables}
        taken = inspect.signature(TaskExecutor.__init__).parameters
        done = TaskExecutor(**{name: value for name, value in parts.items() if name in taken}).run()
        if not done.get("failed"):
            return ""
        if done.get("_ansible_no_log"):
            return "%s: the message is hidden, since it may hold a secret." % task.get_name()
        failed = [item for item in done.get("results", []) if item.get("failed")]
        return (failed or [done])[0].get("msg") or str(done)
