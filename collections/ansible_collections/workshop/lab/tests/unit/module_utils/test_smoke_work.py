"""The smoke test with a VBoxManage of texts: what it starts, and what each failure means."""

import base64

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import smoke_network, smoke_sector, smoke_stamp, smoke_vm, smoke_work
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.runner import Done
from ansible_collections.workshop.lab.plugins.module_utils.waiting import Waited

FOLDER = "/home/k8suser/.cache/workshop-smoke-abc"
PARAMS = {"user": "k8suser", "host_only_cidr": "", "timeout": 60, "vm": True, "once": False}
HOSTINFO = (["list", "hostinfo"], 0, "Host Information:\n", "")
VERSION = (["VBoxManage", "--version"], 0, "7.2.14r174500\n", "")
FOLDER_MADE = (["-c"], 0, FOLDER + "\n", "")
NONE = (["list", "hostonlyifs"], 0, "", "")
ONE = ("Name:            vboxnet0\nGUID:            786f6276\nDHCP:            Disabled\nIPAddress:       %s\nNetworkMask:     255.255.255.0\n"
       "Status:          Up\n\n")


def wait_in_no_time(question, limit):
    """As wait_until, with three questions at most and no pause."""
    assert limit > 0
    answers = []
    while len(answers) < 3 and not (answers and answers[-1][0]):
        answers.append(question())
    return Waited(answers[-1][0], answers[-1][1], 1.5, len(answers))


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    """Waits end at once."""
    monkeypatch.setattr(smoke_vm, "wait_until", wait_in_no_time)


def answers(*more, spoken=smoke_sector.LINE + "\r\n"):
    """A VirtualBox that works, with what differs before it."""
    return [*more, HOSTINFO, VERSION, FOLDER_MADE, (["cat", FOLDER + "/line"], 0, spoken, ""), NONE, (["cat"], 0, "", ""),
            (["showvminfo"], 0, 'VMState="running"\n', ""), (["VBoxManage"], 0, "", ""), (["rm", "-rf"], 0, "", "")]


def of(result, name):
    """Return one check."""
    return next(one for one in result["checks"] if one["id"] == name)


def test_it_runs(fake_runner):
    """The exact calls, in their order: made, started, heard, powered off, removed."""
    runner = fake_runner(answers())
    result = smoke_work.work(PARAMS, False, runner)
    assert (result["ok"], result["changed"], result["attempts"], result["version"]) == (True, False, 1, "7.2.14")
    assert of(result, "virtualbox.smoke")["actual"].startswith('"workshop smoke test: this VM runs" after 1.5 s')
    name = "workshop-smoke-abc-1"
    manage = [call[1:] for call in runner.calls if call[0] == "VBoxManage"]
    assert manage == [
        ["list", "hostinfo"],
        ["--version"],
        ["createvm", "--name", name, "--ostype", "Other", "--basefolder", FOLDER, "--register"],
        ["modifyvm", name, "--memory", "16", "--boot1", "floppy", "--boot2", "none", "--boot3", "none", "--boot4", "none", "--nic1", "none",
         "--uart1", "0x3f8", "4", "--uartmode1", "file", FOLDER + "/line"],
        ["storagectl", name, "--name", "floppy", "--add", "floppy"],
        ["storageattach", name, "--storagectl", "floppy", "--port", "0", "--device", "0", "--type", "fdd", "--medium", FOLDER + "/floppy.img"],
        ["startvm", name, "--type", "headless"],
        ["controlvm", name, "poweroff"],
        ["unregistervm", name, "--delete"],
        ["closemedium", "floppy", FOLDER + "/floppy.img"],
    ]
    assert runner.calls[-1] == ["rm", "-rf", "--", FOLDER]
    made = next(call for call in runner.calls if "-c" in call)
    assert base64.b64decode(made[3]) == smoke_sector.sector()
    assert made[4] == "1474560"


