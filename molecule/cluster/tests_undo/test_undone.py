"""After cluster_state absent: no cluster, no entries of ours; the owner's own things as they were."""

import json

import pytest
import yaml


@pytest.fixture
def driver(host):
    """Return the seat's driver."""
    return host.ansible.get_variables()["cluster_driver"]


def test_no_control_plane(host):
    """Neither processes nor the directories that the next start would stumble over."""
    for name in ("kubelet", "kube-apiserver", "etcd"):
        assert not host.process.filter(comm=name), name
    assert not host.file("/etc/kubernetes/manifests").exists
    assert not host.file("/var/lib/minikube").exists


def test_no_machine_and_no_profile(host, driver):
    """minikube itself sees nothing any more."""
    home = "/root" if driver == "none" else "/home/k8suser"
    for path in ("machines/minikube", "profiles/minikube", "tmp"):
        assert not host.file(f"{home}/.minikube/{path}").exists, path


def test_kubeconfig_has_lost_our_entries_only(host, driver):
    """The other cluster stays; a file that held nothing else is gone."""
    config = host.file("/home/k8suser/.kube/config")
    assert not host.file("/root/.kube/config").exists
    if driver != "none":
        assert not config.exists
        return
    assert (config.user, config.mode) == ("k8suser", 0o600)
    left = yaml.safe_load(config.content_string)
    names = {kind: [entry["name"] for entry in left[kind]] for kind in ("clusters", "contexts", "users")}
    assert names == {"clusters": ["school"], "contexts": ["school"], "users": ["pupil"]}
    assert left["current-context"] == ""


def test_docker_is_as_it_was(host, driver):
    """Our registries are gone from Docker's configuration; Docker stays, since cluster_remove_packages is false."""
    if driver != "none":
        pytest.skip("Docker runs in the VM")
    assert json.loads(host.file("/etc/docker/daemon.json").content_string) == {
        "insecure-registries": ["registry.owner.example:5000"],
        "log-opts": {"max-size": "10m"},
    }
    assert host.service("docker").is_running
    assert host.run("docker ps --quiet").stdout == ""
