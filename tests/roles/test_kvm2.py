"""What the role kvm2 installs on which release, and what it refuses before anything is asked for."""

import sys

import pytest
from playbook import ROOT, play

LOOK = "kvm2 : Look for the packages"
COMMON = ["dnsmasq-base", "iproute2", "libvirt-clients", "libvirt-daemon-system", "qemu-system-x86"]
PLANS = {
    # name: (facts, unit, packages)
    "bionic": ({"distribution": "Ubuntu", "version": "18.04"}, "libvirtd.service", sorted([*COMMON, "ebtables", "qemu-kvm"])),
    "focal": ({"distribution": "Ubuntu", "version": "20.04"}, "libvirtd.socket", sorted([*COMMON, "ebtables"])),
    "jammy": ({"distribution": "Ubuntu", "version": "22.04"}, "libvirtd.socket", COMMON),
    "noble": ({"distribution": "Ubuntu", "version": "24.04"}, "libvirtd.socket", COMMON),
    "bullseye": ({"distribution": "Debian", "version": "11.11"}, "libvirtd.socket", COMMON),
    "bookworm": ({"distribution": "Debian", "version": "12.5"}, "libvirtd.socket", COMMON),
    "trixie": ({"distribution": "Debian", "version": "13.1"}, "libvirtd.socket", COMMON),
    # relatives
    "mint": ({"distribution": "Linux Mint", "version": "22"}, "libvirtd.socket", COMMON),
    "plucky": ({"distribution": "Ubuntu", "version": "25.10"}, "libvirtd.socket", COMMON),
}
REFUSALS = {
    "fedora": ({"distribution": "Fedora", "version": "41", "family": "RedHat"}, "runs Fedora 41; the role kvm2 knows the packages of Ubuntu 18.04"),
    "mac": ({"distribution": "MacOSX", "version": "10.15", "family": "Darwin"}, "runs MacOSX 10; the role kvm2 knows"),
    "arm": ({"distribution": "Debian", "version": "12.5", "architecture": "aarch64"}, "is aarch64; minikube's program docker-machine-driver-kvm2 is published"),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run the survey once for all machines."""
    hosts = {name: {"case": case[0]} for name, case in {**PLANS, **REFUSALS}.items()}
    common = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    return play(tmp_path_factory.mktemp("kvm2"), ROOT / "tests" / "roles" / "kvm2.yml", {"all": {"vars": common, "hosts": hosts}})


@pytest.mark.parametrize("name", PLANS)
def test_plan_of_a_release(run, name):
    """The packages by their names there, and what starts libvirt."""
    _facts, unit, packages = PLANS[name]
    told = [event["message"] for event in run.of(name, "ok") if event["task"] == "Tell the plan"]
    assert [event for event in run.of(name, "ok") if event["task"] == LOOK], run.output[-3000:]
    assert told == ["PLAN unit=%s packages=%s" % (unit, ",".join(packages))], run.output[-3000:]


@pytest.mark.parametrize("name", REFUSALS)
def test_machine_is_refused(run, name):
    """In a sentence with what is accepted; no package was asked for."""
    assert REFUSALS[name][1] in run.failure(name)
    assert not [event for event in run.of(name) if event["task"] == LOOK]


def test_nothing_changed(run):
    """The survey looks."""
    assert not [name for name in [*PLANS, *REFUSALS] if run.changed(name)]
