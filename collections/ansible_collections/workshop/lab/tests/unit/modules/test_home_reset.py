"""home_reset on real directories: what goes, what stays, and that nothing outside is touched."""

import os

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import home_tree
from ansible_collections.workshop.lab.plugins.module_utils.runner import Account
from ansible_collections.workshop.lab.plugins.modules import home_reset


@pytest.fixture
def home(run_module, monkeypatch, tmp_path):
    """A home as a student leaves it; home.run(check=False, **arguments) is the module on it."""
    path, skeleton, other = tmp_path / "home" / "student", tmp_path / "skel", tmp_path / "other"
    for name, text in {
        "home/student/.bashrc": "mine", "home/student/.profile": "profile", "home/student/.kube/config": "c", "home/student/.kube/junk": "",
        "home/student/notes/a/b": "", "home/student/.local/share/x": "",
        "home/student/.config/tool": "", "home/student/.config/app/first": "first",
        "skel/.bashrc": "skeleton", "skel/.profile": "profile", "skel/.config/app/first": "first", "skel/.config/app/second": "second", "other/precious": "x",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (path / "link").symlink_to(other)
    (skeleton / ".bashrc").chmod(0o640)
    account = Account("student", os.getuid() or 1000, os.getgid(), str(path))
    monkeypatch.setattr(home_reset, "find_account", lambda name=None: account._replace(uid=max(1000, account.uid)))
    monkeypatch.setattr(home_tree.os, "fchown", lambda *args: None)
    monkeypatch.setattr(home_tree.os, "chown", lambda *args, **more: None)

    def run(check=False, diff=False, **arguments):
        given = dict({"user": "student", "keep": [".kube/config", ".local/state"], "skeleton": str(skeleton)}, **arguments)
        return run_module(home_reset, given, check=check, diff=diff)

    def files():
        return sorted(os.path.relpath(os.path.join(folder, name), str(path)) for folder, folders, names in os.walk(str(path)) for name in names + folders)

    return type("Home", (), {"path": path, "other": other, "skeleton": skeleton, "run": staticmethod(run), "files": staticmethod(files)})


@pytest.mark.parametrize("wrong, words", [
    ({"user": "a b"}, "user is 'a b'"),
    ({"user": "$(id)"}, "user is '$(id)'"),
    ({"skeleton": "skel"}, "skeleton is 'skel'; it must be an absolute path"),
    ({"skeleton": "/etc/../root"}, "without .."),
    ({"keep": ["/etc"]}, "keep is '/etc'; it must be a path below the home directory"),
    ({"keep": [""]}, "keep is ''"),
    ({"keep": ["../other"]}, "keep is '../other'"),
    ({"keep": ["a/../../b"]}, "keep is"),
    ({"keep": ["."]}, "keep is '.'"),
    ({"keep": ["a//b"]}, "keep is 'a//b'"),
])
def test_bad_arguments_are_refused_and_nothing_is_deleted(home, wrong, words):
    """In one sentence with the option, its value and what is accepted."""
    before = home.files()
    end = home.run(**wrong)
    assert end.failed and words in end.result["msg"], end.result
    assert home.files() == before


@pytest.mark.parametrize("account, words", [
    (Account("root", 0, 0, "/root"), "an ordinary account"), (Account("www-data", 33, 33, "/var/www"), "an ordinary account"),
    (Account("x", 1000, 1000, "/"), "no account's own"), (Account("x", 1000, 1000, "/home"), "no account's own"),
    (Account("x", 1000, 1000, "/nonexistent/x"), "cannot be opened")])
def test_accounts_without_a_home_of_their_own_are_refused(home, monkeypatch, account, words):
    """A mistake there would empty the machine."""
    monkeypatch.setattr(home_reset, "find_account", lambda name=None: account)
    end = home.run()
    assert end.failed and words in end.result["msg"]


def test_home_begins_anew(home):
    """Everything goes but what is kept; the skeleton's files are back; a link is deleted, not followed."""
    end = home.run(diff=True)
    assert end.result["removed"] == [".bashrc", ".config/tool", ".kube/junk", ".local", "link", "notes"] and end.result["changed"]
    assert end.result["restored"] == [".bashrc", ".config/app/second"]
    assert end.result["diff"]["before"].splitlines() == end.result["removed"]
    assert home.files() == sorted([".bashrc", ".profile", ".kube", ".kube/config", ".config", ".config/app", ".config/app/first", ".config/app/second"])
    assert (home.path / ".bashrc").read_text() == "skeleton" and (home.path / ".bashrc").stat().st_mode & 0o777 == 0o640
    assert (home.other / "precious").read_text() == "x"
    again = home.run()
    assert not again.result["changed"] and again.result["removed"] == again.result["restored"] == []


def test_check_mode_says_the_same_and_touches_nothing(home):
    """Word for word what the run then does."""
    before, said = home.files(), home.run(check=True).result
    assert home.files() == before and (home.path / ".bashrc").read_text() == "mine"
    assert home.run().result == said


def test_a_link_in_place_of_a_kept_folder_leads_nowhere(home):
    """A student's link called .kube must not take root to somebody else's files."""
    for name in (".kube", ".config"):
        os.rename(str(home.path / name), str(home.other / name))
        (home.path / name).symlink_to(home.other / name)
    end = home.run()
    assert ".kube" in end.result["removed"] and ".config" in end.result["removed"]
    assert (home.other / ".kube" / "junk").exists() and (home.other / ".config" / "tool").exists()
    assert not (home.path / ".kube").exists() and (home.path / ".config/app/first").read_text() == "first" and not (home.path / ".config").is_symlink()


def test_skeletons_file_that_is_a_link_now_is_put_back(home):
    """Also one that points at a file of the same content."""
    (home.path / ".profile").unlink()
    (home.path / ".profile").symlink_to(home.skeleton / ".profile")
    assert home.run().result["restored"] == [".bashrc", ".config/app/second", ".profile"]
    assert not (home.path / ".profile").is_symlink()


def test_another_file_system_is_left(home, monkeypatch):
    """A share that is mounted in the home holds what is not the seat's."""
    real, inode = os.fstat, os.stat(str(home.path / "notes")).st_ino

    def fstat(entry):
        seen = real(entry)
        return os.stat_result([seen[0], seen[1], seen[2] + 1, *seen[3:10]]) if seen.st_ino == inode else seen

    monkeypatch.setattr(home_tree.os, "fstat", fstat)
    end = home.run()
    assert end.result["mounts"] == ["notes"] and (home.path / "notes/a/b").exists() and "notes" not in end.result["removed"]
