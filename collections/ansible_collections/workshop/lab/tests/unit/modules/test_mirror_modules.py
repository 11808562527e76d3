"""The mirror's modules: bad values are refused before anything is touched; what the status says."""

import json

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import mirror_options, mirror_state, mirror_status_work
from ansible_collections.workshop.lab.plugins.module_utils.runner import Runner
from ansible_collections.workshop.lab.plugins.modules import mirror_archive, mirror_status_info, mirror_stock, mirror_verify

A = "a" * 64
FILE = {"path": "dl.k8s.io/x", "url": "https://dl.k8s.io/x", "sha256": A}
IMAGE = {"name": "docker.io/library/redis:3", "remote": "registry-1.docker.io/library/redis", "tag": "3", "store": "library/redis:3"}
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.fixture(autouse=True)
def nothing_runs(monkeypatch):
    """No program is started, no download begun."""
    calls = []
    monkeypatch.setattr(Runner, "run", lambda self, argv, limit, **more: calls.append(argv))
    monkeypatch.setattr(mirror_options, "Stock", lambda *words, **more: calls.append("stock"))
    yield
    assert calls == []


@pytest.mark.parametrize(("arguments", "words"), [
    ({"root": "srv/mirror"}, "an absolute path"), ({"root": "/srv"}, "at least two folders"), ({"root": "/srv/../etc"}, "without .."),
    ({"files": [dict(FILE, path="../etc/passwd")]}, "a host and a path below it"), ({"files": [dict(FILE, path='x"; }')]}, "a host and a path"),
    ({"files": [dict(FILE, url="ftp://x/y")]}, "an http or https URL"), ({"files": [dict(FILE, sha256="abc")]}, "64 hexadecimal digits"),
    ({"files": [dict(FILE, sha256=EMPTY)]}, "the one of an empty file"), ({"files": [dict(FILE, sha256="")]}, "one of the two must say"),
    ({"files": [FILE, FILE]}, "there only once"), ({"files": ["x"]}, "dict"), ({"images": [dict(IMAGE, name="redis")]}, "no whole reference"),
    ({"images": [dict(IMAGE, digest="latest")]}, "a digest like"), ({"images": [dict(IMAGE, store="Redis")]}, "a repository and tag"),
    ({"images": [dict(IMAGE, store="")]}, "it must be kept somewhere"), ({"images": [dict(IMAGE, path="/x")]}, "a path below the mirror"),
    ({"store": "http://x"}, "a host and port"), ({"parallel": 0}, "parallel is 0"), ({"parallel": 17}, "from 1 to 16"), ({"retries": 21}, "from 0 to 20"),
    ({"retry_delay": -1}, "from 0 to 300"), ({"timeout": 0}, "from 1 to 3600"), ({"file_timeout": 90000}, "from 1 to 86400"), ({"reserve_mb": -1},
        "reserve_mb is -1"),
    ({"lock": {"version": 9}}, "is of version 9"), ({"lock": "x"}, "dict"), ({"mirror": "x"}, "Unsupported"),
])
def test_bad_values_of_stock(run_module, tmp_path, arguments, words):
    """In one sentence: option, value, what is accepted."""
    end = run_module(mirror_stock, dict({"root": str(tmp_path / "m")}, **arguments))
    assert end.failed and words in end.result["msg"] and not (tmp_path / "m").exists()


@pytest.mark.parametrize(("arguments", "words"), [
    ({"root": "/"}, "at least two folders"), ({"files": [{"path": "/etc/passwd"}]}, "a host and a path"), ({"files": [{}]}, "a host and a path"),
    ({"images": [{"name": "x"}]}, "no whole reference"), ({"images": [{}]}, "no whole reference"), ({"store": "x"}, "a host and port"),
    ({"lock": {"version": 1, "files": {"x": {}}, "images": {}}}, "sha256, size and source for x"), ({"files": {"a": 1}}, "list"),
    ({"images": [{"name": IMAGE["name"]}]}, "kept somewhere")])
def test_bad_values_of_verify(run_module, tmp_path, arguments, words):
    """The same."""
    end = run_module(mirror_verify, dict({"root": str(tmp_path / "m")}, **arguments))
    assert end.failed and words in end.result["msg"]


