"""cached_files: what is there afterwards, what was read, what was asked; in check mode; taken away; bad values."""

import hashlib
import http.server
import json
import os
import tempfile

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import as_account, cached_files_work
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.runner import Account
from ansible_collections.workshop.lab.plugins.modules import cached_files
from ansible_collections.workshop.lab.tests.unit.loopback import serving

CONTENT = {"/kubelet": b"kubelet" * 1000, "/iso": b"boot image" * 5000, "/images/etcd": b"layers" * 300}
MODES = {"/kubelet": "0755"}


class Handler(http.server.BaseHTTPRequestHandler):
    """Gives what ``server.content`` has."""

    def do_GET(self):
        """Answer as the test wants."""
        self.server.asked.append(self.path)
        body = self.server.content.get(self.path)
        self.send_response(200 if body is not None else 404)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *words):
        """Say nothing."""


@pytest.fixture
def mirror(no_proxy):
    """A mirror on the loopback."""
    with serving(Handler, asked=[], content=dict(CONTENT)) as server:
        yield server


@pytest.fixture
def run(run_module, mirror, tmp_path, monkeypatch):
    """Run the module for the three files; ``run.read`` are the files whose content was read."""
    read = []

    def digest(path):
        read.append(os.path.basename(path))
        with open(path, "rb") as stream:
            return hashlib.sha256(stream.read()).hexdigest()

    monkeypatch.setattr(cached_files_work, "digest", digest)
    base = "http://127.0.0.1:%d" % mirror.server_port

    def call(check=False, diff=False, names=None, more=None, **options):
        files = [dict({"path": "%s/cache%s" % (tmp_path, name), "url": base + name, "sha256": hashlib.sha256(CONTENT[name]).hexdigest(),
                       "mode": MODES.get(name, "0644"), "size": len(CONTENT[name])}, **(more or {})) for name in (CONTENT if names is None else names)]
        arguments = {"files": files, "record": str(tmp_path / "cache/.workshop.json"), "retries": 1, "retry_delay": 0, "timeout": 5}
        end = run_module(cached_files, dict(arguments, **options), check=check, diff=diff)
        call.states = {row["path"][len(str(tmp_path / "cache")):]: row["state"] for row in end.result.get("files", [])}
        return end

    call.read = read
    return call


def tree(folder):
    """Return {path: bytes} of all files but the record."""
    return {str(path)[len(str(folder)):]: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != ".workshop.json"}


def test_first_run(run, mirror, tmp_path):
    """Everything is there, with its mode, and nothing beside it."""
    end = run(diff=True)
    assert not end.failed, end.result
    assert end.result["changed"] and run.states == dict.fromkeys(CONTENT, "fetched")
    assert tree(tmp_path / "cache") == CONTENT
    assert (tmp_path / "cache/kubelet").stat().st_mode & 0o777 == 0o755 and (tmp_path / "cache/iso").stat().st_mode & 0o777 == 0o644
    assert sorted(mirror.asked) == sorted(CONTENT) and end.result["bytes"] == sum(map(len, CONTENT.values()))
    assert end.result["diff"]["after"].count("fetched ") == 3


def test_second_run_asks_and_reads_nothing(run, mirror):
    """Nor does it write."""
    run()
    mirror.asked.clear()
    end = run()
    assert (end.result["changed"], mirror.asked, run.read, set(run.states.values())) == (False, [], [], {"right"})


def test_without_a_record_everything_is_read(run, mirror):
    """But not downloaded."""
    run(record="")
    mirror.asked.clear()
    end = run(record="")
    assert (end.result["changed"], mirror.asked, sorted(run.read)) == (False, [], ["etcd", "iso", "kubelet"])


def test_a_changed_file_is_noticed_and_replaced(run, mirror, tmp_path):
    """Of the same size, its time set back."""
    run()
    path = tmp_path / "cache/iso"
    before = path.stat()
    path.write_bytes(CONTENT["/iso"][:-1] + b"!")
    os.utime(str(path), ns=(before.st_atime_ns, before.st_mtime_ns))
    mirror.asked.clear()
    end = run()
    assert end.result["changed"] and run.states == {"/kubelet": "right", "/iso": "replaced", "/images/etcd": "right"}
    assert tree(tmp_path / "cache") == CONTENT and (mirror.asked, run.read) == (["/iso"], ["iso"])


@pytest.mark.parametrize("content", [b"", b"x", CONTENT["/iso"] + b"\0"])
def test_a_wrong_size_is_not_even_read(run, mirror, tmp_path, content):
    """As an interrupted copy leaves it."""
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/iso").write_bytes(content)
    run()
    assert run.states["/iso"] == "replaced" and run.read == [] and tree(tmp_path / "cache") == CONTENT


def test_a_copied_file_is_taken(run, mirror, tmp_path):
    """What somebody put there from a stick costs no download."""
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/iso").write_bytes(CONTENT["/iso"])
    end = run(names=["/iso"])
    assert (end.result["changed"], mirror.asked, run.read) == (False, [], ["iso"])
    run(names=["/iso"])
    assert run.read == ["iso"], "read again"


