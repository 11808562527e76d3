"""Export and import: the same bytes on the other side; a damaged, cut or planted archive puts nothing in place."""

import hashlib
import io
import json
import os
import tarfile

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import mirror_blobs, mirror_export_work, mirror_import_work
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.mirror_archive_plan import allowed

BLOB = mirror_blobs.place("sha256:" + hashlib.sha256(b"layer" * 3000).hexdigest())
LINK = "registry/docker/registry/v2/repositories/library/redis/_manifests/tags/3/current/link"
FILES = {"files/dl.k8s.io/kubectl": b"kubectl" * 5000, "files/images/k8s.gcr.io/pause_3.1": b"tar" * 999, "apt/debrep/x.deb": b"deb",
         BLOB: b"layer" * 3000, LINK: b"sha256:" + b"a" * 64}
NOT = {"files/mirror.json": b"{}", "files/dl.k8s.io/kubelet.part": b"half", "passed/blob": b"from Docker Hub", "state/progress.json": b"{}",
       "registry/docker/registry/v2/repositories/redis/_uploads/1/data": b"half"}
LOCK = {"version": 1, "images": {"docker.io/library/redis:3": {"digest": "sha256:" + "a" * 64}}, "files": {
    name[6:]: {"sha256": hashlib.sha256(body).hexdigest(), "size": len(body), "source": "pinned in the catalogue"} for name, body in FILES.items()
    if name.startswith("files/")}}


@pytest.fixture
def mirror(tmp_path):
    """A stocked mirror's root."""
    root = tmp_path / "a"
    for name, body in list(FILES.items()) + list(NOT.items()):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(body)
    return str(root)


@pytest.fixture
def archive(mirror, tmp_path):
    """Its archive."""
    mirror_export_work.export(mirror, str(tmp_path / "m.tar"), LOCK, False)
    return tmp_path / "m.tar"


def tree(root):
    """Return {path: content} below a folder, without the state."""
    return {os.path.relpath(os.path.join(folder, name), str(root)): open(os.path.join(folder, name), "rb").read()
            for folder, _folders, names in os.walk(str(root)) for name in names}


def bring(tmp_path, archive, lock=None, check=False):
    """Import on a second mirror."""
    return mirror_import_work.bring(str(tmp_path / "b"), str(archive), lock or {}, check, lambda path, name: None)


def test_both_are_equal(mirror, archive, tmp_path):
    """Everything that belongs to a class, nothing that is the first mirror's own; the lock comes along; a second import changes nothing."""
    result = bring(tmp_path, archive)
    assert tree(tmp_path / "b") == FILES and result["lock"] == LOCK and (result["changed"], result["new"]) == (True, 5)
    assert bring(tmp_path, archive, LOCK)["changed"] is False
    said = (tmp_path / "m.tar.sha256").read_text().split()
    assert said == [hashlib.sha256(archive.read_bytes()).hexdigest(), "m.tar"] and not (tmp_path / "m.tar.part").exists()


def test_owners(archive, tmp_path):
    """Of files and of the folders that were made: a service cannot write what root has unpacked."""
    given = []
    mirror_import_work.bring(str(tmp_path / "b"), str(archive), {}, False, lambda path, name: given.append((os.path.relpath(path, str(tmp_path / "b")), name)))
    assert (BLOB, "docker-registry") in given and ("registry/docker", "docker-registry") in given
    assert ("apt/debrep/x.deb", "apt-cacher-ng") in given and ("files/dl.k8s.io/kubectl", None) in given


def test_check_mode(mirror, archive, tmp_path):
    """Says so, and writes nothing."""
    assert bring(tmp_path, archive, check=True)["new"] == 5 and not (tmp_path / "b").exists()
    assert mirror_export_work.export(mirror, str(tmp_path / "n.tar"), LOCK, True)["members"] == 5 and not (tmp_path / "n.tar").exists()


def test_a_damaged_mirror_is_not_exported(mirror, tmp_path):
    """Which file, and the next step."""
    with open(os.path.join(mirror, "files/dl.k8s.io/kubectl"), "ab") as stream:
        stream.write(b"!")
    os.unlink(os.path.join(mirror, "files/images/k8s.gcr.io/pause_3.1"))
    with pytest.raises(LabError, match="dl.k8s.io/kubectl is not what the lock file records; images/k8s.gcr.io/pause_3.1 is missing.*Next step"):
        mirror_export_work.export(mirror, str(tmp_path / "n.tar"), LOCK, False)
    assert not list(tmp_path.glob("n.tar*"))


@pytest.mark.parametrize(("path", "words"), [(BLOB, "the registry's part sha256:[0-9a-f]{64} is damaged"), (LINK, "redis:3 has another digest")])
def test_a_damaged_registry_is_not_exported(mirror, tmp_path, path, words):
    """The next room would have it, and no upstream to mend it from."""
    with open(os.path.join(mirror, path), "ab") as stream:
        stream.write(b"!")
    with pytest.raises(LabError, match="was not exported: .*%s.*Next step" % words):
        mirror_export_work.export(mirror, str(tmp_path / "n.tar"), LOCK, False)
    assert not list(tmp_path.glob("n.tar*"))


