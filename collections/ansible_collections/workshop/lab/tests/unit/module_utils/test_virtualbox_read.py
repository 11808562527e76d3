"""Facts of a machine, from files and programs that are texts."""

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import machine_host, virtualbox_read
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_plan import plan
from ansible_collections.workshop.lab.tests.unit.virtualbox_parts import ANSWERS, DPKG, FILES, KERNEL, FakeFiles

SECURE_BOOT, SHIM = machine_host.SECURE_BOOT, machine_host.SHIM


def files(**changes):
    """The example's files with changes, {path: text}; None takes one away."""
    texts = dict(FILES)
    for path, text in changes.items():
        texts.pop(path, None)
        if text is not None:
            texts[path] = text
    return FakeFiles(texts)


def test_whole_machine(fake_runner):
    """Every fact of the example, and exactly these programs with these arguments."""
    runner = fake_runner(ANSWERS)
    facts = machine_host.machine(runner, files())
    assert facts == {
        "distribution": "Debian", "release": "sid", "codename": "sid", "kernel": KERNEL, "architecture": "x86_64",
        "kernel_config": {"kvm": "module", "sig_force": False}, "efi": False, "headers_installed": True, "headers_available": True, "lockdown": "none",
        "cpu_flags": ["fpu", "svm", "lm"], "hypervisor": "qemu", "container": "", "xen": False, "kvm_modules": ["kvm_amd", "kvm"],
        "kvm_foreign": ["/usr/lib/modprobe.d/virtualbox-dkms.conf"], "enable_virt_at_load": False, "secure_boot": False, "mok_key": "",
        "mok_enrolled": None, "mok_waiting": None,
    }
    assert runner.calls == [
        ["uname", "-r", "-m"],
        ["apt-cache", "policy", "linux-headers-" + KERNEL, "apt"],
        ["systemd-detect-virt", "--vm"],
        ["systemd-detect-virt", "--container"],
    ]


def test_virtualbox_of_the_machine(fake_runner):
    """Packages with their version, DKMS, loaded modules; nothing of a package of which only the configuration is left."""
    runner = fake_runner(ANSWERS)
    assert virtualbox_read.virtualbox(runner, files()) == {
        "virtualbox_packages": ["virtualbox", "virtualbox-dkms"], "virtualbox_version": "7.2.22", "dpkg_broken": [], "dkms": "installed",
        "modules_loaded": ["vboxdrv", "vboxnetflt", "vboxnetadp"], "vms": [], "running_vms": [],
    }
    assert runner.calls == [
        ["dpkg-query", "--show", "--showformat=${db:Status-Abbrev}|${Package}|${Version}\\n"],
        ["uname", "-r"],
        ["dkms", "status"],
    ]


def test_facts_feed_the_plan(fake_runner):
    """All that the plan needs is among the facts."""
    runner = fake_runner(ANSWERS)
    facts = dict(machine_host.machine(runner, files()), **virtualbox_read.virtualbox(runner, files()))
    result = plan(facts, {"source": "auto", "gui": True, "cidrs": ["192.168.99.0/24"]})
    assert (result["source"], result["possible"], result["reboot_needed"]) == ("distribution", True, False)


@pytest.mark.parametrize(("text", "debian", "expected"), [
    ('ID=ubuntu\nVERSION_ID="22.04"\nVERSION_CODENAME=jammy\n', "bookworm/sid\n", {"distribution": "Ubuntu", "release": "22.04", "codename": "jammy"}),
    ('ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n', "12.5\n", {"distribution": "Debian", "release": "12", "codename": "bookworm"}),
    ('ID=fedora\nNAME="Fedora Linux"\nVERSION_ID=41\n', None, {"distribution": "Fedora Linux", "release": "41", "codename": ""}),
    (None, None, {"distribution": "", "release": "", "codename": ""}),
])
def test_release(text, debian, expected):
    """Ubuntu has a debian_version too, and is no sid."""
    assert machine_host.release(files(**{"/etc/os-release": text, "/etc/debian_version": debian})) == expected


@pytest.mark.parametrize(("config", "builtin", "expected"), [
    ("CONFIG_KVM=y\nCONFIG_MODULE_SIG_FORCE=y\n", None, {"kvm": "builtin", "sig_force": True}),
    ("# CONFIG_KVM is not set\n", None, {"kvm": "absent", "sig_force": False}),
    (None, "kernel/arch/x86/kvm/kvm.ko\n", {"kvm": "builtin", "sig_force": False}),
    (None, "kernel/fs/ext4/ext4.ko\n", {"kvm": "module", "sig_force": False}),
])
def test_kernel_config(config, builtin, expected):
    """From the configuration, or from the list of what is built in."""
    found = files(**{"/boot/config-" + KERNEL: config, "/lib/modules/%s/modules.builtin" % KERNEL: builtin})
    assert machine_host.kernel_config(found, KERNEL) == expected


