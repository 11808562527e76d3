"""The rules that stand alone: KVM's setting, Secure Boot, the list of allowed networks, the packages of headers."""

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import virtualbox_kvm as kvm
from ansible_collections.workshop.lab.plugins.module_utils import virtualbox_networks as networks
from ansible_collections.workshop.lab.plugins.module_utils.seat_problem_list import KVM
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_headers import headers
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_releases import RELEASES, find
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_secure_boot import signing


@pytest.mark.parametrize(("kernel", "version", "expected"), [
    ("5.15.0-91-generic", "6.1.50", "any"),
    ("6.11.0-29-generic", "7.0.16", "any"),
    ("6.11.11+bpo-amd64", "7.2.14", "any"),
    ("6.12.0-1-amd64", "7.0.16", "off"),
    ("6.12.48+deb13-amd64", "7.2.14", "off"),  # void-packages#61332
    ("6.14.0-37-generic", "7.0.16", "off"),
    ("6.15.3", "7.2.22", "off"),
    ("6.16.0", "7.2.10", "on"),
    ("6.18.3", "7.2.9", "off"),
    ("6.18.3", "7.2.10", "on"),  # VirtualBox#711, #713
    ("7.0.0-28-generic", "7.2.14", "on"),
    ("7.1.2", "7.2.14_Debian", "on"),
    ("7.2.13-amd64", "7.2.22", "any"),
    ("7.2.13-amd64", "7.3.0", "any"),
    ("6.18.3", "", "off"),
    ("", "7.2.14", "any"),
])
def test_kvm_setting(kernel, version, expected):
    """By kernel and version, in both directions."""
    assert kvm.kvm_setting(kernel, version) == expected
    assert len(kvm.explain(kernel, version).reason) > 20


@pytest.mark.parametrize(("kernel", "version", "expected"), [
    ("6.16.0", "7.2.10", True), ("7.2.13-amd64", "7.2.22", True), ("6.15.3", "7.2.22", False), ("6.8.0-31-generic", "7.2.22", False),
    ("6.18.3", "7.1.10", False), ("6.18.3", "", False), ("", "7.2.22", False),
])
def test_kvm_is_shared(kernel, version, expected):
    """Not because the option does not matter: before Linux 6.12 it does not either, and a VM of KVM's keeps the processor."""
    assert kvm.shares(kernel, version) is expected


def test_hint_has_the_rule_s_kernels():
    """What a failed VM's hint says by hand is what the rule says."""
    assert "Linux %d.%d and later give the processor" % kvm.TAKES_AT_LOAD in KVM
    assert "with %d.%d.%d and later on Linux %d.%d and later" % (kvm.ASKS_KVM + kvm.SHARES) in KVM


def test_kvm_file():
    """One line for modprobe, and nothing where it does not apply."""
    assert "\noptions kvm enable_virt_at_load=0\n" in kvm.lines("off")
    assert kvm.lines("on") == kvm.lines("any") == ""


@pytest.mark.parametrize(("facts", "needed", "state", "step"), [
    ({"secure_boot": False}, False, "none", ""),
    ({"secure_boot": None}, False, "none", "mokutil --sb-state"),
    ({"secure_boot": True}, True, "none", "virtualbox_mok_password"),
    ({"secure_boot": True, "mok_enrolled": True}, True, "enrolled", ""),
    ({"secure_boot": True, "mok_enrolled": False, "mok_waiting": True}, True, "waiting", "Enroll MOK"),
    ({"secure_boot": True, "modules_loaded": ["vboxdrv", "vboxnetflt", "vboxnetadp"]}, True, "enrolled", ""),
    ({"secure_boot": True, "modules_loaded": ["vboxdrv"]}, True, "none", "virtualbox_mok_password"),
    ({"lockdown": "integrity", "efi": False, "modules_loaded": ["vboxdrv", "vboxnetflt", "vboxnetadp"]}, True, "enrolled", ""),
    ({"secure_boot": False, "lockdown": "integrity", "efi": True}, True, "none", "virtualbox_mok_password"),
    ({"secure_boot": False, "lockdown": "confidentiality", "efi": False}, True, "impossible", "lockdown="),
    ({"secure_boot": False, "kernel_config": {"sig_force": True}, "efi": False}, True, "impossible", "another driver"),
    ({"secure_boot": None, "kernel_config": {"sig_force": True}}, True, "none", "virtualbox_mok_password"),
])
def test_signing(facts, needed, state, step):
    """What is needed, how far it is, and the next step."""
    found = signing(facts)
    assert (found["needed"], found["state"]) == (needed, state)
    assert step in found["next_step"] if step else found["next_step"] == ""
    assert found["reason"]


