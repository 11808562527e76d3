"""The cluster as its student and its owner meet it, with both drivers."""

import json

import pytest
import yaml

HOME = "/home/k8suser"


@pytest.fixture
def driver(host):
    """Return the seat's driver."""
    return host.ansible.get_variables()["cluster_driver"]


@pytest.fixture
def owner(driver):
    """Return the account whose minikube it is, and its home."""
    return ("root", "/root") if driver == "none" else ("k8suser", HOME)


def test_node_is_ready_and_of_the_wanted_version(host, student):
    """Figure 2.12, by the student's own kubectl and kubeconfig."""
    (node,) = json.loads(student("kubectl --context=minikube get node -o json"))["items"]
    assert node["metadata"]["name"] == "minikube"
    assert {c["type"]: c["status"] for c in node["status"]["conditions"]}["Ready"] == "True"
    assert node["status"]["nodeInfo"]["kubeletVersion"] == host.ansible.get_variables()["cluster_kubernetes_version"]


def test_dns_is_available(student):
    """A start that ends before DNS answers leaves the first exercise without names."""
    (dns,) = json.loads(student("kubectl --context=minikube -n kube-system get deployment -l k8s-app=kube-dns -o json"))["items"]
    assert {c["type"]: c["status"] for c in dns["status"]["conditions"]}["Available"] == "True"


def test_minikube_says_running(host, owner):
    """Figure 2.10, asked by the one who owns the cluster."""
    name, home = owner
    done = host.run(f"runuser -u {name} -- env HOME={home} minikube status -o json")
    assert done.rc == 0, done
    running = {"Host": "Running", "Kubelet": "Running", "APIServer": "Running"}
    assert json.loads(done.stdout) == {**running, "Kubeconfig": "Configured"}


def test_driver_is_the_wanted_one(host, owner, driver):
    """The profile of the right account says so, and the other account has none."""
    _, home = owner
    profile = json.loads(host.file(f"{home}/.minikube/profiles/minikube/config.json").content_string)
    assert profile["MachineConfig"]["VMDriver"] == driver
    other = HOME if driver == "none" else "/root"
    assert not host.file(f"{other}/.minikube/profiles/minikube").exists


def test_lock_files_are_not_in_everybodys_tmp(host):
    """One user's lock files in /tmp stop every other user's minikube."""
    assert host.run("find /tmp -maxdepth 1 -name 'juju-*'").stdout == ""


def test_kubeconfig_is_private_and_the_students(host):
    """Nobody else on a shared machine may read the key; the directory is the student's."""
    config = host.file(f"{HOME}/.kube/config")
    assert (config.user, config.group, config.mode) == ("k8suser", "k8suser", 0o600)
    folder = host.file(f"{HOME}/.kube")
    assert folder.user == "k8suser" and folder.mode & 0o022 == 0


def test_nothing_in_the_home_is_roots(host):
    """A file of root's in the home is what makes minikube and kubectl fail for the student later."""
    assert host.run(f"find {HOME} -not -user k8suser").stdout == ""


def test_kubeconfig_of_driver_none_is_merged_and_self_contained(host, driver):
    """The student's other cluster is still there, and no path leads into root's home."""
    if driver != "none":
        pytest.skip("minikube itself writes the student's kubeconfig")
    text = host.file(f"{HOME}/.kube/config").content_string
    config = yaml.safe_load(text)
    assert "/root" not in text
    assert {c["name"] for c in config["contexts"]} == {"school", "minikube"}
    assert {c["name"]: c["cluster"]["server"] for c in config["clusters"]}["school"] == "https://school.example:6443"
    assert {"name": "pupil", "user": {"token": "secret"}} in config["users"]
    assert config["current-context"] == "minikube"


def test_docker_keeps_the_owners_settings(host, driver):
    """Our registries are added; what was there stays."""
    if driver != "none":
        pytest.skip("Docker runs in the VM")
    assert json.loads(host.file("/etc/docker/daemon.json").content_string) == {
        "insecure-registries": ["registry.owner.example:5000", "lab-mirror:5000"],
        "log-opts": {"max-size": "10m"},
        "registry-mirrors": ["http://lab-mirror:5000"],
    }
    info = json.loads(host.check_output("docker info --format '{{ json .RegistryConfig }}'"))
    assert info["Mirrors"] == ["http://lab-mirror:5000/"]
    assert host.service("docker").is_enabled
