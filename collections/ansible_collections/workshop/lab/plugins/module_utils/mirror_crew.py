"""Several downloads at once, by a bounded number of threads."""

import errno
import threading

from ansible_collections.workshop.lab.plugins.module_utils import mirror_room
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.http_file import Failed

FULL = "no space left"  # what programs say of a full disk, Linux' own words


def work(jobs, parallel, root):
    """Do all jobs, pairs of a function and its argument (a dict with name or path), by at most ``parallel`` threads; return what went wrong (sentences).

    One failure does not end the others; one of the disk below ``root`` does, since all would meet it.
    """
    waiting, errors, stop, guard = list(reversed(jobs)), [], threading.Event(), threading.Lock()

    def worker():
        while not stop.is_set():
            with guard:
                if not waiting:
                    return
                do, one = waiting.pop()
            try:
                do(one)
            except Exception as error:  # pylint: disable=broad-except  # a thread's own error would be lost, and the file taken for stocked
                said, ends = _told(error, one.get("name") or one["path"], root)
                with guard:
                    errors.append(said)
                if ends:
                    stop.set()

    threads = [threading.Thread(target=worker) for _number in range(max(1, min(parallel, len(jobs))))]
    for thread in threads:
        thread.daemon = True
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def _told(error, name, root):
    """Return (what is said of an error, whether the others end too)."""
    if isinstance(error, (LabError, Failed)):
        return str(error), FULL in str(error)
    if isinstance(error, OSError):
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return str(mirror_room.full(root, name)), True
        return "%s cannot be written: %s. Next step: mend that and run again." % (error.filename or name, error.strerror or error), True
    return "%s was not stocked: %s: %s." % (name, type(error).__name__, error), False
