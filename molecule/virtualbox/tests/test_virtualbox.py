"""VirtualBox as the role leaves it, on a kernel of its own: what the chapter looks for, and what it takes that a student's VM starts."""

import pytest

testinfra_hosts = ["ansible://lab-virtualbox-1"]

MODULES = ("vboxdrv", "vboxnetflt", "vboxnetadp")


@pytest.fixture
def network(seat):
    """The name of a host-only network that the student made, gone afterwards."""
    name = seat.student("VBoxManage hostonlyif create 2>/dev/null").split("'")[1]
    yield name
    seat.student(f"VBoxManage hostonlyif remove {name}")


def test_programs_and_modules(host):
    """Both programs of the chapter; the version without a word of warning before it; the modules of the running kernel, loaded."""
    assert host.file("/usr/bin/VirtualBox").exists
    version = host.run("VBoxManage --version")
    assert version.rc == 0 and version.stderr == "" and len(version.stdout.splitlines()) == 1 and version.stdout[0].isdigit(), version
    loaded = [line.split()[0] for line in host.file("/proc/modules").content_string.splitlines()]
    assert set(MODULES) <= set(loaded)
    kernel = host.check_output("uname -r")
    assert all(host.check_output("modinfo --field vermagic %s", name).split()[0] == kernel for name in MODULES)


def test_student(host):
    """In the group; the networks' file names the old range and the cluster's."""
    assert "vboxusers" in host.user("k8suser").groups
    lines = [line for line in host.file("/etc/vbox/networks.conf").content_string.splitlines() if line.startswith("*")]
    assert "192.168.56.0/21" in " ".join(lines) and "192.168.99.0/24" in " ".join(lines)


def test_host_only_network(seat, network):
    """The cluster's address is really refused without the role's file, and really made with it."""
    seat.shell("mv /etc/vbox/networks.conf /root/networks.conf")
    try:
        refused = seat.student(f"VBoxManage hostonlyif ipconfig {network} --ip 192.168.99.1 2>&1", rc=1)
        assert "E_ACCESSDENIED" in refused, refused
    finally:
        seat.shell("mv /root/networks.conf /etc/vbox/networks.conf")
    seat.student(f"VBoxManage hostonlyif ipconfig {network} --ip 192.168.99.1 --netmask 255.255.255.0")
    assert "192.168.99.1/24" in seat.shell(f"ip -4 -brief address show dev {network}")
