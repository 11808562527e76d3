"""Stocking a folder from a publisher on the loopback: missing things come, right ones do not, wrong ones never get their name."""

import errno
import hashlib
import json
import os
import threading

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import mirror_blobs, mirror_fetch, mirror_state, mirror_stock_work
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.http_file import Limits
from ansible_collections.workshop.lab.plugins.module_utils.json_file import read_json
from ansible_collections.workshop.lab.plugins.module_utils.mirror_stock_work import Stock
from ansible_collections.workshop.lab.tests.unit.mirror_parts import BODY, DIGEST, MANIFEST, SUM, base, publisher

TAR = b"a docker archive" * 100
TAR_SUM = hashlib.sha256(TAR).hexdigest()
IMAGE = {"name": "k8s.gcr.io/pause:3.1", "remote": "lab/pause", "tag": "3.1", "insecure": True, "digest": "", "store": "",
         "path": "images/k8s.gcr.io/pause_3.1",
         "sha256": "", "size": 0}


class FakeImages:
    """In the place of skopeo: the store is a dictionary, a tar is always the same."""

    store = "127.0.0.1:5001"

    def __init__(self, tar=TAR):
        self.there, self.did, self.tar, self.broken = {}, [], tar, {}

    def resolve(self, image):
        """The manifest."""
        self.did.append("resolve")
        return DIGEST, MANIFEST

    def bytes_of(self, image):
        """About so many."""
        return 1010

    def verdict(self, store, image, digest):
        """What is read of it in the store."""
        return (self.broken.get(image["store"], "right") if self.there.get(image["store"]) == digest else "missing"), ""

    def put(self, image, digest):
        """Into the store."""
        self.did.append("put")
        self.there[image["store"]] = digest
        self.broken.pop(image["store"], None)

    def save(self, image, digest, part):
        """Into a tar."""
        self.did.append("save")
        with open(part, "wb") as stream:
            stream.write(self.tar)


@pytest.fixture
def server(no_proxy):
    """A publisher."""
    with publisher() as found:
        yield found


def wanted(server, name, sha256=SUM, published=False):
    """Return a file that the publisher has."""
    url = "%s/%s" % (base(server), name)
    return {"path": "host/" + name, "url": url, "sha256": sha256, "published_url": url + ".sha256" if published else "", "published_insecure": True, "size": 0,
            "source": "published by upstream over TLS" if published else "pinned in the catalogue"}


def stock(tmp_path, files=(), images=(), lock=None, by=None, parallel=2, reserve=0, tries=2):
    """Return a Stock of copies."""
    by = by or FakeImages()
    return Stock(str(tmp_path), [dict(one) for one in files], [dict(one) for one in images], lock, Limits(5, 30, tries, 0), by, parallel, reserve,
                 sleep=lambda seconds: None, verdict=by.verdict)


def states(result):
    """Return {name: state}."""
    return {row["name"]: row["state"] for row in result["things"]}


def test_from_nothing_and_again(server, tmp_path):
    """All comes once and is recorded; the second run asks nobody for anything."""
    files, by = [wanted(server, "a"), wanted(server, "iso", "", True)], FakeImages()
    first = stock(tmp_path, files, [IMAGE], by=by).run(False)
    assert first["changed"] and set(states(first).values()) == {"fetched"} and first["received"] == 2 * len(BODY) + 1010
    assert first["lock"]["files"]["host/iso"] == {"sha256": SUM, "size": len(BODY), "source": "published by upstream over TLS"}
    assert first["lock"]["files"][IMAGE["path"]] == {"sha256": TAR_SUM, "size": len(TAR), "source": "made from image digest " + DIGEST}
    assert first["lock"]["images"] == {IMAGE["name"]: {"digest": DIGEST}}
    server.asked.clear()
    second = stock(tmp_path, files, [IMAGE], first["lock"], by).run(False)
    assert not second["changed"] and set(states(second).values()) == {"right"} and second["lock"] == first["lock"]
    assert server.asked == [] and by.did == ["resolve", "save"]
    assert mirror_state.fetched(str(tmp_path))["bytes"] == first["received"]


def test_check_mode(server, tmp_path):
    """Says what would come; nothing is written, nothing but sizes is asked."""
    result = stock(tmp_path / "root", [wanted(server, "a")], [IMAGE]).run(True)
    assert result["changed"] and set(states(result).values()) == {"fetched"} and not (tmp_path / "root").exists() and server.asked == []


