"""A publisher on the loopback that answers as a test wants, with HTTP Range; and a skopeo that only remembers."""

import hashlib
import http.server
import json
import re
import threading

from ansible_collections.workshop.lab.tests.unit.loopback import serving

BODY = bytes(range(256)) * 32768  # 8 MiB
SUM = hashlib.sha256(BODY).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    """/NAME: how it behaves is what ``server.behaviours[NAME]`` says, a list of one word for each request (the last for ever)."""

    def do_HEAD(self):
        """Say the size."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()

    def do_GET(self):
        """Answer."""
        name = self.path.strip("/")
        wanted = self.headers.get("Range")
        with self.server.guard:
            self.server.asked.append((name, wanted))
            list_of = self.server.behaviours.get(name.replace(".sha256", ""), ["whole"])
            word = list_of.pop(0) if len(list_of) > 1 else list_of[0]
        if word.isdigit():
            self.send_response(int(word))
            if word == "429":
                self.send_header("Retry-After", "7")
            self.end_headers()
            return
        if word == "silent":
            self.server.end.wait(10)
            return
        if name.endswith(".sha256"):
            self.send_whole((SUM if word == "whole" else word).encode())
            return
        body = self.server.body if word != "altered" else self.server.body[:-1] + b"!"
        match = re.match(r"bytes=(\d+)-\Z", wanted or "")
        if match and word != "no-range":
            first = int(match.group(1)) + (5 if word == "other-part" else 0)
            if first >= len(body):
                self.send_error(416)
                return
            self.send_response(206)
            self.send_header("Content-Range", "bytes %d-%d/%d" % (first, len(body) - 1, len(body)))
            body = body[first:]
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            if word == "slow":
                while not self.server.end.wait(0.05):
                    self.wfile.write(b"x")
            self.wfile.write(body[:int(len(body) * 0.6)] if word == "cut" else body)
        except OSError:
            pass

    def send_whole(self, body):
        """Send a small body."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        """Say nothing."""


def publisher():
    """Serve as the handler does; ``asked`` is what was asked for, ``behaviours`` how to answer, ``body`` what is there."""
    return serving(Handler, asked=[], behaviours={}, guard=threading.Lock(), body=BODY)


def base(server):
    """Return the server's URL."""
    return "http://127.0.0.1:%d" % server.server_port


MANIFEST = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json", "config": {
    "digest": "sha256:" + "c" * 64, "size": 10}, "layers": [{"digest": "sha256:" + "d" * 64, "size": 1000}]})
DIGEST = "sha256:" + hashlib.sha256(MANIFEST.encode()).hexdigest()