@pytest.mark.parametrize(("arguments", "words"), [
    ({"root": "x"}, "an absolute path"), ({"archive": "x.tar"}, "an absolute path"), ({"archive": "/x/y.zip"}, "ends in .tar"),
    ({"archive": "/a/../b.tar"}, "without .."),
    ({"action": "copy"}, "export, import"), ({"archive": "INSIDE"}, "outside of the mirror's own data"), ({"lock": {"version": 1}}, "lacks its files"),
    ({"lock": []}, "dict"), ({"archive": None}, "archive")])
def test_bad_values_of_archive(run_module, tmp_path, arguments, words):
    """The same."""
    arguments = {name: str(tmp_path / "m" / "x.tar") if value == "INSIDE" else value for name, value in arguments.items()}
    end = run_module(mirror_archive, dict({"root": str(tmp_path / "m"), "archive": "/media/x.tar", "action": "export"}, **arguments))
    assert end.failed and words in end.result["msg"] and not (tmp_path / "m").exists()


@pytest.mark.parametrize(("arguments", "words"), [
    ({"root": ""}, "an absolute path"), ({"root": "/a"}, "at least two folders"), ({"root": "/a//b"}, "at least two folders"), ({"root": None}, "root"),
    ({"web_logs": "x*"}, "an absolute path"), ({"package_logs": "../x"}, "an absolute path"), ({"package_logs": "/a/../x"}, "without .."),
    ({"write_page": "perhaps"}, "bool"), ({"logs": "/x"}, "Unsupported")])
def test_bad_values_of_status(run_module, tmp_path, arguments, words):
    """The same."""
    end = run_module(mirror_status_info, dict({"root": str(tmp_path / "m")}, **arguments))
    assert end.failed and words in end.result["msg"]


def look(run_module, tmp_path, check=False, **arguments):
    """Ask for the status of a root below tmp_path."""
    end = run_module(mirror_status_info, dict({"root": str(tmp_path / "m"), "web_logs": str(tmp_path / "web.log*"), "package_logs": str(tmp_path / "apt*")},
                                              **arguments), check=check)
    assert not end.failed, end.result
    return end.result


def test_status_of_nothing(run_module, tmp_path):
    """No error: it says so, and makes nothing."""
    found = look(run_module, tmp_path, write_page=True)
    assert not found["changed"] and found["status"]["stocked"] is False and found["lines"][0] == "stocked   not yet" and not (tmp_path / "m").exists()


def test_status(run_module, tmp_path):
    """What it holds, its size, when it was verified, what it has saved; the same for seats, without their addresses."""
    for name, text in {"files/a": "x" * 1000, "registry/b": "y" * 2000, "state/stocked.json": '{"at": "2026-11-23T10:00:00Z", "files": 6, "images": 17}',
                       "state/verified.json": '{"at": "2026-11-23T11:00:00Z", "things": 20, "problems": []}',
                       "state/fetched.json": '{"bytes": 3000, "since": "s"}'}.items():
        (tmp_path / "m" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "m" / name).write_text(text)
    (tmp_path / "web.log").write_text("".join('2026-11-23T10:47:00+00:00 file 200 5000 GET 10.0.0.%d "/a"\n' % number for number in range(3)))
    found = look(run_module, tmp_path, check=True, write_page=True)
    assert not (tmp_path / "m" / "files" / "mirror.json").exists()
    lines = "\n".join(found["lines"])
    for words in ("stocked   2026-11-23T10:00:00Z", "holds     6 files, 17 images", "files 1.0 kB, registry 2.0 kB",
                  "verified  2026-11-23T11:00:00Z, all right",
                  "given     files 15.0 kB, images 0 B, packages 0 B to 3 seats since 2026-11-23T10:47:00+00:00", "fetched   3.0 kB", "saved     12.0 kB"):
        assert words in lines, lines
    look(run_module, tmp_path, write_page=True)
    page = json.loads((tmp_path / "m" / "files" / "mirror.json").read_text())
    assert page["savings"] == {"served": 15000, "fetched": 3000, "saved": 12000} and "10.0.0." not in json.dumps(page)