def test_what_is_right_stays_and_what_is_damaged_comes_again(server, tmp_path):
    """One truncated, one altered, one missing, one right: three come."""
    folder = tmp_path / "files" / "host"
    folder.mkdir(parents=True)
    (folder / "right").write_bytes(BODY)
    (folder / "short").write_bytes(BODY[:100])
    (folder / "altered").write_bytes(b"!" + BODY[1:])
    result = stock(tmp_path, [wanted(server, name) for name in ("right", "short", "altered", "gone")]).run(False)
    assert states(result) == {"host/right": "right", "host/short": "fetched", "host/altered": "fetched", "host/gone": "fetched"}
    assert sorted(name for name, _range in server.asked) == ["altered", "gone", "short"]
    assert all((folder / name).read_bytes() == BODY for name in ("right", "short", "altered", "gone"))


def test_upstream_altered(server, tmp_path):
    """Nothing is put in place; the others come all the same."""
    server.behaviours["bad"] = ["altered"]
    with pytest.raises(LabError, match="expected sha256 %s, found" % SUM) as error:
        stock(tmp_path, [wanted(server, "bad"), wanted(server, "good")]).run(False)
    assert sorted(os.listdir(str(tmp_path / "files" / "host"))) == ["good"]
    assert {row["name"] for row in error.value.result["things"]} == {"host/good"}
    assert "expected sha256" in read_json(str(tmp_path / "state" / "progress.json"))["ended"]


def test_upstream_published_another_checksum_than_is_recorded(server, tmp_path):
    """Refused before a byte of the file comes: object, recorded, found, next step."""
    server.behaviours["iso"] = ["b" * 64]
    lock = {"version": 1, "files": {"host/iso": {"sha256": SUM, "size": 5, "source": "published by upstream over TLS"}}, "images": {}}
    with pytest.raises(LabError, match="host/iso has changed: the lock file records sha256 %s, found was sha256 %s" % (SUM, "b" * 64)):
        stock(tmp_path, [wanted(server, "iso", "", True)], lock=lock).run(False)
    assert [name for name, _range in server.asked] == ["iso.sha256"] and not (tmp_path / "files" / "host" / "iso").exists()


def test_a_key_is_recorded_and_its_change_refused(server, tmp_path):
    """Nobody publishes a checksum of it: the first one that comes counts for the class, also for a mirror that lost it."""
    server.body, one = b"a key", dict(wanted(server, "key", ""), published_url="%s/key" % base(server), source="taken from upstream over TLS")
    lock = stock(tmp_path, [one]).run(False)["lock"]
    assert lock["files"] == {"host/key": {"sha256": hashlib.sha256(b"a key").hexdigest(), "size": 5, "source": "taken from upstream over TLS"}}
    (tmp_path / "files" / "host" / "key").unlink()
    server.body = b"another key"
    with pytest.raises(LabError, match="host/key has changed: the lock file records sha256 %s" % lock["files"]["host/key"]["sha256"]):
        stock(tmp_path, [one], lock=lock).run(False)
    assert os.listdir(str(tmp_path / "files" / "host")) == []


def test_a_tar_made_otherwise_is_refused(tmp_path):
    """The seats' lock would not fit."""
    lock = {"version": 1, "files": {IMAGE["path"]: {"sha256": "b" * 64, "size": 5, "source": "s"}}, "images": {IMAGE["name"]: {"digest": DIGEST}}}
    with pytest.raises(LabError, match="pause_3.1 has changed.*Another skopeo"):
        stock(tmp_path, images=[IMAGE], lock=lock).run(False)
    assert os.listdir(str(tmp_path / "files" / "images" / "k8s.gcr.io")) == []


