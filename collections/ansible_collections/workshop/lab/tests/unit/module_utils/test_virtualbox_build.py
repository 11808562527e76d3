"""Building and loading VirtualBox's modules, and the reasons when that fails."""

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import virtualbox_build
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_diagnosis import built, half_configured, loaded
from ansible_collections.workshop.lab.tests.unit.virtualbox_parts import DPKG, FILES, KERNEL, FakeFiles

MODULES = ["vboxdrv", "vboxnetflt", "vboxnetadp"]
MODINFO = [["modinfo", "--set-version", KERNEL, "--field", "filename", name] for name in MODULES]
ORACLE = "ii |virtualbox-7.2|7.2.14-174500~Debian~bookworm\n"
UNLOADED = {**FILES, "/proc/modules": "kvm 1 0 - Live 0x0\n"}


class Growing(FakeFiles):
    """/proc/modules grows with each modprobe."""

    def __init__(self, texts, runner):
        super().__init__(texts)
        self.runner = runner

    def read(self, path):
        """The modules that were loaded by then."""
        if path != "/proc/modules":
            return super().read(path)
        removed = any(call[:2] == ["modprobe", "--remove"] for call in self.runner.calls)
        names = [] if removed else [line.split()[0] for line in self.texts[path].splitlines()]
        return "".join("%s 1 0 - Live 0x0\n" % name for name in names + [call[1] for call in self.runner.calls if call[0] == "modprobe" and len(call) == 2])


def answers(*more, dpkg=DPKG, there="/lib/modules/x.ko\n"):
    """What programs say; ``there`` is modinfo's answer, or a list of its answers in turn."""
    return [*more, (["uname"], 0, KERNEL, ""), (["dpkg-query"], 0, dpkg, ""), (["--set-version"], 0, there, ""), (["srcversion"], 0, "AAAA\n", ""),
            (["dkms", "status"], 0, "virtualbox/7.2.22: added\n", ""), (["modprobe"], 0, "", ""), (["dmesg"], 0, "", "")]


def test_all_loaded(fake_runner):
    """Nothing is built, nothing is loaded, nothing changes."""
    runner = fake_runner(answers())
    result = virtualbox_build.work(runner, FakeFiles(FILES), 600, False)
    assert result == {"changed": False, "built": MODULES, "loaded": MODULES, "kernel": KERNEL, "version": "7.2.22-dfsg-2"}
    assert not [call for call in runner.calls if call[0] == "modprobe" or call[:2] == ["dkms", "autoinstall"]]


def test_built_and_not_loaded(fake_runner):
    """Loaded in the order in which they need each other."""
    runner = fake_runner(answers())
    result = virtualbox_build.work(runner, Growing(UNLOADED, runner), 600, False)
    assert (result["changed"], result["loaded"]) == (True, MODULES)
    assert [call for call in runner.calls if call[0] in ("modprobe", "dkms")] == [["modprobe", name] for name in MODULES]


@pytest.mark.parametrize(("dpkg", "argv"), [(DPKG, ["dkms", "autoinstall", "-k", KERNEL]), (ORACLE, ["/sbin/vboxconfig"])])
def test_not_built(fake_runner, dpkg, argv):
    """By DKMS or by Oracle's script, then loaded."""
    runner = fake_runner(answers((argv, 0, "Building module\n", ""), dpkg=dpkg, there=["", "", "", "/lib/modules/x.ko\n"]))
    result = virtualbox_build.work(runner, Growing(UNLOADED, runner), 600, False)
    assert result["changed"] is True
    assert result["built"] == MODULES
    assert [call for call in runner.calls if call[:2] != ["dkms", "status"] and call[0] in ("dkms", "/sbin/vboxconfig", "modprobe")] == [
        argv] + [["modprobe", name] for name in MODULES]


def test_check_mode_does_nothing(fake_runner):
    """It says that something would change."""
    runner = fake_runner(answers(there=""))
    assert virtualbox_build.work(runner, FakeFiles(UNLOADED), 600, True)["changed"] is True
    assert {call[0] for call in runner.calls} == {"uname", "dpkg-query", "modinfo"}


