"""The mirror on a stick: exported, carried to a second machine, imported there; and what a damaged stick does."""

import hashlib
import json
import pathlib
import subprocess

import pytest

testinfra_hosts = ["ansible://lab-mirror-b"]

TAR = "/media/workshop-mirror.tar"
SUMS = "cd /srv/workshop-mirror && find files registry -type f ! -name mirror.json ! -path '*_uploads*' -print0 | sort -z | xargs -0 sha256sum"


def shell(name, command):
    """Run a command in a machine's container."""
    return subprocess.run(["podman", "exec", name, "sh", "-c", command], check=True, text=True, stdout=subprocess.PIPE).stdout


@pytest.fixture(scope="module")
def stick(teacher, tmp_path_factory):
    """Export, and carry the archive over."""
    said = teacher("export", mirror_archive=TAR)
    assert TAR + " on lab-mirror-a:" in said
    place = tmp_path_factory.mktemp("stick") / "m.tar"
    subprocess.run(["podman", "cp", f"lab-mirror-a:{TAR}", str(place)], check=True)
    digest = hashlib.sha256()
    with place.open("rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    assert shell("lab-mirror-a", f"cat {TAR}.sha256").split() == [digest.hexdigest(), "workshop-mirror.tar"] and digest.hexdigest() in said
    subprocess.run(["podman", "cp", str(place), f"lab-mirror-b:{TAR}"], check=True)
    return place


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """The lock file of the room without the internet: not there yet."""
    return tmp_path_factory.mktemp("room") / "mirror.lock.json"


def test_a_damaged_stick(teacher, stick, room, host):
    """One byte: refused, and nothing of it is on the second mirror, nor in its lock file."""
    size = stick.stat().st_size
    host.check_output("sh -c 'cp %s /media/bad.tar && printf Z | dd of=/media/bad.tar bs=1 seek=%d conv=notrunc status=none'" % (TAR, size // 2))
    said = teacher("import", "lab-mirror-b", rc=2, mirror_archive="/media/bad.tar", mirror_lock_file=str(room))
    assert "in the archive is damaged" in said and "Nothing of the archive was put in place" in said
    assert host.check_output("find /srv/workshop-mirror/files /srv/workshop-mirror/registry -type f") == "" and not room.exists()
    host.check_output("rm /media/bad.tar")


@pytest.fixture(scope="module")
def imported(teacher, stick, room):
    """Import the whole archive on the second mirror; return what that printed."""
    return teacher("import", "lab-mirror-b", mirror_archive=TAR, mirror_lock_file=str(room))


def test_both_mirrors_are_equal(imported, room, lock, host):
    """Every file and every part of every image, by checksum; the lock; and it says that all is right."""
    assert "all right" in imported
    assert json.loads(pathlib.Path(room).read_text()) == lock()
    ours, theirs = shell("lab-mirror-a", SUMS), shell("lab-mirror-b", SUMS)
    assert ours == theirs and len(ours.splitlines()) > 20


def test_the_second_serves(imported, get, lock):
    """Without a way outside it gives what the first gives."""
    status, body = get("/v2/library/redis/manifests/3", port=5000, accept="application/vnd.docker.distribution.manifest.v2+json")
    assert (status, "sha256:" + hashlib.sha256(body).hexdigest()) == (200, lock()["images"]["docker.io/library/redis:3"]["digest"])
    path = "dl.k8s.io/release/v1.20.2/bin/linux/amd64/kubectl"
    assert hashlib.sha256(get("/" + path)[1]).hexdigest() == lock()["files"][path]["sha256"]


def test_again(imported, teacher, room, host):
    """Changes nothing."""
    assert "changed=0" in teacher("import", "lab-mirror-b", mirror_archive=TAR, mirror_lock_file=str(room)).rpartition("PLAY RECAP")[2]