@pytest.mark.parametrize(("version", "words"), [
    ("7.2.14r174500\n", ["--nested-paging", "off", "--paravirt-provider", "none"]),
    ("6.1.50_Ubuntur161033\n", ["--nestedpaging", "off", "--paravirtprovider", "none"]),
])
def test_second_attempt_without_nested_paging(fake_runner, version, words):
    """A VM that runs and says nothing is tried once more; what the check says tells the difference."""
    spoken = ["", "", "", smoke_sector.LINE + "\r\n"]
    runner = fake_runner(answers((["VBoxManage", "--version"], 0, version, ""), spoken=spoken))
    result = smoke_work.work(PARAMS, False, runner)
    assert (result["ok"], result["attempts"]) == (True, 2)
    assert "without nested paging" in of(result, "virtualbox.smoke")["actual"]
    assert "slow" in of(result, "virtualbox.smoke")["hint"]
    assert ["VBoxManage", "modifyvm", "workshop-smoke-abc-2"] + words in runner.calls
    assert [call[2] for call in runner.calls if call[1:2] == ["unregistervm"]] == ["workshop-smoke-abc-1", "workshop-smoke-abc-2"]


def test_silence(fake_runner):
    """Two VMs that say nothing: the log's own words are shown, and both VMs removed."""
    log = "00:00:01 HM: Using AMD-V implementation 2.0\n00:00:02 nothing\n00:00:03 GMM: VERR_SOMETHING_NEW\n"
    runner = fake_runner(answers((["cat", FOLDER + "/line"], 0, "", ""), (["cat", FOLDER + "/workshop-smoke-abc-2/Logs/VBox.log"], 0, log, "")))
    result = smoke_work.work(PARAMS, False, runner)
    found = of(result, "virtualbox.smoke")
    assert (result["ok"], found["ok"], result["attempts"]) == (False, False, 2)
    assert "did not say its line within 60 seconds" in found["actual"]
    assert "VERR_SOMETHING_NEW" in found["actual"]
    assert found["hint"].endswith(".")


def test_a_vm_that_ends_is_not_waited_for(fake_runner):
    """Guru meditation: its state is told at once."""
    runner = fake_runner(answers((["cat", FOLDER + "/line"], 0, "", ""), (["showvminfo"], 0, 'VMState="gurumeditation"\n', "")))
    found = of(smoke_work.work(PARAMS, False, runner), "virtualbox.smoke")
    assert "ended without a word" in found["actual"]
    assert "gurumeditation" in found["actual"]


FAILURES = [
    ("VBoxManage: error: VT-x is disabled in the BIOS for all CPU modes (VERR_VMX_MSR_ALL_VMX_DISABLED)", "VBOX_VMX_DISABLED"),
    ("VBoxManage: error: VT-x is being used by another hypervisor (VERR_VMX_IN_VMX_ROOT_MODE).", "VBOX_VMX_ROOT_MODE"),
    ("VBoxManage: error: AMD-V is being used by another hypervisor (VERR_SVM_IN_USE).", "VBOX_SVM_IN_USE"),
    ("VBoxManage: error: VERR_SVM_HOST_SVME_NOT_ENABLED", "VBOX_SVME_NOT_ENABLED"),
    ("VBoxManage: error: AMD-V is disabled in the BIOS (or by the host OS) (VERR_SVM_DISABLED)", "VBOX_SVM_DISABLED"),
    ("VBoxManage: error: VT-x is disabled in the BIOS (VERR_VMX_MSR_VMX_DISABLED)", "VBOX_VMX_DISABLED"),
    ("VBoxManage: error: VT-x is not available (VERR_VMX_NO_VMX)", "VBOX_VERR_VMX_NO_VMX"),
    ("VBoxManage: error: The virtual machine failed: Kernel driver not installed (rc=-1908)", "VBOX_MODULE_MISSING"),
    ("VBoxManage: error: VERR_VM_DRIVER_NOT_INSTALLED", "VBOX_MODULE_MISSING"),
    ("VBoxManage: error: VERR_VM_DRIVER_VERSION_MISMATCH", "VBOX_MODULE_MISMATCH"),
    ("modprobe: could not insert 'vboxdrv': Required key not available", "VBOX_MODULE_UNSIGNED"),
    ("VBoxManage: error: something that nobody has seen (VERR_NEW)", None),
]