def test_status_of_what_is_there(run_module, tmp_path):
    """Of the lock, on the disk: what somebody removed since the last stocking is not held. A truncated file neither; packages by their number."""
    sizes = {"h/there": 4, "h/short": 5, "h/gone": 4, "images/k8s.gcr.io/pause_3.1": 4, "images/k8s.gcr.io/etcd_3": 4}
    lock = {"version": 1, "files": {path: {"sha256": A, "size": size, "source": "s"} for path, size in sizes.items()}, "images": {
        name: {"digest": "sha256:" + A} for name in ("k8s.gcr.io/pause:3.1", "k8s.gcr.io/etcd:3", "docker.io/library/redis:3", "docker.io/library/redis:4")}}
    for name in ("files/h/there", "files/h/short", "files/images/k8s.gcr.io/pause_3.1", "apt/debrep/a.deb", "apt/debrep/b.deb", "apt/debrep/a.deb.head",
                 "registry/docker/registry/v2/repositories/library/redis/_manifests/tags/3/current/link", "state/stocked.json"):
        (tmp_path / "m" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "m" / name).write_text("1234" if not name.endswith("stocked.json") else '{"files": 9, "images": 9}')
    lines = look(run_module, tmp_path, lock=lock)["lines"]
    assert "holds     1 of 3 files, 2 of 4 images" in lines and "packages  2, 8 B: those that seats have asked for" in lines
    assert "packages  none: each comes when the first seat asks for it" in look(run_module, tmp_path / "other")["lines"]


def test_what_was_fetched_before_the_logs_does_not_count(run_module, tmp_path):
    """Logs are kept for 14 days: of a mirror that is a year old all would have been fetched, and little given."""
    (tmp_path / "m" / "state").mkdir(parents=True)
    for days, fetched in ((None, "0 B"), ({"2026-11-01": 2000}, "0 B"), ({"2026-11-23": 2000}, "2.0 kB")):
        (tmp_path / "m" / "state" / "fetched.json").write_text(json.dumps({"bytes": 3000, "since": "2026-10-01T10:00:00Z", "days": days}))
        (tmp_path / "web.log").write_text('2026-11-23T09:00:00+00:00 file 404 5 GET 127.0.0.1 "/"\n2026-11-24T10:47:00+00:00 file 200 5000 GET 10.0.0.1 "/a"\n')
        lines = look(run_module, tmp_path)["lines"]
        assert "fetched   " + fetched in lines and "saved     %s" % ("3.0 kB" if fetched == "2.0 kB" else "5.0 kB") in lines, lines


def test_days_of_fetching(tmp_path):
    """Each is added to; those of an older toolkit, which kept none, stay in the sum."""
    (tmp_path / "state").mkdir()
    mirror_state.add_fetched(str(tmp_path), 100)
    mirror_state.add_fetched(str(tmp_path), 20)
    found = mirror_state.fetched(str(tmp_path), "2026-01-01")
    assert found["bytes"] == 120 and list(found["days"].values()) == [120] and mirror_state.fetched(str(tmp_path), "9999-01-01")["bytes"] == 0
    (tmp_path / "state" / "fetched.json").write_text('{"bytes": 7, "since": "2026-01-01T00:00:00Z"}')
    mirror_state.add_fetched(str(tmp_path), 3)
    assert mirror_state.fetched(str(tmp_path))["bytes"] == 10


def test_status_of_damage_and_of_a_run():
    """Damage is loud; a run that goes on shows its progress, one that was killed says how it goes on."""
    status = {"stocked_at": "", "files": 0, "images": 0, "bytes": {"files": 0, "images": 0, "passed": 0, "packages": 0}, "seats": 0, "since": "",
              "served": {"files": 0, "images": 0, "packages": 0}, "savings": {"served": 0, "fetched": 0, "saved": 0}, "running": False, "progress": {},
              "verified": {"at": "T", "things": 3, "problems": ["x"]}, "of": {"files": 0, "images": 0}, "packages": {"files": 0, "bytes": 0}}
    assert "T, 1 of 3 NOT right: x" in "\n".join(mirror_status_work.lines(status))
    progress = {"done": 1, "things": 3, "received": 10 ** 6, "bytes": 10 ** 7, "working": ["iso"], "ended": ""}
    assert mirror_status_work.lines(dict(status, running=True, progress=progress))[0] == \
        "stocking now  1 of 3 things, 1.0 MB of about 10.0 MB; at work on iso"
    assert "was not finished: it was interrupted" in mirror_status_work.lines(dict(status, progress=progress))[0]
