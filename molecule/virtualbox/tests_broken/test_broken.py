"""Machines that cannot start a VM, made for real: each is told with its cause and the next step, and mended afterwards."""

import contextlib
import shlex

import pytest

testinfra_hosts = ["ansible://lab-virtualbox-1"]


@pytest.fixture(scope="module")
def kernel(seat):
    """The running kernel's release."""
    return seat.shell("uname -r").strip()


@contextlib.contextmanager
def broken(seat, make, mend):
    """Break something for the time of a test."""
    seat.shell(make)
    try:
        yield
    finally:
        seat.shell(mend)


def smoke(seat, **more):
    """Return the first check of the smoke test that is not true."""
    result = seat.module("virtualbox_smoke_test", user="k8suser", timeout=240, **more)
    assert not result["ok"], result
    return next(check for check in result["checks"] if check["ok"] is not True)


UNLOAD = "modprobe --remove vboxnetadp vboxnetflt vboxdrv"
LOAD = "modprobe vboxdrv && modprobe vboxnetflt && modprobe vboxnetadp"


def test_modules_are_not_loaded(seat):
    """The student's VM would fail; the module loads them again."""
    with broken(seat, UNLOAD, LOAD):
        found = smoke(seat)
        assert "vboxdrv" in found["actual"] + found["hint"], found
        assert seat.module("virtualbox_info")["machine"]["modules_loaded"] == []
        result = seat.module("virtualbox_modules")
        assert result["changed"] and sorted(result["loaded"]) == ["vboxdrv", "vboxnetadp", "vboxnetflt"], result


def test_headers_are_missing(seat, kernel):
    """After a kernel upgrade without its headers: no module, and no way to build one."""
    # The lists of depmod come back as files: an emulated processor makes them anew in a quarter of a minute.
    hide = f"{UNLOAD}; mkdir -p /root/away/lists && cd /lib/modules/{kernel} && cp -a modules.* /root/away/lists && mv updates build /root/away/ && depmod"
    show = f"cd /lib/modules/{kernel} && mv /root/away/updates /root/away/build . && cp -a /root/away/lists/. . && rm -r /root/away && {LOAD}"
    with broken(seat, hide, show):
        result = seat.refusal("virtualbox_modules")
        assert result["diagnosis"]["id"] == "HEADERS_MISSING" and "linux-headers" in result["msg"] and "Next step" in result["msg"], result
        assert not seat.module("virtualbox_info")["machine"]["headers_installed"]


def test_network_is_not_allowed(seat):
    """An owner's own file without the cluster's range."""
    keep = "mv /etc/vbox/networks.conf /root/networks.conf && echo '* 10.1.0.0/16' > /etc/vbox/networks.conf"
    with broken(seat, keep, "mv /root/networks.conf /etc/vbox/networks.conf"):
        found = smoke(seat, vm=False, host_only_cidr="192.168.99.1/24")
        assert found["id"] == "virtualbox.host_only" and "networks.conf" in found["actual"] + found["hint"], found
        info = seat.module("virtualbox_info", cidrs=["192.168.99.0/24"])
        assert "10.1.0.0/16" in info["networks_text"] and "192.168.99.0/24" in info["networks_text"], info


KVM_AGAIN = "modprobe --remove kvm_amd kvm; modprobe kvm_amd"
# Sets EFER.SVME on every processor, as KVM did by itself up to Linux 6.11 and other hypervisors do, where VirtualBox finds it set by somebody it cannot ask.
TAKE = """
import os, struct
for name in os.listdir("/dev/cpu"):
    if name.isdigit():
        msr = os.open("/dev/cpu/%s/msr" % name, os.O_RDWR)
        value = struct.unpack("<Q", os.pread(msr, 8, 0xC0000080))[0]
        os.pwrite(msr, struct.pack("<Q", value SET), 0xC0000080)
"""


def test_processor_is_taken(seat):
    """AMD-V is held without KVM's modules: VirtualBox cannot share it, and says so in words that are known."""
    take, release = (TAKE.replace("SET", bits) for bits in ("| 0x1000", "& ~0x1000"))
    with broken(seat, f"modprobe --remove kvm_amd kvm; modprobe msr && python3 -c {shlex.quote(take)}", f"python3 -c {shlex.quote(release)}; {KVM_AGAIN}"):
        found = smoke(seat)
        assert found["id"] == "virtualbox.smoke" and "VERR_SVM_IN_USE" in found["actual"], found
        assert "kvm" in found["hint"].lower(), found


def test_kvm_and_virtualbox_share(seat):
    """A VM of KVM runs, and holds AMD-V: this VirtualBox asks KVM for it (from 7.2.10 with Linux 6.16 on), which is why the role does not switch KVM off.

    The last test: that a VM starts in it also shows that the others have mended what they broke.
    """
    hold = ("modprobe --remove kvm_amd kvm; modprobe kvm enable_virt_at_load=1 && modprobe kvm_amd && "
            "systemd-run --quiet --unit=hold-kvm python3 -c 'import fcntl, time; k = open(\"/dev/kvm\", \"rb\"); "
            "vm = fcntl.ioctl(k, 0xAE01, 0); cpu = fcntl.ioctl(vm, 0xAE41, 0); time.sleep(900)' && "
            "timeout 20 sh -c 'until systemctl is-active --quiet hold-kvm; do sleep 0.2; done'")
    with broken(seat, hold, f"systemctl stop hold-kvm; {KVM_AGAIN}"):
        assert seat.module("virtualbox_info")["plan"]["kvm_rule"] == "any"
        assert seat.module("virtualbox_smoke_test", user="k8suser", timeout=240)["ok"]
