"""One run at a time does a thing on a seat: a lock that the kernel takes back when its process ends, however it ends."""

import errno
import fcntl
import os
import stat
import time

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.waiting import wait_until

ROOTS = "/run/workshop-lab."  # not in /run/lock, where everybody may make a file of this name, which root then refuses
OWN = ".workshop-lab."  # in the home of an account that is not root
POLL = 0.5  # seconds between two tries


class Held(LabError):
    """Another process has the lock, and had it until the limit."""


def lock_path(account, what):
    """Return where the lock of ``what`` ("exercise", "cluster") is for an Account that does it."""
    return ROOTS + what if account.uid == 0 else os.path.join(account.home, OWN + what)


class Lock:
    """To be used by ``with``. ``doing``: what the holder does; it is written into the file beside the process id, for whoever finds it locked.

    ``busy``: what another run is doing then, as a sentence's beginning. ``tell``: called once with the holder (text) when the lock has to be waited for.
    Programs that are started meanwhile do not inherit it: Python opens files close-on-exec (PEP 446). The file itself is never removed: another process
    may be waiting for it, and a third would lock a new one.
    """

    def __init__(self, path, doing, limit, busy, tell=None, clock=time.monotonic, sleep=time.sleep):
        self.path, self.doing, self.limit, self.busy, self.tell, self.clock, self.sleep, self.file = path, doing, limit, busy, tell, clock, sleep, None

    def __enter__(self):
        """Take the lock; Held, with the process that holds it and what that does, when it is not possible within ``limit`` seconds."""
        self.file = self._open()
        waited = wait_until(lambda: (self._try(), None), self.limit, POLL, self.clock, self.sleep)
        if not waited.done:
            pid, holder = self._holder()
            self._close()
            raise Held("%s, and did not end within %.0f seconds: %s. Next step: wait for it, or, if its playbook was killed, end that process (`kill %s` on "
                       "the seat)." % (self.busy, waited.seconds, holder, pid))
        os.ftruncate(self.file, 0)
        os.pwrite(self.file, ("%d %s\n" % (os.getpid(), self.doing)).encode(), 0)
        return self

    def __exit__(self, *_error):
        """Give it back."""
        os.ftruncate(self.file, 0)
        self._close()

    def _open(self):
        """Open the file, which must be a plain one of ours: root writes into what it opens."""
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
            if self.tell:
                self.tell(self._holder()[1])
                self.tell = None
            return False
        return True

    def _holder(self):
        """Return (process id, words) of whoever holds the lock, as it wrote them down."""
        pid, _space, doing = os.pread(self.file, 200, 0).decode("utf-8", "replace").strip().partition(" ")
        return (pid, "process %s, %s" % (pid, doing)) if doing else ("PID", "a process that holds %s" % self.path)

    def _close(self):
        os.close(self.file)
        self.file = None
