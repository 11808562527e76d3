"""Write every task result as one line of JSON, so that tests read facts and not a terminal's text."""

import json
import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: record
type: aggregate
short_description: one line of JSON for each task result
description:
  - Writes host, task, action, status, message, attempts and changed of each result to the file that RECORD_FILE names.
"""


class CallbackModule(CallbackBase):
    """Append results to RECORD_FILE."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "record"
    CALLBACK_NEEDS_ENABLED = True

    def _write(self, result, status):
        """Append one result; a looped task also reports its items, whose message says more than the task's own."""
        data = result._result
        line = {
            "host": result._host.get_name(),
            "task": result._task.get_name(),
            "action": result._task.action,
            "status": status,
            "changed": bool(data.get("changed")),
            "attempts": data.get("attempts"),
            "message": str(data.get("msg", "")),
        }
        with open(os.environ["RECORD_FILE"], "a", encoding="utf-8") as record:
            record.write(json.dumps(line) + "\n")

    def v2_runner_on_ok(self, result):
        """Record a task that went well."""
        self._write(result, "ok")

    def v2_runner_on_failed(self, result, ignore_errors=False):
        """Record a failed task."""
        self._write(result, "failed")

    def v2_runner_item_on_failed(self, result):
        """Record a failed item of a loop."""
        self._write(result, "failed")

    def v2_runner_on_unreachable(self, result):
        """Record a host that did not answer."""
        self._write(result, "unreachable")
