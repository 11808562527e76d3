"""Images by skopeo: exactly what it is asked, what its answers mean."""

import json

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import mirror_images as images
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.tests.unit.mirror_parts import DIGEST, MANIFEST

SKOPEO = ["/usr/bin/skopeo", "--insecure-policy"]
LIST = json.dumps({"schemaVersion": 2, "mediaType": images.LISTS[0], "manifests": [
    {"digest": "sha256:" + "1" * 64, "platform": {"os": "linux", "architecture": "arm64"}}, {"digest": DIGEST, "platform": {"os": "linux",
        "architecture": "amd64"}}]})
REDIS = {"name": "docker.io/library/redis:3", "remote": "registry-1.docker.io/library/redis", "tag": "3", "insecure": False, "digest": "",
         "store": "library/redis:3",
         "path": "", "sha256": "", "size": 0}
PAUSE = {"name": "k8s.gcr.io/pause:3.1", "remote": "lab:5000/k8s.gcr.io/pause", "tag": "3.1", "insecure": True, "digest": DIGEST, "store": "",
         "path": "images/k8s.gcr.io/pause_3.1", "sha256": "", "size": 0}
STORE = "127.0.0.1:5001"


def made(fake_runner, answers, tries=3):
    """Return (Images, the runner, the list of waits)."""
    runner, waits = fake_runner(answers), []
    return images.Images(runner, STORE, 600, tries, waits.append), runner, waits


def test_by_tag_of_a_list(fake_runner):
    """The tag is asked once, then the platform's manifest by its digest."""
    by, runner, _waits = made(fake_runner, [([":3"], 0, LIST, ""), (["inspect", "docker://registry-1.docker.io/library/redis:3"], 0, LIST, ""),
                                            (["inspect", "docker://registry-1.docker.io/library/redis@" + DIGEST], 0, MANIFEST, "")])
    assert by.resolve(REDIS) == (DIGEST, MANIFEST)
    assert runner.calls == [SKOPEO + ["inspect", "--raw", "docker://registry-1.docker.io/library/redis:3"],
                            SKOPEO + ["inspect", "--raw", "docker://registry-1.docker.io/library/redis@" + DIGEST]]


def test_by_digest(fake_runner):
    """A recorded digest is asked for, and never the tag."""
    by, runner, _waits = made(fake_runner, [(["inspect"], 0, MANIFEST, "")])
    assert by.resolve(PAUSE) == (DIGEST, MANIFEST)
    assert runner.calls == [SKOPEO + ["inspect", "--raw", "--tls-verify=false", "docker://lab:5000/k8s.gcr.io/pause@" + DIGEST]]


def test_what_is_not_its_digest_is_refused(fake_runner):
    """A registry, or a proxy before it, that gives something else."""
    by, _runner, _waits = made(fake_runner, [(["docker://registry-1.docker.io/library/redis:3"], 0, LIST, ""), (["inspect"], 0, MANIFEST + " ", "")])
    with pytest.raises(LabError, match="is not what its digest says: asked for %s" % DIGEST):
        by.resolve(REDIS)


def test_copies(fake_runner, tmp_path):
    """By digest, into the store and into a tar that bears the image's name; half a tar of before is removed first."""
    part = tmp_path / "pause.part"
    part.write_text("half")
    by, runner, _waits = made(fake_runner, [(["copy"], 0, "", ""), (["inspect"], 0, MANIFEST, "")])
    by.save(PAUSE, DIGEST, str(part))
    assert not part.exists()
    by.put(REDIS, DIGEST)
    assert runner.calls == [
        SKOPEO + ["copy", "--quiet", "--src-tls-verify=false", "docker://lab:5000/k8s.gcr.io/pause@" + DIGEST, "docker-archive:%s:k8s.gcr.io/pause:3.1" % part],
        SKOPEO + ["copy", "--quiet", "--dest-tls-verify=false", "docker://registry-1.docker.io/library/redis@" + DIGEST, "docker://127.0.0.1:5001/library/redis:3"],
        SKOPEO + ["inspect", "--raw", "--tls-verify=false", "docker://127.0.0.1:5001/library/redis:3"]]


@pytest.mark.parametrize(("error", "tries", "words"), [
    ('time="x" level=fatal msg="Error reading manifest: manifest unknown"', 1, "look whether the name and the tag"),
    ("toomanyrequests: You have reached your pull rate limit", 3, "Docker Hub: six hours"),
    ("write /x: no space left on device", 1, "make room on the mirror"),
    ("dial tcp: lookup registry-1.docker.io: no such host", 3, "way to the registry"),
    ("", 3, "no word"),
])
def test_failures(fake_runner, tmp_path, error, tries, words):
    """After as many tries as are of use; with what skopeo said last and the next step; half a tar is removed."""
    by, runner, waits = made(fake_runner, [(["copy"], 1, "", error)])
    part = tmp_path / "x.part"
    with pytest.raises(LabError) as found:
        by.save(PAUSE, DIGEST, str(part))
    assert words in str(found.value) and "after %d of at most 3 tries" % tries in str(found.value) and not part.exists()
    assert len(runner.calls) == tries and waits == list(range(2, tries + 1))


@pytest.mark.parametrize(("answer", "expected"), [
    ((0, MANIFEST, ""), True), ((0, MANIFEST + " ", ""), False), ((1, "", "manifest unknown: manifest unknown"), False), ((1, "",
        "connection refused"), LabError)])
def test_whether_the_store_has_it(fake_runner, answer, expected):
    """With this digest; a registry that is down is no answer."""
    by, _runner, _waits = made(fake_runner, [(["inspect"],) + answer])
    if expected is LabError:
        with pytest.raises(LabError, match="systemctl status workshop-mirror-store"):
            by.stored(REDIS, DIGEST)
    else:
        assert by.stored(REDIS, DIGEST) is expected


def test_room(fake_runner):
    """Layers and configuration; a tar has them unpacked; 0 when it cannot be told, which is asked once only."""
    by, _runner, _waits = made(fake_runner, [(["inspect"], 0, MANIFEST, "")])
    assert by.bytes_of(PAUSE) == 1010 * images.LAYERS_IN_A_TAR and by.bytes_of(dict(REDIS, digest=DIGEST)) == 1010
    by, runner, _waits = made(fake_runner, [(["inspect"], 1, "", "no such host")])
    assert by.bytes_of(PAUSE) == 0 and len(runner.calls) == 1


@pytest.mark.parametrize(("text", "words"), [
    ("{", "is no JSON"), ("[]", "is no JSON"), ('{"schemaVersion": 1}', "of schema 1"),
    ('{"manifests": [{"digest": "x", "platform": {"os": "linux", "architecture": "arm"}}]}', "not for linux-amd64")])
def test_manifests_that_cannot_be_verified(text, words):
    """Each in a sentence with the image's name."""
    with pytest.raises(LabError, match="redis") as error:
        images.platform_digest(text, "redis")
    assert words in str(error.value)
