"""What the State is, by minikube's answers and the files."""

import json

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.minikube_state import (
    Entries,
    current_context,
    entries,
    mentions,
    mentions_cluster,
    profiles,
    read_state,
    shown,
    status,
    valid_profile,
)
from ansible_collections.workshop.lab.plugins.module_utils.runner import Done
from ansible_collections.workshop.lab.tests.unit.minikube_parts import CLEAN, EMPTY, MISCONFIGURED, NOTHING, RUNNING, STOPPED, VANISHED, fixture, seen


def answer(rc, out="", err=""):
    """A Done of `minikube status`."""
    return Done(["minikube", "status", "-o", "json"], rc, out, err, 0.2)


@pytest.mark.parametrize("done, words, vanished, error", [
    (answer(0, RUNNING), ("Running", "Running", "Running", "Configured"), False, ""),
    (answer(4, MISCONFIGURED, "E1122 21:00:00.0 12 status.go:128] Error kubeconfig status: x"), ("Running", "Running", "Running", "Misconfigured"), False, ""),
    (answer(1, STOPPED), ("Stopped", "", "", ""), False, ""),
    (answer(1, NOTHING), ("", "", "", ""), False, ""),
    (answer(2, '{"Host":"Running","Kubelet":"","APIServer":"Stopped","Kubeconfig":"Configured"}'), ("Running", "", "Stopped", "Configured"), False, ""),
    (answer(6, '{"Host":"Running","Kubelet":"","APIServer":"Error","Kubeconfig":"Misconfigured"}'), ("Running", "", "Error", "Misconfigured"), False, ""),
    (answer(70, "", VANISHED), ("", "", "", ""), True, ""),
    (answer(70, "", "X Error getting host status: load: unexpected end of JSON input"), ("", "", "", ""), False, "exit code 70"),
    (answer(0, ""), ("", "", "", ""), False, "exit code 0"),
    (answer(3, RUNNING), ("", "", "", ""), False, "exit code 3"),
    (answer(None), ("", "", "", ""), False, "did not answer within"),
    (answer(64, "", "Error: unknown flag: --output"), ("", "", "", ""), False, "unknown flag"),
])
def test_status(done, words, vanished, error):
    """Exit codes are sums of bits; empty words are an answer, other ends are not."""
    found, gone, said = status(done)
    assert tuple(found[key] for key in ("host", "kubelet", "apiserver", "kubeconfig")) == words
    assert gone is vanished
    assert error in said and bool(error) == bool(said)


def test_a_running_vm():
    """Everything is known from status and files."""
    state = read_state(seen(), answer(0, RUNNING))
    assert state.exists and not (state.vanished or state.half_made or state.profile_broken or state.error)
    assert (state.driver, state.version, state.ip, state.current_context, state.entry) == ("virtualbox", "v1.20.2", "192.168.99.100", "minikube", True)
    assert shown(state) == {"host": "Running", "kubelet": "Running", "apiserver": "Running", "kubeconfig": "Configured", "driver": "virtualbox",
                            "kubernetes_version": "v1.20.2", "ip": "192.168.99.100", "cpus": 2, "memory_mb": 2000, "disk_mb": 20000,
                            "host_only_cidr": "192.168.99.1/24"}


def test_nothing_there():
    """A clean home and an empty ~/.minikube are no cluster."""
    for found, done in ((CLEAN, None), (EMPTY, answer(1, NOTHING))):
        state = read_state(found, done)
        assert not (state.exists or state.half_made or state.profile_broken or state.error or state.profile or state.entry)


@pytest.mark.parametrize("machine", [None, "", "{", "[]", "{}", '{"Driver": {}}', '{"DriverName": "virtualbox"}', '{"Driver": 3, "DriverName": "virtualbox"}'])
def test_half_made(machine):
    """A machine directory without a record that says what it is; minikube's own error about it is no news then."""
    state = read_state(seen(machine=machine, names=["boot2docker.iso"]), answer(70, "", "X Error getting host: load: does not exist"))
    assert state.half_made and not state.exists and not state.error and not state.disk
    assert read_state(seen(machine=machine, names=["disk.vmdk"]), answer(70)).disk


def test_what_may_not_be_read_is_no_half_made_machine():
    """A root-owned record is foreign, not missing."""
    state = read_state(seen(machine=None)._replace(denied=["machine"], foreign=["~/.minikube/machines/minikube/config.json"]), answer(1, NOTHING))
    assert not state.half_made and "machines/minikube/config.json" in state.error


@pytest.mark.parametrize("profile", ["", "{", "[]", "{}", '{"MachineConfig": {}, "KubernetesConfig": {}}', '{"MachineConfig": null, "KubernetesConfig": null}'])
def test_broken_profile(profile):
    """What minikube calls invalid."""
    state = read_state(seen(profile=profile), answer(0, RUNNING))
    assert state.profile_broken and state.profile == {} and state.version == "" and state.driver == "virtualbox"
    assert not valid_profile(json.loads(profile)) if profile in ("{}",) else True


def test_profile_alone():
    """A profile without a machine is no cluster: it is written before the VM is made."""
    state = read_state(seen(machine=None, names=None), answer(1, NOTHING))
    assert not state.exists and state.version == "v1.20.2" and not state.half_made


@pytest.mark.parametrize("text, current, cluster, any_entry", [
    ("", "", False, False),
    ("current-context: minikube\n", "minikube", False, True),
    ('current-context: ""\nkind: Config\n', "", False, False),
    ("clusters:\n- cluster:\n    server: https://h:8443\n  name: minikube\ncontexts: []\ncurrent-context: work\n", "work", True, True),
    ("clusters:\n- cluster:\n    server: https://h:8443\n  name: other\ncontexts:\n- context:\n    cluster: x\n  name: minikube\n", "", False, True),
    ("clusters:\n  - name: minikube\n    cluster: {}\n", "", True, True),
    ("clusters:\n  - name: minikube2\n  - name: my-minikube\n", "", False, False),
    ('{"clusters": [{"name": "minikube"}], "current-context": "a"}', "a", True, True),
    ('{"clusters": [], "current-context": ""}', "", False, False),
    ("{broken", "", False, False),
])
def test_kubeconfig(text, current, cluster, any_entry):
    """Without a YAML library: current context, cluster entry, and whether kubectl is to be asked for more."""
    assert (current_context(text), mentions_cluster(text), mentions(text)) == (current, cluster, any_entry)


def test_recorded_kubeconfig():
    """What minikube and kubectl write."""
    text = fixture("vm/kubeconfig.yaml")
    assert (current_context(text), mentions_cluster(text), mentions(text)) == ("minikube", True, True)
    view = json.loads(fixture("vm/config-view.json"))
    assert entries(view) == Entries(True, True, True, True, False)
    view["contexts"].append({"name": "work"})
    assert entries(view).others
    assert entries({"clusters": None, "contexts": None, "users": None, "current-context": ""}) == Entries(False, False, False, False, False)


def test_profiles():
    """Fresh homes answer with an error, which means none."""
    assert profiles(fixture("vm/profile-list.json")) == {"valid": ["minikube"], "invalid": []}
    assert profiles(fixture("profile-list-fresh.json")) == {"valid": [], "invalid": []}
    assert profiles('{"invalid":[{"Name":"a","Config":null}],"valid":null}') == {"valid": [], "invalid": ["a"]}
