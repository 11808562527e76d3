"""An HTTP server that publishes one file well and badly: what a download meets in a classroom."""

import collections
import http.server
import threading

GOOD = b"#!/bin/sh\necho the wanted program\n" + b"#" * 200_000
HALF = GOOD[: len(GOOD) // 2]
ALTERED = GOOD[:-1] + b"!"


class Handler(http.server.BaseHTTPRequestHandler):
    """Answer /BEHAVIOUR/... as BEHAVIOUR says."""

    def _send(self, body, length=None, status=200):
        """Send BODY, announced as LENGTH bytes."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def do_GET(self):
        """Answer a request; the first part of its path is the behaviour."""
        behaviour = self.path.split("/")[1]
        with self.server.lock:
            self.server.requests[behaviour] += 1
            number = self.server.requests[behaviour]
        self.server.paths.append(self.path)
        if behaviour == "cut":
            self._send(HALF, length=len(GOOD))
            self.close_connection = True
        elif behaviour == "short":
            self._send(HALF)
        elif behaviour in ("altered", "replacing-altered", "upstream-altered"):
            self._send(ALTERED)
        elif behaviour in ("missing", "check-missing", "fallback", "fallback-altered", "no-fallback"):
            self._send(b"no such file", status=404)
        elif behaviour == "busy" and number == 1:
            self._send(b"come back later", status=503)
        elif behaviour == "slow" and number == 1:
            # Says nothing until the client has given up and come again.
            self.server.second_request.wait(timeout=60)
            self.close_connection = True
        else:
            if behaviour == "slow":
                self.server.second_request.set()
            self._send(GOOD)

    do_HEAD = do_GET

    def log_message(self, *_):
        """Keep the test's output clean."""


class Publisher(http.server.ThreadingHTTPServer):
    """The server, with what was asked of it."""

    daemon_threads = True

    def __init__(self):
        """Listen on a free port of the loopback."""
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.requests = collections.Counter()
        self.paths = []
        self.second_request = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        """Return the base URL."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request, client_address):
        """Say nothing of clients that went away: that is what they are here for."""
