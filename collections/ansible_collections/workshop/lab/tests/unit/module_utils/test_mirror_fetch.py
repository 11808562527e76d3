"""Downloads for the mirror from a real server: whole, cut and resumed, altered, missing, busy, slow; what an earlier run has left."""

import hashlib

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import mirror_fetch as fetching
from ansible_collections.workshop.lab.plugins.module_utils.http_file import CUT, DOWN, MISSING, SLOW, WRONG, Failed, Limits
from ansible_collections.workshop.lab.tests.unit.mirror_parts import BODY, SUM, base, publisher


@pytest.fixture
def server(no_proxy):
    """A publisher."""
    with publisher() as found:
        yield found


def get(server, tmp_path, *behaviour, left=None, silence=5.0, limit=20.0, tries=3, pauses=None):
    """Fetch /x, which behaves so at each request; return (bytes received, the content)."""
    server.behaviours["x"] = list(behaviour)
    part = tmp_path / "x.part"
    if left is not None:
        part.write_bytes(left)
    count = fetching.fetch(base(server) + "/x", str(part), SUM, Limits(silence, limit, tries, 1), sleep=(pauses if pauses is not None else []).append)
    return count, part.read_bytes()


def test_whole(server, tmp_path):
    """One request without a range."""
    assert get(server, tmp_path, "whole") == (len(BODY), BODY) and server.asked == [("x", None)]


def test_a_cut_one_goes_on_where_it_was(server, tmp_path):
    """Each byte comes once."""
    have = int(len(BODY) * 0.6)
    assert get(server, tmp_path, "cut", "whole") == (len(BODY), BODY)
    assert server.asked == [("x", None), ("x", "bytes=%d-" % have)]


def test_progress_does_not_count_as_a_failure(server, tmp_path):
    """A line that breaks again and again ends with the file, though only one try is allowed without progress."""
    server.body = BODY
    assert get(server, tmp_path, "cut", "cut", "whole", tries=2)[1] == BODY and len(server.asked) == 3


@pytest.mark.parametrize("have", [1, 1000, len(BODY) - 1])
def test_what_an_earlier_run_left(server, tmp_path, have):
    """Only the rest comes."""
    assert get(server, tmp_path, "whole", left=BODY[:have]) == (len(BODY) - have, BODY) and server.asked == [("x", "bytes=%d-" % have)]


def test_a_finished_part(server, tmp_path):
    """The run was killed before it gave it its name: nothing comes."""
    assert get(server, tmp_path, "whole", left=BODY) == (0, BODY)


@pytest.mark.parametrize("left", [b"of another file" * 100, BODY + b"more", b"x" * len(BODY)])
def test_a_part_of_something_else(server, tmp_path, left):
    """It is dropped, and the whole file comes once."""
    count, found = get(server, tmp_path, "whole", left=left)
    assert found == BODY and count >= len(BODY) and server.asked[-1] == ("x", None)


def test_a_server_without_ranges(server, tmp_path):
    """It sends all, and what was there is overwritten."""
    assert get(server, tmp_path, "no-range", left=BODY[:1000]) == (len(BODY), BODY)


def test_a_server_that_sends_another_part(server, tmp_path):
    """It is not glued on."""
    assert get(server, tmp_path, "other-part", "whole", left=BODY[:1000])[1] == BODY and server.asked[-1] == ("x", None)


@pytest.mark.parametrize(("behaviour", "kind", "asked", "words"), [
    (["altered"], WRONG, 1, "expected sha256 %s, found " % SUM),
    (["404"], MISSING, 1, "HTTP status 404"),
    (["403"], "refused", 1, "HTTP status 403"),
    (["503"], DOWN, 3, "HTTP status 503"),
    (["503", "404"], MISSING, 2, "after 2 of at most 3 tries"),
    (["silent"], SLOW, 2, "no answer within 0.2 s"),
])
def test_failures(server, tmp_path, behaviour, kind, asked, words):
    """The message has URL, tries, cause and next step; nothing wrong is left in the part."""
    with pytest.raises(Failed) as error:
        get(server, tmp_path, *behaviour, silence=0.2 if behaviour == ["silent"] else 5.0, tries=2 if behaviour == ["silent"] else 3)
    assert error.value.kind == kind and words in str(error.value)
    # The server's thread may note a try only after the client has given it up: a loaded machine needs more than the 0.2 s.
    assert server.count(asked) == asked
    assert base(server) + "/x was not fetched" in str(error.value) and fetching.STEPS[kind].split("%s")[-1] in str(error.value)
    assert not (tmp_path / "x.part").exists()


