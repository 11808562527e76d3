"""The files of minikube's cache, by driver and version; their checksums; minikube's settings."""

import pytest
from ansible_collections.workshop.lab.plugins.filter import offline
from ansible_collections.workshop.lab.plugins.module_utils import cache_wanted, cached_files_plan
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

BIN = "storage.googleapis.com/kubernetes-release/release/%s/bin/linux/%s/"
CATALOGUE = {
    "kubeadm": {"url": "https://storage.googleapis.com/kubernetes-release/release/{version}/bin/{os}/{arch}/kubeadm",
                "sha256": {"v1.16.2": {"linux-amd64": "9" * 64}}},
    "kubelet": {"url": "https://storage.googleapis.com/kubernetes-release/release/{version}/bin/{os}/{arch}/kubelet",
                "sha256": {"v1.16.2": {"linux-amd64": "0" * 64}}},
    "minikube-iso": {"url": "https://storage.googleapis.com/minikube/iso/minikube-{version}.iso"},
}
ISO = "storage.googleapis.com/minikube/iso/minikube-v1.5.1.iso"
IMAGES = ["k8s.gcr.io/pause:3.1", "gcr.io/k8s-minikube/storage-provisioner:v1.8.1"]
LOCK = {"version": 1, "files": {ISO: {"sha256": "a" * 64, "size": 144000000}, "images/k8s.gcr.io/pause_3.1": {"sha256": "B" * 64, "size": 700000},
                                "images/gcr.io/k8s-minikube/storage-provisioner_v1.8.1": {"sha256": "c" * 64}}}
AMD64 = {"os": "linux", "arch": "amd64"}


def files(driver="virtualbox", version="v1.16.2", images=IMAGES, lock=LOCK, machine=AMD64, fallback=False, source="http://mirror.example/"):
    """Return the files."""
    return cache_wanted.files(source, driver, version, "v1.5.1", images, CATALOGUE, lock, machine, fallback)


def test_of_a_vm():
    """The layout that minikube v1.5.2 looks for, each with its place on the mirror; the module accepts all of it."""
    found = files()
    assert [(one["path"], one["url"], one["sha256"][0], one["mode"]) for one in found] == [
        ("~/.minikube/cache/iso/minikube-v1.5.1.iso", "http://mirror.example/" + ISO, "a", "0644"),
        ("~/.minikube/cache/v1.16.2/kubeadm", "http://mirror.example/" + BIN % ("v1.16.2", "amd64") + "kubeadm", "9", "0755"),
        ("~/.minikube/cache/v1.16.2/kubelet", "http://mirror.example/" + BIN % ("v1.16.2", "amd64") + "kubelet", "0", "0755"),
        ("~/.minikube/cache/images/k8s.gcr.io/pause_3.1", "http://mirror.example/images/k8s.gcr.io/pause_3.1", "b", "0644"),
        ("~/.minikube/cache/images/gcr.io/k8s-minikube/storage-provisioner_v1.8.1",
         "http://mirror.example/images/gcr.io/k8s-minikube/storage-provisioner_v1.8.1", "c", "0644")]
    assert [one.get("size") for one in found] == [144000000, None, None, 700000, None]
    assert {one["fallback_url"] for one in found} == {""}
    accepted = cached_files_plan.accept([dict(one, path=cached_files_plan.at_home(one["path"], "/home/k8suser")) for one in found])
    assert accepted[0].path == "/home/k8suser/.minikube/cache/iso/minikube-v1.5.1.iso" and len(accepted) == 5


def test_of_driver_none():
    """No boot image."""
    assert [one["path"] for one in files("none")] == [one["path"] for one in files()][1:]


def test_fallback():
    """Where it is published; nobody publishes the tars of images."""
    found = files(fallback=True)
    programs = ["https://" + BIN % ("v1.16.2", "amd64") + name for name in ("kubeadm", "kubelet")]
    assert [one["fallback_url"] for one in found] == ["https://" + ISO] + programs + ["", ""]


def test_version_of_the_lock_file():
    """A version that the catalogue does not pin, but the mirror's list."""
    key = BIN % ("v1.20.2", "arm64")
    lock = {"files": {key + "kubeadm": {"sha256": "d" * 64}, key + "kubelet": {"sha256": "e" * 64}}}
    found = files("none", "v1.20.2", [], lock, {"os": "linux", "arch": "arm64"})
    assert [(one["path"], one["sha256"][0]) for one in found] == [("~/.minikube/cache/v1.20.2/kubeadm", "d"), ("~/.minikube/cache/v1.20.2/kubelet", "e")]


@pytest.mark.parametrize(("changes", "words"), [
    ({"lock": {}}, "The sha256 of %s is neither in the mirror's lock file nor in the catalogue; stock the mirror" % ISO),
    ({"images": ["k8s.gcr.io/etcd:3.3.15-0"]}, "images/k8s.gcr.io/etcd_3.3.15-0"),
    ({"version": "v1.17.0"}, "v1.17.0/bin/linux/amd64/kubeadm"),
    ({"lock": dict(LOCK, files=dict(LOCK["files"], **{BIN % ("v1.16.2", "amd64") + "kubelet": {"sha256": "f" * 64}}))}, "the catalogue pins " + "0" * 64),
])
def test_what_nothing_vouches_for(changes, words):
    """Is refused, with the next step: minikube would take anything."""
    with pytest.raises(LabError) as error:
        files(**changes)
    assert words in str(error.value) and "playbooks/mirror.yml" in str(error.value)


def test_filter():
    """Gives the files, or the sentence."""
    options = dict(driver="none", version="v1.16.2", iso_version="v1.5.1", images=[], catalogue=CATALOGUE, lock={}, machine=AMD64)
    assert offline.minikube_cache("http://m", **options) == {"files": files("none", images=[], source="http://m"), "error": ""}
    found = offline.minikube_cache("http://m", **dict(options, version="v1.0.0"))
    assert found["files"] == [] and "neither in the mirror's lock file" in found["error"]
    assert "has no kubeadm" in offline.minikube_cache("http://m", **dict(options, catalogue={}))["error"]


EXTRA = "k8s.gcr.io/kube-addon-manager:v9.0.2"


@pytest.mark.parametrize(("before", "after"), [
    ({}, {"cache": {EXTRA: None}, "WantUpdateNotification": False}),
    ({"cache": {EXTRA: None}, "WantUpdateNotification": False}, {"cache": {EXTRA: None}, "WantUpdateNotification": False}),
    ({"cache": {"redis:3": None}, "memory": 4096, "WantUpdateNotification": True},
     {"cache": {"redis:3": None, EXTRA: None}, "memory": 4096, "WantUpdateNotification": False}),
    ({"cache": None, "profile": "minikube"}, {"cache": {EXTRA: None}, "profile": "minikube", "WantUpdateNotification": False}),
])
def test_settings_are_merged(before, after):
    """What the student has set stays; the given dictionary is not changed."""
    kept = dict(before)
    assert cache_wanted.settings(before, [EXTRA]) == after
    assert before == kept and (before.get("cache") is None or EXTRA not in before["cache"] or before == after)


@pytest.mark.parametrize(("before", "after"), [
    ({"cache": {EXTRA: None}, "WantUpdateNotification": False}, {}),
    ({"cache": {EXTRA: None, "redis:3": None}, "memory": 4096}, {"cache": {"redis:3": None}, "memory": 4096}),
    ({"WantUpdateNotification": True}, {"WantUpdateNotification": True}),
    ({}, {}),
])
def test_settings_are_taken_out(before, after):
    """Exactly ours."""
    assert cache_wanted.settings(before, [EXTRA], wanted=False) == after
