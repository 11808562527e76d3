"""What can be known to fail before `minikube start`. A start that fails deletes the VM, also one that existed before, and tries three times more: look first.

Not looked at: the processor's flags vmx and svm. minikube reads them by cpuid, where a machine without them may still have a working VBoxManage (a VM with
nested virtualisation hides them, the sandbox's stand-in needs none); VBoxManage's own words decide here, and the preflight checks report the flags.
"""

import json
import os
import stat

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.prestart_none import none
from ansible_collections.workshop.lab.plugins.module_utils.prestart_seat import Files, problem, version_numbers
from ansible_collections.workshop.lab.plugins.module_utils.prestart_virtualbox import virtual_machine
from ansible_collections.workshop.lab.plugins.module_utils.seat_problem_list import REMAKE

OLDEST_KUBERNETES = (1, 11, 10)  # minikube v1.5.2, pkg/minikube/constants; asked only for a cluster that exists


def look(runner, wanted, state, files=None):
    """Return the list of Problems that would make `minikube start` fail, [] when none is known. Starts at most four programs and writes nothing.

    ``wanted`` and ``state`` are the module's Wanted and State; ``runner`` works as the account that owns the cluster (root with driver none).
    """
    files = files or Files()
    problems = _home(runner, files) + _locks(runner, files) + _profile(runner, files) + _version(wanted, state)
    problems += none(runner, wanted, state, files) if wanted.driver == "none" else virtual_machine(runner, wanted, state, files)
    return problems


def refusal(problems, doing="start the cluster"):
    """Return the LabError that tells all problems, one a line; its result has ``problems`` (list of dicts)."""
    words = ["[%s] %s%s. Next step: %s." % (one.id, one.cause, ' ("%s")' % one.text[:400] if one.text else "", one.step) for one in problems]
    return LabError("minikube was not asked to %s, because that would fail (and a start that fails deletes the VM):\n%s" % (doing, "\n".join(words)),
                    problems=[dict(one._asdict()) for one in problems])


def _home(runner, files):
    """The account can write its home, ~/.minikube and ~/.kube."""
    account, problems = runner.account, []
    home = files.stat(account.home)
    if home is None:
        return [problem("HOME_MISSING", "the home directory %s of %s does not exist" % (account.home, account.name), "create it (role k8suser) and run again")]
    below = [os.path.join(account.home, name) for name in (".minikube", ".kube")]
    found = [(path, files.stat(path)) for path in below]
    # Whoever is missing is made in the home directory itself.
    for path, entry in [one for one in found if one[1]] + ([(account.home, home)] if not all(entry for _path, entry in found) else []):
        if not _writable(entry, account):
            problems.append(problem(
                "FOREIGN_FILES", "%s cannot write %s (owner uid %d, mode %04o)" % (account.name, path, entry.st_uid, stat.S_IMODE(entry.st_mode)),
                "give it back (`chown -R %s: %s`, `chmod u+rwx %s`) and run again" % (account.name, path, path)))
    for name in (".kube/config", ".minikube/profiles/minikube", ".minikube/profiles/minikube/config.json", ".minikube/machines/minikube",
                 ".minikube/machines/minikube/config.json"):
        path = os.path.join(account.home, name)
        entry = files.stat(path)
        if entry and not _writable(entry, account):
            problems.append(problem("FOREIGN_FILES", "%s cannot write %s (owner uid %d)" % (account.name, path, entry.st_uid),
                                    "give it back (`chown -R %s: %s`) and run again" % (account.name, path)))
    space = files.space(account.home)
    if space and space[1]:
        problems.append(problem("READ_ONLY", "the file system of %s is mounted read-only" % account.home, "read `dmesg`, mend the disk and run again"))
    return problems


def _writable(entry, account):
    """Whether the account may write a file, or use and change a directory. Other groups of the account do not count: minikube's files are for one account."""
    if account.uid == 0:
        return True
    needed = 0o3 if stat.S_ISDIR(entry.st_mode) else 0o2
    shift = 6 if entry.st_uid == account.uid else 3 if entry.st_gid == account.gid else 0
    return entry.st_mode >> shift & needed == needed


def _locks(runner, files):
    """No lock file of another account stands in the way (github.com/juju/mutex: flock files of mode 0600)."""
    place, problems = runner.environment.get("TMPDIR", "/tmp"), []
    if runner.account.uid == 0 and (files.read("/proc/sys/fs/protected_regular") or "0").strip() == "0":
        return []  # root opens them all, unless the kernel protects the files of others in /tmp (Ubuntu 20.04 and later)
    for name in sorted(files.listdir(place)):
        path = os.path.join(place, name)
        entry = files.stat(path) if name.startswith("juju-") else None
        if entry and entry.st_uid != runner.account.uid:
            problems.append(problem("JUJU_LOCK", "the lock file %s belongs to another account (uid %d)" % (path, entry.st_uid),
                                    "remove %s and run again, always as the same account" % path))
    return problems


def _profile(runner, files):
    """The profile and the machine's record are JSON: minikube exits with 65 or fails on the machine otherwise."""
    problems = []
    for name, step in (("profiles", "mend or restore it, or " + REMAKE), ("machines", REMAKE)):
        path = os.path.join(runner.account.home, ".minikube", name, "minikube", "config.json")
        text = files.read(path) if files.stat(path) else None
        if text is None:
            continue
        try:
            right = isinstance(json.loads(text), dict)
        except ValueError:
            right = False
        if not right:
            problems.append(problem("PROFILE_CORRUPT", "%s is no JSON that minikube can read" % path, step, text[:80]))
    return problems


def _version(wanted, state):
    """minikube can read the version, and still starts a cluster of it."""
    version = version_numbers(wanted.kubernetes_version)
    if version is None:
        return [problem("VERSION_INVALID", "%s is no version of Kubernetes" % wanted.kubernetes_version, "set kubernetes_version to a version like v1.16.2")]
    if state.exists and version < OLDEST_KUBERNETES:
        return [problem("VERSION_TOO_OLD", "minikube starts no existing cluster with Kubernetes %s" % wanted.kubernetes_version,
                        "set kubernetes_version to v1.11.10 or later")]
    return []
