"""The seat after playbooks/provision.yml with cluster_driver kvm2, as its student meets it."""

import json
import re

import pytest

VIRSH = "virsh --connect qemu:///system "
DRIVER = "/usr/local/bin/docker-machine-driver-kvm2"


def said(done):
    """Return a run's output without colours and line ends."""
    return " ".join(re.sub(r"\x1b\[[0-9;]*m", "", done.stdout).split())


@pytest.mark.parametrize("name", ["qemu-system-x86", "libvirt-daemon-system", "libvirt-clients", "dnsmasq-base"])
def test_packages_are_there(host, name):
    """The distribution's own."""
    assert host.package(name).is_installed


def test_windows_are_not(host):
    """Nothing that is only recommended: a seat needs no window of QEMU's."""
    assert not host.package("qemu-system-gui").is_installed


def test_driver_is_the_wanted_one(host, installed):
    """Root's, and the bytes whose checksum was asked for; every user finds it, and minikube then downloads none."""
    assert installed(DRIVER).sha256sum == host.ansible.get_variables()["kvm2_driver_checksum"]
    done = host.run("runuser -l k8suser -c 'docker-machine-driver-kvm2 version'")
    assert done.stdout.splitlines()[0] == "version: v1.5.2", done


def test_student_may_use_libvirt(seat):
    """In a session of their own, without a password."""
    assert {"libvirt", "kvm"} <= set(seat.student("id --name --groups").split())
    assert "qemu" in seat.student(VIRSH + "version").lower()


def test_network_is_up_and_stays(seat):
    """Defined, started, started with the machine; the address is the seat's."""
    told = seat.student(VIRSH + "net-info default")
    assert re.search(r"(?m)^Active: +yes$", told), told
    assert re.search(r"(?m)^Autostart: +yes$", told), told
    assert "192.168.122.1/24" in seat.shell("ip -brief address show virbr0")


def test_libvirt_starts_with_the_machine(host):
    """Its socket, since it ends by itself when idle."""
    assert host.service("libvirtd.socket").is_running
    assert host.service("libvirtd.socket").is_enabled


def test_record_says_what_came(host):
    """By it the undo goes."""
    record = json.loads(host.file("/var/lib/workshop-lab/kvm2.json").content_string)
    assert {"libvirt-daemon-system", "qemu-system-x86"} <= set(record["named"]) < set(record["packages"])
    assert record["members"] == {"libvirt": ["k8suser"], "kvm": ["k8suser"]}
    assert record["driver"] == [DRIVER]
    assert "bash-completion" not in record["packages"]
    assert host.file("/var/lib/workshop-lab/kvm2.json").mode == 0o644


def test_home_lets_qemu_pass(play, seat):
    """minikube's driver gives others the right to pass through; a second run leaves it to them, and takes reading away all the same."""
    seat.shell("chmod o+rx /home/k8suser")
    done = play("playbooks/provision.yml", "--tags", "k8suser")
    assert done.returncode == 0, done.stdout
    assert seat.shell("stat --format=%A /home/k8suser").strip()[-3:] == "--x"


def test_machine_without_kvm_is_refused_and_nothing_changes(play, seat):
    """As it should be on a real seat: kvm2_require_kvm is true there."""
    seat.shell("rm -f /dev/kvm; systemctl restart libvirtd")
    try:
        done = play("playbooks/provision.yml", "--tags", "kvm2", kvm2_require_kvm=True)
        assert done.returncode == 2, done.stdout
        assert "k8suser cannot have a VM of it" in said(done)
        assert "modprobe kvm_intel" in said(done)
        assert "changed=0" in said(done)
    finally:
        seat.shell("mknod --mode=0660 /dev/kvm c 10 232 && chgrp kvm /dev/kvm")


def test_network_that_was_stopped_is_started_again(play, seat):
    """And defined, where somebody has removed it."""
    seat.shell(VIRSH + "net-destroy default")
    seat.shell(VIRSH + "net-autostart --disable default")
    seat.shell(VIRSH + "net-undefine default")
    done = play("playbooks/provision.yml", "--tags", "kvm2")
    assert done.returncode == 0, done.stdout
    test_network_is_up_and_stays(seat)


def test_auto_keeps_the_driver_of_the_cluster_that_is_there(play, seat):
    """A container can have driver none alone; a cluster with kvm2 in the student's home comes first, whichever playbook is run."""
    seat.student("mkdir -p ~/.minikube/machines/minikube && echo '{\"DriverName\": \"kvm2\"}' > ~/.minikube/machines/minikube/config.json")
    try:
        done = play("playbooks/provision.yml", cluster_driver="auto")
        assert done.returncode == 0, done.stdout
        assert "lab-kvm2-1: Driver kvm2 stays: k8suser has a cluster with it, and another driver would need a new one" in said(done)
        assert "changed=0" in said(done)
        assert "Ask the driver for its version" in said(done), "the role kvm2 was not run"
    finally:
        seat.student("rm -r ~/.minikube")


def test_auto_takes_what_can_work(play):
    """Without a cluster: none, with the reason in one line; neither kvm2 nor virtualbox is touched."""
    done = play("playbooks/provision.yml", cluster_driver="auto")
    assert done.returncode == 0, done.stdout
    assert "lab-kvm2-1: Driver none can work here; virtualbox cannot (virtualbox.container:" in said(done)
    assert "kvm2 cannot (kvm2.container:" in said(done)
    assert "Ask the driver for its version" not in said(done)


@pytest.mark.parametrize("playbook", ["playbooks/cluster.yml", "playbooks/workshop.yml", "playbooks/verify.yml", "playbooks/reset.yml"])
def test_auto_without_any_driver_is_one_sentence(play, playbook):
    """What is missing for each; before anything changes, in whichever playbook."""
    done = play(playbook, cluster_driver="auto", preflight_auto_drivers=["virtualbox", "kvm2"])
    assert done.returncode != 0, done.stdout
    assert "cluster_driver is auto on lab-kvm2-1. No driver can work here: virtualbox cannot (virtualbox.container:" in said(done)
    assert "kvm2 cannot (kvm2.container:" in said(done)
    assert "changed=0" in said(done)


def test_undo_refuses_a_running_vm(play, seat):
    """QEMU's own emulation needs no KVM: an empty VM that runs. It is left alone, and so is what it needs."""
    domain = ("<domain type='qemu'><name>theirs</name><memory unit='MiB'>32</memory><vcpu>1</vcpu><os><type arch='x86_64'>hvm</type></os></domain>")
    seat.shell("echo \"%s\" > /srv/theirs.xml" % domain)
    seat.shell(VIRSH + "define /srv/theirs.xml")
    try:
        done = play("playbooks/uninstall.yml", "--tags", "kvm2")
        assert done.returncode == 2, done.stdout
        assert "libvirt on lab-kvm2-1 has VMs: theirs." in said(done)
        seat.shell(VIRSH + "start theirs")
        done = play("playbooks/uninstall.yml", "--tags", "kvm2")
        assert done.returncode == 2, done.stdout
        assert "has VMs: theirs (running: theirs). Remove them first" in said(done)
        assert "changed=0" in said(done)
        assert "theirs" in seat.shell(VIRSH + "list --name")
    finally:
        seat.shell(VIRSH + "destroy theirs", rc=None)
        seat.shell(VIRSH + "undefine theirs")
