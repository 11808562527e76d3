"""What the action plugins share that do their work on the control node and connect to nothing."""

from ansible.plugins.action import ActionBase
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError


class ControlNodeAction(ActionBase):
    """An action plugin without a connection. What it does is its ``work(task_vars)``, which returns the result (dict) or raises LabError."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        """Return the module's result."""
        result = super().run(tmp, task_vars)
        del tmp
        try:
            result.update(self.work(task_vars or {}))
        except LabError as error:
            result.update(failed=True, msg=str(error), **error.result)
        return result