def test_old_modules_are_replaced(fake_runner):
    """After an upgrade the loaded ones are of the old version: removed in the order in which they can be, then loaded."""
    runner = fake_runner(answers())
    files = Growing({**FILES, "/sys/module/vboxdrv/srcversion": "OLD\n"}, runner)
    assert virtualbox_build.work(runner, files, 600, False)["changed"] is True
    assert [call for call in runner.calls if call[0] == "modprobe"] == [
        ["modprobe", "--remove", "--", "vboxnetadp", "vboxnetflt", "vboxdrv"], *[["modprobe", name] for name in MODULES]]


def test_old_modules_stay_under_running_vms(fake_runner):
    """The names of the VMs are told."""
    files = FakeFiles({**FILES, "/sys/module/vboxdrv/srcversion": "OLD\n", "/proc/9/cmdline": "VBoxHeadless\0--comment\0minikube\0--startvm\0x\0"})
    with pytest.raises(LabError, match=r"older than the installed ones \(vboxdrv\), and VMs run: minikube"):
        virtualbox_build.work(fake_runner(answers()), files, 600, False)


def test_headers_missing(fake_runner):
    """Nothing is started that cannot succeed."""
    texts = {name: text for name, text in UNLOADED.items() if not name.endswith("/build/Makefile")}
    runner = fake_runner(answers(there=""))
    with pytest.raises(LabError, match=r"\[HEADERS_MISSING\] the headers of the running kernel are not installed") as error:
        virtualbox_build.work(runner, FakeFiles(texts), 600, False)
    assert error.value.result["diagnosis"]["id"] == "HEADERS_MISSING"
    assert ["dkms", "autoinstall", "-k", KERNEL] not in runner.calls


MAKE_LOG = ("DKMS make.log for virtualbox-7.0.16 for kernel 6.17.0-14-generic (x86_64)\n  CC [M]  vboxdrv/SUPDrv.o\n"
            "vboxdrv/SUPDrvInternal.h:47:10: fatal error: VBox/cdefs.h: No such file or directory\ncompilation terminated.\nmake: *** [Makefile:256] Error 2\n")


def test_kernel_too_new(fake_runner):
    """The compiler's own line from the log (VirtualBox#535), the log's end beside it."""
    runner = fake_runner(answers((["dkms", "autoinstall"], 11, "Error! Bad return status for module build on kernel\n", ""), there=""))
    files = FakeFiles({**UNLOADED, "/var/lib/dkms/virtualbox/7.0.16/build/make.log": MAKE_LOG})
    with pytest.raises(LabError, match=r"\[KERNEL_TOO_NEW\].*fatal error: VBox/cdefs.h") as error:
        virtualbox_build.work(runner, files, 600, False)
    assert "virtualbox_source" in str(error.value)
    assert "SUPDrvInternal.h:47:10" in error.value.result["log"]


def test_build_over_its_limit(fake_runner):
    """It tells what was last said."""
    runner = fake_runner(answers((["dkms", "autoinstall"], None, "Building module...\n", ""), there=""))
    with pytest.raises(LabError, match=r"did not end within .* seconds.*\n.*Building module"):
        virtualbox_build.work(runner, FakeFiles(UNLOADED), 600, False)


@pytest.mark.parametrize("names", ["", "ii |virtualbox-qt|7.2.22\n", "rc |virtualbox|7.2.22\n"])
def test_no_virtualbox(fake_runner, names):
    """There is nothing to build."""
    with pytest.raises(LabError, match="VirtualBox is not installed here"):
        virtualbox_build.work(fake_runner(answers(dpkg=names)), FakeFiles(FILES), 600, False)


def test_dkms_does_not_know_it(fake_runner):
    """virtualbox-dkms is missing or was never configured."""
    with pytest.raises(LabError, match="DKMS does not know VirtualBox's module"):
        virtualbox_build.work(fake_runner(answers((["dkms", "status"], 0, "", ""), there="")), FakeFiles(UNLOADED), 600, False)


