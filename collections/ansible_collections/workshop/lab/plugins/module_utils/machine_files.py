"""Reading the machine's own files and folders, for facts. Nothing here writes, and nothing fails: what cannot be read is None or empty."""

import os
import pwd

MOST = 4 * 1024 * 1024  # bytes of one file


def room(path):
    """Return (the nearest folder of a path that exists, its os.statvfs): where the path is still to be made, the disk is known already. Raises OSError."""
    while path != "/" and not os.path.isdir(path):
        path = os.path.dirname(path)
    return path, os.statvfs(path)


def free_bytes(path):
    """Return (the nearest folder of a path that exists, the bytes free there for an ordinary account)."""
    folder, found = room(path)
    return folder, found.f_bavail * found.f_frsize


class MachineFiles:
    """The machine's files. Tests have their own, with the same questions."""

    def read(self, path):
        """Return a file's text, None when it cannot be read."""
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            with os.fdopen(handle, "rb") as stream:
                return stream.read(MOST).decode("utf-8", "replace")
        except (OSError, IOError):
            return None

    def read_own(self, path):
        """Return the text of a file in somebody's home, as ``read``, but follow no link at its end: it could lead anywhere."""
        return None if os.path.islink(path) else self.read(path)

    def names(self, path):
        """Return the names in a folder, sorted, [] without one."""
        try:
            return sorted(os.listdir(path))
        except OSError:
            return []

    def exists(self, path):
        """Whether there is something of that name."""
        return os.path.exists(path)

    def homes(self):
        """Return [(account, home directory)] of all accounts."""
        return [(entry.pw_name, entry.pw_dir) for entry in pwd.getpwall()]