def test_kernel_config_of_a_container():
    """None of the kernel's files are there, and KVM runs without being a loaded module."""
    found = FakeFiles({"/sys/module/kvm/parameters/enable_virt_at_load": "Y\n", "/proc/modules": ""})
    assert machine_host.kernel_config(found, KERNEL) == {"kvm": "builtin", "sig_force": False}


STATUS_ONLY = "apt:\n  Installed: 3.1.12\n  Candidate: 3.1.12\n  Version table:\n *** 3.1.12 100\n        100 /var/lib/dpkg/status\n"
NO_CANDIDATE = ("linux-headers-7.2.13-amd64:\n  Installed: (none)\n  Candidate: (none)\n  Version table:\n"
                "apt:\n  Installed: 3\n  Candidate: 3\n  Version table:\n"
                " *** 3 500\n        500 http://deb.debian.org/debian sid/main amd64 Packages\n")


@pytest.mark.parametrize(("said", "expected"), [
    (ANSWERS[2][2], True),
    (NO_CANDIDATE, False),
    (NO_CANDIDATE[NO_CANDIDATE.index("apt:"):], False),
    (STATUS_ONLY, None),
    ("", None),
])
def test_headers_available(fake_runner, said, expected):
    """Without package lists nobody can tell."""
    assert machine_host.headers_available(fake_runner([(["apt-cache"], 0, said, "")]), KERNEL) is expected


@pytest.mark.parametrize(("variable", "shim", "mokutil", "expected"), [
    ("\x06\0\0\0\x01", None, "", True),
    ("\x06\0\0\0\x01", "\x06\0\0\0\0", "", True),
    ("\x06\0\0\0\x01", "\x06\0\0\0\x01", "", False),
    ("\x06\0\0\0\0", None, "", False),
    (None, None, "SecureBoot enabled\n", True),
    (None, None, "SecureBoot enabled\nSecureBoot validation is disabled in shim\n", False),
    (None, None, "SecureBoot disabled\n", False),
    (None, None, "", None),
])
def test_secure_boot(fake_runner, variable, shim, mokutil, expected):
    """By the firmware's variable and shim's, else by mokutil."""
    texts = {"/sys/firmware/efi/runtime": ""}
    for path, text in ((SECURE_BOOT, variable), (SHIM, shim)):
        if text:
            texts[path] = text
    assert machine_host.secure_boot(fake_runner([(["mokutil", "--sb-state"], 0, mokutil, "")]), FakeFiles(texts)) is expected


@pytest.mark.parametrize(("said", "enrolled", "waiting"), [
    ("/var/lib/shim-signed/mok/MOK.der is already enrolled\n", True, False),
    ("/var/lib/shim-signed/mok/MOK.der is not enrolled\n", False, False),
    ("/var/lib/shim-signed/mok/MOK.der is already in the enrollment request\n", False, True),
    ("", None, None),
])
def test_key(fake_runner, said, enrolled, waiting):
    """mokutil's word for this machine's key."""
    runner = fake_runner([(["mokutil", "--test-key"], 1, said, "")])
    found = machine_host.key(runner, FakeFiles({"/sys/firmware/efi/runtime": "", "/var/lib/shim-signed/mok/MOK.der": "x"}))
    assert (found["mok_enrolled"], found["mok_waiting"]) == (enrolled, waiting)
    assert runner.calls == [["mokutil", "--test-key", "/var/lib/shim-signed/mok/MOK.der"]]


def test_foreign_files_of_kvm():
    """Ours does not count, a file in /etc replaces one of the same name in /usr/lib, and the kernel's line counts."""
    found = FakeFiles({
        "/etc/modprobe.d/workshop-virtualbox-kvm.conf": "options kvm enable_virt_at_load=0\n",
        "/etc/modprobe.d/virtualbox-dkms.conf": "# taken back\n",
        "/usr/lib/modprobe.d/virtualbox-dkms.conf": "options kvm enable_virt_at_load=0\n",
        "/etc/modprobe.d/mine.conf": "  options kvm ignore_msrs=1 enable_virt_at_load=N\n",
        "/etc/modprobe.d/old.conf.bak": "options kvm enable_virt_at_load=0\n",
        "/proc/cmdline": "quiet kvm.enable_virt_at_load=0\n",
    })
    assert machine_host.kvm_foreign(found) == ["/etc/modprobe.d/mine.conf", "the kernel's command line"]


