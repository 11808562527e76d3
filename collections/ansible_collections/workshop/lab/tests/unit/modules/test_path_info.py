"""path_info: one look at several paths; nothing is followed, nothing is read that is not compared."""

import grp
import hashlib
import os
import pwd

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import path_look
from ansible_collections.workshop.lab.plugins.modules import path_info

OWNER, GROUP = pwd.getpwuid(os.getuid())[0], grp.getgrgid(os.getgid())[0]


@pytest.fixture
def tree(tmp_path):
    """A file, a folder, a link and a pipe; returns a function from a name to its path."""
    (tmp_path / "file").write_bytes(b"program")
    (tmp_path / "file").chmod(0o755)
    (tmp_path / "folder").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to("file")
    os.mkfifo(str(tmp_path / "pipe"))
    return lambda name: str(tmp_path / name)


def test_kinds(run_module, tree):
    """Each as what it is; a path below a file is not there either."""
    names = ("file", "folder", "link", "pipe", "none", "file/below")
    result = run_module(path_info, {"paths": [tree(name) for name in names]}).result
    assert [result["found"][tree(name)]["type"] for name in names] == ["file", "directory", "link", "other", "", ""]
    assert result["there"] == [tree(name) for name in names[:4]] and result["differing"] == [] and result["changed"] is False
    assert result["found"][tree("link")]["target"] == "file" and result["found"][tree("folder")]["mode"] == "0700"
    assert result["found"][tree("file")] == {"type": "file", "sha256": "", "mode": "0755", "owner": OWNER, "uid": os.getuid(), "group": GROUP,
                                            "gid": os.getgid(), "target": "", "size": 7,
                                            "executable": True}
    assert [result["found"][tree(name)]["executable"] for name in names[1:]] == [False, True, False, False, False]


SUM = hashlib.sha256(b"program").hexdigest()


@pytest.mark.parametrize("name, wishes, same", [
    ("file", {"sha256": SUM, "mode": "0755", "owner": OWNER, "group": GROUP}, True),
    ("file", {"owner": os.getuid(), "group": str(os.getgid())}, True),
    ("file", {"owner": 12345}, False), ("file", {}, True), ("file", {"sha256": "", "mode": ""}, True),
    ("file", {"sha256": "0" * 64}, False), ("file", {"mode": "0644"}, False), ("file", {"owner": "nobody"}, False), ("file", {"group": "nogroup"}, False),
    ("none", {}, False), ("link", {"sha256": SUM}, False), ("pipe", {"sha256": SUM}, False), ("folder", {"mode": "0700"}, True)])
def test_compared(run_module, tree, name, wishes, same):
    """What is left out does not count; a link to the right file is not the file; a pipe is not waited for."""
    result = run_module(path_info, {"wanted": {tree(name): wishes}}, check=True).result
    assert result["differing"] == ([] if same else [tree(name)]), result


def test_content_is_read_only_to_be_compared(run_module, tree, monkeypatch):
    """A look at a large file costs nothing."""
    monkeypatch.setattr(path_look, "_sha256", lambda path: (_ for _ in ()).throw(AssertionError(path)))
    assert not run_module(path_info, {"paths": [tree("file")], "wanted": {tree("folder"): {"mode": "0700"}}}).failed


def test_a_number_without_a_name(tree, monkeypatch):
    """An owner that was removed."""
    monkeypatch.setattr(path_look.pwd, "getpwuid", {}.__getitem__)
    assert path_look.look(tree("file"), False)["owner"] == str(os.getuid())


def test_what_may_not_be_looked_at(tree, monkeypatch):
    """With the way out."""
    def refuse(path, *_more):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(path_look.os, "open", refuse)
    with pytest.raises(path_look.LabError, match=r"/file cannot be read: Permission denied; run as root \(become\)"):
        path_look.look(tree("file"), True)
    monkeypatch.setattr(path_look.os, "lstat", refuse)
    with pytest.raises(path_look.LabError, match=r"/file cannot be looked at: Permission denied"):
        path_look.look(tree("file"), True)


@pytest.mark.parametrize("arguments, words", [
    ({"paths": ["bin/kubectl"]}, "an absolute path"), ({"wanted": {"kubectl": {}}}, "an absolute path"), ({"wanted": {"/x/../y": {}}}, "without .."),
    ({"wanted": {"/x": {"size": 3}}}, "a dictionary of sha256, mode, owner, group"), ({"wanted": {"/x": ["sha256"]}}, "a dictionary of"),
    ({"wanted": {"/x": {"sha256": "ABC"}}}, "64 lower-case hexadecimal digits"), ({"wanted": {"/x": {"mode": "755"}}}, "four octal digits"),
    ({"wanted": {"/x": {"mode": 493}}}, "four octal digits")])
def test_bad_values(run_module, arguments, words):
    """In one sentence."""
    end = run_module(path_info, arguments)
    assert end.failed and words in end.result["msg"], end.result


def test_accounts(run_module):
    """Those that the machine knows."""
    result = run_module(path_info, {"accounts": [OWNER, "nobody-of-that-name"]}).result
    assert list(result["accounts"]) == [OWNER] and result["accounts"][OWNER]["uid"] == os.getuid()
    assert result["accounts"][OWNER]["home"] == pwd.getpwuid(os.getuid()).pw_dir


def test_contents(run_module, tree, monkeypatch, tmp_path):
    """The text of plain files, also in an account's home; of nothing else."""
    names = [tree(name) for name in ("file", "folder", "link", "pipe", "none", "file/below")]
    result = run_module(path_info, {"contents": names + ["~nobody-of-that-name/x"]}).result
    assert result["contents"] == dict(zip(names, ["program", None, None, None, None, None]), **{"~nobody-of-that-name/x": None})
    monkeypatch.setattr(path_look.os.path, "expanduser", lambda path: path.replace("~" + OWNER, str(tmp_path)))
    assert run_module(path_info, {"contents": ["~%s/file" % OWNER]}).result["contents"] == {"~%s/file" % OWNER: "program"}


def test_contents_too_long(run_module, tree, monkeypatch):
    """A file as large as a disk is no answer."""
    monkeypatch.setattr(path_look, "MOST", 3)
    done = run_module(path_info, {"contents": [tree("file")]})
    assert done.failed and "has more than 3 bytes" in done.result["msg"]


@pytest.mark.parametrize("path", ["relative", "~/x", "~a b/x", "/x\n"])
def test_contents_refused(run_module, path):
    """One sentence."""
    done = run_module(path_info, {"contents": [path]})
    assert done.failed and "which may begin with ~NAME/" in done.result["msg"]
