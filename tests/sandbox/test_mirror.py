"""The mirror offers what a seat will ask for, under the names under which it asks, and takes nothing from it."""

import hashlib
import json
import pathlib
import tarfile
import urllib.error
import urllib.request

import pytest

# What Docker 20.10 asks for; without it the registry tries to convert to a form that Docker gave up.
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


@pytest.fixture(scope="module")
def mirror(lab):
    """The running mirror's address, as this machine reaches it."""
    lab.run("sandbox/mirror/up.sh")
    return lab.run("podman", "inspect", "--format", '{{(index .NetworkSettings.Networks "lab").IPAddress}}', "lab-mirror")


def fetch(url, method="GET", accept="*/*"):
    """Return (status, body) of a request."""
    try:
        request = urllib.request.Request(url, method=method, headers={"Accept": accept})
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_every_image_that_kubeadm_names_is_there_under_that_name(lab, mirror):
    """A missing or misnamed image would send the seat to a registry that it cannot reach."""
    kubeadm = str(lab.built / "bin/kubeadm")
    names = lab.run(kubeadm, "config", "images", "list", "--kubernetes-version", lab.version).split()
    assert len(names) == 7
    for name in names:
        path = "images/" + name.replace(":", "_")
        assert fetch(f"http://{mirror}/{path}", "HEAD")[0] == 200, name
        with tarfile.open(lab.cache / "mirror" / path) as archive:
            manifest = json.load(archive.extractfile("manifest.json"))
        assert [entry["RepoTags"] for entry in manifest] == [[name]]


def test_sums_are_those_of_the_files_served(lab, mirror):
    """minikube compares the .sha1 files itself; SHA256SUMS is what the inventory's checksums come from."""
    sums = dict(reversed(line.split()) for line in fetch(f"http://{mirror}/SHA256SUMS")[1].decode().splitlines())
    root = lab.cache / "mirror"
    files = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    assert files == set(sums) | {"SHA256SUMS"}
    for name in (n for n in sums if n.endswith(".sha1")):
        wanted = fetch(f"http://{mirror}/{name}")[1].decode()
        program = fetch(f"http://{mirror}/{name[:-5]}")[1]
        assert hashlib.sha1(program).hexdigest() == wanted
        assert hashlib.sha256(program).hexdigest() == sums[name[:-5]]
        assert pathlib.PurePath(name).name in ("kubeadm.sha1", "kubelet.sha1")


def test_the_registry_has_the_workshops_images_and_takes_no_others(lab, mirror):
    """Docker asks a registry mirror for docker.io's names; a student's push must not change the class's images."""
    for name in (n for n in lab.images if n.startswith("docker.io/")):
        repository, _, tag = name[len("docker.io/"):].rpartition(":")
        assert fetch(f"http://{mirror}:5000/v2/{repository}/manifests/{tag}", accept=MANIFEST)[0] == 200, name
        assert fetch(f"http://{mirror}:5000/v2/{repository}/blobs/uploads/", "POST")[0] in (403, 405)


def test_what_is_not_stocked_is_a_plain_404(mirror):
    """Retries and fallbacks depend on the code."""
    assert fetch(f"http://{mirror}/storage.googleapis.com/nothing")[0] == 404


def test_stocking_again_changes_nothing(lab):
    """The time stamps of all files stay, so a running class does not notice."""
    root = lab.cache / "mirror"

    def state():
        return {path: path.stat().st_mtime_ns for path in root.rglob("*")}

    lab.run("sandbox/mirror/stock.sh")
    before = state()
    lab.run("sandbox/mirror/stock.sh")
    assert state() == before
