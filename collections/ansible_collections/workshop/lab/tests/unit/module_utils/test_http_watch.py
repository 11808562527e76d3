"""Requests: a real server on this machine for how connections fail, and a time of its own for the rate."""

import contextlib
import http.server
import re
import socket
import threading
import time

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.http_watch import PAGEVIEW, Lost, Refused, Target, Watch, longest


@contextlib.contextmanager
def server(answer):
    """Serve on a free port; ``answer(handler)`` answers a GET. Yields the URL."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            answer(self)

        def log_message(self, *words):
            pass

    listening = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield "http://127.0.0.1:%d/" % listening.server_port
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


def reply(text, status=200, length=0):
    """Return an answer of this text, which promises ``length`` bytes more than come."""

    def answer(handler):
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(text) + length))
        handler.end_headers()
        handler.wfile.write(text.encode())

    return answer


@pytest.mark.parametrize("text, number", [
    ("Hello, you're visitor #29.\n", "29"), ("Hello, you're vistor #3.\n", "3"), ("Hello, you're the vistor #1.", "1"), ("Hello, you're visitor #7 !", "7"),
    ("Hello Kubernetes Beginners!\n", None), ("Hello, you're visitor #.", None), ("<html>Hello, you're visitor #29.", None),
])
def test_the_spellings_of_pageview(text, number):
    """All that it has had, and no other page."""
    found = re.search(PAGEVIEW, text)
    assert (found and found.group(1)) == number


def test_an_answer():
    """Read to its end."""
    with server(reply("Hello")) as url:
        assert Target(url, 5).get() == "Hello"


def test_the_query_is_part_of_the_request():
    """And the host is named, for servers that look at it."""
    seen = []

    def answer(handler):
        seen.append((handler.path, handler.headers["Host"], handler.headers["Connection"]))
        reply("x")(handler)

    with server(answer) as url:
        Target(url + "a?b=c", 5).get()
    assert seen == [("/a?b=c", url[7:-1], "close")]


@pytest.mark.parametrize("answer, kind, words", [
    (reply("no", 500), Lost, "HTTP status 500"),
    (reply("not all", length=9), Lost, "cut off after 7 of 16 bytes"),
    (lambda handler: handler.connection.close(), Refused, "."),
    (lambda handler: handler.wfile.write(b"nonsense\r\n\r\n"), Refused, "."),
])
def test_answers_that_are_none(answer, kind, words):
    """Only those without any answer may be tried again."""
    with server(answer) as url, pytest.raises(kind, match=words):
        text = Target(url, 0.5).get()
        raise AssertionError("an answer: %r" % text)


def test_a_closed_port_is_refused():
    """With the system's words."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Refused, match="Connection refused"):
        Target("http://127.0.0.1:%d/" % port, 5).get()


def test_an_address_where_nobody_is_left_may_be_tried_again():
    """As that of a pod that has just gone: nothing was sent, so that nothing can have been counted. A full queue of connections is as silent."""
    with socket.socket() as full, contextlib.ExitStack() as others:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _number in range(4):
            other = others.enter_context(socket.socket())
            other.setblocking(False)
            other.connect_ex(full.getsockname())
        with pytest.raises(Refused, match="no connection within 0.3 seconds"):
            Target("http://127.0.0.1:%d/" % full.getsockname()[1], 0.3).get()


def test_a_server_that_is_silent_is_given_up():
    """Within the timeout."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(1)
        start = time.monotonic()
        with pytest.raises(Lost, match="no whole answer within 0.2 seconds"):
            Target("http://127.0.0.1:%d/" % silent.getsockname()[1], 0.2).get()
        assert time.monotonic() - start < 2


def test_a_host_without_an_address_is_said_at_once():
    """Before the first request."""
    with pytest.raises(LabError, match="the address of no-such-host.invalid is not known"):
        Target("http://no-such-host.invalid/", 5)


def answers(*given):
    """Return a get() that gives these in turn, and raises those that are errors."""
    rest = list(given)

    def get():
        one = rest.pop(0)
        if isinstance(one, Exception):
            raise one
        return "Hello, you're visitor #%s." % one

    return get


def test_one_request_counts_as_it_was():
    """Without retries each failure is one."""
    watch = Watch(answers(4, Refused("Connection refused"), Lost("HTTP status 500")), PAGEVIEW, 5, clock=lambda: 7.0)
    assert [watch.once() for _ in range(3)] == [
        {"at": 0.0, "number": 4, "error": "", "retried": 0}, {"at": 0.0, "number": None, "error": "Connection refused", "retried": 0},
        {"at": 0.0, "number": None, "error": "HTTP status 500", "retried": 0}]


def test_retries_are_counted_and_only_for_connections():
    """A refused one is tried again after a pause; an answer that is none never is."""
    slept = []
    given = answers(Refused("x"), Refused("x"), 9, Refused("x"), Refused("x"), Refused("last"), Lost("HTTP status 500"))
    watch = Watch(given, PAGEVIEW, 5, 2, sleep=slept.append)
    assert [(one["number"], one["retried"], one["error"]) for one in (watch.once(), watch.once(), watch.once())] == [
        (9, 2, ""), (None, 2, "last"), (None, 0, "HTTP status 500")]
    assert slept == [0.2, 0.4] * 2 and longest(2, 5) == pytest.approx(3 * 5 + 0.2 + 0.4)


def test_another_page_is_a_failure():
    """With its beginning."""
    assert Watch(lambda: "Hello Kubernetes Beginners!\n", PAGEVIEW, 5).once()["error"] == "an answer of another form: Hello Kubernetes Beginners!"


def test_the_thread_keeps_the_rate_and_ends():
    """Several requests, one after the other, and none after the end."""
    seen, enough = [], threading.Event()

    def get():
        seen.append(threading.current_thread())
        if len(seen) >= 5:
            enough.set()
        return "Hello, you're visitor #%d." % len(seen)

    watch = Watch(get, PAGEVIEW, 50)
    start = time.monotonic()
    watch.begin()
    assert enough.wait(10)
    watch.end(5)
    assert time.monotonic() - start >= 4 / 50 * 0.9
    assert [one["number"] for one in watch.records] == list(range(1, len(seen) + 1)) and len(set(seen)) == 1
    assert not seen[0].is_alive()


def test_a_fault_of_the_thread_is_not_hidden():
    """Otherwise a run without requests would look like a good one."""
    def get():
        raise ZeroDivisionError("here")

    watch = Watch(get, PAGEVIEW, 50)
    watch.begin()
    watch._thread.join(5)
    with pytest.raises(LabError, match="ended early by a fault of the module: ZeroDivisionError"):
        watch.end(5)


def test_a_thread_that_hangs_is_not_waited_for():
    """The module ends all the same."""
    hold = threading.Event()
    watch = Watch(hold.wait, PAGEVIEW, 50)
    watch.begin()
    try:
        with pytest.raises(LabError, match="did not end within 0.1 seconds"):
            watch.end(0.1)
    finally:
        hold.set()