@pytest.mark.parametrize(("said", "name"), FAILURES, ids=[str(number) for number in range(len(FAILURES))])
def test_start_fails(fake_runner, said, name):
    """Cause and next step of what is known, all words of what is not; one attempt; the VM is removed and nothing is left."""
    runner = fake_runner(answers((["startvm"], 1, "", said + "\n")))
    result = smoke_work.work(PARAMS, False, runner)
    found = of(result, "virtualbox.smoke")
    assert (result["ok"], found["ok"], found["severity"], result["attempts"]) == (False, False, "stop", 1)
    assert said in found["actual"]
    assert ("[%s]" % name in found["actual"]) if name else ("[" not in found["actual"])
    assert len(found["hint"]) > 30
    assert ["VBoxManage", "unregistervm", "workshop-smoke-abc-1", "--delete"] in runner.calls
    assert runner.calls[-1] == ["rm", "-rf", "--", FOLDER]


def test_warning_of_the_version(fake_runner):
    """Without its module VBoxManage still answers, with a warning before the version: nothing more is tried."""
    warning = "WARNING: The vboxdrv kernel module is not loaded. Either there is no module\n         available for the current kernel\n7.2.22_Debianr174800\n"
    runner = fake_runner(answers((["VBoxManage", "--version"], 0, warning, "")))
    result = smoke_work.work(PARAMS, False, runner)
    assert [one["id"] for one in result["checks"]] == ["virtualbox.manage"]
    assert (result["ok"], result["attempts"], result["version"]) == (False, 0, "")
    assert "linux-headers" in of(result, "virtualbox.manage")["hint"]
    assert not [call for call in runner.calls if "createvm" in call]


def test_a_vm_that_cannot_be_removed_is_told(fake_runner):
    """What is left behind has a name."""
    runner = fake_runner(answers((["unregistervm"], 1, "", "VBoxManage: error: Cannot unregister the machine while it is locked\n")))
    with pytest.raises(LabError, match="VM workshop-smoke-abc-1 could not be removed: .*locked; remove it as k8suser"):
        smoke_work.work(PARAMS, False, runner)
    assert runner.calls[-1] == ["rm", "-rf", "--", FOLDER]


def test_check_mode_starts_nothing(fake_runner):
    """The checks are there, and not observed."""
    runner = fake_runner([])
    result = smoke_work.work(dict(PARAMS, host_only_cidr="192.168.99.1/24"), True, runner)
    assert [(one["id"], one["ok"]) for one in result["checks"]] == [("virtualbox.smoke", None), ("virtualbox.host_only", None)]
    assert runner.calls == []


CREATED = (["hostonlyif", "create"], 0, "0%...100%\nInterface 'vboxnet0' was successfully created\n", "")


def network(runner):
    """Run the test of the network alone."""
    return smoke_work.work(dict(PARAMS, vm=False, host_only_cidr="192.168.99.1/24"), False, runner)


def test_network_is_made_and_removed(fake_runner):
    """As minikube does, then taken away."""
    runner = fake_runner([(["list", "hostonlyifs"], 0, ["", ONE % "192.168.99.1"], ""), CREATED, *answers()])
    result = network(runner)
    assert result["ok"]
    assert "was made, and removed again" in of(result, "virtualbox.host_only")["actual"]
    assert [call[1:] for call in runner.calls if "hostonlyif" in call] == [
        ["hostonlyif", "create"],
        ["hostonlyif", "ipconfig", "vboxnet0", "--ip", "192.168.99.1", "--netmask", "255.255.255.0"],
        ["hostonlyif", "remove", "vboxnet0"],
    ]


