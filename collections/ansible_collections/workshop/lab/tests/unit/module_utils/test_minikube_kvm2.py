"""Driver kvm2 in minikube_cluster: what it is started with, what an existing VM cannot change, what libvirt's list of VMs says."""

import json

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import minikube_options
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.minikube import HYPERVISORS, vm_is_known
from ansible_collections.workshop.lab.plugins.module_utils.minikube_state import DISKS
from ansible_collections.workshop.lab.plugins.module_utils.minikube_wanted import shape_differences, start_flags
from ansible_collections.workshop.lab.plugins.module_utils.runner import Done
from ansible_collections.workshop.lab.tests.unit.minikube_parts import fixture, wanted

KVM2 = wanted(driver="kvm2")


class Vm:
    """A State's part that shape_differences reads."""

    def __init__(self, driver="kvm2", **changes):
        self.machine = json.loads(fixture("vm/machine.json"))
        self.machine["DriverName"] = driver
        self.machine["Driver"].update(changes)


def test_start_has_no_flag_of_virtualbox():
    """The network of the kvm2 driver is fixed: a --host-only-cidr would be written into the profile and do nothing."""
    assert start_flags(KVM2) == ["--vm-driver=kvm2", "--kubernetes-version=v1.20.2", "--memory=2000", "--cpus=2", "--disk-size=20000",
                                 "--registry-mirror=http://lab-mirror:5000"]


@pytest.mark.parametrize("machine, expected", [
    (Vm(), []),
    (Vm(HostOnlyCIDR="192.168.59.1/24"), []),
    (Vm(Memory=4096), [{"name": "memory_mb", "found": 4096, "wanted": 2000}]),
    (Vm("virtualbox"), [{"name": "driver", "found": "virtualbox", "wanted": "kvm2"}]),
])
def test_what_the_vm_cannot_change(machine, expected):
    """Memory and disk as with VirtualBox; another driver comes before all else; the host-only network is none of it."""
    assert shape_differences(KVM2, machine) == expected


@pytest.mark.parametrize("rc, out, known", [(0, "minikube\n\n", True), (0, "minikube-old\nother\n\n", False), (0, "\n", False), (1, "", None)])
def test_libvirts_list_of_vms(rc, out, known):
    """One name a line, no quotes; a list that did not come says nothing."""
    assert HYPERVISORS["kvm2"] == ["virsh", "--connect", "qemu:///system", "list", "--all", "--name"]
    assert vm_is_known(Done(HYPERVISORS["kvm2"], rc, out, "", 0.1), "kvm2") is known


def test_disk_is_recognised():
    """A machine directory that holds it is moved aside and not removed."""
    assert "minikube.rawdisk" in DISKS


def test_owner_is_an_ordinary_account():
    """As with VirtualBox: minikube refuses root."""
    values = {name: option.get("default") for name, option in minikube_options.OPTIONS.items()}
    assert minikube_options.accept(dict(values, driver="kvm2", user="k8suser")).driver == "kvm2"
    with pytest.raises(LabError, match="user is 'root'; it must be an ordinary account with driver kvm2"):
        minikube_options.accept(dict(values, driver="kvm2", user="root"))
