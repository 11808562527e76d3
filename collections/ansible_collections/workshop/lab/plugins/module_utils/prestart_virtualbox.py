"""Looking before a start with a VM: VirtualBox answers, the VM is in a state that can be started from, and the seat has room for it."""

import re

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.minikube_problems import match
from ansible_collections.workshop.lab.plugins.module_utils.prestart_kvm2 import kvm2
from ansible_collections.workshop.lab.plugins.module_utils.prestart_network import network
from ansible_collections.workshop.lab.plugins.module_utils.prestart_seat import disk_space, free_memory, machine_record, problem
from ansible_collections.workshop.lab.plugins.module_utils.seat_problem_list import MODULE
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_call import LIMIT, ask_virtualbox

OLDEST_VIRTUALBOX = (4, 3)  # libmachine: checkVBoxManageVersion
# Our judgement: 150 MB boot image, 1 GB binaries and images, and 3 to 4 GB that the VM's disk grows to in the workshop.
NEW_VM_MB = 5000
ANY_START_MB = 200  # an existing VM: certificates, kubeconfig, logs and a little growth of its disk

# VMState of VirtualBox that libmachine's start handles (drivers/virtualbox, Start). For any other it says "VM not in restartable state", goes on, waits for an
# address in vain, fails, and minikube deletes the VM.
STARTABLE = ("running", "paused", "saved", "poweroff", "aborted")
PASSING = ("starting", "stopping", "saving", "restoring", "teleporting", "snapshotting", "onlinesnapshotting", "livesnapshotting", "settingup",
           "deletingsnapshot", "deletingsnapshotlive", "deletingsnapshotlivepaused", "restoringsnapshot", "teleportingpausedvm", "teleportingin",
           "faulttolerantsync")


def virtual_machine(runner, wanted, state, files):
    """Not root, the hypervisor answers, and memory and disk are there; of VirtualBox also the VM's state and its network."""
    if runner.account.uid == 0 and "--force" not in wanted.extra_arguments:
        return [problem("ROOT_REFUSED", "minikube does not use driver %s as root" % wanted.driver,
                        "name an ordinary account (option user), or use driver none")]
    problems = _virtualbox(runner, wanted, state, files) if wanted.driver == "virtualbox" else kvm2(runner)
    if not state.exists or state.host in ("Stopped", "Saved"):
        problems += memory(wanted, state, files)
    return problems + disk_space(runner, files, ANY_START_MB if state.exists else NEW_VM_MB)


def _virtualbox(runner, wanted, state, files):
    problems, version = vboxmanage(runner)
    if version is None:
        return problems  # every further answer would only tell the same again
    if state.exists and state.host not in ("Running", "Paused", "Saved", "Stopped"):
        return vm_state(runner)  # minikube says "" for every state that it has no name for
    return network(runner, wanted, state, files, version) if not state.exists or state.host == "Stopped" else []


def vboxmanage(runner):
    """Return (problems, version): the version as numbers, None when VirtualBox is unfit."""
    answers = []
    for words in (["list", "hostinfo"], ["--version"]):
        try:
            answers.append(ask_virtualbox(runner, ["VBoxManage"] + words))
        except LabError as error:
            return [problem("VBOX_NOT_FOUND", "VirtualBox is not installed", "install VirtualBox on the seat (role virtualbox) and run again",
                            str(error))], None
        done = answers[-1]
        said = (done.out + "\n" + done.err).strip()
        if done.rc is None:
            return [problem("VBOX_SILENT", "`VBoxManage %s` did not end within %d seconds" % (" ".join(words), LIMIT),
                            "end VBoxSVC of %s (`pkill -u %s VBoxSVC`) and run again" % (runner.account.name, runner.account.name), said)], None
        if done.rc != 0 or (words[0] == "--version" and re.search(r"WARNING|kernel module", said)):
            known = match(said)
            if known:
                return [known._replace(text=said)], None
            if "WARNING" in said or "kernel module" in said:
                return [problem("VBOX_DRV_NOT_LOADED", "VirtualBox warns about its kernel module", MODULE, said)], None
            return [problem("VBOX_BROKEN", "`VBoxManage %s` fails (exit code %s)" % (" ".join(words), done.rc),
                            "make it work as %s: reinstall VirtualBox, or mend ~/.config/VirtualBox" % runner.account.name, said)], None
    text = answers[-1].out.strip()
    found = re.match(r"([0-9]+)\.([0-9]+)(?:\.([0-9]+))?", text)
    if not found:
        return [problem("VBOX_BROKEN", "`VBoxManage --version` tells no version", "reinstall VirtualBox and run again", text)], None
    version = tuple(int(number or 0) for number in found.groups())
    if version < OLDEST_VIRTUALBOX:
        return [problem("VBOX_TOO_OLD", "VirtualBox %s is too old for minikube" % text, "install VirtualBox 5.2 or later and run again")], None
    return [], version


def vm_state(runner):
    """The VM is in a state that minikube has no name for: ask VirtualBox which."""
    done = ask_virtualbox(runner, ["VBoxManage", "showvminfo", "minikube", "--machinereadable"])
    if done.rc != 0:
        known = match(done.err + "\n" + done.out)
        return [known._replace(text=(done.err or done.out).strip()) if known else
                problem("VM_STATE", "VirtualBox does not tell the VM's state", "make `VBoxManage showvminfo minikube` work as %s" % runner.account.name,
                        done.err)]
    found = re.search(r'(?m)^VMState="([^"]*)"', done.out)
    name = found.group(1) if found else "unknown"
    if name in STARTABLE:
        return []
    if name in PASSING:
        step = "wait until that is over (`VBoxManage showvminfo minikube`) and run again"
    elif name == "aborted-saved":  # VirtualBox 7: the VM's process died while it restored its saved state
        step = "throw the saved state away (`VBoxManage discardstate minikube` as %s) and run again" % runner.account.name
    else:
        step = "power it off (`VBoxManage controlvm minikube poweroff` as %s) and run again" % runner.account.name
    return [problem("VM_STATE", 'the VM is in state "%s", from which a start fails and deletes it' % name, step)]


def memory(wanted, state, files):
    """The VM's memory can be had. VirtualBox takes it from the kernel unswappable, other programs may be swapped out for it."""
    recorded = machine_record(state, "Memory")
    needed = recorded if isinstance(recorded, int) and recorded > 0 else wanted.memory_mb
    free = free_memory(files)
    if free is None or free >= needed:
        return []
    return [problem("NO_MEMORY", "%d MB of memory are free on the seat, and the VM needs %d MB" % (free, needed),
                    "close programs on the seat%s and run again" % ("" if state.exists else ", or set memory_mb lower (2000 is minikube's default)"))]
