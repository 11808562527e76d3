"""After playbooks/upgrade.yml: new programs, the same clusters with all that was in them; and what it refuses."""

import json

import pytest

testinfra_hosts = ["ansible://seats"]

PROGRAMS = ("/usr/local/bin/kubectl", "/usr/local/bin/minikube")


def test_the_cluster_and_the_students_work_are_the_same(host, seat, student):
    """By the uids that they had before; the file is untouched."""
    uids = student("kubectl get namespace kube-system -o jsonpath={.metadata.uid} && kubectl get deployment mine -o jsonpath={.metadata.uid}")
    assert uids == host.file("/root/uids").content_string
    assert student("cat ~/notes") == "notes\n"
    student("kubectl rollout status deployment/mine --timeout=120s")


def test_programs_and_cluster_are_the_wanted_ones(host, seat, student):
    """kubectl is the pinned file again, and the profile says what runs."""
    wanted = host.ansible.get_variables()
    assert host.file("/usr/local/bin/kubectl").sha256sum == wanted["kubectl_checksum"]
    assert host.file("/usr/local/bin/minikube").sha256sum == wanted["minikube_checksum"]
    (node,) = json.loads(student("kubectl get node -o json"))["items"]
    assert node["status"]["nodeInfo"]["kubeletVersion"] == wanted["cluster_kubernetes_version"]
    home = "/root" if wanted.get("cluster_driver", "none") == "none" else "/home/k8suser"
    profile = json.loads(seat.shell(f"cat {home}/.minikube/profiles/minikube/config.json"))
    assert profile["KubernetesConfig"]["KubernetesVersion"] == wanted["cluster_kubernetes_version"]


@pytest.fixture
def untouched(host):
    """Programs and cluster are the same afterwards."""
    before = [(host.file(path).sha256sum, host.file(path).mtime) for path in PROGRAMS]
    yield
    assert [(host.file(path).sha256sum, host.file(path).mtime) for path in PROGRAMS] == before


def test_an_older_kubernetes_is_refused_before_a_program_changes(host, play, untouched):
    """Though another kubectl is asked for in the same run: the versions and the next step are said."""
    now = host.ansible.get_variables()["cluster_kubernetes_version"]
    done = play("playbooks/upgrade.yml", cluster_kubernetes_version="v1.19.1", kubectl_checksum="0" * 64)
    words = " ".join(done.stdout.split())
    assert done.returncode != 0 and f"runs Kubernetes {now}, and v1.19.1 is wanted: Kubernetes cannot go back" in words, done.stdout[-3000:]
    assert f"Kubernetes {now} -> v1.19.1" in words and "Install the program" not in words


def test_another_driver_is_refused_before_a_program_changes(host, play, untouched):
    """It would be a new cluster."""
    other = "virtualbox" if host.ansible.get_variables().get("cluster_driver", "none") == "none" else "none"
    done = play("playbooks/upgrade.yml", cluster_driver=other, kubectl_checksum="0" * 64)
    words = " ".join(done.stdout.split())
    assert done.returncode != 0 and "that needs a new cluster" in words and "Install the program" not in words, done.stdout[-3000:]


def test_an_older_minikube_under_its_cluster_is_refused(host, play, untouched):
    """The wanted one is older than the one that has made the cluster."""
    done = play("playbooks/upgrade.yml", minikube_version="v1.4.0", minikube_checksum="0" * 64)
    words = " ".join(done.stdout.split())
    assert done.returncode != 0 and "minikube v1.5.2 has made the cluster of" in words and "Nothing was changed" in words, done.stdout[-3000:]


def test_the_report_names_the_refusal(host, play, tmp_path):
    """A seat that was not upgraded is on the page with the reason."""
    play("playbooks/upgrade.yml", cluster_kubernetes_version="v1.19.1", report_dir=str(tmp_path))
    report = json.loads((tmp_path / "report.json").read_text())
    assert "Kubernetes cannot go back" in json.dumps(report), report
