"""Whole files or none: written beside their place, given their mode, then moved; and the /tmp locks around that."""

import contextlib
import fcntl
import os
import re
import tempfile

from minikube_double.errors import MachineError


def write(path, data, mode, dir_mode=0o777):
    """Put text or bytes at path with the mode; parents are made with dir_mode and the umask."""
    folder = os.path.dirname(path)
    os.makedirs(folder, mode=dir_mode, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".tmp-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data if isinstance(data, bytes) else data.encode("utf-8"))
        os.chmod(temporary, mode)
        os.rename(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


@contextlib.contextmanager
def lock(name):
    """Hold $TMPDIR/juju-NAME (github.com/juju/mutex): created 0600 by one user, it blocks every other user."""
    path = os.path.join(os.environ.get("TMPDIR") or "/tmp", "juju-" + name)
    try:
        handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise MachineError("unable to open %s: %s" % (path, (error.strerror or "").lower()))
    try:
        if os.geteuid() == 0 and os.environ.get("SUDO_UID", "").isdigit():
            os.fchown(handle, int(os.environ["SUDO_UID"]), int(os.environ.get("SUDO_GID", "0")))
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def locked_write(path, data, mode):
    """lock.WriteFile: the lock's name is made of the directory's and the file's name."""
    parent = os.path.basename(os.path.dirname(path))
    name = re.sub(r"[^a-zA-Z0-9]+", "-", parent + "-" + os.path.basename(path)).strip("-")
    with lock(name):
        write(path, data, mode, 0o755)