def test_mode(run, mirror, tmp_path):
    """Set without a download; and that is no reason to read it at the next run."""
    run()
    (tmp_path / "cache/kubelet").chmod(0o600)
    mirror.asked.clear()
    end = run()
    assert end.result["changed"] and run.states["/kubelet"] == "mode" and mirror.asked == []
    assert (tmp_path / "cache/kubelet").stat().st_mode & 0o777 == 0o755
    run.read.clear()
    assert not run().result["changed"] and run.read == []


def test_tampered(run, mirror, tmp_path):
    """It never gets its name; what was verified before stays; the next run needs the rest only."""
    mirror.content["/iso"] = CONTENT["/iso"][:-1] + b"!"
    end = run()
    assert end.failed and end.result["cause"] == "wrong" and end.result["path"].endswith("/cache/iso")
    assert end.result["msg"].startswith("iso was not put in place: from http://127.0.0.1:") and "does not exist" in end.result["msg"]
    assert tree(tmp_path / "cache") == {"/kubelet": CONTENT["/kubelet"]}
    mirror.content["/iso"] = CONTENT["/iso"]
    mirror.asked.clear()
    assert not run().failed and sorted(mirror.asked) == ["/images/etcd", "/iso"] and tree(tmp_path / "cache") == CONTENT


def test_failure_names_the_wrong_file_that_is_there(run, mirror, tmp_path):
    """minikube would take it."""
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/iso").write_bytes(b"old")
    del mirror.content["/iso"]
    end = run(names=["/iso"])
    assert end.failed and end.result["cause"] == "missing" and "do not start a cluster with it" in end.result["msg"]
    assert (tmp_path / "cache/iso").read_bytes() == b"old"


def test_fallback_is_a_warning(run, mirror, tmp_path, monkeypatch):
    """A class should know that its mirror is not used."""
    warned = []
    monkeypatch.setattr("ansible.module_utils.basic.AnsibleModule.warn", lambda self, text: warned.append(text))
    other = "http://127.0.0.1:%d/kubelet" % mirror.server_port
    end = run(names=["/kubelet"], more={"url": "http://127.0.0.1:%d/none" % mirror.server_port, "fallback_url": other})
    assert not end.failed and end.result["files"][0]["url"] == other and "HTTP status 404" in warned[0] and "since the mirror failed" in warned[0]


def test_check_mode(run, mirror, tmp_path):
    """Says what would be, asks nobody and writes nothing."""
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/iso").write_bytes(b"old")
    end = run(check=True)
    assert end.result["changed"] and run.states == {"/kubelet": "fetched", "/iso": "replaced", "/images/etcd": "fetched"}
    assert mirror.asked == [] and [path.name for path in (tmp_path / "cache").iterdir()] == ["iso"]
    run()
    assert not run(check=True).result["changed"]
    (tmp_path / "cache/kubelet").chmod(0o600)
    assert run(check=True).result["changed"] and (tmp_path / "cache/kubelet").stat().st_mode & 0o777 == 0o600


def test_absent(run, tmp_path):
    """Takes away what it put there, folders that are empty then, and not what somebody changed; a second time there is nothing to do."""
    run()
    (tmp_path / "cache/kubelet").write_bytes(b"the student's own")
    (tmp_path / "cache/other").write_bytes(b"minikube's")
    before = tree(tmp_path / "cache")
    end = run(names=[], state="absent", check=True)
    assert end.result["changed"] and tree(tmp_path / "cache") == before
    end = run(names=[], state="absent")
    assert end.result["changed"] and run.states == {"/iso": "removed", "/images/etcd": "removed", "/kubelet": "kept"}
    assert tree(tmp_path) == {"/cache/kubelet": b"the student's own", "/cache/other": b"minikube's"}
    assert not (tmp_path / "cache/images").exists() and not (tmp_path / "cache/.workshop.json").exists()
    end = run(names=[], state="absent")
    assert (end.failed, end.result["changed"], end.result["files"]) == (False, False, [])


def test_what_is_no_longer_wanted_is_remembered(run, tmp_path):
    """So that the undo finds it."""
    run()
    run(names=["/kubelet"])
    run(names=[], state="absent")
    assert tree(tmp_path / "cache") == {}


def test_record_of_somebody_elses_making(run, mirror, tmp_path):
    """One that is no record, or a link, is not believed."""
    run()
    record = tmp_path / "cache/.workshop.json"
    record.rename(tmp_path / "elsewhere.json")
    record.symlink_to(tmp_path / "elsewhere.json")
    assert not run().failed and sorted(run.read) == ["etcd", "iso", "kubelet"]
    record.unlink()
    record.write_text(json.dumps({"version": 1, "files": "all of them"}))
    assert not run().failed and len(run.read) == 6