WANTED = ["192.168.56.0/21", "192.168.99.0/24"]
BLOCK = "# BEGIN workshop: the role virtualbox takes these lines out again\n* %s\n# END workshop\n"


@pytest.mark.parametrize(("before", "after"), [
    (None, BLOCK % "192.168.56.0/21 192.168.99.0/24 fe80::/10"),
    ("", BLOCK % "192.168.56.0/21 192.168.99.0/24 fe80::/10"),
    ("* 10.0.0.0/8\n", "* 10.0.0.0/8\n" + BLOCK % "192.168.56.0/21 192.168.99.0/24"),
    ("* 10.0.0.0/8", "* 10.0.0.0/8\n" + BLOCK % "192.168.56.0/21 192.168.99.0/24"),
    ("* 192.168.0.0/16 10.0.0.0/8\n", "* 192.168.0.0/16 10.0.0.0/8\n"),
    ("* 0.0.0.0/0 ::/0\n", "* 0.0.0.0/0 ::/0\n"),
    ("# * 192.168.0.0/16\n", "# * 192.168.0.0/16\n" + BLOCK % "192.168.56.0/21 192.168.99.0/24"),
    ("* 192.168.99.0/24 nonsense\n", "* 192.168.99.0/24 nonsense\n" + BLOCK % "192.168.56.0/21"),
    ("* 192.168.99.0/25\n", "* 192.168.99.0/25\n" + BLOCK % "192.168.56.0/21 192.168.99.0/24"),
])
def test_networks_are_merged(before, after):
    """Own lines stay, what they do not allow is added; a second time changes nothing, and taking ours out gives back what was there."""
    assert networks.merged(before, WANTED) == after
    assert networks.merged(after, WANTED) == after
    assert networks.without_ours(after).rstrip("\n") == (before or "").rstrip("\n")
    assert all(any(networks.inside(networks.network(one), other) for other in networks.ranges(after)) for one in WANTED)


def test_networks_that_virtualbox_allows_need_no_file():
    """A file would switch its default off."""
    assert networks.merged(None, ["192.168.56.0/21"]) == ""
    assert networks.merged(None, []) == ""


def test_networks_change_with_the_variable():
    """Our block is written anew, not added to."""
    first = networks.merged("* 10.0.0.0/8\n", ["192.168.56.0/21", "192.168.99.0/24"])
    assert networks.merged(first, ["192.168.56.0/21", "172.20.0.0/16"]) == "* 10.0.0.0/8\n" + BLOCK % "192.168.56.0/21 172.20.0.0/16"


@pytest.mark.parametrize(("distribution", "release", "kernel", "meta"), [
    ("Ubuntu", "22.04", "5.15.0-91-generic", "linux-headers-generic"),
    ("Ubuntu", "20.04", "5.15.0-91-generic", "linux-headers-generic-hwe-20.04"),
    ("Ubuntu", "24.04", "6.8.0-31-lowlatency", "linux-headers-lowlatency"),
    ("Ubuntu", "24.04", "6.8.0-1021-azure", "linux-headers-azure"),
    ("Ubuntu", "24.04", "6.8.0-1002-surface", ""),
    ("Debian", "12", "6.1.0-18-amd64", "linux-headers-amd64"),
    ("Debian", "12", "6.1.0-18-rt-amd64", "linux-headers-rt-amd64"),
    ("Debian", "13", "6.12.48+deb13-cloud-amd64", "linux-headers-cloud-amd64"),
    ("Debian", "13", "6.12.43+deb13+1-amd64", "linux-headers-amd64"),
    ("Debian", "12", "6.9.1-xanmod1", ""),
    ("Fedora", "41", "6.11.4-301.fc41.x86_64", ""),
])
def test_headers(distribution, release, kernel, meta):
    """The meta package by the kernel's flavour; none for kernels that are not the distribution's."""
    found = headers({"distribution": distribution, "kernel": kernel, "headers_available": True}, find(distribution, release))
    assert found == {"running": "linux-headers-" + kernel, "meta": meta}


def test_headers_of_nobody():
    """No package is named that the archive does not have."""
    assert headers({"distribution": "Debian", "kernel": "6.9.1-xanmod1", "headers_available": False}, None) == {"running": "", "meta": ""}


def test_releases_are_found_by_name_and_number():
    """And no release stands twice."""
    assert find("Ubuntu", "jammy") == find("Ubuntu", "22.04") is not None
    assert find("Debian", "22.04") is None
    assert len({(one.distribution, one.release) for one in RELEASES}) == len(RELEASES)
