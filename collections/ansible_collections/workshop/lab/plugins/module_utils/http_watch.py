"""Requesting a URL again and again, one request after the other at a set rate, on a thread of its own; every answer and every failure is kept."""

import http.client
import re
import socket
import threading
import time
import urllib.parse

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

# The three spellings of pageview's answer: the printed book, the image of before August 2020, the image of after (chapter 1, pageview's main.go).
PAGEVIEW = r"^Hello, you're (?:the )?vis(?:i)?tor #(\d+)\s?[.!]?\s*$"
# Seconds before the first retry; each later pause is twice as long. kube-proxy takes up to 0.25 (measured) to drop an ended pod, several times that on a
# seat with other work, and chooses one anew each time.
RETRY_PAUSE = 0.2
MOST_BODY = 65536  # bytes of an answer that are read


def longest(retries, timeout):
    """Return the seconds that a request can take at most, with its retries."""
    return (retries + 1) * timeout + RETRY_PAUSE * (2 ** retries - 1)


class Refused(Exception):
    """No answer at all: there was no connection, or it was reset or closed before one came. The only failure that may be tried again."""


class Lost(Exception):
    """An answer that is none: too late, another status, another text."""


class Target:
    """A URL whose host was resolved once. Each request is a new connection, as curl's, since one kept open would always reach the same pod."""

    def __init__(self, url, timeout, clock=time.monotonic):
        parts = urllib.parse.urlsplit(url)
        self.url, self.timeout, self.clock, self.host, self.port = url, timeout, clock, parts.hostname, parts.port or 80
        self.path = (parts.path or "/") + ("?" + parts.query if parts.query else "")
        try:
            # Here and not on the thread: the module starts kubectl meanwhile, and a fork while another thread is inside the resolver can hang for ever.
            self.address = socket.getaddrinfo(self.host, self.port, socket.AF_INET, socket.SOCK_STREAM)[0][4]
        except OSError as error:
            raise LabError("url is '%s', and the address of %s is not known (%s); use the node's address." % (url, self.host, error))

    def get(self):
        """Return the text of one answer; Refused or Lost when there is none. It takes no longer than the timeout."""
        deadline, received = self.clock() + self.timeout, False
        connection = http.client.HTTPConnection(self.host, self.port)
        connection.sock = plain = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            plain.settimeout(self.timeout)
            try:
                plain.connect(self.address)
            except socket.timeout:
                # An ended pod whose address is gone answers nothing at all, and the request was not sent yet.
                raise Refused("no connection within %s seconds" % self.timeout)
            connection.request("GET", self.path, headers={"Connection": "close"})
            answer = connection.getresponse()
            received, body = True, b""
            promised = answer.length  # None when the server does not say; read1() does not keep it up to date in every Python
            while len(body) < (MOST_BODY if promised is None else min(promised, MOST_BODY)):
                plain.settimeout(max(0.01, deadline - self.clock()))
                part = answer.read1(MOST_BODY)
                if not part:
                    break
                body += part
        except socket.timeout:
            raise Lost("no whole answer within %s seconds" % self.timeout)
        except (OSError, http.client.HTTPException) as error:
            words = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise (Lost if received else Refused)(words)
        finally:
            connection.close()
            plain.close()
        if promised is not None and len(body) < min(promised, MOST_BODY):
            raise Lost("an answer that was cut off after %d of %d bytes" % (len(body), promised))  # its number could be "1" of "12", a fall that was none
        if answer.status != 200:
            raise Lost("HTTP status %s" % answer.status)
        return body.decode("utf-8", "replace")


class Watch:
    """The requests to a target. ``get()`` returns a text, or raises Refused or Lost. ``records`` grows by one dict for each request:

    at (seconds since the start), number (int, or None), error (text, or ""), retried (how often it was tried again).
    """

    def __init__(self, get, pattern, rate, retries=0, clock=time.monotonic, sleep=time.sleep):
        self.get, self.pattern, self.pause, self.retries = get, re.compile(pattern), 1.0 / rate, retries
        self.clock, self.sleep = clock, sleep
        self.records, self.start, self.crash = [], clock(), None
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._loop)
        self._thread.daemon = True  # a module that ends must never wait for it

    def begin(self):
        """Start the thread."""
        self.start = self.clock()
        self._thread.start()

    def end(self, limit):
        """Stop, and wait for the request that is under way, at most ``limit`` seconds; LabError when the thread did not do its work."""
        self._end.set()
        self._thread.join(limit)
        if self._thread.is_alive():
            raise LabError("The requests did not end within %s seconds." % limit)
        if self.crash:
            raise LabError("The requests ended early by a fault of the module: %s" % self.crash)

    def _loop(self):
        try:
            due = self.clock()
            while not self._end.is_set():
                self.records.append(self.once())
                # A slow answer delays the next request; it does not make a burst of those that were left out.
                due = max(due + self.pause, self.clock())
                self._end.wait(due - self.clock())
        except Exception as error:  # pylint: disable=broad-except
            self.crash = repr(error)

    def once(self):
        """Make one request, with its retries; return its record."""
        at, tries = self.clock() - self.start, 0
        while True:
            try:
                text = self.get()
                found = self.pattern.search(text)
                if not found:
                    raise Lost("an answer of another form: %s" % text.strip()[:120])
                return {"at": round(at, 3), "number": int(found.group(1)), "error": "", "retried": tries}
            except (Refused, Lost) as error:
                if isinstance(error, Lost) or tries >= self.retries:
                    return {"at": round(at, 3), "number": None, "error": str(error), "retried": tries}
            self.sleep(RETRY_PAUSE * 2 ** tries)
            tries += 1
