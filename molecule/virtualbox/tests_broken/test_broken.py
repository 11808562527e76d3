"""Machines that cannot start a VM, made for real: each is told with its cause and the next step, and mended afterwards."""

import contextlib

import pytest

testinfra_hosts = ["ansible://lab-virtualbox-1"]


@pytest.fixture(scope="module")
def kernel(seat):
    """The running kernel's release."""
    return seat.shell("uname -r").strip()


@pytest.fixture(scope="module", autouse=True)
def whole_again(seat):
    """Whatever a test did: in the end the modules are loaded and a VM starts."""
    yield
    seat.module("virtualbox_modules", timeout=1200)
    assert seat.module("virtualbox_smoke_test", user="k8suser", timeout=240)["ok"]


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
    hide = f"{UNLOAD}; mkdir -p /root/away && mv /lib/modules/{kernel}/updates /root/away/ && mv /lib/modules/{kernel}/build /root/away/ && depmod"
    show = f"mv /root/away/updates /root/away/build /lib/modules/{kernel}/ && depmod && {LOAD}"
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


def test_kvm_holds_the_processor(seat):
    """A VM of KVM runs: AMD-V is taken, whatever the setting says. Made by a few bytes of a VM, kept open by a process that ends with the test."""
    hold = ("modprobe --remove kvm_amd kvm; modprobe kvm enable_virt_at_load=1 && modprobe kvm_amd && "
            "systemd-run --quiet --unit=hold-kvm python3 -c 'import fcntl, time; k = open(\"/dev/kvm\", \"rb\"); "
            "vm = fcntl.ioctl(k, 0xAE01, 0); cpu = fcntl.ioctl(vm, 0xAE41, 0); time.sleep(900)' && "
            "timeout 20 sh -c 'until systemctl is-active --quiet hold-kvm; do sleep 0.2; done'")
    with broken(seat, hold, "systemctl stop hold-kvm; modprobe --remove kvm_amd kvm; modprobe kvm_amd"):
        assert seat.shell("cat /sys/module/kvm/parameters/enable_virt_at_load") == "Y\n"
        found = smoke(seat)
        assert "kvm" in (found["actual"] + found["hint"]).lower() and "/dev/kvm" in found["hint"] + found["actual"], found