@pytest.mark.parametrize(("options", "words"), [
    ({"more": {"path": "cache/kubelet"}}, "files.path is 'cache/kubelet'; it must be an absolute path"),
    ({"more": {"path": "/a/../b"}}, "without .."),
    ({"more": {"path": "/a/"}}, "the absolute path of a file"),
    ({"more": {"url": "ftp://mirror/kubelet"}}, "files.url"),
    ({"more": {"fallback_url": "mirror"}}, "files.fallback_url"),
    ({"more": {"sha256": "0c24"}}, "64 hexadecimal digits"),
    ({"more": {"sha256": hashlib.sha256(b"").hexdigest()}}, "the one of an empty file"),
    ({"more": {"mode": "rwx"}}, "a mode like 0644"),
    ({"more": {"mode": "4755"}}, "a mode like 0644"),
    ({"more": {"size": 0}}, "files.size is 0"),
    ({"more": {"path": "/same"}}, "there only once"),
    ({"user": "$(id)"}, "an account name"),
    ({"user": "nobody-of-that-name"}, "There is no account"),
    ({"record": "cache.json"}, "record is 'cache.json'"),
    ({"record": "", "state": "absent"}, "record is ''"),
    ({"timeout": 0}, "timeout is 0; it must be a number from 1 to 3600"),
    ({"file_timeout": 86401}, "file_timeout is 86401"),
    ({"retries": 21}, "retries is 21"),
    ({"retry_delay": -1}, "retry_delay is -1"),
])
def test_bad_values(run, mirror, tmp_path, options, words):
    """Refused in a sentence; nobody was asked and nothing written."""
    end = run(**options)
    assert end.failed and words in end.result["msg"], end.result
    assert mirror.asked == [] and not (tmp_path / "cache").exists()


def test_folder_that_cannot_be_made(run, tmp_path):
    """The object and the reason."""
    (tmp_path / "cache").write_bytes(b"a file where the folder should be")
    end = run()
    assert end.failed and str(tmp_path / "cache") in end.result["msg"] and "mend that" in end.result["msg"]


def test_no_room(run, mirror, monkeypatch):
    """Told before anything is downloaded."""
    monkeypatch.setattr(cached_files_work, "free_bytes", lambda path: ("/disk", 10))
    end = run()
    assert end.failed and "The files for /disk need 1 MB" in end.result["msg"] and mirror.asked == []


def test_an_account_that_is_not_there_yet(run, mirror):
    """In check mode the role that makes it has not; and there is nothing to take away."""
    end = run(check=True, user="nobody-of-that-name", record="~/.minikube/cache/.workshop.json")
    assert not end.failed and end.result["changed"] and end.result["home"] == "" and mirror.asked == []
    end = run(names=[], state="absent", user="nobody-of-that-name", record="~/.minikube/cache/.workshop.json")
    assert not end.failed and not end.result["changed"]


def test_home(run_module, mirror, tmp_path, monkeypatch):
    """~/ is the account's home, which the result has too."""
    me = Account("student", os.geteuid(), os.getegid(), str(tmp_path))
    monkeypatch.setattr(cached_files, "find_account", lambda name: me)
    one = {"path": "~/.minikube/cache/kubelet", "url": "http://127.0.0.1:%d/kubelet" % mirror.server_port,
           "sha256": hashlib.sha256(CONTENT["/kubelet"]).hexdigest()}
    end = run_module(cached_files, {"files": [one], "record": "~/.minikube/cache/.workshop.json"})
    assert not end.failed, end.result
    assert end.result["home"] == str(tmp_path) and tree(tmp_path) == {"/.minikube/cache/kubelet": CONTENT["/kubelet"]}
    assert (tmp_path / ".minikube/cache/.workshop.json").is_file()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_work_as_another_account():
    """Its files are its own, its errors come back; what root may and it may not fails."""
    with tempfile.TemporaryDirectory() as folder:  # not pytest's, which are root's alone
        os.chmod(folder, 0o755)
        account, own = Account("nobody", 65534, 65534, folder), os.path.join(folder, "own")
        os.mkdir(own)
        os.chown(own, 65534, 65534)

        def write():
            with open(os.path.join(own, "file"), "w", encoding="utf-8") as stream:
                stream.write("x")
            return {"uid": os.geteuid(), "groups": os.getgroups()}

        assert as_account.as_account(account, write, 10) == {"uid": 65534, "groups": [65534]}
        assert os.stat(os.path.join(own, "file")).st_uid == 65534

        def refuse():
            raise LabError("no", cause="wrong")

        with pytest.raises(LabError, match="^no$") as error:
            as_account.as_account(account, refuse, 10)
        assert error.value.result == {"cause": "wrong"}
        with pytest.raises(LabError, match="did not end as it should"):
            as_account.as_account(account, lambda: os.mkdir(os.path.join(folder, "of root")), 10)
        assert os.listdir(folder) == ["own"]
