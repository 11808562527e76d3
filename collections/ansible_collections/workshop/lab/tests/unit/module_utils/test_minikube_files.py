"""The owner's files, with real files: read as the owner, given back without following a link. Both need root and another account."""

import json
import os
import pathlib
import pwd
import tempfile

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.minikube_files import Home
from ansible_collections.workshop.lab.plugins.module_utils.runner import Account

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to another account")


@pytest.fixture
def open_path():
    """A folder that another account can reach. Not tmp_path: every pytest that starts shuts /tmp/pytest-of-root again, also while this one runs."""
    with tempfile.TemporaryDirectory(prefix="workshop-lab-") as name:
        os.chmod(name, 0o755)
        yield pathlib.Path(name)


@pytest.fixture
def home(open_path):
    """A home with a cluster, and its Home; of account nobody when this is root."""
    entry = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    place = open_path / "home"
    for folder in (".minikube/machines/minikube", ".minikube/profiles/minikube", ".minikube/cache", ".kube"):
        (place / folder).mkdir(parents=True)
    (place / ".minikube/machines/minikube/config.json").write_text("{}")
    (place / ".minikube/machines/minikube/disk.vmdk").write_text("disk")
    (place / ".minikube/profiles/minikube/config.json").write_text(json.dumps({"a": 1}))
    (place / ".kube/config").write_text("current-context: minikube\n")
    if os.geteuid() == 0:
        for path in [place] + sorted(place.rglob("*")):
            os.chown(str(path), entry.pw_uid, entry.pw_gid)
    return Home(Account(entry.pw_name, entry.pw_uid, entry.pw_gid, str(place))), place


def owners(place):
    """The owner of everything below."""
    return {str(path.relative_to(place)): path.lstat().st_uid for path in place.rglob("*")}


def test_look(home):
    """Texts, names and nothing foreign."""
    seen = home[0].look()
    assert seen.texts == {"machine": "{}", "profile": '{"a": 1}', "kubeconfig": "current-context: minikube\n"}
    assert (seen.home, seen.machine_names, seen.denied, seen.foreign) == (True, ["config.json", "disk.vmdk"], [], [])


def test_look_changes_nothing(home):
    """Not even a time stamp of a file."""
    def stamps():
        return {str(path): path.lstat().st_mtime_ns for path in home[1].rglob("*")}

    before = stamps()
    home[0].look()
    assert stamps() == before


def test_look_at_nothing(home, open_path):
    """A home without anything, and none at all."""
    for place in (open_path / "empty", open_path / "missing"):
        if place.name == "empty":
            place.mkdir()
        seen = Home(home[0].account._replace(home=str(place))).look()
        assert (seen.home, seen.machine_names, set(seen.texts.values()), seen.denied, seen.foreign) == (False, None, {None}, [], [])


def test_pipes_and_directories_are_no_files(home):
    """A pipe in a file's place would hold the module for ever."""
    path = home[1] / ".kube/config"
    path.unlink()
    os.mkfifo(str(path))
    assert home[0].look().texts["kubeconfig"] is None
    path.unlink()
    path.mkdir()
    assert home[0].look().texts["kubeconfig"] is None


@as_root
def test_root_is_led_nowhere(home, open_path):
    """The owner's link to a file that he may not read is not read for him."""
    secret = open_path / "secret"
    secret.write_text("root's")
    secret.chmod(0o600)
    path = home[1] / ".minikube/machines/minikube/config.json"
    path.unlink()
    path.symlink_to(secret)
    seen = home[0].look()
    assert seen.texts["machine"] is None and seen.denied == ["machine"]


@as_root
def test_give_back(home, open_path):
    """All that is another's in both trees, also in directories that the owner may not enter; nothing that a link leads to, no second name of a file."""
    account, place = home[0].account, home[1]
    outside = open_path / "outside"
    outside.mkdir()
    for name in ("file", "linked"):
        (outside / name).write_text("root's")
    for path in (".kube", ".kube/config", ".minikube/machines", ".minikube/profiles/minikube/config.json"):
        os.chown(str(place / path), 0, 0)
    (place / ".minikube/machines").chmod(0o700)
    (place / ".minikube/to-outside").symlink_to(outside)
    (place / ".minikube/to-file").symlink_to(outside / "file")
    os.link(str(outside / "linked"), str(place / ".minikube/hard"))
    (place / "notes").write_text("root's, but not minikube's")
    before = home[0].look()
    assert before.foreign == ["~/.minikube/machines", "~/.minikube/profiles/minikube/config.json", "~/.minikube/to-file", "~/.minikube/to-outside",
                              "~/.kube", "~/.kube/config"] and before.denied == ["machine"]
    assert home[0].give_back() == 6
    left = {name for name, uid in owners(place).items() if uid != account.uid}
    assert left == {".minikube/hard", "notes"}
    assert {path.stat().st_uid for path in (outside, outside / "file", outside / "linked")} == {0}
    after = home[0].look()
    assert (after.foreign, after.denied) == ([], []) and home[0].give_back() == 0


@as_root
def test_a_tree_that_is_a_link(home, open_path):
    """~/.minikube moved elsewhere is read, but root does not go there to give files away."""
    elsewhere = open_path / "elsewhere"
    (home[1] / ".minikube").rename(elsewhere)
    (elsewhere / "cache").chmod(0o755)
    os.chown(str(elsewhere / "cache"), 0, 0)
    (home[1] / ".minikube").symlink_to(elsewhere)
    seen = home[0].look()
    assert seen.home and seen.texts["machine"] == "{}" and seen.foreign == []
    assert home[0].give_back() == 0 and (elsewhere / "cache").stat().st_uid == 0


@as_root
def test_libvirts_files_stay(home):
    """libvirt takes the disk and the boot image of a kvm2 VM for itself; with driver virtualbox they are given back."""
    (home[1] / ".minikube/machines/minikube/config.json").write_text('{"DriverName": "kvm2"}')
    for name in ("minikube.rawdisk", "boot2docker.iso"):
        path = home[1] / ".minikube/machines/minikube" / name
        path.write_text("")
        assert path.stat().st_uid == 0
    assert home[0].look().foreign == [] and home[0].give_back() == 0
    (home[1] / ".minikube/machines/minikube/config.json").write_text('{"DriverName": "virtualbox"}')
    assert len(home[0].look().foreign) == 2 and home[0].give_back() == 2


def test_only_root_reads_for_others(home, monkeypatch):
    """As an ordinary account for another one."""
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(LabError, match="Only root can work as"):
        home[0].look()
