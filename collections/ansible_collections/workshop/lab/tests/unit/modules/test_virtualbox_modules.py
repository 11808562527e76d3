"""The modules virtualbox_info, virtualbox_modules and virtualbox_smoke_test: arguments in, results out."""

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import smoke_work, virtualbox_work
from ansible_collections.workshop.lab.plugins.modules import virtualbox_info, virtualbox_modules, virtualbox_smoke_test
from ansible_collections.workshop.lab.tests.unit.virtualbox_parts import ANSWERS, DPKG, FILES, FakeFiles

NETWORKS = "/etc/vbox/networks.conf"


@pytest.fixture
def machine(monkeypatch, fake_runner):
    """Put the example in the machine's place: machine(answers, files) -> the runner."""

    def put(answers=(), files=FILES):
        runner = fake_runner([*answers, *ANSWERS])
        for name in ("Reader", "Runner"):
            monkeypatch.setattr(virtualbox_work, name, lambda account: runner)
        monkeypatch.setattr(virtualbox_work, "MachineFiles", lambda: FakeFiles(files))
        return runner

    return put


def test_info(machine, run_module):
    """Facts, plan, checks and texts; nothing changed."""
    machine()
    end = run_module(virtualbox_info, {"cidrs": ["192.168.99.1/24"]})
    assert not end.failed
    assert end.result["changed"] is False
    assert end.result["machine"]["virtualbox_version"] == "7.2.22"
    assert end.result["plan"]["source"] == "distribution"
    assert end.result["plan"]["packages"] == ["virtualbox", "virtualbox-dkms", "virtualbox-qt"]
    assert "* 192.168.56.0/21 192.168.99.0/24 fe80::/10\n" in end.result["networks_text"]
    assert (end.result["networks_undone"], end.result["kvm_text"]) == ("", "")
    assert end.result["checks"] == end.result["plan"]["checks"]


def test_info_keeps_the_administrators_networks(machine, run_module):
    """The text to write has his lines, the text of the undo only them."""
    machine(files={**FILES, NETWORKS: "* 10.0.0.0/8\n"})
    end = run_module(virtualbox_info, {"cidrs": ["192.168.99.1/24"]}, check=True)
    assert end.result["networks_text"].startswith("* 10.0.0.0/8\n# BEGIN")
    assert end.result["networks_undone"] == "* 10.0.0.0/8\n"


def test_info_writes_kvms_file_by_the_rule(machine, run_module):
    """Linux 6.14 with VirtualBox 7.2.22 needs it."""
    machine(answers=[(["uname", "-r", "-m"], 0, "6.14.0-1-amd64 x86_64\n", "")])
    end = run_module(virtualbox_info, {})
    assert end.result["plan"]["kvm_setting"] == "write"
    assert "options kvm enable_virt_at_load=0" in end.result["kvm_text"]


def test_info_tells_why_packages_are_not_configured(machine, run_module):
    """By the log that DKMS left, and only where packages are broken."""
    log = {"/var/lib/dkms/virtualbox/7.2.22/build/make.log": "DKMS make.log for virtualbox-7.2.22 for kernel 7.3.0-amd64 (x86_64)\nx.c:1:2: error: no member\n"}
    machine(files={**FILES, **log})
    assert run_module(virtualbox_info, {}).result["dpkg_why"] == ""
    machine(answers=[(["dpkg-query"], 0, DPKG + "iF |linux-headers-7.3.0-amd64|7.3.0-1\n", "")], files={**FILES, **log})
    why = run_module(virtualbox_info, {}).result["dpkg_why"]
    assert "for Linux 7.3.0-amd64: [KERNEL_TOO_NEW]" in why and "apt-get purge linux-headers-7.3.0-amd64" in why, why


@pytest.mark.parametrize(("arguments", "words"), [
    ({"source": "snap"}, "source"),
    ({"series": "latest"}, "series is 'latest'; it must be one of Oracle's series (6.1, 7.0, 7.1, 7.2)"),
    ({"series": "7"}, "series is '7'"),
    ({"series": "7.2.14"}, "series is '7.2.14'"),
    ({"cidrs": ["192.168.99.1"]}, "cidrs is '192.168.99.1'; it must be networks like 192.168.99.0/24"),
    ({"cidrs": ["192.168.99.0/24", "host/24"]}, "cidrs is 'host/24'"),
    ({"cidrs": ["0.0.0.0/0"]}, "cidrs is '0.0.0.0/0'"),
    ({"cidrs": ["192.168.300.0/24"]}, "cidrs is '192.168.300.0/24'"),
    ({"gui": "perhaps"}, "gui"),
])
def test_info_bad_values(machine, run_module, arguments, words):
    """Refused before anything is started."""
    runner = machine()
    end = run_module(virtualbox_info, arguments)
    assert end.failed
    assert words in end.result["msg"]
    assert runner.calls == []


