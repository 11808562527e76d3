"""An existing VM runs and answers before minikube is asked to start it: what is called for that, and what keeps minikube from being called at all."""

import socket

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import minikube_boot
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.minikube import Minikube
from ansible_collections.workshop.lab.tests.unit.minikube_parts import KUBECTL, MINIKUBE

LIMITS = {"query": 60, "start": 1800, "stop": 180, "delete": 300, "ready": 300}
SSH = [MINIKUBE, "ssh", "--", "true"]
SHOW = ["VBoxManage", "showvminfo", "minikube", "--machinereadable"]
START = ["VBoxManage", "startvm", "minikube", "--type", "headless"]
VIRSH = ["virsh", "--connect", "qemu:///system"]
INFO = 'name="minikube"\nVMState="poweroff"\nForwarding(0)="ssh,tcp,127.0.0.1,%d,,22"\n'
LOCKED = "VBoxManage: error: The machine 'minikube' is already locked by a session (or being locked or unlocked)"
NO_MEDIUM = "VBoxManage: error: Could not open the medium '/home/k8suser/.minikube/machines/minikube/disk.vmdk'.\nVERR_FILE_NOT_FOUND"


def wake(fake_runner, host, driver="virtualbox", answers=()):
    """Bring a VM in state ``host`` to where it answers; return (the calls, the seconds that this took). ``answers`` come before what goes well."""
    runner = fake_runner([tuple(one) for one in answers] + [
        (["showvminfo"], 0, 'VMState="poweroff"\n', ""), (["startvm"], 0, "", ""), (["virsh"], 0, "", ""), (["controlvm"], 0, "", ""), (["ssh"], 0, "", "")])
    now = [0.0]

    def sleep(seconds):
        now[0] += seconds

    minikube_boot.wake(Minikube(runner, runner, MINIKUBE, KUBECTL, LIMITS), driver, host, lambda: now[0], sleep)
    return runner.calls, now[0]


@pytest.mark.parametrize("driver, host, calls", [
    ("virtualbox", "Running", [SSH]), ("virtualbox", "Stopped", [SHOW, START, SSH]), ("virtualbox", "Saved", [SHOW, START, SSH]),
    ("virtualbox", "Paused", [["VBoxManage", "controlvm", "minikube", "resume"], SSH]),
    ("kvm2", "Running", [SSH]), ("kvm2", "Stopped", [VIRSH + ["start", "minikube"], SSH]), ("kvm2", "Paused", [VIRSH + ["resume", "minikube"], SSH]),
])
def test_from_each_state(fake_runner, driver, host, calls):
    """A VM that runs is not powered on; each has to answer."""
    assert wake(fake_runner, host, driver) == (calls, 0.0)


@pytest.mark.parametrize("driver, answer, words", [
    ("virtualbox", (["startvm"], 1, "", LOCKED), ["[VBOX_LOCKED] another program of VirtualBox holds the VM", "already locked"]),
    ("virtualbox", (["startvm"], 1, "", "VBoxManage: error: VT-x is being used (VERR_VMX_IN_VMX_ROOT_MODE)"), ["[VBOX_VMX_ROOT_MODE]"]),
    ("virtualbox", (["startvm"], 1, "", NO_MEDIUM), ["[VM_NOT_STARTED]", "startvm minikube --type headless` failed (exit code 1)", "disk.vmdk"]),
    ("virtualbox", (["startvm"], None, "Waiting", ""), ["[VM_NOT_STARTED]", "ended at its limit"]),
    ("kvm2", (["virsh"], 1, "", "error: Could not access KVM kernel module: No such file or directory"), ["[KVM_DEVICE]"]),
])
def test_a_vm_that_does_not_start(fake_runner, driver, answer, words):
    """Told in the words of the hypervisor; minikube, which would delete it, is not called."""
    with pytest.raises(LabError) as error:
        wake(fake_runner, "Stopped", driver, [answer])
    assert all(word in str(error.value) for word in words + ["minikube was not asked to start the cluster", "Next step"]), str(error.value)
    assert len(error.value.result["problems"]) == 1


@pytest.mark.parametrize("driver, text", [
    ("virtualbox", "VBoxManage: error: Nonexistent host networking interface, name 'vboxnet0' (VERR_INTERNAL_ERROR)"),
    ("kvm2", "error: Requested operation is not valid: network 'minikube-net' is not active"),
    ("kvm2", "error: Network not found: no network with matching name 'minikube-net'"),
])
def test_a_network_that_minikube_makes_anew(fake_runner, driver, text):
    """Its start does so before it powers a stopped VM on, and not for a saved one."""
    answer = (["startvm" if driver == "virtualbox" else "virsh"], 1, "", text)
    assert SSH not in wake(fake_runner, "Stopped", driver, [answer])[0]
    with pytest.raises(LabError):
        wake(fake_runner, "Saved", driver, [answer])


def test_a_port_that_is_taken(fake_runner):
    """minikube forwards another one to the VM, which can be done only while that is off."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        port = other.getsockname()[1]
        assert wake(fake_runner, "Stopped", answers=[(["showvminfo"], 0, INFO % port, "")])[0] == [SHOW]
    assert wake(fake_runner, "Stopped", answers=[(["showvminfo"], 0, INFO % port, "")])[0] == [SHOW, START, SSH]


def test_forwarded_ports():
    """By TCP alone; without an address on all of the seat's."""
    text = INFO % 40123 + 'Forwarding(1)="dns,udp,127.0.0.1,53,,53"\nForwarding(2)="web,tcp,,8080,10.0.2.15,80"\n'
    assert minikube_boot.forwarded(text) == [("127.0.0.1", 40123), ("0.0.0.0", 8080)] and minikube_boot.forwarded("") == []


def test_a_vm_that_boots(fake_runner):
    """Asked until it answers; one that never does is left alone, with what it last said."""
    answers = [(["ssh"], 1, "", "ssh: handshake failed: EOF\n")]
    runner = fake_runner(answers)
    now = [0.0]

    def sleep(seconds):
        now[0] += seconds
        if now[0] >= 40:
            runner.answers[:] = [(["ssh"], 0, "", "")]

    minikube = Minikube(runner, runner, MINIKUBE, KUBECTL, LIMITS)
    minikube_boot.wake(minikube, "virtualbox", "Running", lambda: now[0], sleep)
    assert now[0] == 40 and set(map(tuple, runner.calls)) == {tuple(SSH)}
    with pytest.raises(LabError) as error:
        wake(fake_runner, "Running", answers=answers)
    assert all(word in str(error.value) for word in ("[VM_SILENT]", "ready_timeout = 300", "handshake failed", "poweroff", "nothing was deleted"))
