"""Files from the mirror that build.sh wrote in: mirror + "/" + upstream host + upstream path."""

import hashlib
import os
import socket
import urllib.error
import urllib.request

from minikube_double.baked import MIRROR

CHUNK = 1 << 20


def mirrored(url):
    """Where the mirror keeps an upstream URL."""
    return MIRROR + "/" + url.split("://", 1)[1]


def _open(url, timeout):
    try:
        return urllib.request.urlopen(url, timeout=timeout)
    except urllib.error.HTTPError as error:
        raise OSError("bad response code: %d" % error.code)
    except urllib.error.URLError as error:
        if isinstance(error.reason, socket.gaierror):
            raise OSError("Get %s: dial tcp: lookup %s: no such host" % (url, url.split("/")[2]))
        reason = getattr(error.reason, "strerror", None) or str(error.reason)
        raise OSError("Get %s: dial tcp: connect: %s" % (url, reason.lower()))


def get(url, timeout=30):
    """The bytes of a small upstream file."""
    with _open(mirrored(url), timeout) as response:
        return response.read()


def fetch(url, path, mode=0o644, digest=None, on_bytes=None):
    """Download an upstream URL to path, whole or not at all; digest is (algorithm, hex). Raises OSError."""
    fetch_raw(mirrored(url), path, mode, digest, on_bytes)


def fetch_raw(address, path, mode=0o644, digest=None, on_bytes=None):
    """The same for an address as it is."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    temporary = path + ".download"
    seen, done = hashlib.new(digest[0]) if digest else None, 0
    try:
        with _open(address, 60) as response, open(temporary, "wb") as target:
            total = int(response.headers.get("Content-Length") or 0)
            for block in iter(lambda: response.read(CHUNK), b""):
                target.write(block)
                done += len(block)
                if seen:
                    seen.update(block)
                if on_bytes:
                    on_bytes(done, total)
        if total and done != total:
            raise OSError("unexpected EOF: %d of %d bytes" % (done, total))
        if seen and seen.hexdigest() != digest[1]:
            raise OSError("invalid checksum for %s, got %s, expected %s" % (os.path.basename(path), seen.hexdigest(), digest[1]))
        os.chmod(temporary, mode)
        os.rename(temporary, path)
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)
