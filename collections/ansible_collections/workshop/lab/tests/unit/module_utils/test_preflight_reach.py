"""Asking the sources: answers, refusals, silence, names; and a real server."""

import http.server
import socket
import ssl
import threading
import time
import urllib.error

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import preflight_reach
from ansible_collections.workshop.lab.tests.unit.loopback import serving

URL = "https://dl.k8s.io/release/v1.16.2/bin/linux/amd64/kubectl"


def one(answer, resolve=lambda host, port: [], proxied=lambda url: False, url=URL, **more):
    """Look at one source that answers so: a status, or an error."""
    asked = []

    def ask(url, limit, proxy):
        asked.append((url, limit, proxy))
        if isinstance(answer, Exception):
            raise answer
        return answer

    result = preflight_reach.look([dict({"name": "kubectl", "url": url}, **more)], 2.0, ask, resolve, proxied)[0]
    return asked, result


@pytest.mark.parametrize(("answer", "ok", "words"), [
    (200, True, "HTTP 200"), (302, True, "HTTP 302"), (401, True, "HTTP 401"), (405, True, "HTTP 405"),
    (403, False, "HTTP 403"), (404, False, "HTTP 404"), (407, False, "HTTP 407"), (500, False, "HTTP 500"),
    (ConnectionRefusedError(111, "Connection refused"), False, "connection refused"),
    (urllib.error.URLError(ConnectionRefusedError(111, "Connection refused")), False, "connection refused"),
    (socket.timeout("timed out"), False, "no answer within 2 s"),
    (urllib.error.URLError(socket.timeout("timed out")), False, "no answer within 2 s"),
    (OSError(101, "Network is unreachable"), False, "Network is unreachable"),
    (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number"), False, "its certificate is not accepted"),
    (http.client.BadStatusLine("SSH-2.0"), False, "no HTTP there (BadStatusLine)"),
])
def test_answers(answer, ok, words):
    """What each answer means, in words."""
    asked, result = one(answer)
    assert asked == [(URL, 2.0, None)]
    assert (result["ok"], result["name_found"]) == (ok, True)
    assert words in result["answer"]


def test_unknown_name():
    """Then nobody is asked."""

    def resolve(host, port):
        assert (host, port) == ("dl.k8s.io", 443)
        raise socket.gaierror(-2, "Name or service not known")

    asked, result = one(200, resolve)
    assert (asked, result["ok"], result["name_found"], result["answer"]) == ([], False, False, "the name dl.k8s.io is not found")


def test_proxy_looks_up_the_name():
    """The seat itself does not, be it the environment's proxy or apt's."""

    def resolve(host, port):
        raise AssertionError("asked for a name")

    assert one(200, resolve, proxied=lambda url: True)[1]["name_found"] is None
    asked, result = one(200, resolve, proxy="http://cache:3142")
    assert (asked, result["ok"]) == ([(URL, 2.0, "http://cache:3142")], True)


def test_address_has_no_name():
    """It says nothing about DNS."""
    assert one(200, url="http://192.0.2.1:8080/x")[1]["name_found"] is None


def test_all_at_once_and_no_longer_than_told():
    """A lookup that never ends, ten slow servers: the answer is there in twice the limit, in the order of the sources."""
    forever = threading.Event()

    def ask(url, limit, proxy):
        time.sleep(0.2)
        return 200

    def resolve(host, port):
        if host == "hangs":
            forever.wait(20)

    sources = [{"name": "n%d" % number, "url": "http://server/%d" % number} for number in range(10)] + [{"name": "x", "url": "http://hangs/"}]
    start = time.monotonic()
    found = preflight_reach.look(sources, 0.5, ask, resolve, lambda url: False)
    assert time.monotonic() - start < 1.9
    forever.set()
    assert [(each["name"], each["ok"]) for each in found] == [("n%d" % number, True) for number in range(10)] + [("x", False)]
    assert found[-1]["answer"] == "no answer within 1 s"


def test_real_server():
    """HEAD, no redirection followed, nothing downloaded; a port where nobody listens."""
    seen = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self):
            seen.append((self.command, self.path))
            self.send_response({"/file": 200, "/moved": 302}.get(self.path, 404))
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *words):
            pass

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        dead = free.getsockname()[1]
    with serving(Handler) as server:
        base = "http://127.0.0.1:%d" % server.server_port
        urls = [base + "/file", base + "/moved", base + "/none", "http://127.0.0.1:%d/" % dead]
        found = preflight_reach.look([{"name": "x", "url": url} for url in urls], 3.0, proxied=lambda url: False)
    assert [(each["ok"], each["answer"]) for each in found] == [(True, "HTTP 200"), (True, "HTTP 302"), (False, "HTTP 404"), (False, "connection refused")]
    assert sorted(seen) == [("HEAD", "/file"), ("HEAD", "/moved"), ("HEAD", "/none")]
