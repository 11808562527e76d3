"""Doing a Plan's steps. Each change is verified by what is there afterwards, since minikube v1.5.2's exit codes say little."""

import os
import time

from ansible_collections.workshop.lab.plugins.module_utils import minikube_boot, minikube_prestart, minikube_problems
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.minikube_kubeconfig import KubeconfigSteps
from ansible_collections.workshop.lab.plugins.module_utils.minikube_ready import QUESTION, answer
from ansible_collections.workshop.lab.plugins.module_utils.minikube_said import end, said
from ansible_collections.workshop.lab.plugins.module_utils.minikube_state import AS_LEFT, NAME, status
from ansible_collections.workshop.lab.plugins.module_utils.minikube_survey import vm_known
from ansible_collections.workshop.lab.plugins.module_utils.waiting import wait_until

READY_INTERVAL = 2.0  # seconds between two questions to the API server
DELETING = {"delete", "forget_machine", "set_aside", "remove_vm", "drop_profile"}  # kinds of steps after which a start finds no cluster
LOST = "All that ran in the cluster of %s is lost: minikube could not start it and deleted it%s (it said: %s)"


class Actor(KubeconfigSteps):
    """Does steps. ``home`` is a minikube_files.Home, ``wanted`` a Wanted. ``lines`` is what `minikube start` said.

    ``found``: the State of the cluster that a start finds, None where it makes one. ``lost``: what minikube has deleted of it, a sentence without a full
    stop, "" for nothing.
    """

    def __init__(self, minikube, home, wanted, clock=time.monotonic, sleep=time.sleep):
        self.minikube, self.home, self.wanted, self.clock, self.sleep = minikube, home, wanted, clock, sleep
        self.lines, self.kept, self.found, self.lost = [], [], None, ""

    def look(self, plan, state):
        """Return the Problems that would make the plan's start fail (a start that fails deletes the VM); [] for a plan without one."""
        kinds = [step.kind for step in plan.steps]
        if "start" not in kinds:
            return []
        settled = {"FOREIGN_FILES"} if "own" in kinds else set()
        if set(kinds) & DELETING:
            # By the time of the start none of it is there; a running VM's memory is free again, and what cannot be read is gone.
            settled |= {"PROFILE_CORRUPT", "VM_STATE"} | ({"NO_MEMORY"} if state.host in ("Running", "Paused") else set())
            state = AS_LEFT
        return [one for one in minikube_prestart.look(self.minikube.writer, self.wanted, state) if one.id not in settled]

    def do(self, step):
        """Do one Step."""
        getattr(self, "_" + step.kind)(step)

    def prepare(self):
        """Make a place for minikube's lock files."""
        self._file("mkdir", "-p", "-m", "0700", self.minikube.tmp)

    def _own(self, _step):
        self.minikube.progress.begin("giving files back to %s" % self.minikube.account.name)
        self.home.give_back()

    def _start(self, step):
        minikube = self.minikube
        if self.found and self.wanted.driver != "none":
            minikube_boot.wake(minikube, self.wanted.driver, self.found.host, self.clock, self.sleep)
        minikube.progress.begin("minikube start")
        done = minikube.change("start", *step.args, limit="start", watch=minikube.progress.tell)
        self.lines = [line.rstrip() for line in done.out.splitlines()]
        reason = minikube_problems.deleted_for(done)
        if self.found and reason:
            self.lost = LOST % (minikube.account.name, " and made a new one" if done.rc == 0 else "", reason)
        if done.rc != 0:
            error = minikube_problems.describe(done, "start the cluster of %s" % minikube.account.name)
            raise LabError(str(error), start=self.lines, **error.result)
        self.wait_ready()

    def wait_ready(self):
        """Wait for the node and for the cluster's DNS."""
        minikube, limit = self.minikube, self.minikube.limits["ready"]
        minikube.progress.begin("waiting for the node and for the cluster's DNS")
        waited = wait_until(lambda: answer(minikube.kubectl(*QUESTION), self.wanted.kubernetes_version), limit, READY_INTERVAL, self.clock, self.sleep)
        if not waited.done:
            raise LabError("The cluster of %s was started, but is not ready within ready_timeout = %d seconds. Last seen: %s. Next step: as %s, "
                           "`kubectl describe` the node or the pod that is not running, and `minikube logs`." % (
                               minikube.account.name, limit, waited.seen, minikube.account.name),
                           start=self.lines, seen=waited.seen)

    def _stop(self, _step):
        minikube = self.minikube
        minikube.progress.begin("minikube stop")
        done = minikube.change("stop", limit="stop")
        words, vanished, error = status(minikube.status())
        if error or (not vanished and words["host"] not in ("", "Stopped", "Saved")):
            way = {"virtualbox": "save the VM with `VBoxManage controlvm %s savestate`" % NAME, "none": "read `journalctl -u kubelet`",
                   "kvm2": "save the VM with `virsh --connect qemu:///system managedsave %s`" % NAME}[self.wanted.driver]
            raise LabError("The cluster of %s is %s after `minikube stop` (%s, limit stop_timeout = %d seconds), which said \"%s\"; %s as %s and run again." % (
                minikube.account.name, words["host"] or error, end(done), minikube.limits["stop"], said(done), way, minikube.account.name))

    def _delete(self, _step):
        minikube = self.minikube
        minikube.progress.begin("minikube delete")
        done = minikube.change("delete", limit="delete")
        words, vanished, error = status(minikube.status())
        seen = self.home.look()
        left = [path for path, there in (("machines/" + NAME, seen.machine_names is not None),
                                         ("profiles/%s/config.json" % NAME, seen.texts.get("profile") is not None)) if there]
        if words["host"] or vanished or error or left:
            raise LabError("The cluster of %s is not gone after `minikube delete` (%s, which says little), left are \"%s\", status \"%s\". It said "
                           "\"%s\"; remove these below ~/.minikube as %s once the VM is off, and run again." % (
                               minikube.account.name, end(done), ", ".join(left), words["host"] or error, said(done), minikube.account.name))

    def _remove_vm(self, _step):
        """The VM of a half made machine, which minikube does not find any more."""
        words = {"kvm2": (["virsh", "--connect", "qemu:///system", "destroy", NAME], ["virsh", "--connect", "qemu:///system", "undefine", NAME]),
                 "virtualbox": (["VBoxManage", "controlvm", NAME, "poweroff"], ["VBoxManage", "unregistervm", NAME, "--delete"])}[self.wanted.driver]
        self.minikube.progress.begin("removing the VM %s" % NAME)
        self.minikube.hypervisor(words[0])  # fails when it is off already
        done = self.minikube.hypervisor(words[1])
        if vm_known(self.minikube, self.wanted.driver) is not False:
            raise LabError("The VM %s of %s could not be removed: `%s` (%s) said \"%s\"; remove it by hand and run again." % (
                NAME, self.minikube.account.name, " ".join(words[1]), end(done), said(done)))

    def _set_aside(self, _step):
        base = os.path.join(self.minikube.account.home, ".minikube")
        target = os.path.join(base, "set-aside", "%s-%d" % (NAME, time.time()))
        self._file("mkdir", "-p", "-m", "0700", os.path.dirname(target))
        self._file("mv", "-T", "--", os.path.join(base, "machines", NAME), target)
        self.kept.append(target)

    def _forget_machine(self, _step):
        self._file("rm", "-rf", "--", os.path.join(self.minikube.account.home, ".minikube", "machines", NAME))

    def _drop_profile(self, _step):
        self._file("rm", "-f", "--", os.path.join(self.minikube.account.home, ".minikube", "profiles", NAME, "config.json"))

    def tidy(self):
        """Remove the place for minikube's lock files."""
        self._file("rm", "-rf", "--", self.minikube.tmp)

    def _file(self, *words):
        done = self.minikube.file(*words)
        if done.rc != 0:
            raise LabError("`%s` as %s failed (%s): %s; mend that and run again." % (" ".join(words), self.minikube.account.name, end(done), said(done)))
