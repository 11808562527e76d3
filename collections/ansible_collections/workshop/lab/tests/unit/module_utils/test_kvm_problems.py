"""What a person reads when `minikube start` with driver kvm2 fails: the words of the driver, libvirt and QEMU are recognised, each with a next step."""

import re

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.kvm_problem_list import KVM_KNOWN, KVM_OWN
from ansible_collections.workshop.lab.plugins.module_utils.minikube_problems import describe, explain
from ansible_collections.workshop.lab.tests.unit.module_utils.test_minikube_problems import crash, failed, known

DEFINE = ("create: Error creating machine: Error in driver during machine creation: creating domain: Error defining domain xml:\n\n: "
          "virError(Code=8, Domain=44, ")
SOCKET = ("create: precreate: error connecting to libvirt socket.: virError(Code=38, Domain=7, Message='Failed to connect socket to "
          "'/var/run/libvirt/libvirt-sock': ")


@pytest.mark.parametrize("text, name, words", [
    ('new host: Driver "kvm2" not found. Do you have the plugin binary "docker-machine-driver-kvm2" accessible in your PATH?', "KVM2_NOT_FOUND",
     "/usr/local/bin (role kvm2)"),
    ("Error getting state: Domain not found: no domain with matching name 'minikube'", "KVM2_NO_DOMAIN", "recreate"),
    ("ioctl(KVM_CREATE_VM) failed: 16 Device or resource busy", "KVM_CREATE_CONFLICT", "VBoxManage list runningvms"),
    ("Error starting stopped host: Machine didn't return an IP after 120 seconds", "KVM2_RESTART_NO_IP", "net-dhcp-leases"),
    ("create: Error in driver during machine creation: Machine didn't return an IP after 120 seconds", "KVM2_START_NO_IP", "virt-host-validate"),
    ("virError: this function is not supported by the connection driver: virNetworkDefineXML", "KVM2_NETWORK_DEFINE_XML", "libvirt-daemon-system"),
    ("internal error: qemu unexpectedly closed the monitor: 2019-11-05T10:00:00Z", "KVM2_QEMU_MONITOR", "/var/log/libvirt/qemu/minikube.log"),
    (DEFINE + "Message='invalid argument: could not find capabilities for domaintype=kvm ')", "KVM_UNAVAILABLE", "kvm_intel"),
    ("error connecting to libvirt socket. Have you added yourself to the libvirtd group?", "KVM_CONNECTION_ERROR", "journalctl -u libvirtd"),
    ("Error attempting to get plugin server address for RPC: Failed to dial the plugin server in 10s", "DRIVER_CORRUPT", "alsologtostderr"),
    # libvirt's and QEMU's own words inside
    (SOCKET + "Permission denied')", "KVM_NOT_IN_GROUP", "group libvirt"),
    ("authentication unavailable: no polkit agent available to authenticate action 'org.libvirt.unix.manage'", "KVM_NOT_IN_GROUP", "log in again"),
    (SOCKET + "No such file or directory')", "KVM_NO_LIBVIRT", "role kvm2"),
    (SOCKET + "Connection refused')", "KVM_NO_LIBVIRT", "virsh --connect qemu:///system list"),
    ("create: creating network: network default doesn't exist: Network not found: no network with matching name 'default'", "KVM_NO_NETWORK", "net-define"),
    ("Requested operation is not valid: network 'default' is not active", "KVM_NETWORK_DOWN", "net-start default"),
    ("internal error: Network is already in use by interface eno1", "KVM_NETWORK_IN_USE", "192.168.39.0/24"),
    ("qemu unexpectedly closed the monitor: Could not access KVM kernel module: No such file or directory", "KVM_DEVICE", "/dev/kvm"),
    ("Cannot access storage file '/home/k8suser/.minikube/machines/minikube/minikube.rawdisk' (as uid:64055, gid:104): Permission denied",
     "KVM_FILE_PERMISSION", "k8suser_home_search"),
    ("qemu unexpectedly closed the monitor: Could not open '/home/k8suser/.minikube/machines/minikube/boot2docker.iso': Permission denied",
     "KVM_FILE_PERMISSION", "chmod o+x"),
    ("cannot set up guest memory 'pc.ram': Cannot allocate memory", "KVM_NO_MEMORY", "memory_mb"),
    ("docker-machine-driver-kvm2: error while loading shared libraries: libvirt.so.0: cannot open shared object file", "KVM_LIBRARY", "libvirt-clients"),
])
def test_words_are_recognised(text, name, words):
    """As an error that minikube does not know (rc 70)."""
    problem = explain(crash(text))
    assert problem.id == name
    assert words in problem.step
    assert "{1}" not in problem.cause + problem.step


def test_the_cause_inside_wins_over_minikubes_own_id():
    """minikube says KVM_CONNECTION_ERROR for a libvirt that is not there and for one that refuses the user."""
    assert explain(known("KVM_CONNECTION_ERROR", SOCKET + "Permission denied')")).id == "KVM_NOT_IN_GROUP"
    assert explain(known("KVM_CONNECTION_ERROR", SOCKET + "Connection refused')")).id == "KVM_NO_LIBVIRT"
    assert explain(known("KVM_CONNECTION_ERROR", "error connecting to libvirt socket.")).id == "KVM_CONNECTION_ERROR"


def test_driver_that_exits():
    """minikube's last words are all there is."""
    problem = explain(failed(78, "* \nX Unable to start VM\n* Error: [DRIVER_EXITED] Unable to start VM: start: exit status 1\n"))
    assert problem.id == "DRIVER_EXITED"
    assert "docker-machine-driver-kvm2 version" in problem.step


def test_object_is_named():
    """What libvirt named stands in the cause."""
    assert "interface eno1" in explain(crash("Network is already in use by interface eno1")).cause
    assert "no network default" in explain(crash("no network with matching name 'default'")).cause
    assert "/var/run/libvirt/libvirt-sock" in explain(crash(SOCKET + "Connection refused')")).cause


def test_virtualbox_words_stay_virtualbox_problems():
    """The lists are asked one after the other: neither takes the other's words."""
    assert explain(crash("VBoxManage: error: Not enough memory (VERR_NO_MEMORY)")).id == "VBOX_NO_MEMORY"
    assert explain(crash("open /home/k8suser/.minikube/profiles/minikube/config.json: permission denied")).id == "FOREIGN_FILES"


def test_message_has_cause_and_step():
    """The whole message of the failing task."""
    message = str(describe(crash(SOCKET + "Permission denied')"), "start the cluster"))
    assert "[KVM_NOT_IN_GROUP] the cluster's user may not use libvirt" in message
    assert "Next step: add the cluster's user to the group libvirt" in message


@pytest.mark.parametrize("entry", KVM_KNOWN + KVM_OWN, ids=lambda entry: entry[0])
def test_entries_are_whole(entry):
    """A pattern that compiles, a cause, a step that is no sentence with a full stop: the message adds it."""
    name, pattern, cause, step = entry
    groups = re.compile(pattern).groups
    assert re.match(r"\A[A-Z][A-Z0-9_]+\Z", name)
    assert cause and step and not step.endswith(".")
    assert ("{1}" in cause + step) <= (groups >= 1)
