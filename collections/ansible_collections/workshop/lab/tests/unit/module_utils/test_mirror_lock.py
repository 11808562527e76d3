"""The mirror's lock file: what is accepted, what is new, what has changed."""

import json

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import mirror_lock
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

A, B = "a" * 64, "b" * 64
LOCK = {"version": 1, "files": {"dl.k8s.io/x": {"sha256": A, "size": 3, "source": "pinned in the catalogue"}},
        "images": {"docker.io/library/redis:3": {"digest": "sha256:" + A}}}


def test_round_trip():
    """Written, read, written: the same, sorted, with a line end."""
    text = mirror_lock.write(LOCK)
    assert mirror_lock.read(text) == LOCK and mirror_lock.write(mirror_lock.read(text)) == text and text.endswith("}\n")
    assert mirror_lock.accept({}) == mirror_lock.accept(None) == {"version": 1, "files": {}, "images": {}}


@pytest.mark.parametrize(("text", "words"), [
    ("{", "is no JSON"),
    ("[1]", "is of version none"),
    ('{"version": 2, "files": {}, "images": {}}', "is of version 2"),
    ('{"version": 1, "files": []}', "lacks its files or its images"),
    (json.dumps(dict(LOCK, files={"../x": LOCK["files"]["dl.k8s.io/x"]})), "for ../x"),
    (json.dumps(dict(LOCK, files={"x": {"sha256": "A" * 64, "size": 1, "source": "s"}})), "no path, sha256, size and source for x"),
    (json.dumps(dict(LOCK, files={"x": {"sha256": A, "size": -1, "source": "s"}})), "for x"),
    (json.dumps(dict(LOCK, files={"x": {"sha256": A, "size": True, "source": "s"}})), "for x"),
    (json.dumps(dict(LOCK, images={"redis": {"digest": A}})), "no digest for the image redis"),
])
def test_bad_ones(text, words):
    """Refused in one sentence with the next step."""
    with pytest.raises(LabError, match="Next step: restore the lock file") as error:
        mirror_lock.read(text)
    assert words in str(error.value)


def test_new_things_are_added():
    """And what is there keeps its words."""
    new = {"version": 1, "files": {"dl.k8s.io/x": {"sha256": A, "size": 3, "source": "other words"}, "y": {"sha256": B, "size": 1, "source": "s"}},
           "images": {}}
    found = mirror_lock.merged(LOCK, new)
    assert found["files"]["dl.k8s.io/x"]["source"] == "pinned in the catalogue" and found["files"]["y"]["sha256"] == B and found["images"] == LOCK["images"]


@pytest.mark.parametrize(("new", "words"), [
    ({"files": {"dl.k8s.io/x": {"sha256": B}}, "images": {}}, "dl.k8s.io/x has changed: the lock file records sha256 %s, found was sha256 %s" % (A, B)),
    ({"files": {}, "images": {"docker.io/library/redis:3": {"digest": "sha256:" + B}}}, "redis:3 has changed: the lock file records digest sha256:" + A),
])
def test_changes_are_refused(new, words):
    """Object, recorded, found, next step."""
    with pytest.raises(LabError) as error:
        mirror_lock.merged(LOCK, new)
    assert words in str(error.value) and "Next step: find out who changed it" in str(error.value) and len(error.value.result["conflicts"]) == 1


@pytest.mark.parametrize("path", ["", "/x", "a//b", "a/../b", "a/./b", "a/", ".a", "a b", "a\nb", 'a"b', "a;b", None])
def test_unsafe_paths(path):
    """They go into nginx's configuration and below the mirror's root."""
    assert not mirror_lock.safe(path)
