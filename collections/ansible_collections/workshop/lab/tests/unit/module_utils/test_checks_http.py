"""Visits and refused connections, against real sockets of this machine."""

import contextlib
import http.client
import socket
import threading

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.checks_http import Visit, explain, knock, open_http, visit


@contextlib.contextmanager
def server(*answers):
    """Answer one connection after the other with raw bytes, each after its request has come; None is closed without a word. Yields (port, requests)."""
    requests = []
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(5)

        def serve():
            for answer in answers:
                connection, _address = listener.accept()
                with connection:
                    requests.append(connection.recv(65536).decode())
                    if answer:
                        connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1], requests
        thread.join(5)


def closed_port():
    """Return a port at which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def test_an_answer(monkeypatch):
    """Status and body; no proxy is asked; each visit says that it is the last on its connection."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with server(b"HTTP/1.1 200 OK\r\nContent-Length: 28\r\n\r\nHello Kubernetes Beginners!\n") as (port, requests):
        seen = visit("http://127.0.0.1:%d/a?b=c" % port, 5)
    assert (seen.status, seen.body, seen.problem, seen.error) == (200, "Hello Kubernetes Beginners!\n", "", "")
    assert requests[0].startswith("GET /a?b=c HTTP/1.1\r\n") and "Connection: close" in requests[0]


def test_another_status_and_strange_bytes():
    """An error page is an answer, and bytes that are no text do no harm."""
    with server(b"HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\n\xff\xfe") as (port, _requests):
        assert visit("http://127.0.0.1:%d" % port, 5)[:2] == (503, "\ufffd\ufffd")


def test_redirects_are_not_followed():
    """The check is about the place that is visited."""
    with server(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n") as (port, _requests):
        assert visit("http://127.0.0.1:%d/" % port, 5).status == 302


def test_closed_without_an_answer():
    """What pageview does while it cannot reach redis (curl: 52 Empty reply)."""
    with server(None) as (port, _requests):
        seen = visit("http://127.0.0.1:%d/" % port, 5)
    assert (seen.status, seen.problem) == (None, "closed") and "without an answer" in seen.error


def test_no_http():
    """Something else listens there."""
    with server(b"SSH-2.0-OpenSSH_9.2\r\n") as (port, _requests):
        assert visit("http://127.0.0.1:%d/" % port, 5).problem == "closed"


def test_refused():
    """Nobody listens."""
    port = closed_port()
    assert visit("http://127.0.0.1:%d/" % port, 5)[:4] == (None, "", "refused", "connection refused")
    assert knock("127.0.0.1", port, 5)[:4] == (None, "", "refused", "connection refused")


def test_silence():
    """Accepted by the system, and then never an answer."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        seen = visit("http://127.0.0.1:%d/" % listener.getsockname()[1], 0.2)
        assert (seen.problem, seen.error) == ("unreachable", "no answer in time") and seen.seconds < 3


def test_knock_that_is_answered():
    """A connection that is accepted has status 0: nobody has said anything."""
    with server(None) as (port, _requests):
        assert knock("127.0.0.1", port, 5)[:4] == (0, "", "", "")


@pytest.mark.parametrize("error, problem", [
    (socket.timeout("timed out"), "unreachable"), (OSError(113, "No route to host"), "unreachable"),
    (socket.gaierror(-2, "Name or service not known"), "unreachable"),
    (ConnectionRefusedError(111, "x"), "refused"), (OSError(111, "x"), "refused"), (ConnectionResetError(104, "x"), "closed"), (ValueError(""), "unreachable")])
def test_errors(error, problem):
    """Each error of the network has a name and words."""
    assert explain(error)[0] == problem and explain(error)[1]
    assert knock("10.0.0.1", 1, 1, connect=lambda address, timeout: (_ for _ in ()).throw(error)).problem == problem


def test_openers():
    """By the scheme; opening connects to nobody yet."""
    assert type(open_http("https", "h", 1, 2)) is http.client.HTTPSConnection and type(open_http("http", "h", 1, 2)) is http.client.HTTPConnection
    assert visit("http://h/", 1, opener=lambda *words: (_ for _ in ()).throw(OSError(101, "Network is unreachable")))[:4] == (
        None, "", "unreachable", "Network is unreachable")
    assert Visit._fields == ("status", "body", "problem", "error", "seconds")
