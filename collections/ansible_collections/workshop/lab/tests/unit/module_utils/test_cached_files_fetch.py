"""Downloads from a real server on the loopback: whole, altered, cut, missing, busy, slow, silent, gone; and from a fallback."""

import hashlib
import http.server
import socket
import time

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import cached_files_fetch as fetching
from ansible_collections.workshop.lab.plugins.module_utils.cached_files_plan import Wanted
from ansible_collections.workshop.lab.plugins.module_utils.http_file import Limits
from ansible_collections.workshop.lab.tests.unit.loopback import serving

GOOD = b"an image " * 40000
SUM = hashlib.sha256(GOOD).hexdigest()
FALSE = hashlib.sha256(GOOD[:-1] + b"!").hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    """/BEHAVIOUR: how the file is sent."""

    def do_GET(self):
        """Answer as the test wants."""
        behaviour = self.path.strip("/")
        self.server.asked.append(behaviour)
        if behaviour in ("404", "403", "503") or (behaviour == "busy" and self.server.asked.count("busy") == 1):
            self.send_error(503 if behaviour == "busy" else int(behaviour))
            return
        if behaviour == "silent":
            self.server.end.wait(10)
            return
        body = GOOD[:-1] + b"!" if behaviour == "altered" else GOOD[:1000] if behaviour == "short" else GOOD
        self.send_response(200)
        if behaviour not in ("unmeasured", "slow"):
            self.send_header("Content-Length", str(len(GOOD) if behaviour == "cut" else len(body)))
        self.end_headers()
        if behaviour == "cut":
            body = body[:5000]
        if behaviour == "slow":
            while not self.server.end.wait(0.05):
                try:
                    self.wfile.write(b"x")
                    self.wfile.flush()
                except OSError:
                    return
            return
        self.wfile.write(body)

    def log_message(self, *words):
        """Say nothing."""


@pytest.fixture
def server(no_proxy):
    """A server; ``asked`` is what it was asked."""
    with serving(Handler, asked=[]) as found:
        yield found


def url(server, behaviour):
    """Where a behaviour is."""
    return "http://127.0.0.1:%d/%s" % (server.server_port, behaviour)


def get(server, place, behaviour, fallback="", silence=5.0, limit=20.0, tries=3, pauses=None):
    """Fetch; return (URL, bytes, what failed before)."""
    wanted = Wanted(str(place / "image"), url(server, behaviour), fallback and url(server, fallback), SUM, 0o640, None)
    return fetching.fetch(wanted, str(place / ".image.part"), Limits(silence, limit, tries, 7),
                          sleep=pauses.append if pauses is not None else lambda seconds: None)


@pytest.mark.parametrize(("behaviour", "tries"), [("whole", 1), ("unmeasured", 1), ("busy", 2)])
def test_whole(server, tmp_path, behaviour, tries):
    """The wanted bytes, beside their place, with their mode; after as many tries as it takes."""
    pauses = []
    assert get(server, tmp_path, behaviour, pauses=pauses) == (url(server, behaviour), len(GOOD), [])
    assert (tmp_path / ".image.part").read_bytes() == GOOD and (tmp_path / ".image.part").stat().st_mode & 0o777 == 0o640
    assert not (tmp_path / "image").exists()
    assert (server.asked, pauses) == ([behaviour] * tries, [7] * (tries - 1))


@pytest.mark.parametrize(("behaviour", "kind", "tries", "words"), [
    ("altered", fetching.WRONG, 2, "expected sha256 %s, found %s (%d bytes). The file on" % (SUM, FALSE, len(GOOD))),
    ("short", fetching.WRONG, 2, "(1000 bytes)"),
    ("cut", fetching.CUT, 3, "the connection was cut"),
    ("404", fetching.MISSING, 1, "HTTP status 404"),
    ("403", fetching.REFUSED, 1, "HTTP status 403"),
    ("503", fetching.DOWN, 3, "HTTP status 503"),
])
def test_nothing_is_left_of_a_bad_one(server, tmp_path, behaviour, kind, tries, words):
    """Neither in place nor beside it; the message has the URL, the tries, the cause and the next step."""
    with pytest.raises(fetching.Failed) as error:
        get(server, tmp_path, behaviour)
    assert error.value.kind == kind and words in str(error.value)
    assert "from %s, after %d of at most 3 tries" % (url(server, behaviour), tries) in str(error.value)
    assert fetching.STEPS[kind] % ("127.0.0.1:%d" % server.server_port) in str(error.value)
    assert list(tmp_path.iterdir()) == [] and server.count(tries) == tries and set(server.asked) == {behaviour}


def test_slow(server, tmp_path):
    """A server that sends for ever is given up at the limit of the file."""
    start = time.monotonic()
    with pytest.raises(fetching.Failed, match=r"MB within 0.5 s") as error:
        get(server, tmp_path, "slow", limit=0.5, tries=1)
    assert time.monotonic() - start < 5 and error.value.kind == fetching.SLOW and list(tmp_path.iterdir()) == []


def test_silent(server, tmp_path):
    """One that says nothing, at the limit of silence."""
    with pytest.raises(fetching.Failed, match=r"no answer within 0.3 s") as error:
        get(server, tmp_path, "silent", silence=0.3, tries=1)
    assert error.value.kind == fetching.SLOW and list(tmp_path.iterdir()) == []


def test_nobody_there(tmp_path):
    """As a mirror that is switched off."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    wanted = Wanted(str(tmp_path / "image"), "http://127.0.0.1:%d/x" % port, "", SUM, 0o644, None)
    with pytest.raises(fetching.Failed, match=r"after 2 of at most 2 tries: connection refused. Look whether 127.0.0.1:%d is switched on" % port) as error:
        fetching.fetch(wanted, str(tmp_path / ".part"), Limits(2, 5, 2, 0))
    assert error.value.kind == fetching.DOWN


def test_fallback(server, tmp_path):
    """Asked only after the first place has failed, and what failed is told."""
    where, count, said = get(server, tmp_path, "altered", "whole")
    assert (where, count, len(said)) == (url(server, "whole"), len(GOOD), 1) and "found %s" % FALSE in said[0]
    assert server.asked == ["altered", "altered", "whole"]
    server.asked.clear()
    assert get(server, tmp_path, "whole", "404")[2] == [] and server.asked == ["whole"]


def test_both_fail(server, tmp_path):
    """The message has both."""
    with pytest.raises(fetching.Failed) as error:
        get(server, tmp_path, "404", "altered")
    assert "HTTP status 404" in str(error.value) and "found %s" % FALSE in str(error.value) and list(tmp_path.iterdir()) == []


def test_a_full_disk_is_not_the_mirrors_fault(server, tmp_path, full_disk):
    """It is told as what it is, at once, with the name of the file."""
    with pytest.raises(OSError, match="No space left on device") as error:
        get(server, tmp_path, "whole")
    assert error.value.filename == str(tmp_path / ".image.part") and server.asked == ["whole"] and list(tmp_path.iterdir()) == []
