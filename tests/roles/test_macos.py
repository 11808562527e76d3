"""What the roles do on a Mac: decided from facts of one, by modules that run on a pretended one (pretend_mac.py). No real Mac has run this."""

import hashlib
import json
import os
import pathlib

import pytest
from playbook import ROOT, play
from pretend_mac import Mac
from publisher import Handler, Publisher

PLAYBOOK = pathlib.Path(__file__).with_name("macos.yml")
FILES = {
    "kubectl": b"#!/bin/sh\necho '{\"clientVersion\": {\"gitVersion\": \"v1.16.2\"}}'\n",
    "minikube-darwin-amd64": b"#!/bin/sh\necho 'minikube version: v1.5.2'\n",
}
# All that the roles may call on a Mac: modules that only need Python, and commands that are listed by each Mac.
ALLOWED = {"assert", "command", "copy", "debug", "fail", "file", "gather_facts", "get_url", "include_role", "include_tasks", "set_fact", "setup", "slurp",
           "stat", "validate_argument_spec", "preflight_info", "path_info"}


class Shelf(Handler):
    """Serves the programs, by the last part of the path."""

    def do_GET(self):
        """Answer a request."""
        self.server.paths.append(self.path)
        self._send(FILES[self.path.rpartition("/")[2]])

    do_HEAD = do_GET


@pytest.fixture(scope="module")
def publisher():
    """Serve until the module's tests are done."""
    server = Publisher()
    server.RequestHandlerClass = Shelf
    yield server
    server.shutdown()
    server.server_close()


# name: (how the Mac is, variables)
PROGRAMS = ["kubectl", "minikube"]
CASES = {
    "ready": ({}, {"case_roles": ["k8suser", *PROGRAMS, "virtualbox"], "case_survey": True}),
    "homebrew": ({"virtualbox": ""}, {"case_roles": PROGRAMS}),
    "bare": ({"accounts": (), "virtualbox": ""}, {"case_roles": ["k8suser"]}),
    "homeless": ({"home": False}, {"case_roles": ["k8suser"]}),
    "wishes": ({}, {"case_roles": ["k8suser"], "k8suser_groups": ["staff"], "k8suser_sudo": True, "k8suser_uid": 2000}),
    "gone": ({}, {"case_roles": ["k8suser", "virtualbox", *PROGRAMS], "k8suser_state": "absent", "virtualbox_state": "absent", "kubectl_state": "absent",
                  "minikube_state": "absent"}),
    "apple": ({"processor": "arm64", "virtualbox": ""}, {"case_roles": ["minikube"], "minikube_checksum": ""}),
    "unpinned": ({}, {"case_roles": ["kubectl"], "kubectl_checksum": ""}),
    "pinned": ({}, {"case_roles": ["minikube"], "minikube_checksum": ""}),
    "without": ({"accounts": (), "virtualbox": ""}, {"case_roles": ["virtualbox"]}),
    "blocked": ({"kext": False}, {"case_roles": ["virtualbox"], "virtualbox_host_only_cidrs": ["192.168.99.1/24"]}),
    "ignored": ({"kext": False}, {"case_roles": ["virtualbox"], "preflight_ignore": ["macos.kext"]}),
    "seven": ({"virtualbox": "7.0.20r163906"}, {"case_roles": ["virtualbox"]}),
    "none": ({}, {"case_roles": [], "case_survey": True, "cluster_driver": "none"}),
    "kvm2": ({}, {"case_roles": [], "case_survey": True, "cluster_driver": "kvm2"}),
    "stranger": ({"accounts": ()}, {"case_roles": [], "case_survey": True}),
}


