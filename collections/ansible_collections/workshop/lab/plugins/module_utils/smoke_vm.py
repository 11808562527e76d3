"""A throw-away VM: made, started, listened to, removed. Every step by VBoxManage, as one ordinary account."""

import base64
import re
import sys

from ansible_collections.workshop.lab.plugins.module_utils import smoke_sector
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.minikube_problems import match
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_call import LIMIT, ask_virtualbox
from ansible_collections.workshop.lab.plugins.module_utils.waiting import wait_until

REMOVE = 30  # seconds until the VM's process has let go of it
MEMORY = 16  # MB: enough for VirtualBox's BIOS
OVER = ("aborted", "gurumeditation", "poweroff", "stuck")  # states in which the VM says nothing any more
# Makes the folder (in the account's cache, of nobody else's reading) and the floppy in it, and prints the folder.
MAKE = """import base64, os, sys, tempfile
cache = os.path.join(os.path.expanduser("~"), ".cache")
os.makedirs(cache, mode=0o700, exist_ok=True)
folder = tempfile.mkdtemp(prefix="workshop-smoke-", dir=cache)
with open(os.path.join(folder, "floppy.img"), "wb") as floppy:
    floppy.write(base64.b64decode(sys.argv[1]))
    floppy.truncate(int(sys.argv[2]))
print(folder)
"""


class Failure(Exception):
    """What did not work: ``doing`` (words), ``said`` (VirtualBox's), ``silent`` (it ran and said nothing: worth another try)."""

    def __init__(self, doing, said, silent=False):
        super(Failure, self).__init__(doing)
        self.doing, self.said, self.silent = doing, said.strip(), silent


def make_folder(runner):
    """Make the folder with the floppy and return its path."""
    done = runner.run([sys.executable or "python3", "-c", MAKE, base64.b64encode(smoke_sector.sector()).decode("ascii"), str(smoke_sector.FLOPPY)], limit=LIMIT)
    folder = done.out.strip()
    if done.rc != 0 or not folder.startswith("/"):
        raise LabError("The home directory of %s takes no files: %s; mend it and run again." % (runner.account.name, (done.err or done.out).strip()))
    return folder


def manage(runner, doing, *words):
    """Run VBoxManage and return what it says; Failure when it fails."""
    done = ask_virtualbox(runner, ["VBoxManage"] + list(words))
    if done.rc is None:
        raise Failure(doing, "`VBoxManage %s` did not end within %d seconds" % (" ".join(words), LIMIT))
    if done.rc != 0:
        raise Failure(doing, done.err + "\n" + done.out)
    return done.out


def attempt(runner, folder, name, version, bare, timeout):
    """Make the VM, start it and wait for its line; return the seconds from start to line. Failure otherwise. The VM is removed in any case.

    ``bare``: without nested paging and without the paravirtual interface, for processors whose nested paging does not work (QEMU's emulated AMD-V:
    a VM with nested paging stays at its first instruction there for ever).
    """
    started = False
    try:
        _make(runner, folder, name, version, bare)
        started = True
        manage(runner, "the VM could not be started", "startvm", name, "--type", "headless")
        waited = wait_until(lambda: _listen(runner, folder, name), timeout)
        if not waited.done:
            raise Failure("the VM did not say its line within %.0f seconds" % timeout, "it last said %r; %s" % (waited.seen, log(runner, folder, name)), True)
        if waited.seen != smoke_sector.LINE:
            raise Failure("the VM ended without a word", "%s\n%s" % (waited.seen, log(runner, folder, name)), True)
        return waited.seconds
    finally:
        remove(runner, folder, name, started)


def _make(runner, folder, name, version, bare):
    doing = "the VM could not be made"
    manage(runner, doing, "createvm", "--name", name, "--ostype", "Other", "--basefolder", folder, "--register")
    manage(runner, doing, "modifyvm", name, "--memory", str(MEMORY), "--boot1", "floppy", "--boot2", "none", "--boot3", "none", "--boot4", "none",
           "--nic1", "none", "--uart1", "0x3f8", "4", "--uartmode1", "file", folder + "/line")
    if bare:
        words = ("--nested-paging", "off", "--paravirt-provider", "none") if version >= (7,) else ("--nestedpaging", "off", "--paravirtprovider", "none")
        manage(runner, doing, "modifyvm", name, *words)
    manage(runner, doing, "storagectl", name, "--name", "floppy", "--add", "floppy")
    manage(runner, doing, "storageattach", name, "--storagectl", "floppy", "--port", "0", "--device", "0", "--type", "fdd", "--medium", folder + "/floppy.img")


def _listen(runner, folder, name):
    """Return (done, what was heard): the line, or the VM's state when that says that nothing will come."""
    heard = runner.run(["cat", folder + "/line"], limit=LIMIT).out
    if smoke_sector.LINE in heard:
        return True, smoke_sector.LINE
    done = runner.run(["VBoxManage", "showvminfo", name, "--machinereadable"], limit=LIMIT)
    found = re.search(r'(?m)^VMState="([^"]*)"', done.out)
    state = found.group(1) if found else ""
    return state in OVER, "its state is %s" % state if state in OVER else heard.strip()


def log(runner, folder, name):
    """Return the lines of the VM's own log that tell why: errors, and how it uses the processor."""
    text = runner.run(["cat", "%s/%s/Logs/VBox.log" % (folder, name)], limit=LIMIT).out
    told = [line for line in text.splitlines() if re.search(r"VERR_|Guru|HM: Using|HM: .*not|NEM|!!", line)]
    return "\n".join(told[-12:]) or "its log tells nothing"


def remove(runner, folder, name, started):
    """Remove the VM, wherever it stands; a rest that cannot be removed is a LabError that names it."""
    if started:
        runner.run(["VBoxManage", "controlvm", name, "poweroff"], limit=LIMIT)
    said = []

    def gone():
        done = runner.run(["VBoxManage", "unregistervm", name, "--delete"], limit=LIMIT)
        said[:] = [(done.err or done.out).strip()]
        return done.rc == 0 or "Could not find a registered machine" in done.err, said[0]

    waited = wait_until(gone, REMOVE)
    runner.run(["VBoxManage", "closemedium", "floppy", folder + "/floppy.img"], limit=LIMIT)  # fails where the VM took it along
    if not waited.done:
        problem = match(said[0])
        if problem is None or problem.id not in ("VBOX_MODULE_MISSING", "VBOX_NOT_FOUND"):
            raise LabError("The smoke test's VM %s could not be removed: %s; remove it as %s: `VBoxManage unregistervm %s --delete`." % (
                name, said[0], runner.account.name, name))