def test_a_killed_run_goes_on(server, tmp_path):
    """What it had finished - with checksums that only it knew - is not asked for again; of the rest only what is missing."""
    files, by, pulled = [wanted(server, "iso", "", True), wanted(server, "b")], FakeImages(), []

    def killed(url, part, *words):
        if pulled:
            with open(part, "wb") as stream:
                stream.write(BODY[:7000])
            raise KeyboardInterrupt  # as near to SIGKILL as a test comes: no handler of ours runs for it
        pulled.append(url)
        return mirror_fetch.fetch(url, part, *words)

    first = stock(tmp_path, files, [IMAGE], by=by, parallel=1)
    first.fetch = killed
    (tmp_path / "state").mkdir()
    first.progress = mirror_state.Progress(str(tmp_path), 3, 0)
    first._bring_image(first.images[0])
    first._bring_file(first.files[0])
    with pytest.raises(KeyboardInterrupt):
        first._bring_file(first.files[1])
    assert read_json(str(tmp_path / "state" / "unfinished.json"))["files"]["host/iso"]["sha256"] == SUM
    server.asked.clear()
    by.did.clear()
    result = stock(tmp_path, files, [IMAGE], by=by).run(False)
    assert states(result) == {"host/iso": "right", "host/b": "fetched", IMAGE["name"]: "right"}
    assert server.asked == [("b", "bytes=7000-")] and by.did == [] and result["received"] == len(BODY) - 7000
    assert not (tmp_path / "state" / "unfinished.json").exists() and len(result["lock"]["files"]) == 3


def test_no_room(server, tmp_path):
    """Seen before anything comes, in one sentence with the numbers."""
    with pytest.raises(LabError, match=r"has \d+ MB free; stocking needs 9 MB there and leaves \d+ MB free.*Next step: make room"):
        stock(tmp_path, [wanted(server, "a")], reserve=10 ** 18).run(False)
    assert server.asked == []


def test_the_disk_becomes_full(server, tmp_path, monkeypatch):
    """The others end too; said as what it is."""

    def full(url, part, *words):
        raise OSError(errno.ENOSPC, "No space left on device", part)

    work = stock(tmp_path, [wanted(server, name) for name in "abcdef"], parallel=1)
    work.fetch = full
    with pytest.raises(LabError) as error:
        work.run(False)
    assert str(error.value).startswith("The disk of %s became full while host/a was written." % tmp_path) and "host/b" not in str(error.value)


def test_an_unexpected_error_is_not_lost(server, tmp_path):
    """A thread's own error would end it in silence."""
    work = stock(tmp_path, [wanted(server, "a")])
    work.fetch = lambda *words: {}["nothing"]
    with pytest.raises(LabError, match="host/a was not stocked: KeyError"):
        work.run(False)


def test_bounded(server, tmp_path):
    """Never more at once than allowed, and all of them when there is enough to do."""
    now, most, guard, both = [0], [0], threading.Lock(), threading.Barrier(3, timeout=10)

    def counted(url, part, *words):
        with guard:
            now[0] += 1
            most[0] = max(most[0], now[0])
        both.wait()
        with guard:
            now[0] -= 1
        with open(part, "wb") as stream:
            stream.write(b"")
        return 0

    work = stock(tmp_path, [wanted(server, "f%d" % number) for number in range(9)], parallel=3)
    work.fetch = counted
    work.run(False)
    assert most[0] == 3


def test_into_the_store(tmp_path):
    """Copied once; a store that lost it gets it again."""
    image, by = dict(IMAGE, name="docker.io/library/redis:3", store="library/redis:3", path=""), FakeImages()
    first = stock(tmp_path, images=[image], by=by).run(False)
    assert first["lock"] == {"version": 1, "files": {}, "images": {image["name"]: {"digest": DIGEST}}}
    assert stock(tmp_path, images=[image], lock=first["lock"], by=by).run(False)["changed"] is False and by.did == ["resolve", "put"]
    by.there.clear()
    assert stock(tmp_path, images=[image], lock=first["lock"], by=by).run(False)["changed"] is True and by.did == ["resolve", "put"] * 2


def test_a_damaged_layer_is_put_anew(tmp_path):
    """Its manifest is right, so only who reads the layers sees it; and the registry takes no part whose file is there, so that goes first. Others stay."""
    image, by, layer = dict(IMAGE, name="docker.io/library/redis:3", store="library/redis:3", path=""), FakeImages(), b"a layer"
    manifest = json.dumps({"schemaVersion": 2, "config": {"digest": "sha256:" + "c" * 64, "size": 10}, "layers": [
        {"digest": "sha256:" + hashlib.sha256(layer).hexdigest(), "size": 7}]})
    by.resolve = lambda image: (DIGEST, manifest)
    lock = stock(tmp_path, images=[image], by=by).run(False)["lock"]
    damaged, right = [tmp_path / mirror_blobs.place(digest) for digest in ("sha256:" + "c" * 64, "sha256:" + hashlib.sha256(layer).hexdigest())]
    for path, body in ((damaged, b"not that"), (right, layer)):
        path.parent.mkdir(parents=True)
        path.write_bytes(body)
    by.broken[image["store"]], by.did = "altered", []
    assert stock(tmp_path, images=[image], lock=lock, by=by).run(True)["changed"] and damaged.exists() and by.did == []
    result = stock(tmp_path, images=[image], lock=lock, by=by).run(False)
    assert states(result) == {image["name"]: "fetched"} and by.did == ["put"] and not damaged.exists() and right.read_bytes() == layer
    assert stock(tmp_path, images=[image], lock=lock, by=by).run(False)["changed"] is False


