"""Having an existing VM run before `minikube start` is called: that deletes a VM which it cannot start, with all that runs in it, and makes a new one."""

import re
import socket

from ansible_collections.workshop.lab.plugins.module_utils import minikube_prestart
from ansible_collections.workshop.lab.plugins.module_utils.minikube_problems import match
from ansible_collections.workshop.lab.plugins.module_utils.minikube_said import end
from ansible_collections.workshop.lab.plugins.module_utils.minikube_state import NAME
from ansible_collections.workshop.lab.plugins.module_utils.prestart_kvm2 import VIRSH
from ansible_collections.workshop.lab.plugins.module_utils.prestart_seat import problem
from ansible_collections.workshop.lab.plugins.module_utils.waiting import wait_until

ON = {"virtualbox": ["VBoxManage", "startvm", NAME, "--type", "headless"], "kvm2": VIRSH + ["start", NAME]}
RESUME = {"virtualbox": ["VBoxManage", "controlvm", NAME, "resume"], "kvm2": VIRSH + ["resume", NAME]}
OFF = {"virtualbox": "VBoxManage controlvm %s poweroff" % NAME, "kvm2": " ".join(VIRSH + ["destroy", NAME])}
SHOW = ["VBoxManage", "showvminfo", NAME, "--machinereadable"]
# What minikube's start makes anew before it powers a stopped VM on (libmachine drivers/virtualbox and pkg/drivers/kvm, Start): only it can start that VM.
FOR_MINIKUBE = {"virtualbox": r"Nonexistent host networking interface", "kvm2": r"network '[^']*' is not active|no network with matching name"}
INTERVAL = 2.0  # seconds between two questions to a VM that boots


def wake(minikube, driver, host, clock, sleep):
    """Have the VM run and answer, which is in minikube's state ``host``; LabError, and nothing is deleted, where it cannot be brought to that."""
    if host == "Running" or _power_on(minikube, driver, host):
        _wait(minikube, driver, clock, sleep)


def _power_on(minikube, driver, host):
    """Power the VM on; return whether it runs. It does not where minikube has to set right something first."""
    # minikube moves the forwarding of a port that another program has taken meanwhile; without it the VM would run and could not be reached.
    if driver == "virtualbox" and host != "Paused" and not all(port_free(*one) for one in forwarded(minikube.reader.run(SHOW, minikube.limits["query"]).out)):
        return False
    minikube.progress.begin("starting the VM %s" % NAME)
    words = (RESUME if host == "Paused" else ON)[driver]
    done = minikube.hypervisor(words)
    if done.rc == 0:
        return True
    text = (done.err + "\n" + done.out).strip()
    if host == "Stopped" and re.search(FOR_MINIKUBE[driver], text):
        return False
    known = match(text)
    raise minikube_prestart.refusal([known._replace(text=text) if known else problem(
        "VM_NOT_STARTED", "the VM does not start: `%s` failed (%s)" % (" ".join(words), end(done)),
        "mend what it names, until that command works as %s, and run again; nothing was deleted" % minikube.account.name, text)])


def _wait(minikube, driver, clock, sleep):
    """Wait until a program in the VM can be started, the way on which minikube goes."""
    minikube.progress.begin("waiting for the VM to answer")
    limit = minikube.limits["ready"]

    def question():
        done = minikube.ask("ssh", "--", "true")
        return done.rc == 0, (done.err + "\n" + done.out).strip()

    waited = wait_until(question, limit, INTERVAL, clock, sleep)
    if not waited.done:
        raise minikube_prestart.refusal([problem(
            "VM_SILENT", "the VM runs and does not answer by `minikube ssh` within ready_timeout = %d seconds" % limit,
            "give it time or power it off (`%s` as %s), and run again; nothing was deleted" % (OFF[driver], minikube.account.name), waited.seen)])


def forwarded(info):
    """Return [(address, port)] of the seat that VirtualBox forwards to the VM by TCP, of its showvminfo."""
    found = re.findall(r'(?m)^Forwarding\([0-9]+\)="[^",]*,tcp,([0-9.]*),([0-9]+),', info)
    return [(address or "0.0.0.0", int(port)) for address, port in found]


def port_free(address, port):
    """Whether no program of the seat listens on a port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True
