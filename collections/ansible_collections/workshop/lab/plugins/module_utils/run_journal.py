"""What a run that was killed leaves behind: at which task each seat was. On the control node only.

A line for each seat and task, since a file that is written whole each time would cost more than the task. A run that ends removes its journal.
"""

import json
import os
import re

SUFFIX = ".tasks"


class Journal:
    """The journal of the run of process ``process`` whose record is ``path``. Raises OSError."""

    def __init__(self, path, process, started):
        self.path = "%s.%d%s" % (path, process, SUFFIX)
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        self._file = open(self.path, "w", encoding="utf-8")
        self._line(started)

    def enter(self, seat, task):
        """A seat begins a task."""
        self._line([seat, task])

    def end(self):
        """Remove it: the run has ended."""
        self._file.close()
        if os.path.exists(self.path):
            os.remove(self.path)

    def _line(self, value):
        # At once: what a killed process had not written yet is lost, and a child of this one would write it a second time.
        self._file.write(json.dumps(value) + "\n")
        self._file.flush()


def left_behind(path, own):
    """Return the files that dead runs with the record ``path`` have left, the oldest first. ``own``: this process, whose number another one may have had."""
    folder, name = os.path.split(path)
    form = re.compile(re.escape(name) + r"\.([0-9]+)(%s)?\Z" % re.escape(SUFFIX))
    found = []
    for one in os.listdir(folder or ".") if os.path.isdir(folder or ".") else []:
        match = form.match(one)
        if match and (int(match.group(1)) == own or not alive(int(match.group(1)))):
            found.append(os.path.join(folder, one))
    return sorted(found, key=os.path.getmtime)


def alive(process):
    """Return whether a process is there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):  # somebody else's; no number of a process
        return True
    return True


def interrupted(files):
    """Return {seat: {started, task}} of the journals among ``files``: the last run that a seat was in, and its last task there."""
    found = {}
    for path in files:
        if path.endswith(SUFFIX):
            with open(path, encoding="utf-8", errors="replace") as file:
                started, *lines = [_value(line) for line in file] or [None]
            for line in lines:
                if isinstance(started, str) and isinstance(line, list) and len(line) == 2:
                    found[str(line[0])] = {"started": started, "task": str(line[1])}
    return found


def _value(line):
    try:
        return json.loads(line)
    except ValueError:  # the last line of a machine that lost its power
        return None