def test_a_cut_that_stays_is_kept_for_the_next_run(server, tmp_path):
    """Its bytes need not come again."""
    server.body = BODY[:1000]
    with pytest.raises(Failed) as error:
        get(server, tmp_path, "cut", "503", tries=2)
    assert error.value.kind == DOWN and (tmp_path / "x.part").read_bytes() == BODY[:600]


def test_slow(server, tmp_path):
    """A server that trickles is given up at the limit of the file."""
    with pytest.raises(Failed) as error:
        get(server, tmp_path, "slow", limit=0.3)
    assert error.value.kind == SLOW and "within 0.3 s" in str(error.value)


def test_busy_then_ok(server, tmp_path):
    """What the server asks for is waited, in Retry-After too."""
    pauses = []
    assert get(server, tmp_path, "503", "429", "whole", tries=4, pauses=pauses)[1] == BODY
    assert len(pauses) == 2 and 0.75 <= pauses[0] <= 1.25 and pauses[1] == 7


def test_pauses():
    """Twice as long each time, scattered by a quarter, two minutes at most; what the server asks for is the least."""
    assert [fetching.pause(number, 2, chance=lambda: 0.5) for number in (2, 3, 4, 5)] == [2, 4, 8, 16]
    assert fetching.pause(2, 2, chance=lambda: 0) == 1.5 and fetching.pause(2, 2, chance=lambda: 1) == 2.5
    assert fetching.pause(30, 2) <= 150 and fetching.pause(2, 2, asked=9) == 9 and fetching.pause(2, 2, asked=9999) == 120


@pytest.mark.parametrize(("status", "said", "have", "offset"), [
    (200, None, 5, 0), (206, "bytes 5-9/10", 5, 5), (206, "bytes 5-9/*", 5, 5), (206, "bytes 4-9/10", 5, None), (206, None, 5, None), (206,
        "nonsense", 5, None),
    (204, None, 5, None)])
def test_where_an_answer_goes_on(status, said, have, offset):
    """Only where what is there ends."""
    assert fetching.resume_from(status, said, have) == offset


@pytest.mark.parametrize(("word", "final"), [("no hash", True), ("a" * 63, True)])
def test_a_checksum_that_is_none(server, word, final):
    """It is said what stands there."""
    server.behaviours["x"] = [word]
    with pytest.raises(Failed, match="holds no sha256 but") as error:
        fetching.published(base(server) + "/x.sha256", Limits(5, 5, 2, 0), True)
    assert error.value.final is final and len(server.asked) == 1


def test_a_checksum(server):
    """With or without a name behind it; after a busy moment; and not over plain http unless that is said."""
    limits = Limits(5, 5, 2, 0)
    assert fetching.published(base(server) + "/x.sha256", limits, True) == SUM
    server.behaviours["y"] = ["503", "%s  minikube.iso\n" % SUM]
    assert fetching.published(base(server) + "/y.sha256", limits, True, sleep=lambda seconds: None) == SUM
    with pytest.raises(Failed, match="not over TLS"):
        fetching.published(base(server) + "/x.sha256", limits)


def test_a_file_of_which_nobody_publishes_a_checksum(server):
    """A key: its own sha256, over TLS as well; nothing large, and nothing empty, is taken for one."""
    limits = Limits(5, 5, 2, 0)
    with pytest.raises(Failed, match="holds no sha256 but"):
        fetching.published(base(server) + "/key", limits, True, itself=True)
    server.body = b"-----BEGIN PGP PUBLIC KEY BLOCK-----"
    assert fetching.published(base(server) + "/key", limits, True, itself=True) == hashlib.sha256(server.body).hexdigest()
    with pytest.raises(Failed, match="not over TLS"):
        fetching.published(base(server) + "/key", limits, itself=True)
    server.body = b""
    with pytest.raises(Failed, match="holds no sha256 but"):
        fetching.published(base(server) + "/key", limits, True, itself=True)


def test_sizes(server):
    """From HEAD; 0 where nobody tells."""
    assert fetching.length(base(server) + "/x", Limits()) == len(BODY)
    assert fetching.length("http://127.0.0.1:1/x", Limits(1)) == 0


def test_a_full_disk_is_not_the_networks_fault(server, tmp_path, full_disk):
    """It is told as what it is, at once."""
    with pytest.raises(OSError, match="No space left on device") as error:
        get(server, tmp_path, "whole")
    assert error.value.errno == 28 and len(server.asked) == 1
    assert CUT  # the kind of a line that breaks, which this is not