MODINFO = [(["--set-version"], 0, "/lib/modules/vbox.ko\n", ""), (["srcversion"], 0, "", "")]


def test_modules_loaded(machine, run_module):
    """Nothing to do."""
    machine(answers=MODINFO)
    end = run_module(virtualbox_modules, {})
    assert not end.failed
    assert (end.result["changed"], end.result["kernel"]) == (False, "7.2.13-amd64")


def test_modules_diagnosis_is_in_the_result(machine, run_module):
    """A person reads the message, a program the diagnosis."""
    machine(answers=[*MODINFO, (["modprobe", "vboxdrv"], 1, "", "modprobe: ERROR: could not insert 'vboxdrv': Required key not available\n")],
            files={**FILES, "/proc/modules": ""})
    end = run_module(virtualbox_modules, {})
    assert end.failed
    assert end.result["diagnosis"]["id"] == "MODULE_UNSIGNED"
    assert "Next step: " in end.result["msg"]


def test_modules_check_mode(machine, run_module):
    """Only told."""
    runner = machine(answers=MODINFO, files={**FILES, "/proc/modules": ""})
    assert run_module(virtualbox_modules, {}, check=True).result["changed"] is True
    assert not [call for call in runner.calls if call[0] == "modprobe"]


@pytest.mark.parametrize("value", [0, 9, -1, 14401, 1000000, "soon", "", [1, 2], {"a": 1}, "1.5"])
def test_modules_bad_values(machine, run_module, value):
    """Seconds within reason."""
    runner = machine()
    end = run_module(virtualbox_modules, {"timeout": value})
    assert end.failed
    assert "timeout" in end.result["msg"]
    assert runner.calls == []


def test_smoke_test(monkeypatch, run_module):
    """The arguments arrive, and a false check is no failure of the module."""
    seen = []

    def work(params, check_mode):
        seen.append((params["user"], params["host_only_cidr"], params["timeout"], params["vm"], check_mode))
        return {"changed": False, "ok": False, "checks": [], "version": "", "attempts": 1}

    monkeypatch.setattr(smoke_work, "work", work)
    end = run_module(virtualbox_smoke_test, {"user": "k8suser", "host_only_cidr": "192.168.99.1/24"}, check=True)
    assert (end.failed, end.result["ok"]) == (False, False)
    assert seen == [("k8suser", "192.168.99.1/24", 60, True, True)]


def test_smoke_test_bad_value(run_module):
    """In the module too, before an account is looked up."""
    end = run_module(virtualbox_smoke_test, {"user": "nobody-of-that-name", "timeout": 1})
    assert end.failed
    assert end.result["msg"].startswith("timeout is 1; it must be")


RECORD = "/var/lib/workshop-lab/virtualbox.json"


def test_info_tells_what_the_role_still_has_to_do(machine, run_module):
    """Packages that are missing, members, files that exist, the record: one call instead of ten."""
    # dpkg-query ends with 1 when it does not know one of the names; "rc" is removed with its configuration left.
    known = "ii |virtualbox\nrc |virtualbox-qt\nii |linux-headers-amd64\n"
    machine(answers=[(["--showformat=${db:Status-Abbrev}|${Package}\\n"], 1, known, "dpkg-query: no packages found matching ...\n")],
            files={**FILES, NETWORKS: "* 10.0.0.0/8\n", "/etc/group": "root:x:0:\nvboxusers:x:112:k8suser,teacher\n", RECORD: '{"packages": ["dkms"]}'})
    end = run_module(virtualbox_info, {"files": [RECORD, NETWORKS, "/nowhere"]})
    assert end.result["missing"] == ["virtualbox-dkms", "virtualbox-qt"]
    assert [name for name in end.result["headers_missing"] if name == "linux-headers-amd64"] == []
    assert end.result["members"] == ["k8suser", "teacher"]
    assert (end.result["brought"], end.result["files"], end.result["networks_there"]) == ({"packages": ["dkms"]}, [RECORD, NETWORKS], "* 10.0.0.0/8\n")


def test_info_of_a_bare_machine(machine, run_module):
    """No group, no record, none of the files."""
    machine()
    end = run_module(virtualbox_info, {"files": ["/nowhere"]})
    assert (end.result["members"], end.result["brought"], end.result["files"], end.result["kvm_there"]) == (None, {}, [], None)


def test_info_refuses_a_broken_record(machine, run_module):
    """The undo would take nothing back, or the wrong things."""
    machine(files={**FILES, RECORD: '{"packages": ['})
    end = run_module(virtualbox_info, {})
    assert end.failed and end.result["msg"].startswith(RECORD + " is no JSON")
