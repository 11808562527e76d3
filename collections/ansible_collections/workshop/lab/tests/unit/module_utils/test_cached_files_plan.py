"""What is to be done for each file: every state of the place, every stamp; what is accepted."""

import hashlib
import json

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import cached_files_plan as plan
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

SUM, OTHER = hashlib.sha256(b"kubelet").hexdigest(), hashlib.sha256(b"other").hexdigest()
STAMP = (7, 100, 200, 3)
WANTED = plan.Wanted("/c/kubelet", "http://mirror.example/kubelet", "", SUM, 0o755, None)


def seen(regular=True, mode=0o755, stamp=STAMP):
    """A file as it is."""
    return plan.Seen(regular, mode, stamp[0], stamp)


@pytest.mark.parametrize(("there", "known", "size", "answer"), [
    (None, None, None, plan.FETCH),
    (None, (SUM, STAMP), None, plan.FETCH),  # deleted since
    (seen(), None, None, plan.LOOK),
    (seen(), (SUM, STAMP), None, plan.RIGHT),
    (seen(), (SUM, STAMP), 7, plan.RIGHT),
    (seen(), (SUM, STAMP), 8, plan.FETCH),  # another size: not read
    (seen(), None, 8, plan.FETCH),
    (seen(), (OTHER, STAMP), None, plan.FETCH),  # verified as another version: not read again
    (seen(stamp=(7, 101, 200, 3)), (SUM, STAMP), None, plan.LOOK),  # written
    (seen(stamp=(7, 100, 201, 3)), (SUM, STAMP), None, plan.LOOK),  # written, its time set back
    (seen(stamp=(7, 100, 200, 4)), (SUM, STAMP), None, plan.LOOK),  # another file of that name
    (seen(stamp=(8, 100, 200, 3)), (SUM, STAMP), None, plan.LOOK),
    (seen(mode=0o600), (SUM, STAMP), None, plan.RIGHT),  # the mode is another matter
])
def test_first_look(there, known, size, answer):
    """A stamp spares reading the file only when nothing at all has changed."""
    record = {"/c/kubelet": {"sha256": known[0], "stamp": list(known[1])}} if known else {}
    assert plan.first_look(WANTED._replace(size=size), there, record) == answer


def test_place_is_taken():
    """A folder or a link is somebody's; it is not replaced."""
    with pytest.raises(LabError, match=r"/c/kubelet is there and is no regular file.*Next step: move it away"):
        plan.first_look(WANTED, seen(regular=False), {})


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"files": 3}', '{"files": {"/a": 1}}', '{"files": {"/a": {"sha256": "x"}}}',
                                  '{"files": {"/a": {"sha256": "x", "stamp": ["many"]}}}', '{"version": 1}'])
def test_unreadable_record(text):
    """Then nothing is known, and every file is read."""
    assert plan.read_record(text) == {}


def test_record_is_read_as_written():
    """Nothing is lost on the way."""
    entries = {"/a": {"sha256": SUM, "stamp": [1, 2, 3, 4]}}
    assert plan.read_record(plan.write_record(entries)) == entries
    assert json.loads(plan.write_record(entries))["version"] == 1


def test_room():
    """Each file system is asked for the sum of its files."""
    files = [WANTED._replace(path="/c/%d" % number, size=600) for number in range(3)]
    plan.room(files, {one.path: ("/c", 1800) for one in files})
    with pytest.raises(LabError, match=r"The files for /c need 1 MB and only 0 MB are free"):
        plan.room(files, {one.path: ("/c", 1799) for one in files})
    plan.room([WANTED], {WANTED.path: ("/c", 0)})  # of unknown size: nothing to compare


def test_accept():
    """The sha256 in small letters, the mode as a number, no fallback as none."""
    given = {"path": "/c/kubelet", "url": "http://m/kubelet", "fallback_url": "", "sha256": SUM.upper(), "mode": "0755", "size": None}
    assert plan.accept([given]) == [plan.Wanted("/c/kubelet", "http://m/kubelet", "", SUM, 0o755, None)]