@pytest.mark.parametrize(("err", "dmesg", "name", "step"), [
    ("modprobe: ERROR: could not insert 'vboxdrv': Required key not available\n", "", "MODULE_UNSIGNED", "Enroll MOK"),
    ("modprobe: ERROR: could not insert 'vboxdrv': Key was rejected by service\n", "", "MODULE_UNSIGNED", "Enroll MOK"),
    ("modprobe: ERROR: could not insert 'vboxdrv': Exec format error\n",
     "vboxdrv: disagrees about version of symbol module_layout\n", "WRONG_KERNEL", "restart the machine"),
    ("modprobe: FATAL: Module vboxdrv not found in directory /lib/modules/7.2.13-amd64\n", "", "MODULE_MISSING", "dkms autoinstall"),
    ("modprobe: ERROR: could not insert 'vboxdrv': Operation not permitted\n", "", "NOT_PERMITTED", "container"),
    ("modprobe: ERROR: could not insert 'vboxdrv': Something new\n", "vboxdrv: something else\n", "UNKNOWN", "dmesg"),
])
def test_load_fails(fake_runner, err, dmesg, name, step):
    """The reason by modprobe's words or the kernel's; unknown ones are shown whole."""
    runner = fake_runner(answers((["modprobe", "vboxdrv"], 1, "", err), (["dmesg"], 0, dmesg, "")))
    with pytest.raises(LabError) as error:
        virtualbox_build.work(runner, FakeFiles(UNLOADED), 600, False)
    assert error.value.result["diagnosis"]["id"] == name
    assert step in str(error.value)
    if name == "UNKNOWN":
        assert "Something new" in str(error.value)
        assert "something else" in str(error.value)


@pytest.mark.parametrize(("text", "name"), [
    ("Error! Your kernel headers for kernel 6.8.0-31-generic cannot be found.\n", "HEADERS_MISSING"),
    ("This system is currently not set up to build kernel modules.\nPlease install the Linux kernel \"header\" files matching the current kernel\n",
     "HEADERS_MISSING"),
    ("Please install the gcc make perl packages from your distribution.\n", "COMPILER_MISSING"),
    ("cp: error writing: No space left on device\n", "DISK_FULL"),
    ("linux/SUPDrv-linux.c:507:25: error: implicit declaration of function 'ASMCpuIdEx_EDX'\n", "KERNEL_TOO_NEW"),
    ("Error! Bad return status for module build on kernel: 7.0.0-28-generic (x86_64)\n", "BUILD_FAILED"),
    ("something nobody has seen\n", "UNKNOWN"),
])
def test_builds_words(text, name):
    """What dkms and vboxconfig say."""
    found = built(text)
    assert found.id == name
    assert found.cause and found.step and found.said in text


NEW = ["linux-headers-6.17.0-14-generic", "linux-headers-generic-hwe-24.04", "linux-image-6.17.0-14-generic"]


@pytest.mark.parametrize(("packages", "log", "running", "words"), [
    (NEW, MAKE_LOG, "6.14.0-37-generic",
     ["Linux 6.17.0-14-generic: [KERNEL_TOO_NEW]", "VBox/cdefs.h", "set virtualbox_source to oracle", "that kernel, which does not run yet",
      "`apt-get purge linux-headers-6.17.0-14-generic linux-image-6.17.0-14-generic`"]),
    (["virtualbox-dkms"], MAKE_LOG, "6.17.0-14-generic", ["[KERNEL_TOO_NEW]", "set virtualbox_source to oracle", "`apt-get purge virtualbox-dkms`"]),
    (["virtualbox-dkms"], "DKMS (dkms-3.2.2) make.log for virtualbox/7.2.22 for kernel 7.3.0-amd64 (x86_64)\nSomething new\n", "7.2.13-amd64",
     ["Linux 7.3.0-amd64: [UNKNOWN]", "`apt-get purge virtualbox-dkms`"]),
])
def test_half_configured(packages, log, running, words):
    """The kernel, the reason and a way out: `dpkg --configure` alone would try the same build again."""
    found = half_configured(packages, log, running)
    assert all(word in found for word in words), found
    assert "dpkg --configure" not in found
    assert found.endswith("and run again.")


@pytest.mark.parametrize(("packages", "log"), [(NEW, ""), (["mysql-server"], MAKE_LOG), ([], MAKE_LOG)])
def test_half_configured_for_another_reason(packages, log):
    """Nothing is said of VirtualBox then."""
    assert half_configured(packages, log, "6.14.0-37-generic") == ""


def test_known_words_of_virtualbox():
    """What the toolkit knows of VirtualBox elsewhere counts here too."""
    assert loaded("vboxdrv: rc=VERR_VM_DRIVER_VERSION_MISMATCH").id == "VBOX_MODULE_MISMATCH"