def test_network_that_is_there_is_left_alone(fake_runner):
    """Two interfaces with one address would stop the cluster's VM."""
    text = ONE % "192.168.56.1" + (ONE % "192.168.99.1").replace("vboxnet0", "vboxnet1")
    runner = fake_runner([(["list", "hostonlyifs"], 0, text, ""), *answers()])
    result = network(runner)
    assert "vboxnet1 with 192.168.99.1/24 is there" in of(result, "virtualbox.host_only")["actual"]
    assert not [call for call in runner.calls if "hostonlyif" in call]


def test_network_is_refused(fake_runner):
    """E_ACCESSDENIED: the cause, the line to write; what was made is removed."""
    said = ("VBoxManage: error: Code E_ACCESSDENIED (0x80070005) - Access denied (extended info not available)\n"
            'VBoxManage: error: Context: "EnableStaticIPConfig(Bstr(pszIp).raw(), Bstr(pszNetmask).raw())" at line 242 of file VBoxManageHostonly.cpp\n')
    runner = fake_runner([(["list", "hostonlyifs"], 0, "", ""), CREATED, (["ipconfig"], 1, "", said), *answers()])
    found = of(network(runner), "virtualbox.host_only")
    assert found["ok"] is False
    assert "[VBOX_E_ACCESSDENIED]" in found["actual"]
    assert "/etc/vbox/networks.conf" in found["hint"]
    assert ["VBoxManage", "hostonlyif", "remove", "vboxnet0"] in runner.calls


def test_interfaces():
    """Two of them, one without an address."""
    assert smoke_network.interfaces(ONE % "192.168.56.1" + (ONE % "").replace("vboxnet0", "vboxnet1")) == {"vboxnet0": "192.168.56.1", "vboxnet1": ""}


@pytest.mark.parametrize(("change", "words"), [
    ({"user": "root"}, "user is 'root'; it must be an ordinary account"),
    ({"user": "A Student"}, "user is 'A Student'; it must be an account name"),
    ({"timeout": 4}, "timeout is 4; it must be a number from 5 to 600"),
    ({"timeout": 601}, "timeout is 601"),
    ({"host_only_cidr": "192.168.99.1"}, "host_only_cidr is '192.168.99.1'; it must be an address with its prefix length"),
    ({"host_only_cidr": "192.168.99.0/24"}, "host_only_cidr is '192.168.99.0/24'"),
    ({"host_only_cidr": "fe80::1/64"}, "host_only_cidr is 'fe80::1/64'"),
    ({"host_only_cidr": "192.168.99.1/31"}, "host_only_cidr is '192.168.99.1/31'"),
    ({"host_only_cidr": "here/24"}, "host_only_cidr is 'here/24'"),
    ({"vm": False}, "vm is False; it must be true, or host_only_cidr set"),
])
def test_bad_values(fake_runner, change, words):
    """Refused in one sentence, before anything is started."""
    runner = fake_runner([])
    with pytest.raises(LabError) as error:
        smoke_work.work(dict(PARAMS, **change), False, runner)
    assert str(error.value).startswith(words)
    assert runner.calls == []


def test_a_home_that_takes_no_files(fake_runner):
    """A full or foreign home is told before a VM is made."""
    runner = fake_runner(answers((["-c"], 1, "", "PermissionError: [Errno 13] Permission denied: '/home/k8suser/.cache'\n")))
    with pytest.raises(LabError, match="home directory of k8suser takes no files: .*Permission denied"):
        smoke_work.work(PARAMS, False, runner)


def test_account_that_is_not_there():
    """Named, with the next step."""
    with pytest.raises(LabError, match="There is no account nobody-of-that-name"):
        smoke_work.work(dict(PARAMS, user="nobody-of-that-name"), False)


