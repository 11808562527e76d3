"""One exercise at a time on a seat: a lock that the kernel takes back when its process ends, however it ends."""

import errno
import fcntl
import os
import stat
import time

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.waiting import wait_until

ROOTS = "/run/lock/workshop-lab.exercise"
OWN = ".workshop-lab.exercise"  # in the home of an account that is not root
POLL = 0.5  # seconds between two tries


def lock_path(account):
    """Return where an Account's lock is."""
    return ROOTS if account.uid == 0 else os.path.join(account.home, OWN)


class Lock:
    """To be used by ``with``. ``step``: id of the step, which is written into the file beside the process id, for whoever finds it locked.

    Programs that are started meanwhile do not inherit it: Python opens files close-on-exec (PEP 446). The file itself is never removed: another process
    may be waiting for it, and a third would lock a new one.
    """

    def __init__(self, path, step, limit, clock=time.monotonic, sleep=time.sleep):
        self.path, self.step, self.limit, self.clock, self.sleep, self.file = path, step, limit, clock, sleep, None

    def __enter__(self):
        """Take the lock; LabError, with the process and the step that hold it, when that is not possible within ``limit`` seconds."""
        self.file = self._open()
        waited = wait_until(lambda: (self._try(), None), self.limit, POLL, self.clock, self.sleep)
        if not waited.done:
            holder = os.pread(self.file, 200, 0).decode("utf-8", "replace").split()
            self._close()
            raise LabError(
                "Another run is going through an exercise on this seat, and did not end within %.0f seconds: %s. Next step: wait for it, or, if its playbook "
                "was killed, end that process (`kill %s` on the seat)." % (
                    waited.seconds, "process %s, step %s" % tuple(holder[:2]) if len(holder) >= 2 else "a process that holds %s" % self.path,
                    holder[0] if holder else "PID"))
        os.ftruncate(self.file, 0)
        os.pwrite(self.file, ("%d %s\n" % (os.getpid(), self.step)).encode(), 0)
        return self

    def __exit__(self, *_error):
        """Give it back."""
        os.ftruncate(self.file, 0)
        self._close()

    def _open(self):
        """Open the file, which must be a plain one of ours: everybody may write to /run/lock, and root writes into what it opens."""
        try:
            number = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError as error:
            words = "it is a link" if error.errno == errno.ELOOP else error.strerror
            raise LabError("The lock %s cannot be opened: %s. Next step: look at it with ls -l, and remove it if it is not yours." % (self.path, words))
        found = os.fstat(number)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_nlink != 1:
            os.close(number)
            raise LabError("The lock %s is not a plain file of this account (owner %d, %d names), so that nothing is written to it. Next step: remove it."
                           % (self.path, found.st_uid, found.st_nlink))
        return number

    def _try(self):
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _close(self):
        os.close(self.file)
        self.file = None
