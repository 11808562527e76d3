"""A seat that looks after itself: the program behind the unit workshop-pull.service (role pull).

Fetch, verify, look at the syntax, and only then switch to a new commit and run its playbook: whatever is wrong with a commit, the seat stays as it is, and
the result says which commit it was and why.
"""

import json
import os
import shutil
import sys
import time

from ansible_collections.workshop.lab.plugins.module_utils import pull_result
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.json_file import read_json, write_json
from ansible_collections.workshop.lab.plugins.module_utils.pull_git import Damaged, Repository
from ansible_collections.workshop.lab.plugins.module_utils.pull_play import Play
from ansible_collections.workshop.lab.plugins.module_utils.runner import Runner, find_account
from ansible_collections.workshop.lab.plugins.module_utils.seat_lock import Lock, lock_path

AGAIN = "the next run, or `systemctl start workshop-pull` on the seat, tries again."


class Refused(LabError):
    """A commit that is not taken."""


class Seat:
    """What is on the seat: ``settings`` (the file that the role writes), and below its ``folder`` the repository, the checkouts and what is known of them."""

    def __init__(self, settings, runner, tell):
        self.settings, self.runner, self.tell = settings, runner, tell
        self.folder = settings["folder"]
        self.repository = Repository(os.path.join(self.folder, "repository.git"), runner)
        self.state_file = os.path.join(self.folder, "state.json")
        self.current = os.path.join(self.folder, "current")
        self.known = {"wanted": "", "subject": ""}

    def running(self):
        """Return the commit that the seat runs, "" before the first."""
        return os.path.basename(os.readlink(self.current)) if os.path.islink(self.current) else ""

    def look(self):
        """Find the wanted commit and everything that speaks against it; return it. LabError where there is none, Refused where it is a bad one."""
        settings = self.settings
        self.repository.fetch(settings["url"])
        commit = self.repository.resolve(settings["version"])
        if not commit:
            raise LabError("The repository %s has no branch, tag or commit %s" % (settings["url"], settings["version"]))
        self.known["wanted"] = commit
        if settings["verify"]:
            reason = self.repository.unsigned(commit, settings["signers"])
            if reason:
                raise Refused(reason)
            self._no_step_back(commit)
        self.known["subject"] = self.repository.subject(commit)[:200]
        return commit

    def _no_step_back(self, commit):
        """Refuse a good commit in a bad place: whoever answers for the repository could hand out an old one, which is signed too, with all its mistakes."""
        running, source = self.running(), [self.settings["url"], self.settings["version"]]
        if running and read_json(self.state_file, {}).get("source") == source and not self.repository.follows(running, commit):
            raise Refused("it does not follow %.12s, which this seat has already (an older commit, or a rewritten history)" % running)

    def take(self, commit):
        """Lay the commit out, look at its playbook, and make it the one that runs, by one rename; Refused where the playbook cannot be run.

        The one that runs is laid out anew where it is not whole any more: a power cut takes files with it that were not on the disk yet.
        """
        release = os.path.join(self.folder, "releases", commit)
        if commit != self.running() or not self.repository.is_laid_out(commit, release):
            shutil.rmtree(release, ignore_errors=True)  # of a run that was interrupted
            os.makedirs(release)
            try:
                self.repository.lay_out(commit, release)
                broken = Play(self.settings, release, self.runner).broken()
                if broken:
                    raise Refused("its playbook %s cannot be run: %s" % (self.settings["playbook"], broken))
            except BaseException:
                shutil.rmtree(release, ignore_errors=True)
                raise
            os.sync()  # else the link may outlive a power cut, and the files not
            os.symlink(os.path.join("releases", commit), self.current + ".new")
            os.rename(self.current + ".new", self.current)
        write_json(self.state_file, {"source": [self.settings["url"], self.settings["version"]]})
        self._forget_others(commit)

    def _forget_others(self, commit):
        for name in os.listdir(os.path.join(self.folder, "releases")):
            if name != commit:
                shutil.rmtree(os.path.join(self.folder, "releases", name), ignore_errors=True)

    def _find(self):
        """Return the commit that is to run, which is laid out and the current one."""
        commit = self.look()
        self.take(commit)
        return commit

    def run(self):
        """Do it all; return (outcome, what is known of it)."""
        if os.path.lexists(self.current + ".new"):
            os.remove(self.current + ".new")
        try:
            try:
                commit = self._find()
            except Damaged as error:
                self.tell("%s; fetched anew." % error)
                self.repository.forget()
                commit = self._find()
        except Refused as error:
            return "refused", dict(self.known, reason=str(error), next_step="push a commit that is signed by a known key, passes "
                                   "`ansible-playbook --syntax-check` and is all YAML; " + AGAIN)
        except LabError as error:
            return "unreachable", dict(self.known, reason=str(error), next_step="look at the address, the network and the host that serves it; " + AGAIN)
        except OSError as error:
            return "failed", dict(self.known, reason="%s: %s" % (error.filename or self.folder, error.strerror or error),
                                  next_step="look at the disk (`df -h`); " + AGAIN)
        reason, changed, seat = Play(self.settings, os.path.join(self.folder, "releases", commit), self.runner).run(self.tell)
        step = "mend it in the repository, or on the seat (`journalctl -u workshop-pull` there has all of it); " + AGAIN if reason else ""
        return "failed" if reason else "converged", dict(self.known, reason=reason, next_step=step, changed=changed, report=seat)


def once(settings, tell, runner=None, clock=time.monotonic, now=time.localtime):
    """Make one run and tell of it; return the exit code."""
    seat = Seat(settings, runner or Runner(find_account(), settings.get("environment")), tell)
    start = clock()
    outcome, known = seat.run()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S%z", now())
    found = pull_result.result(settings["name"], outcome, stamp[:-2] + ":" + stamp[-2:], running=seat.running(), seconds=round(clock() - start, 1), **known)
    write_json(os.path.join(settings["folder"], "result.json"), found)
    for line in pull_result.text(found):
        tell(line)
    if settings["report_url"]:
        reason = pull_result.send(found, settings["report_url"])
        tell("The result is at %s." % settings["report_url"] if not reason
             else "The result could not be put at %s: %s. It is in %s; the next run sends its own." % (settings["report_url"], reason, settings["folder"]))
    return 0 if outcome == "converged" else 1


def main(argv):
    """Run the program: ``FILE``, the settings. Return the exit code."""
    def tell(line):
        print(line, flush=True)

    if len(argv) != 1:
        tell("usage: FILE")
        return 2
    try:
        with open(argv[0], encoding="utf-8") as stream:
            settings = json.load(stream)
    except (OSError, ValueError) as error:
        tell("%s cannot be read: %s; run playbooks/pull.yml, which writes it." % (argv[0], error))
        return 1
    os.environ.update(settings.get("environment", {}))
    try:
        with Lock(lock_path(find_account(), "pull"), "pulling", 0, "Another pull is under way"):
            return once(settings, tell)
    except LabError as error:
        tell(str(error))
    return 1


def run():
    """The program's beginning."""
    sys.exit(main(sys.argv[1:]))