def run_cases(base, macs, publisher, playbook, *arguments, cases=CASES, group="seats"):
    """Play PLAYBOOK with each case as a host."""
    hosts = {}
    for name in cases:
        folder = macs[name].folder
        hosts[name] = {
            "ansible_python_interpreter": macs[name].python,
            "case_dir": str(folder),
            "artifact_mirror_url": f"{publisher.url}/{name}",
            "virtualbox_host_only_cidrs": ["192.168.59.1/24"],  # of those that VirtualBox allows without a networks.conf
            **{f"{role}_path": f"{folder}/programs/{role}" for role in PROGRAMS},
            **{f"{role}_checksum": hashlib.sha256(FILES[name]).hexdigest() for role, name in zip(PROGRAMS, FILES)},
            **CASES[name][1],
        }
    extra = {"_artifact_completion_file": "{{ case_dir }}/share/completions/{{ artifact_name }}"}
    if os.getuid() != 0:
        extra.update(_artifact_owner="{{ lookup('ansible.builtin.env', 'USER') }}")
    base.mkdir()
    inventory = {"all": {"vars": {"ansible_connection": "local", "ansible_become": False, "artifact_retries": 0,
                                  "variables_are_validated": True}, "children": {group: {"hosts": hosts}}}}
    return play(base, playbook, inventory, "--extra-vars", json.dumps(extra), "--forks", "4", *arguments)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """Return the tests' folder; an account on a pretended Mac may pass through it."""
    folder = tmp_path_factory.mktemp("macs")
    for one in (folder, *folder.parents):
        if one.owner() == pathlib.Path.home().owner() and str(one).startswith("/tmp/"):
            one.chmod(one.stat().st_mode | 0o011)
    return folder


