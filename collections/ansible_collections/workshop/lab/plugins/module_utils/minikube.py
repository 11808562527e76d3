"""minikube of one account: its environment, its argument lists and its limits. Starting is done by the Runners that are passed in."""

import os

from ansible_collections.workshop.lab.plugins.module_utils.minikube_state import NAME
from ansible_collections.workshop.lab.plugins.module_utils.progress import Progress
from ansible_collections.workshop.lab.plugins.module_utils.runner import Runner
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_call import ask_virtualbox

HYPERVISORS = {"virtualbox": ["VBoxManage", "list", "vms"], "kvm2": ["virsh", "--connect", "qemu:///system", "list", "--all", "--name"]}


def environment(home):
    """Return what minikube's calls have in their environment beside the Runner's.

    KUBECONFIG and MINIKUBE_HOME are fixed: stop and delete ignore KUBECONFIG, so a strange value would split the cluster in two. The update check has no
    time limit of its own, and a classroom may be offline.
    """
    return {"KUBECONFIG": os.path.join(home, ".kube", "config"), "MINIKUBE_HOME": os.path.join(home, ".minikube"), "MINIKUBE_IN_STYLE": "false",
            "MINIKUBE_WANTUPDATENOTIFICATION": "false", "MINIKUBE_WANTNONEDRIVERWARNING": "false"}


def lock_directory(home):
    """Return where minikube keeps its lock files (juju-*, mode 0600): in /tmp one account's locks would stop every other account."""
    return os.path.join(home, ".minikube", "tmp")


class Minikube:
    """Calls of minikube, kubectl and the hypervisor's own program as one account.

    ``reader`` and ``writer`` are Runners of that account, the writer with TMPDIR for the locks. ``limits``: {"query", "start", "stop", "delete", "ready"} in
    seconds. ``progress`` (progress.Progress) is told each step of a long call.
    """

    def __init__(self, reader, writer, program, kubectl, limits, progress=None):
        self.reader, self.writer, self.program, self.kubectl_path, self.limits = reader, writer, program, kubectl, limits
        self.progress, self.account = progress or Progress(), reader.account

    @property
    def tmp(self):
        """The place for minikube's lock files."""
        return lock_directory(self.account.home)

    @property
    def commands(self):
        """What was started, in order, as lines of text."""
        return [" ".join(argv) for argv in self.reader.calls]

    def installed(self):
        """Whether the program minikube is there."""
        return os.path.isfile(self.program) and os.access(self.program, os.X_OK)

    def _run(self, runner, argv, limit, watch=None):
        return runner.run(argv, limit=limit, watch=watch)

    def status(self):
        """Ask for the status; return its Done."""
        return self._run(self.reader, [self.program, "status", "-o", "json"], self.limits["query"])

    def ask(self, *words):
        """Ask minikube something else; return its Done."""
        return self._run(self.reader, [self.program] + list(words), self.limits["query"])

    def vms(self, driver):
        """Ask the hypervisor for its VMs; return its Done."""
        return ask_virtualbox(self.reader, HYPERVISORS[driver], self.limits["query"])

    def hypervisor(self, words, limit="delete"):
        """Call VBoxManage or virsh to change something; return its Done."""
        return self._run(self.writer, words, self.limits[limit])

    def change(self, *words, limit="query", watch=None):
        """Call minikube to change something; return its Done."""
        return self._run(self.writer, [self.program] + list(words), self.limits[limit], watch)

    def kubectl(self, *words, changes=False):
        """Call kubectl; return its Done."""
        return self._run(self.writer if changes else self.reader, [self.kubectl_path] + list(words), self.limits["query"])

    def file(self, *words):
        """Call a program of the system on a file, as the account; return its Done."""
        return self._run(self.writer, list(words), self.limits["query"])


def open_minikube(account, program, kubectl, limits, progress=None):
    """Return a Minikube of an Account with real Runners."""
    fixed = environment(account.home)
    reader, writer = Runner(account, fixed), Runner(account, dict(fixed, TMPDIR=lock_directory(account.home)))
    writer.calls = reader.calls  # one list, so that the order of all is kept
    return Minikube(reader, writer, program, kubectl, limits, progress)


def vm_is_known(done, driver):
    """Whether the hypervisor's list of VMs (a Done) has one called minikube; None when it did not answer."""
    if done.rc != 0:
        return None
    names = [line.strip() for line in done.out.splitlines()]
    return any(line.startswith('"%s" ' % NAME) for line in names) if driver == "virtualbox" else NAME in names
