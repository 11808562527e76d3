"""What a mirror shall hold, from the catalogue itself."""

import pathlib

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import mirror_wanted
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

A, B = "a" * 64, "b" * 64
VERSIONS = {"kubectl": "v1.16.2", "minikube": "v1.5.2", "kubeadm": "v1.16.2", "kubelet": "v1.16.2", "minikube-iso": "v1.5.1",
            "docker-machine-driver-kvm2": "v1.5.2"}
KEY = "www.virtualbox.org/download/oracle_vbox_2016.asc"
ISO = "storage.googleapis.com/minikube/iso/minikube-v1.5.1.iso"
CATALOGUE = {"tool": {"url": "https://dl.k8s.io/{version}/{os}/{arch}/tool", "sha256": {"v1.0.0": {"linux-amd64": A}}},
             "disk": {"url": "https://dl.k8s.io/{version}.iso", "published": ".sha256", "sha256": {}}}
REDIS = {"name": "docker.io/library/redis:3", "purpose": "workshop"}
PAUSE = {"name": "k8s.gcr.io/pause:3.1", "purpose": "kubernetes", "kubernetes": "v1.16.2"}


def catalogue():
    """Return the project's own."""
    place = next(path for path in pathlib.Path(__file__).resolve().parents if (path / "roles").is_dir())
    yaml = pytest.importorskip("yaml")  # not under every Python that a mirror may have
    return yaml.safe_load((place / "roles/artifact/vars/main/catalogue.yml").read_text(encoding="utf-8"))


def files(names=("tool",), versions=None, checksums=None, platforms=("linux-amd64",), upstreams=None, lock=None):
    """Return the files of the small catalogue."""
    return mirror_wanted.files(CATALOGUE, names, versions or {"tool": "v1.0.0", "disk": "v1.0.0"}, checksums or {}, platforms, upstreams or {}, lock or {})


def test_the_defaults_can_be_stocked():
    """Every file of the catalogue has a checksum or a publisher's; the ISO has only the latter, and a key not even that: it is what comes over TLS."""
    found = mirror_wanted.files(catalogue()["_artifact_catalogue"], list(VERSIONS) + ["virtualbox-key"], VERSIONS, {}, ["linux-amd64"], {}, {})
    assert len(found) == 7 and [one["path"] for one in found if not one["sha256"]] == [ISO, KEY]
    key = found.pop()
    assert (key["path"], key["url"], key["published_url"], key["source"]) == (KEY, "https://" + KEY, "https://" + KEY, "taken from upstream over TLS")
    iso = next(one for one in found if one["path"] == ISO)
    assert (iso["url"], iso["published_url"], iso["source"]) == ("https://" + ISO, "https://" + ISO + ".sha256", "published by upstream over TLS")
    assert all(one["published_url"] == "" and one["source"] == "pinned in the catalogue" for one in found if one is not iso)


def test_the_default_images():
    """minikube's own list, the addon manager that it really starts, and the workshop's three; each where a seat looks for it."""
    found = {one["name"]: one for one in mirror_wanted.images(catalogue()["_artifact_images"], "v1.16.2", {}, {})}
    assert len(found) == 17 and found["k8s.gcr.io/kube-addon-manager:v9.0.2"]["path"] == "images/k8s.gcr.io/kube-addon-manager_v9.0.2"
    apiserver, redis = found["k8s.gcr.io/kube-apiserver:v1.16.2"], found["docker.io/library/redis:3"]
    assert (apiserver["remote"], apiserver["store"], apiserver["insecure"]) == ("registry.k8s.io/kube-apiserver", "", False)
    assert (redis["remote"], redis["store"], redis["path"], redis["tag"]) == ("registry-1.docker.io/library/redis", "library/redis:3", "", "3")
    assert len([one for one in found.values() if one["store"]]) == 3


def test_another_kubernetes_has_other_images():
    """Those of the workshop stay."""
    assert [one["name"] for one in mirror_wanted.images([PAUSE, REDIS], "v1.20.2", {}, {})] == [REDIS["name"]]


