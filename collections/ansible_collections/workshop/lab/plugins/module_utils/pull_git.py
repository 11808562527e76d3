"""The repository of a seat in pull mode: a bare copy of what the class has, asked and verified by git before anything of it lies on the disk as a file."""

import os
import shutil

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

LIMIT = 60  # seconds of a question that needs no network
FETCH_LIMIT = 900  # seconds of a fetch: the first one brings the whole history
# Nothing of the machine's or an account's own settings: they could name programs, or accept signatures that nobody in the class made.
ENVIRONMENT = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_TERMINAL_PROMPT": "0"}
GIT = ["git", "-c", "core.hooksPath=/dev/null", "-c", "gc.autoDetach=false", "-c", "transfer.fsckObjects=true", "-c", "http.lowSpeedLimit=1000",
       "-c", "http.lowSpeedTime=60", "-c", "core.fsync=all"]  # the last: git 2.36 and later; a seat is switched off at any time
# Only the signatures of SSH keys count, and only of keys in the file: git would ask gpg for the others, which may know keys from somewhere else.
SIGNED = ["-c", "gpg.format=ssh", "-c", "gpg.minTrustLevel=fully", "-c", "gpg.program=/bin/false", "-c", "gpg.x509.program=/bin/false"]


def words(done):
    """Return what a program said, on one line."""
    return " ".join((done.err.strip() or done.out.strip() or "no message").split())


class Damaged(LabError):
    """The copy on the seat's disk, not the repository that it is a copy of: it can be fetched anew."""


class Repository:
    """The bare repository in ``folder``. ``runner``: module_utils/runner.Runner."""

    def __init__(self, folder, runner):
        self.folder, self.runner = folder, runner

    def fetch(self, url):
        """Bring branches and tags to what ``url`` has; LabError where it cannot be asked, Damaged where it can and the copy does not take what it has."""
        if not os.path.isdir(os.path.join(self.folder, "objects")):
            self._must(["init", "--quiet", "--bare", self.folder], LIMIT)
        done = self._git(["fetch", "--quiet", "--prune", "--force", "--no-tags", url, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"], FETCH_LIMIT)
        if done.rc != 0:
            # What a power cut leaves: a lock of git's, a half made copy, an empty object. Each would fail every fetch from then on.
            kind = Damaged if done.rc is not None and self._git(["ls-remote", "--quiet", "--heads", url], LIMIT).rc == 0 else LabError
            raise kind("The repository %s cannot be fetched: %s" % (url, words(done) if done.rc is not None else "no end after %d s" % FETCH_LIMIT))

    def forget(self):
        """Delete the copy, so that the next fetch makes a new one."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def resolve(self, version):
        """Return the commit of a branch, a tag or a commit's whole name; "" where there is none."""
        for name in ("refs/heads/" + version, "refs/tags/" + version) + ((version,) if len(version) == 40 else ()):
            done = self._git(["rev-parse", "--verify", "--quiet", name + "^{commit}"], LIMIT)
            if done.rc == 0:
                return done.out.strip()
            if self._git(["rev-parse", "--verify", "--quiet", name], LIMIT).rc == 0 and name != version:
                raise Damaged("The copy of the repository in %s cannot be read: %s" % (self.folder, words(done)))
        return ""

    def subject(self, commit):
        """Return the first line of a commit's message."""
        return self._must(["log", "-1", "--format=%s", commit], LIMIT).out.strip()

    def unsigned(self, commit, signers):
        """Return why a commit is not one of the keys in the file ``signers``; "" where it is."""
        done = self._git(["-c", "gpg.ssh.allowedSignersFile=" + signers, "verify-commit", commit], LIMIT, SIGNED)
        if done.rc == 0:
            return ""
        header = self._must(["cat-file", "commit", commit], LIMIT).out.partition("\n\n")[0]
        if "\ngpgsig " not in header:
            return "it is not signed"
        if "BEGIN SSH SIGNATURE" not in header:
            return "its signature is not one of an SSH key"
        return "it is not signed by a key of pull_signing_keys (%s)" % words(done)

    def follows(self, old, new):
        """Return whether ``new`` is ``old`` or was made on top of it."""
        return self._git(["merge-base", "--is-ancestor", old, new], LIMIT).rc == 0

    def lay_out(self, commit, folder):
        """Write the files of a commit below ``folder``, which is empty."""
        self._with_index(commit, folder, lambda index: self._must(
            ["--work-tree=" + folder, "checkout-index", "--all", "--force", "--quiet", "--prefix=" + folder + "/"], LIMIT, index))

    def is_laid_out(self, commit, folder):
        """Return whether all files of a commit are below ``folder``, as they are in it; what else is there does not count."""
        return os.path.isdir(folder) and self._with_index(commit, folder, lambda index: self._git(
            ["--work-tree=" + folder, "update-index", "--refresh"], LIMIT, environment=index).rc == 0)

    def _with_index(self, commit, folder, work):
        """Return what ``work(environment)`` returns, for which git's index is the commit's files."""
        index = {"GIT_INDEX_FILE": folder + ".index"}

        def clear():
            for path in (folder + ".index", folder + ".index.lock"):
                if os.path.exists(path):
                    os.remove(path)

        clear()  # of a run that was interrupted: git takes its lock for that of another git
        try:
            self._must(["read-tree", commit], LIMIT, index)
            return work(index)
        finally:
            clear()

    def _git(self, argv, limit, more=(), environment=None):
        place = [] if argv[0] in ("init", "ls-remote") else ["--git-dir=" + self.folder]
        return self.runner.run(GIT + list(more) + place + argv, limit=limit, environment=dict(ENVIRONMENT, **(environment or {})))

    def _must(self, argv, limit, environment=None):
        done = self._git(argv, limit, environment=environment)
        if done.rc != 0:
            raise Damaged("git %s failed in %s: %s. Next step: look at the disk (`df -h`); if it is not full, delete that folder, it is fetched anew."
                           % (argv[0], self.folder, words(done)))
        return done