def test_a_failed_run_leaves_its_record_to_the_lock_file(server, tmp_path):
    """It is in the result; nothing beside the lock file remembers it, or removing its entry there would not help."""
    server.behaviours["gone"], files = ["404"], [wanted(server, "iso", "", True), wanted(server, "gone")]
    with pytest.raises(LabError) as error:
        stock(tmp_path, files).run(False)
    lock = error.value.result["lock"]
    assert lock["files"]["host/iso"]["sha256"] == SUM and not (tmp_path / "state" / "unfinished.json").exists()
    del lock["files"]["host/iso"]
    server.behaviours["iso"], server.body = ["b" * 64], b"another"
    with pytest.raises(LabError, match="expected sha256 " + "b" * 64):
        stock(tmp_path, files[:1], lock=lock).run(False)


def test_the_lock_file_has_the_last_word(server, tmp_path):
    """What a killed run has left is no reason to refuse what a person has written; and it holds nothing that the lock file has."""
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "unfinished.json").write_text(json.dumps({"version": 1, "images": {}, "files": {
        "host/a": {"sha256": "b" * 64, "size": 5, "source": "s"}}}))
    lock = {"version": 1, "files": {"host/a": {"sha256": SUM, "size": len(BODY), "source": "s"}}, "images": {}}
    work = stock(tmp_path, [wanted(server, "a"), wanted(server, "b")], lock=lock, parallel=1)
    work.progress = mirror_state.Progress(str(tmp_path), 2, 0)
    for one in work.files:
        work._bring_file(one)
    assert list(read_json(str(tmp_path / "state" / "unfinished.json"))["files"]) == ["host/b"]
    assert work.result()["lock"]["files"]["host/a"]["sha256"] == SUM


def test_two_at_once(tmp_path):
    """The second is refused in a sentence; after the first has ended it may."""
    with mirror_state.alone(str(tmp_path)):
        with pytest.raises(LabError, match="Another run is stocking"):
            with mirror_state.alone(str(tmp_path)):
                raise AssertionError("both work")
    with mirror_state.alone(str(tmp_path)):
        pass


def test_progress(tmp_path):
    """What the status shows while it runs."""
    progress = mirror_state.Progress(*_state(tmp_path), 2, 500)
    progress.begin("a")
    progress.came(100)
    progress.finish("a")
    progress.begin("b")
    found = json.loads((tmp_path / "state" / "progress.json").read_text())
    assert (found["done"], found["things"], found["received"], found["bytes"], found["working"], found["ended"]) == (1, 2, 100, 500, ["b"], "")
    progress.end("complete")
    assert json.loads((tmp_path / "state" / "progress.json").read_text())["ended"] == "complete"


def _state(tmp_path):
    (tmp_path / "state").mkdir()
    return [str(tmp_path)]


def test_sizes_are_those_of_regular_files(tmp_path):
    """A link that somebody planted is no file of the mirror."""
    (tmp_path / "file").write_text("abc")
    os.symlink("/etc/passwd", str(tmp_path / "link"))
    assert [mirror_stock_work.size(str(tmp_path / name)) for name in ("file", "link", "none")] == [3, None, None]


def test_many_errors_are_told_briefly(server, tmp_path):
    """When the way out is cut all are alike: three in the message, all of them in the result."""
    for name in "abcde":
        server.behaviours[name] = ["404"]
    with pytest.raises(LabError) as error:
        stock(tmp_path, [wanted(server, name) for name in "abcde"], parallel=1).run(False)
    assert str(error.value).count("HTTP status 404") == 3 and str(error.value).endswith("2 more were not stocked either; the result's errors have them.")
    assert len(error.value.result["errors"]) == 5 and all(one.endswith("does not have this file.") for one in error.value.result["errors"])