@pytest.fixture(scope="module")
def macs(base):
    """Make the Macs."""
    made = {name: Mac(base / name, **how) for name, (how, _) in CASES.items()}
    for name in CASES:
        (base / name / "programs").mkdir()
    for name in ("homebrew", "gone"):
        (base / name / "share" / "completions").mkdir(parents=True)
    for name in PROGRAMS:
        (base / "gone" / "programs" / name).write_bytes(b"#!/bin/sh\n")
        (base / "gone" / "share" / "completions" / name).write_text("old", encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def run(base, macs, publisher):
    """Call all cases' roles once."""
    return run_cases(base / "once", macs, publisher, PLAYBOOK)


@pytest.fixture(scope="module")
def again(base, macs, publisher, run):
    """Call the roles of what went well once more."""
    return run_cases(base / "twice", macs, publisher, PLAYBOOK, cases=["ready", "homebrew", "gone"])


def said(run, host, action="debug"):
    """Return what a host's tasks of one action said."""
    return [" ".join(event["message"].split()) for event in run.of(host, "ok") if event["action"].endswith(action) and event["message"]]


def test_facts_are_those_of_a_mac(run, macs):
    """The pretence reaches Ansible's own modules: what follows was decided by its facts."""
    assert macs["ready"].calls("sw_vers")
    assert "changes nothing" in " ".join(said(run, "wishes"))


@pytest.mark.parametrize("case", CASES)
def test_nothing_of_linux_is_called(run, macs, case):
    """Neither a module that works by Linux's programs nor one of these programs; of dscl only questions."""
    assert run.of(case), run.output[-4000:]
    assert {event["action"].rpartition(".")[2] for event in run.of(case)} <= ALLOWED
    assert macs[case].of_linux() == []
    assert [line for line in macs[case].calls("dscl") if not line.startswith("dscl /Search -read ")] == []
    assert run.of(case, "unreachable") == []


def test_programs_are_installed(run, base, publisher):
    """From the URL for macOS, for root and the group wheel."""
    assert not run.of("ready", "failed"), run.output[-4000:]
    assert "/ready/dl.k8s.io/release/v1.16.2/bin/darwin/amd64/kubectl" in publisher.paths
    assert "/ready/storage.googleapis.com/minikube/releases/v1.5.2/minikube-darwin-amd64" in publisher.paths
    for role, name in zip(PROGRAMS, FILES):
        program = base / "ready" / "programs" / role
        assert program.read_bytes() == FILES[name]
        assert (program.stat().st_mode & 0o7777, program.stat().st_gid) == (0o755, 0 if os.getuid() == 0 else program.stat().st_gid)


def test_completion_only_with_homebrews(run, base):
    """A file for bash-completion where Homebrew's is there; without it neither file nor folder."""
    assert not run.of("homebrew", "failed"), run.output[-4000:]
    assert sorted(path.name for path in (base / "homebrew" / "share" / "completions").iterdir()) == ["kubectl", "minikube"]
    assert not (base / "ready" / "share").exists()


def test_second_run_changes_nothing(again):
    """Also the group is right: wheel is what the look finds."""
    for host in ("ready", "homebrew", "gone"):
        assert again.of(host)
        assert not again.of(host, "failed"), again.output[-4000:]
        assert again.changed(host) == []


def test_undo(run, base):
    """The programs and their completions go; what is left to a person is named."""
    assert not run.of("gone", "failed"), run.output[-4000:]
    assert list((base / "gone" / "programs").iterdir()) == []
    assert list((base / "gone" / "share" / "completions").iterdir()) == []
    words = said(run, "gone")
    assert any("sudo sysadminctl -deleteUser k8suser -keepHome" in one for one in words)
    assert any("VirtualBox_Uninstall.tool" in one for one in words)
    assert (base / "gone" / "Users" / "k8suser").is_dir()


def test_what_is_not_done_is_named(run):
    """Groups, sudo and number are told, not changed."""
    assert not run.of("wishes", "failed"), run.output[-4000:]
    found = [one for one in said(run, "wishes") if "Left to you" in one]
    assert len(found) == 1
    assert all(word in found[0] for word in ("k8suser_uid 2000 (the account has ", "k8suser_groups", "k8suser_sudo"))
    assert "k8suser_password_hash" not in found[0]


def test_a_warning_does_not_stop(run):
    """VirtualBox 7 makes no host-only adapters there."""
    assert not run.of("seven", "failed"), run.output[-4000:]
    assert not run.of("ignored", "failed"), run.output[-4000:]


@pytest.mark.parametrize(("case", "words"), [
    ("bare", ["There is no account k8suser on bare", "sudo sysadminctl -addUser k8suser"]),
    ("homeless", ["The home directory", "sudo createhomedir -c -u k8suser"]),
    ("apple", ["minikube v1.5.2 cannot be installed on apple: the Mac has a processor of Apple's", "use a Mac with a processor of Intel's"]),
    ("unpinned", ["pins no checksum of kubectl v1.16.2 for darwin-amd64", "set kubectl_checksum to the sha256 of"]),
    ("pinned", ["expected sha256 734306019f837a6aee9cb7a0245839f98ea7688ee2cde387099334cb9356c2c4, found "]),
    ("without", ["[macos.virtualbox]", "[macos.account]", "Install VirtualBox 6.1.50 yourself"]),
    ("blocked", ["[macos.kext]", "allow the software of Oracle America", "[macos.networks]", "Write the line"]),
    ("none", ["cluster_driver is none on none, which runs macOS", "it must be virtualbox"]),
    ("kvm2", ["cluster_driver is kvm2 on kvm2, which runs macOS"]),
])  # fmt: skip
def test_refused_in_a_sentence(run, case, words):
    """What was found and what a person does about it."""
    message = run.failure(case)
    for one in words:
        assert one in message
    assert run.changed(case) == []


def test_homes_of_a_mac(run, base):
    """In the form that the role cluster reads: names with their homes and groups."""
    told = said(run, "ready")[-1]
    assert f"{{'key': 'k8suser', 'value': '{base}/ready/Users/k8suser'}}" in told
    assert "{'key': 'root', 'value': '/var/root'}" in told
    assert "'/var/root'" in said(run, "stranger")[-1]
    assert "k8suser" not in said(run, "stranger")[-1]


def test_check_mode(base, publisher):
    """Tells the download, and downloads nothing."""
    mac = Mac(base / "look" / "ready")
    (mac.folder / "programs").mkdir()
    run = run_cases(base / "check", {"ready": mac}, publisher, PLAYBOOK, "--check", cases=["ready"])
    assert not run.of("ready", "failed"), run.output[-4000:]
    assert "Download the file beside the program and verify it" in " ".join(run.changed("ready"))
    assert list((mac.folder / "programs").iterdir()) == []
    assert mac.of_linux() == []


def test_provision_as_it_is(base, publisher):
    """The very playbook of the toolkit reaches its end on a Mac that is ready."""
    mac = Mac(base / "site" / "ready")
    (mac.folder / "programs").mkdir()
    run = run_cases(base / "provision", {"ready": mac}, publisher, ROOT / "playbooks/provision.yml", cases=["ready"])
    assert run.returncode == 0, run.output[-6000:]
    assert mac.of_linux() == []
    assert sorted(path.name for path in (mac.folder / "programs").iterdir()) == PROGRAMS
