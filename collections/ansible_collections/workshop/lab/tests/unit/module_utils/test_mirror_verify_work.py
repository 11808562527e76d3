"""The mirror hashed again: which file is missing, truncated, altered, unrecorded or too much; what the registry really holds."""

import hashlib
import http.client
import io
import json
import urllib.error

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import mirror_verify_work as verifying
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

GOOD = b"as it was published"
SUM = hashlib.sha256(GOOD).hexdigest()
BLOB = b"a layer"
BLOB_DIGEST = "sha256:" + hashlib.sha256(BLOB).hexdigest()
MANIFEST = json.dumps({"schemaVersion": 2, "config": {"digest": BLOB_DIGEST, "size": 7}, "layers": [{"digest": BLOB_DIGEST, "size": 7}]}).encode()
DIGEST = "sha256:" + hashlib.sha256(MANIFEST).hexdigest()
IMAGE = {"name": "docker.io/library/redis:3", "store": "library/redis:3", "path": ""}


def registry(manifest=MANIFEST, blob=BLOB, error=None):
    """Return what reads a URL of a registry."""

    def get(url, limit):
        if error:
            raise error
        assert url.startswith("http://127.0.0.1:5001/v2/library/redis/")
        return [manifest] if "/manifests/3" in url else [blob[:3], blob[3:]]

    return get


def not_found():
    """Return what urllib raises for a 404."""
    return urllib.error.HTTPError("http://127.0.0.1:5001/v2/x", 404, "Not Found", {}, io.BytesIO())


def test_files(tmp_path):
    """Each kind of damage by its name, and the rest is right."""
    folder = tmp_path / "files" / "h"
    folder.mkdir(parents=True)
    for name, body in (("right", GOOD), ("short", GOOD[:-1]), ("altered", b"!" + GOOD[1:]), ("longer", GOOD + b"!"), ("stray", b"x"), ("new", b"x"),
                       ("gone.part", b"x")):
        (folder / name).write_bytes(body)
    (tmp_path / "files" / "mirror.json").write_text("{}")
    names = ["right", "short", "altered", "longer", "gone", "new"]
    lock = {"files": {"h/" + name: {"sha256": SUM, "size": len(GOOD)} for name in names if name != "new"}, "images": {}}
    found = verifying.verify(str(tmp_path), [{"path": "h/" + name} for name in names], [], lock, "127.0.0.1:5001")
    assert {row["name"][2:]: row["state"] for row in found["things"]} == {
        "right": "right", "short": "truncated", "altered": "altered", "longer": "altered", "gone": "missing", "new": "unrecorded"}
    assert found["superfluous"] == ["h/stray"] and len(found["problems"]) == 5
    said = verifying.told("m", found)
    assert "h/short is truncated: it has %d of %d bytes." % (len(GOOD) - 1, len(GOOD)) in said and "h/gone is missing: it is not there." in said
    assert said[-1].startswith("Next step: run playbooks/mirror.yml") and not any("h/right" in one or "stray" in one for one in said)


def test_all_right(tmp_path):
    """Nothing is said."""
    assert verifying.told("m", verifying.verify(str(tmp_path), [], [], {"files": {}, "images": {}}, "127.0.0.1:5001")) == []


@pytest.mark.parametrize(("digest", "get", "state"), [
    (DIGEST, registry(), "right"),
    (DIGEST, registry(manifest=MANIFEST + b" "), "altered"),
    (DIGEST, registry(blob=b"another"), "altered"),
    (DIGEST, registry(error=not_found()), "missing"),
    (DIGEST, registry(error=urllib.error.HTTPError("http://x", 500, "no", {}, io.BytesIO())), "altered"),
    (DIGEST, registry(error=http.client.IncompleteRead(b"")), "truncated"),
    ("", registry(), "unrecorded"),
])
def test_images(digest, get, state):
    """The manifest and every part are read; what the registry says of itself is not believed."""
    assert verifying.image_verdict("127.0.0.1:5001", IMAGE, digest, get)[0] == state


def test_a_registry_that_is_down():
    """It is no damage of the images: said as what it is, with the unit's name."""
    with pytest.raises(LabError, match="registry at 127.0.0.1:5001 does not answer.*systemctl status workshop-mirror-store"):
        verifying.image_verdict("127.0.0.1:5001", IMAGE, DIGEST, registry(error=ConnectionRefusedError(111, "Connection refused")))


def test_really_nobody_there(tmp_path):
    """Over a real socket. Files are verified all the same; the images are not called damaged, and it is said once."""
    images = [IMAGE, dict(IMAGE, name="docker.io/library/redis:4", store="library/redis:4")]
    lock = {"files": {"h/gone": {"sha256": SUM, "size": 5}}, "images": {one["name"]: {"digest": DIGEST} for one in images}}
    found = verifying.verify(str(tmp_path), [{"path": "h/gone"}], images, lock, "127.0.0.1:1")
    assert [row["state"] for row in found["problems"]] == ["missing", "unreachable", "unreachable"]
    said = verifying.told("m", found)
    assert said[0] == "h/gone is missing: it is not there." and said[1].startswith("Next step: run playbooks/mirror.yml")
    assert len(said) == 3 and "registry at 127.0.0.1:1 does not answer" in said[2]