def test_folder_is_made_for_real(tmp_path):
    """The script that makes it: a floppy of the right size that begins with the sector, in a folder that nobody else reads."""
    import os
    import subprocess

    class Local:
        account = type("Account", (), {"name": "me"})

        def run(self, argv, limit):
            done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={"HOME": str(tmp_path)}, check=False, timeout=limit)
            return Done(argv, done.returncode, done.stdout.decode(), done.stderr.decode(), 0.1)

    folder = smoke_vm.make_folder(Local())
    with open(folder + "/floppy.img", "rb") as stream:
        content = stream.read()
    assert len(content) == smoke_sector.FLOPPY
    assert content[:512] == smoke_sector.sector()
    assert not any(content[512:])
    assert os.stat(folder).st_mode & 0o077 == 0
    assert folder.startswith(str(tmp_path / ".cache" / "workshop-smoke-"))


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """The texts of a machine with loaded modules, whose memory is below tmp_path."""
    texts = {"/proc/modules": "vboxdrv 700416 2 vboxnetflt, Live 0xffffffffc0a00000 (OE)\nkvm_amd 1 0 - Live 0x0\n",
             "/etc/vbox/networks.conf": "* 192.168.0.0/16\n"}
    monkeypatch.setattr(smoke_stamp, "MachineFiles", lambda: Texts(texts))
    monkeypatch.setattr(smoke_stamp, "PATH", str(tmp_path / "workshop-lab" / "smoke.json"))
    return texts


class Texts:
    """The machine's files: texts of the test, and what is really written."""

    def __init__(self, texts):
        self.texts = texts

    def read(self, path):
        """Return a text, None without one."""
        if path.startswith(("/proc/", "/etc/", "/sys/")):
            return self.texts.get(path)
        try:
            with open(path, encoding="utf-8") as stream:
                return stream.read()
        except FileNotFoundError:
            return None


ONCE = dict(PARAMS, once=True)


def test_once_is_not_repeated(fake_runner, machine):
    """A second run asks for the version only, and gives the same checks."""
    first = smoke_work.work(ONCE, False, fake_runner(answers()))
    runner = fake_runner(answers())
    second = smoke_work.work(ONCE, False, runner)
    assert (first["remembered"], second["remembered"], second["ok"], second["attempts"]) == (False, True, True, 0)
    assert second["checks"] == first["checks"] and not any("createvm" in call for call in runner.calls)


@pytest.mark.parametrize(("path", "text"), [
    ("/proc/modules", "vboxdrv 700416 2 vboxnetflt, Live 0xffffffffc0b00000 (OE)\nkvm_amd 1 0 - Live 0x0\n"),   # loaded anew
    ("/proc/modules", "vboxdrv 700416 2 vboxnetflt, Live 0xffffffffc0a00000 (OE)\n"),                          # KVM is gone
    ("/etc/vbox/networks.conf", "* 10.0.0.0/8\n"),
    ("/sys/module/kvm/parameters/enable_virt_at_load", "Y\n"),
])
def test_once_is_repeated_when_the_machine_differs(fake_runner, machine, path, text):
    """What the first test proved need not hold any more."""
    smoke_work.work(ONCE, False, fake_runner(answers()))
    machine[path] = text
    assert smoke_work.work(ONCE, False, fake_runner(answers()))["attempts"] == 1


def test_failure_is_not_remembered(fake_runner, machine):
    """Neither it nor the success before it: the same machine is tried again."""
    smoke_work.work(ONCE, False, fake_runner(answers()))
    machine["/etc/vbox/networks.conf"] = "* 10.0.0.0/8\n"
    failing = [(["startvm"], 1, "", "VBoxManage: error: something new\n")]
    assert not smoke_work.work(ONCE, False, fake_runner(answers(*failing)))["ok"]
    machine["/etc/vbox/networks.conf"] = "* 192.168.0.0/16\n"
    assert smoke_work.work(ONCE, False, fake_runner(answers()))["remembered"] is False


def test_always_is_the_default(fake_runner, machine):
    """Without `once` every call starts a VM."""
    smoke_work.work(ONCE, False, fake_runner(answers()))
    assert smoke_work.work(PARAMS, False, fake_runner(answers()))["attempts"] == 1