def test_where_a_checksum_comes_from():
    """A variable beats the catalogue; the lock has what was published; a pin is never asked for."""
    assert files()[0]["sha256"] == A
    assert files(checksums={"tool": B.upper()})[0]["sha256"] == B
    assert files(checksums={"tool": "", "tool-linux-amd64": B})[0]["sha256"] == B
    locked = files(["disk"], lock={"version": 1, "files": {"dl.k8s.io/v1.0.0.iso": {"sha256": B, "size": 9,
        "source": "published by upstream over TLS"}}, "images": {}})[0]
    assert (locked["sha256"], locked["size"], locked["published_url"]) == (B, 9, "https://dl.k8s.io/v1.0.0.iso.sha256")


def test_a_stand_in():
    """In place of a host, with its path."""
    one = files(upstreams={"dl.k8s.io": {"url": "http://lab/dl.k8s.io/", "insecure": True}})[0]
    assert (one["url"], one["path"]) == ("http://lab/dl.k8s.io/v1.0.0/linux/amd64/tool", "dl.k8s.io/v1.0.0/linux/amd64/tool")
    image = mirror_wanted.images([PAUSE], "v1.16.2", {"k8s.gcr.io": {"url": "http://lab:5000/k8s.gcr.io", "insecure": True}}, {})[0]
    assert (image["remote"], image["insecure"]) == ("lab:5000/k8s.gcr.io/pause", True)
    assert files(["disk"], upstreams={"dl.k8s.io": {"url": "http://lab", "insecure": True}})[0]["source"] == "published by a stand-in"


def test_one_file_for_two_platforms():
    """What has no platform in its URL is there once."""
    assert len(files(["disk"], platforms=["linux-amd64", "linux-arm64"])) == 1


@pytest.mark.parametrize(("options", "words"), [
    ({"names": ["helm"]}, "mirror_artifacts has helm; the catalogue has disk, tool"),
    ({"versions": {"tool": "1.0"}}, "mirror_versions[tool] is '1.0'"),
    ({"versions": {}, "names": ["disk"]}, None),
    ({"versions": {"tool": "v2.0.0"}}, "Nobody can verify tool v2.0.0 for linux-amd64"),
    ({"platforms": ["linux-arm64"]}, "set mirror_checksums[tool]"),
    ({"checksums": {"tool": "abc"}}, "must be a sha256"),
    ({"upstreams": {"dl.k8s.io": {"url": "http://lab"}}}, "is not encrypted; use https, or say insecure: true"),
    ({"upstreams": {"dl.k8s.io": {"url": "http://lab", "insecure": "yes"}}}, "is not encrypted"),
    ({"upstreams": {"dl.k8s.io": {"url": "lab"}}}, "must be a base URL"),
    ({"lock": {"version": 1, "files": {"dl.k8s.io/v1.0.0/linux/amd64/tool": {"sha256": B, "size": 1, "source": "s"}}, "images": {}}},
     "has changed: the lock file records sha256 " + B),
])
def test_refusals(options, words):
    """Each in a sentence; what is not given has its default."""
    if words is None:
        assert files(**options)
        return
    with pytest.raises(LabError) as error:
        files(**options)
    assert words in str(error.value)


@pytest.mark.parametrize(("entry", "lock", "words"), [
    ({"name": "redis", "purpose": "workshop"}, {}, "no whole reference"),
    ({"name": "docker.io/library/redis", "purpose": "workshop"}, {}, "no whole reference"),
    ({"name": "docker.io/library/redis:3", "purpose": "play"}, {}, "must be kubernetes or workshop"),
    ({"name": "quay.io/library/redis:3", "purpose": "workshop"}, {}, "Docker Hub's images alone"),
    ({"name": 7, "purpose": "workshop"}, {}, "no whole reference"),
    (dict(REDIS, digest="sha256:" + A), {"version": 1, "files": {}, "images": {REDIS["name"]: {"digest": "sha256:" + B}}}, "redis:3 has changed"),
])
def test_refused_images(entry, lock, words):
    """Each in a sentence."""
    with pytest.raises(LabError) as error:
        mirror_wanted.images([entry], "v1.16.2", {}, lock)
    assert words in str(error.value)
