"""What the mirror remembers of itself, below ROOT/state: progress, what came from outside, when it was verified. Small JSON files, replaced whole."""

import contextlib
import fcntl
import os
import threading
import time

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.json_file import read_json, write_json

FILES, STORE, PASSED, PACKAGES, STATE = "files", "registry", "passed", "apt", "state"
PAGE = "mirror.json"
EVERY = 0.5  # seconds between two writes of the progress


def now():
    """Return the time as the status shows it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def size(path):
    """Return the bytes of a regular file; None when there is none."""
    return os.path.getsize(path) if os.path.isfile(path) and not os.path.islink(path) else None


@contextlib.contextmanager
def alone(root):
    """Hold the mirror for one writer; LabError when another one works on it. A killed one's hold ends with it."""
    os.makedirs(os.path.join(root, STATE), exist_ok=True)
    with open(os.path.join(root, STATE, "lock"), "w", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise LabError("Another run is stocking, exporting or importing the mirror at %s. Next step: wait for its end (playbooks/mirror.yml -e "
                           "mirror_action=status shows its progress), then run again." % root)
        yield


class Progress:
    """The progress of a stocking, from all its threads: ROOT/state/progress.json."""

    def __init__(self, root, things, size, clock=time.monotonic):
        self.path, self.clock, self.lock, self.last = os.path.join(root, STATE, "progress.json"), clock, threading.Lock(), None
        self.value = {"started": now(), "pid": os.getpid(), "things": things, "bytes": size, "done": 0, "received": 0, "working": [], "ended": ""}
        self._write(True)

    def begin(self, name):
        """A file or image is begun."""
        self._change(lambda value: value["working"].append(name), True)

    def came(self, count):
        """Bytes have come from outside."""
        self._change(lambda value: value.update(received=value["received"] + count), False)

    def finish(self, name):
        """A file or image is in place."""

        def done(value):
            value["working"].remove(name)
            value["done"] += 1

        self._change(done, True)

    def end(self, how):
        """The stocking ends: "complete" or why not."""
        self._change(lambda value: value.update(ended=how, working=[], finished=now()), True)

    def _change(self, change, at_once):
        with self.lock:
            change(self.value)
            self._write(at_once)

    def _write(self, at_once):
        if at_once or self.last is None or self.clock() - self.last >= EVERY:
            self.last = self.clock()
            try:
                write_json(self.path, self.value)
            except OSError:
                pass  # a full disk is told by the download that it stops


def fetched(root, first=""):
    """Return what the mirror itself has fetched from outside: {"bytes", "since", "days": {day: bytes}}; ``bytes`` without what came before the day ``first``.

    What the mirror gives is counted in logs, which Debian keeps for 14 days: what it fetched before them must not be set against that.
    """
    found = read_json(os.path.join(root, STATE, "fetched.json"), {})
    since, days = found.get("since", ""), dict(found.get("days") or {})
    rest = int(found.get("bytes", 0)) - sum(days.values())  # of a mirror that kept no days yet
    if rest:
        days[since[:10]] = days.get(since[:10], 0) + rest
    return {"bytes": sum(count for day, count in days.items() if day >= first[:10]), "since": since, "days": days}


def add_fetched(root, count):
    """Add bytes that came from outside today, as the logs of this machine call the day."""
    if count:
        there, today = fetched(root), time.strftime("%Y-%m-%d")
        days = dict(there["days"], **{today: there["days"].get(today, 0) + count})
        try:
            write_json(os.path.join(root, STATE, "fetched.json"), {"bytes": sum(days.values()), "since": there["since"] or now(), "days": days})
        except OSError:
            pass  # a full disk: what ended the stocking is told, and not that this could not be counted
