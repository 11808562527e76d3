"""What must still be so after the machine was switched off and on, with nobody there to mend it."""

testinfra_hosts = ["ansible://lab-virtualbox-1"]


def test_modules_are_loaded_again(host):
    """Before anybody starts a VM; this machine has no /usr/share/doc, without which the distribution's own unit does nothing."""
    loaded = [line.split()[0] for line in host.file("/proc/modules").content_string.splitlines()]
    assert {"vboxdrv", "vboxnetflt", "vboxnetadp"} <= set(loaded)
    version = host.run("VBoxManage --version")
    assert version.rc == 0 and version.stderr == "" and len(version.stdout.splitlines()) == 1, version


def test_a_vm_starts(seat):
    """The role's smoke test starts one again as the student, and its network; nothing of it stays."""
    result = seat.module("virtualbox_smoke_test", user="k8suser", host_only_cidr="192.168.99.1/24", timeout=240)
    assert result["ok"] and {"virtualbox.smoke", "virtualbox.host_only"} <= {check["id"] for check in result["checks"]}, result
    assert seat.student("VBoxManage list vms; VBoxManage list hostonlyifs; VBoxManage list hdds") == ""
    assert seat.shell("pgrep -a VBoxHeadless || true") == ""
