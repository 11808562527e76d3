"""The files of a cache as a wanted state: verified, downloaded, put in place by one rename; and taken away again."""

import os
import stat
import time

from ansible_collections.workshop.lab.plugins.module_utils import cached_files_fetch as fetching
from ansible_collections.workshop.lab.plugins.module_utils import cached_files_plan as plan
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.http_file import Failed
from ansible_collections.workshop.lab.plugins.module_utils.http_file import sha256 as digest
from ansible_collections.workshop.lab.plugins.module_utils.machine_files import free_bytes

MOST = 4 * 1024 * 1024  # bytes of the record
PART = ".part"


def look(path):
    """Return the Seen of a path, None when nothing is there. Its stamp holds the change time too, which no program can set back."""
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return plan.Seen(stat.S_ISREG(found.st_mode), stat.S_IMODE(found.st_mode), found.st_size,
                     (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino))


def beside(path):
    """Return where a file is downloaded to: in its own folder, so that putting it in place is one rename; with a dot, so that minikube never takes it."""
    return os.path.join(os.path.dirname(path), "." + os.path.basename(path) + PART)


class Cache:
    """The files ``wanted`` (list of Wanted), remembered in the file ``record`` ("" nowhere). ``fetch``: as cached_files_fetch.fetch."""

    def __init__(self, wanted, record, limits, fetch=fetching.fetch, clock=time.monotonic):
        self.wanted, self.record, self.limits, self.fetch, self.clock = wanted, record, limits, fetch, clock
        self.known = plan.read_record(self._read_record())
        self.entries, self.rows, self.warnings = dict(self.known), [], []

    def bring(self, check):
        """Let every file be as wanted; return the module's result. In check mode only say what would be done."""
        due = [one for one in self.wanted if not self._is_right(one, check)]
        plan.room(due, {one.path: free_bytes(os.path.dirname(one.path)) for one in due})
        try:
            for one in due:
                self._replace(one, check)
        finally:
            if not check:
                self._remember()
        return self._result()

    def _is_right(self, one, check):
        """Whether a file's content is the wanted one already; then its mode is set as well, and its row is written."""
        seen = look(one.path)
        found = plan.first_look(one, seen, self.known)
        if found == plan.LOOK:
            found = plan.RIGHT if digest(one.path) == one.sha256 else plan.FETCH
        if found != plan.RIGHT:
            self.entries.pop(one.path, None)
            return False
        different = seen.mode != one.mode
        if different and not check:
            os.chmod(one.path, one.mode)
        self._row(one, "mode" if different else "right")
        return True

    def _replace(self, one, check):
        """Download a file and put it in place."""
        there, start = look(one.path) is not None, self.clock()
        if check:
            self._row(one, "replaced" if there else "fetched")
            return
        os.makedirs(os.path.dirname(one.path), exist_ok=True)
        try:
            url, count, said = self.fetch(one, beside(one.path), self.limits)
        except Failed as failed:
            rest = "%s %s" % (one.path, "is the file that was there before, which is not the wanted one either: do not start a cluster with it"
                              if there else "does not exist")
            raise LabError("%s was not put in place: %s, then run again. %s." % (os.path.basename(one.path), failed, rest),
                           path=one.path, cause=failed.kind, files=self.rows)
        os.rename(beside(one.path), one.path)
        self.warnings += ["%s came from %s, since the mirror failed: %s" % (os.path.basename(one.path), url, words) for words in said]
        self._row(one, "replaced" if there else "fetched", url, count, self.clock() - start)

    def _row(self, one, state, url="", count=0, seconds=0.0):
        seen = look(one.path)
        self.rows.append({"path": one.path, "state": state, "sha256": one.sha256, "url": url, "bytes": count, "seconds": round(seconds, 3)})
        if seen and state in ("right", "mode", "fetched", "replaced"):
            self.entries[one.path] = {"sha256": one.sha256, "stamp": list(seen.stamp)}

    def take_away(self, check):
        """Remove what is remembered and still is as it was put there; return the module's result. A file that somebody changed stays."""
        for path, entry in sorted(self.known.items()):
            seen = look(path)
            if seen is None:
                continue
            if not seen.regular or (entry["stamp"] != list(seen.stamp) and digest(path) != entry["sha256"]):
                self._row(plan.Wanted(path, "", "", entry["sha256"], 0, None), "kept")
                continue
            self._row(plan.Wanted(path, "", "", entry["sha256"], 0, None), "removed")
            if not check:
                os.unlink(path)
                self._fold(os.path.dirname(path))
        there = bool(self.record) and os.path.lexists(self.record)
        if there and not check:
            os.unlink(self.record)
        return self._result(there)

    def _fold(self, folder):
        """Remove the folders that are empty now, below the record's own."""
        top = os.path.dirname(self.record)
        while folder.startswith(top + "/"):
            try:
                os.rmdir(folder)
            except OSError:
                return
            folder = os.path.dirname(folder)

    def _result(self, more=False):
        changed = [row["path"] for row in self.rows if row["state"] not in ("right", "kept")]
        return {"changed": bool(changed) or more, "files": self.rows, "bytes": sum(row["bytes"] for row in self.rows), "warnings": self.warnings}

    def _read_record(self):
        try:
            handle = os.open(self.record, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW) if self.record else None
        except OSError:
            return ""
        if handle is None:
            return ""
        with os.fdopen(handle, "rb") as stream:
            return stream.read(MOST).decode("utf-8", "replace")

    def _remember(self):
        """Write the record, if it says something new. What is not wanted any more stays remembered, so that the undo finds it."""
        if not self.record or self.entries == self.known:
            return
        os.makedirs(os.path.dirname(self.record), exist_ok=True)
        with open(beside(self.record), "w", encoding="utf-8") as stream:
            stream.write(plan.write_record(self.entries))
        os.rename(beside(self.record), self.record)


def work(wanted, state, record, limits, check):
    """Return the module's result; LabError in words for a person. Runs as the account whose files they are."""
    try:
        cache = Cache(wanted, record, limits)
        return cache.take_away(check) if state == "absent" else cache.bring(check)
    except OSError as error:
        raise LabError("%s cannot be written or read: %s. Next step: mend that (room, owner, mode) and run again." % (
            error.filename or "A file of the cache", error.strerror or error))


def without_account(wanted):
    """Return the result for an account that is not there: all of its files are missing."""
    rows = [{"path": one.path, "state": "fetched", "sha256": one.sha256, "url": "", "bytes": 0, "seconds": 0.0} for one in wanted]
    return {"changed": bool(rows), "files": rows, "bytes": 0, "warnings": [], "home": ""}
