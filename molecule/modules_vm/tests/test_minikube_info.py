"""minikube_info on a seat: without a cluster, with a running and with a stopped one. The broken ones are in test_minikube_cluster.py."""

testinfra_hosts = ["ansible://lab-modules-vm-1"]

SHAPE = {"user": "k8suser", "driver": "virtualbox", "kubernetes_version": "v1.20.2", "registry_mirrors": ["http://lab-mirror:5000"]}


def test_without_a_cluster(seat):
    """Accounts without ~/.minikube, without a cluster, and one that does not exist; asking makes nothing."""
    seat.shell("id other-student || useradd --create-home other-student")
    for user in ("other-student", "nobody-there"):
        found = seat.module("minikube_info", user=user)
        assert (found["state"], found["changed"], found["cluster"]["host"]) == ("absent", False, ""), found
    seat.shell("test ! -e ~other-student/.minikube; userdel --remove other-student")
    seat.module("minikube_cluster", state="absent", **SHAPE)
    found = seat.module("minikube_info", user="k8suser", minikube_path="/usr/local/bin/minikube-that-is-not-there")
    assert (found["state"], found["reason"]) == ("absent", "minikube is not installed"), found


def test_started_and_stopped(seat):
    """A cluster's own words, also in a dry run, and nothing is changed by asking."""
    seat.module("minikube_cluster", **SHAPE)
    before = seat.student("cat ~/.minikube/machines/minikube/config.json ~/.minikube/profiles/minikube/config.json ~/.kube/config")
    for check in (False, True):
        found = seat.module("minikube_info", check=check, user="k8suser")
        assert (found["state"], found["reason"], found["changed"]) == ("started", "", False), found
        assert found["cluster"]["ip"] == seat.student("minikube ip").strip()
        assert found["cluster"] == {"host": "Running", "kubelet": "Running", "apiserver": "Running", "kubeconfig": "Configured", "driver": "virtualbox",
                                    "kubernetes_version": "v1.20.2", "ip": found["cluster"]["ip"], "cpus": 2, "memory_mb": 2000, "disk_mb": 20000,
                                    "host_only_cidr": "192.168.99.1/24"}
        assert (found["minikube_version"], found["profiles"], found["current_context"]) == ("v1.5.2", {"valid": ["minikube"], "invalid": []}, "minikube")
        assert found["foreign_files"] == []
    assert seat.student("cat ~/.minikube/machines/minikube/config.json ~/.minikube/profiles/minikube/config.json ~/.kube/config") == before
    seat.student("minikube stop")
    found = seat.module("minikube_info", user="k8suser")
    assert (found["state"], found["current_context"], found["cluster"]["host"]) == ("stopped", "", "Stopped"), found
    seat.module("minikube_cluster", state="absent", **SHAPE)
    assert seat.module("minikube_info", user="k8suser")["state"] == "absent"
