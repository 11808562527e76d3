"""A web server on the loopback, for tests of what is really sent and read."""

import contextlib
import http.server
import socketserver
import threading
import time


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    """http.server.ThreadingHTTPServer, which Python 3.6 does not have. ``end`` is set when the test is over; ``asked`` is what the handler notes."""

    daemon_threads = True

    def count(self, expected, limit=30.0):
        """How many requests came, waiting up to ``limit`` seconds for the ``expected`` number: a thread of the server notes them."""
        end = time.monotonic() + limit
        while len(self.asked) < expected and time.monotonic() < end:
            time.sleep(0.01)
        return len(self.asked)


@contextlib.contextmanager
def serving(handler, **attributes):
    """Serve with a request handler class; ``attributes`` are the server's, for the handler and the test to share."""
    server = Server(("127.0.0.1", 0), handler)
    vars(server).update(attributes, end=threading.Event())
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server
    finally:
        server.end.set()
        server.shutdown()
        server.server_close()