def test_lockdown():
    """The word in brackets."""
    assert machine_host.lockdown(FakeFiles({"/sys/kernel/security/lockdown": "none [integrity] confidentiality\n"})) == "integrity"


def test_programs_that_are_not_there():
    """A machine without apt, dkms and systemd has facts too."""

    class Nothing:
        def run(self, argv, limit):
            raise LabError("%s cannot be started" % argv[0])

    facts = machine_host.machine(Nothing(), FakeFiles({}))
    assert (facts["kernel"], facts["headers_available"], facts["hypervisor"], facts["cpu_flags"]) == ("", None, "", [])
    assert virtualbox_read.virtualbox(Nothing(), FakeFiles({}))["virtualbox_version"] == ""


def test_half_configured_packages(fake_runner):
    """After a module that did not build: apt does nothing until these are settled."""
    text = "iF |linux-headers-7.0.0-28-generic|7.0.0-28.28\niU |virtualbox|7.0.16-dfsg-2\niF |virtualbox-dkms|7.0.16-dfsg-2\nun |virtualbox-qt|\n"
    packages, broken = virtualbox_read.dpkg(fake_runner([(["dpkg-query"], 0, DPKG.replace("ii |virtualbox", "rc |virtualbox") + text, "")]))
    assert broken == ["linux-headers-7.0.0-28-generic", "virtualbox", "virtualbox-dkms"]
    assert packages == {"virtualbox": "7.0.16-dfsg-2", "virtualbox-dkms": "7.0.16-dfsg-2"}


def test_oracles_package(fake_runner):
    """Version and name of the publisher's own package."""
    answers = [(["dpkg-query"], 0, "ii |virtualbox-7.0|7.0.26-168464~Ubuntu~jammy\n", ""), (["uname"], 0, KERNEL, ""), (["dkms"], 0, "", "")]
    found = virtualbox_read.virtualbox(fake_runner(answers), FakeFiles({}))
    assert (found["virtualbox_packages"], found["virtualbox_version"]) == (["virtualbox-7.0"], "7.0.26")


@pytest.mark.parametrize(("said", "expected"), [
    ("virtualbox/7.2.22, 7.2.13-amd64, x86_64: installed\n", "installed"),
    ("virtualbox, 6.1.50, 7.2.13-amd64, x86_64: installed\n", "installed"),
    ("virtualbox/7.2.22, 6.12.1-amd64, x86_64: installed\n", ""),
    ("virtualbox/7.2.22: added\n", "added"),
    ("nvidia/550, 7.2.13-amd64, x86_64: installed\n", ""),
    ("", ""),
])
def test_dkms(fake_runner, said, expected):
    """Of both forms of its answer, and of this kernel only."""
    assert virtualbox_read.dkms(fake_runner([(["dkms", "status"], 0, said, "")]), KERNEL) == expected


def test_everybodys_vms():
    """Registered VMs by the settings in each home, and processes that are VMs."""
    settings = '<MachineRegistry>\n<MachineEntry uuid="{1}" src="/home/k8suser/.minikube/machines/minikube/minikube/minikube.vbox"/>\n</MachineRegistry>'
    found = FakeFiles({
        "/home/k8suser/.config/VirtualBox/VirtualBox.xml": settings,
        "/home/other/.config/VirtualBox/VirtualBox.xml": "<MachineRegistry/>",
        "/proc/123/cmdline": "/usr/lib/virtualbox/VBoxHeadless\0--comment\0minikube\0--startvm\0" + "0" * 36 + "\0--vrde\0config\0",
        "/proc/124/cmdline": "/usr/lib/virtualbox/VBoxSVC\0--auto-shutdown\0",
        "/proc/125/cmdline": "/usr/bin/VirtualBox\0",
        "/proc/self/cmdline": "python3\0",
    }, homes=[("k8suser", "/home/k8suser"), ("other", "/home/other"), ("root", "/root")])
    assert virtualbox_read.vms(found) == [{"user": "k8suser", "file": "/home/k8suser/.minikube/machines/minikube/minikube/minikube.vbox"}]
    assert virtualbox_read.running(found) == [{"pid": 123, "program": "VBoxHeadless", "name": "minikube"}]