@pytest.mark.parametrize(("lock", "archive", "words"), [({}, "n.tar", "lock file is empty"), (LOCK, "none/n.tar", "There is no folder")])
def test_export_refusals(mirror, tmp_path, lock, archive, words):
    """Each in a sentence."""
    with pytest.raises(LabError, match=words):
        mirror_export_work.export(mirror, str(tmp_path / archive), lock, False)


def test_a_full_stick(mirror, tmp_path, monkeypatch):
    """Nothing half remains; what was there before stays."""
    (tmp_path / "n.tar").write_bytes(b"of last year")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(mirror_export_work.os, "fsync", full)
    with pytest.raises(LabError, match="was not written: No space left on device"):
        mirror_export_work.export(mirror, str(tmp_path / "n.tar"), LOCK, False)
    assert (tmp_path / "n.tar").read_bytes() == b"of last year" and not (tmp_path / "n.tar.part").exists()


@pytest.mark.parametrize("keep", [0.2, 0.6, 0.8])
def test_cut_short(archive, tmp_path, keep):
    """A stick that was pulled out."""
    body = archive.read_bytes()
    archive.write_bytes(body[:int(len(body) * keep)])
    with pytest.raises(LabError, match="Next step"):
        bring(tmp_path, archive)
    assert tree(tmp_path / "b") == {}


def test_one_altered_byte(archive, tmp_path):
    """Which file; nothing is put in place, not even what came before it."""
    body = archive.read_bytes()
    place = body.index(b"layerlayer")
    archive.write_bytes(body[:place] + b"L" + body[place + 1:])
    with pytest.raises(LabError, match="registry/docker/.*/data in the archive is damaged"):
        bring(tmp_path, archive)
    assert tree(tmp_path / "b") == {}


def test_another_lock(archive, tmp_path):
    """A room whose lock file records something else."""
    lock = dict(LOCK, files={"dl.k8s.io/kubectl": {"sha256": "b" * 64, "size": 3, "source": "s"}})
    with pytest.raises(LabError, match="dl.k8s.io/kubectl has changed"):
        bring(tmp_path, archive, lock)
    assert tree(tmp_path / "b") == {}


@pytest.mark.parametrize("name", ["files/dl.k8s.io/kubectl", BLOB, LINK])
def test_another_file_by_a_name_of_the_lock(tmp_path, name):
    """The archive's list is its writer's own: what it puts in place must be what the room's lock, or its own name, says."""
    one = {"sha256": hashlib.sha256(b"evil").hexdigest(), "size": 4}
    path = planted(tmp_path, (tarfile.TarInfo(name), b"evil"), listed={name: one})
    for check in (True, False):
        with pytest.raises(LabError, match="The archive is not what it says: .*Nothing of it was put in place. Next step"):
            bring(tmp_path, path, LOCK, check)
    assert tree(tmp_path / "b") == {}


def planted(tmp_path, *members, listed=None, head=True):
    """Write an archive by hand."""
    path = tmp_path / "planted.tar"
    with tarfile.open(str(path), "w") as tar:
        if head:
            text = json.dumps({"version": 1, "lock": {"version": 1, "files": {}, "images": {}}, "members": listed or {}}).encode()
            info = tarfile.TarInfo("contents.json")
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text))
        for info, body in members:
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
    return path


def test_planted_members(tmp_path):
    """Links, ways out of the root, what is not listed: refused, and nothing is written anywhere."""
    one = {"sha256": hashlib.sha256(b"x").hexdigest(), "size": 1}
    link = tarfile.TarInfo("files/link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc"
    for name in ("../evil", "files/../../evil", "/etc/evil", "state/evil", "files", "files/unlisted"):
        listed = {} if name == "files/unlisted" else {name: one}
        with pytest.raises(LabError, match="Nothing of it|nothing of it"):
            bring(tmp_path, planted(tmp_path, (tarfile.TarInfo(name), b"x"), listed=listed))
    with pytest.raises(LabError, match="nothing of it"):
        bring(tmp_path, planted(tmp_path, (link, b""), listed={"files/link": one}))
    assert tree(tmp_path / "b") == {} and not (tmp_path / "evil").exists()


@pytest.mark.parametrize("kind", ["no head", "nonsense", "missing"])
def test_no_archive(tmp_path, kind):
    """Each in a sentence."""
    path = tmp_path / "none.tar"
    if kind == "no head":
        path = planted(tmp_path, (tarfile.TarInfo("files/x"), b"x"), head=False)
    elif kind == "nonsense":
        path.write_bytes(b"no tar at all" * 100)
    with pytest.raises(LabError, match="does not begin with a list|cannot be read|There is no archive"):
        bring(tmp_path, path)


@pytest.mark.parametrize("name", ["", "files", "files/", "files//x", "files/../x", "passed/x", "state/x", "/files/x", "contents.json"])
def test_names(name):
    """Only below the mirror's parts, and only what is listed."""
    assert not allowed(name, {name: 1}) and not allowed("files/y", {name: 1}) and allowed("files/y", {"files/y": 1})
