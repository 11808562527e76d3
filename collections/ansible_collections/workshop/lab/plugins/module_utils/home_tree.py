"""A student's home directory back to how an account begins: everything is deleted but what is to be kept, and the files of the skeleton are put back.

Root works here in a directory of somebody else's, who may change it at the same time. So nothing is named by its whole path: each directory is opened
below the one before it, never through a link, and what is deleted is an entry of an open directory. Another file system mounted in it is left alone.
"""

import os
import stat

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


class Home:
    """The home directory ``path`` of an Account. ``keep``: relative paths that stay with all below. ``skeleton``: directory with the first files.

    After run(): ``removed`` and ``restored``, ``mounts``: relative paths; of a directory that goes as a whole only its own.
    """

    def __init__(self, account, keep, skeleton):
        self.account, self.path, self.skeleton = account, account.home, skeleton
        self.keep = {one.rstrip("/") for one in keep}
        self.first = dict(_skeleton_files(skeleton))
        self.removed, self.restored, self.mounts, self.same, self.device = [], [], [], set(), None

    def run(self, check):
        """Clean and restore; in check mode only say what would be."""
        try:
            home = os.open(self.path, DIRECTORY)
        except OSError as error:
            raise LabError("The home directory %s cannot be opened: %s." % (self.path, error.strerror))
        try:
            self.device = os.fstat(home).st_dev
            self._clean(home, "", check)
            self._restore(home, check)
        except OSError as error:
            raise LabError("The home directory %s cannot be cleaned: %s (%s). Next step: see who uses that file, then reset again." % (
                self.path, error.strerror, error.filename))
        finally:
            os.close(home)

    def _clean(self, directory, above, check):
        """Delete the entries of an open directory; return whether all went."""
        all_went = True
        for name in sorted(os.listdir(directory)):
            path = os.path.join(above, name)
            if path in self.keep:
                all_went = False
            elif self._is_first(directory, name, path):
                self.same.add(path)
                all_went = False
            elif stat.S_ISDIR(os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode):
                all_went = self._clean_directory(directory, name, path, check) and all_went
            else:
                self.removed.append(path)
                if not check:
                    os.unlink(name, dir_fd=directory)
        return all_went

    def _clean_directory(self, directory, name, path, check):
        """Delete a directory as far as nothing in it is kept; return whether it went."""
        inner, told = os.open(name, DIRECTORY, dir_fd=directory), len(self.removed)
        try:
            if os.fstat(inner).st_dev != self.device:
                self.mounts.append(path)
                return False
            went = self._clean(inner, path, check)
        finally:
            os.close(inner)
        if not went or path in self.first:
            return False
        self.removed[told:] = [path]  # it goes as a whole: what was in it is not listed
        if not check:
            os.rmdir(name, dir_fd=directory)
        return True

    def _is_first(self, directory, name, path):
        """Whether a file of the home is still the one of the skeleton."""
        if self.first.get(path) is None:
            return False
        try:
            entry = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=directory)
        except OSError:
            return False  # a link, or not readable even for root: not as it was
        with os.fdopen(entry, "rb") as stream:
            return stat.S_ISREG(os.fstat(entry).st_mode) and stream.read() == self.first[path]

    def _restore(self, home, check):
        """Write the skeleton's files that are not there as they were; directories as needed."""
        for path, content in sorted(self.first.items()):
            if content is None or path in self.same or any(path == one or path.startswith(one + "/") for one in self.keep):
                continue
            self.restored.append(path)
            if not check:
                self._write(home, path, content)

    def _write(self, home, path, content):
        """Write one file of the skeleton, with its mode, as the account's own."""
        opened, mode = [os.dup(home)], stat.S_IMODE(os.stat(os.path.join(self.skeleton, path)).st_mode)
        try:
            for part in path.split("/")[:-1]:
                if part not in os.listdir(opened[-1]):
                    os.mkdir(part, 0o755, dir_fd=opened[-1])
                    os.chown(part, self.account.uid, self.account.gid, dir_fd=opened[-1], follow_symlinks=False)
                opened.append(os.open(part, DIRECTORY, dir_fd=opened[-1]))
            entry = os.open(os.path.basename(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=opened[-1])
            with os.fdopen(entry, "wb") as stream:
                stream.write(content)
                os.fchown(entry, self.account.uid, self.account.gid)
                os.fchmod(entry, mode)
        finally:
            for one in opened:
                os.close(one)


def _skeleton_files(skeleton):
    """Yield (relative path, content) of the skeleton's files, (path, None) of its directories; links in it are followed, as root's own."""
    for folder, folders, files in os.walk(skeleton):
        below = os.path.relpath(folder, skeleton)
        for name in folders:
            yield os.path.normpath(os.path.join(below, name)), None
        for name in files:
            with open(os.path.join(folder, name), "rb") as stream:
                yield os.path.normpath(os.path.join(below, name)), stream.read()
