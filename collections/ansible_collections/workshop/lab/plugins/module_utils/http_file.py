"""What every download of a file shares: its limits, how a failure is told apart, how bytes reach the disk and are verified."""

import http.client
import urllib.error

from ansible_collections.workshop.lab.plugins.module_utils.digest import blocks_of, sha256_of
from ansible_collections.workshop.lab.plugins.module_utils.preflight_reach import reason

FINAL = (400, 401, 403, 404, 405, 410, 414, 451)  # answers that asking again does not change
DOWN, MISSING, REFUSED, SLOW, CUT, WRONG = "down", "missing", "refused", "slow", "cut", "wrong"


class Failed(Exception):
    """A download that ended without the wanted file: ``kind`` (one of the six above), ``final`` (asking again is of no use), ``asked``: the seconds that
    the server wants to be left alone (Retry-After), None when it said nothing.
    """

    def __init__(self, kind, words, final=False, asked=None):
        super(Failed, self).__init__(words)
        self.kind, self.final, self.asked = kind, final, asked


class Limits:
    """``silence``: seconds without a byte; ``file``: seconds for one file; ``tries``: how often at most; ``pause``: seconds before the second try."""

    def __init__(self, silence=60, file=7200, tries=6, pause=2):
        self.silence, self.file, self.tries, self.pause = silence, file, tries, pause


def failure(error, silence):
    """Return the Failed of an error while a URL was read. An error that names a file is ours, not the network's (a full disk), and is raised again."""
    if isinstance(error, urllib.error.HTTPError):
        kind = MISSING if error.code in (404, 410) else REFUSED if error.code in FINAL else DOWN
        after = (error.headers or {}).get("Retry-After") or ""
        return Failed(kind, "HTTP status %d (%s)" % (error.code, error.reason), error.code in FINAL, float(after) if after.isdigit() else None)
    if isinstance(error, http.client.HTTPException):
        return Failed(CUT, "the connection was cut (%s)" % type(error).__name__)
    if getattr(error, "filename", None):
        raise error
    words = reason(error, silence)
    return Failed(SLOW if words.startswith("no answer within") else DOWN, words)


def length_of(answer):
    """Return the bytes that an answer says it has, None when it does not say."""
    said = answer.headers.get("Content-Length") or ""
    return int(said) if said.isdigit() else None


def write(target, block):
    """Write, and give an error the name of its file: so that a full disk is not taken for the network's fault."""
    try:
        target.write(block)
        target.flush()
    except OSError as error:
        raise OSError(error.errno, error.strerror, target.name)


def sha256(path):
    """Return the sha256 of a file."""
    with open(path, "rb") as stream:
        return sha256_of(blocks_of(stream))
