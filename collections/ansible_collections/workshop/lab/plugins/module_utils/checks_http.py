"""Visits over HTTP and connections that must be refused: what happened, as data. The opener is passed in, so that tests need no network."""

import collections
import errno
import http.client
import socket
import time
import urllib.parse

#: One visit: status (int; None without an answer), body (text), problem ("refused", "unreachable", "closed" or ""), error (text), seconds.
Visit = collections.namedtuple("Visit", "status body problem error seconds")
MOST = 65536  # bytes of an answer that are read


def open_http(scheme, host, port, timeout):
    """Return a connection for one visit. http.client asks no proxy, which would answer in the seat's place."""
    kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    return kind(host, port, timeout=timeout)


def visit(url, timeout, opener=open_http, clock=time.monotonic):
    """Get ``url`` once, on a connection of its own (kube-proxy chooses a pod for each connection), and return the Visit; never an exception."""
    start, parts = clock(), urllib.parse.urlsplit(url)
    try:
        connection = opener(parts.scheme, parts.hostname, parts.port, timeout)
        try:
            path = (parts.path or "/") + ("?" + parts.query if parts.query else "")
            connection.request("GET", path, headers={"Connection": "close", "User-Agent": "workshop-lab"})
            answer = connection.getresponse()
            return Visit(answer.status, answer.read(MOST).decode("utf-8", "replace"), "", "", clock() - start)
        finally:
            connection.close()
    except http.client.HTTPException as error:
        return Visit(None, "", "closed", "the connection was closed without an answer (%s)" % (type(error).__name__), clock() - start)
    except (OSError, ValueError) as error:
        problem, words = explain(error)
        return Visit(None, "", problem, words, clock() - start)


def knock(host, port, timeout, connect=socket.create_connection, clock=time.monotonic):
    """Connect without saying anything; return a Visit whose status is 0 when somebody accepted the connection."""
    start = clock()
    try:
        connect((host, port), timeout).close()
    except (OSError, ValueError) as error:
        problem, words = explain(error)
        return Visit(None, "", problem, words, clock() - start)
    return Visit(0, "", "", "", clock() - start)


def explain(error):
    """Return (problem, words) of a network error. No answer in time is `unreachable`: where nobody is, curl hangs."""
    if isinstance(error, ConnectionRefusedError) or getattr(error, "errno", None) == errno.ECONNREFUSED:
        return "refused", "connection refused"
    if isinstance(error, (ConnectionResetError, BrokenPipeError)):
        return "closed", "the connection was closed without an answer"
    if isinstance(error, socket.timeout):
        return "unreachable", "no answer in time"
    return "unreachable", (getattr(error, "strerror", None) or str(error)).strip() or type(error).__name__
