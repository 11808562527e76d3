"""One file from its publisher: downloaded into NAME.part beside its place, resumed where an earlier try or run ended, verified."""

import hashlib
import http.client
import os
import random
import re
import time
import urllib.parse
import urllib.request

from ansible_collections.workshop.lab.plugins.module_utils import http_file
from ansible_collections.workshop.lab.plugins.module_utils.digest import BLOCK
from ansible_collections.workshop.lab.plugins.module_utils.http_file import CUT, DOWN, MISSING, REFUSED, SLOW, WRONG, Failed

LONGEST_PAUSE = 120.0  # seconds
PROGRESS = 1 << 20  # bytes: a try that brought so many does not count against the retries, or a bad line could never finish an ISO
SMALL = 65536  # bytes: what a checksum file, or a file that is its own, has at most
AGENT = {"User-Agent": "workshop-mirror", "Accept-Encoding": "identity"}
STEPS = {
    DOWN: "Look at this machine's way to %s (name resolution, proxy, firewall)",
    SLOW: "Look at the line to %s, or raise mirror_timeout",
    CUT: "Look at the line to %s and run again: what is there already is not fetched again",
    MISSING: "Look at the version: %s does not have this file",
    REFUSED: "Look why %s or a proxy on the way refuses it",
    WRONG: "%s gives another file than the pinned one: do not use it, and find out who changed it",
}


def pause(number, first, asked=None, chance=random.random):
    """Return the seconds before try ``number`` (2, 3 ...): twice the one before, scattered by a quarter, so that parallel downloads do not come back at once.

    ``asked``: what the server said in Retry-After; more than that is never less.
    """
    wait = min(LONGEST_PAUSE, first * 2 ** (number - 2)) * (0.75 + chance() / 2)
    return min(LONGEST_PAUSE, max(wait, asked or 0))


def resume_from(status, content_range, have):
    """Return the offset at which an answer's bytes go on: ``have`` for a fitting 206, 0 for 200; None when they are of no use."""
    if status == 200:
        return 0
    match = re.match(r"\Abytes (\d+)-\d+/(?:\d+|\*)\Z", content_range or "")
    return have if status == 206 and match and int(match.group(1)) == have else None


def published(url, limits, insecure=False, sleep=time.sleep, itself=False):
    """Return the sha256 that a publisher's own checksum file names; Failed in words when there is none. ``itself``: the URL is that of a small file of which
    nobody publishes a checksum, and the sha256 is its own."""
    tries = 0
    while True:
        tries += 1
        try:
            return _published(url, limits, insecure, itself)
        except Failed as failed:
            if failed.final or tries >= limits.tries:
                raise Failed(failed.kind, "%s%s was not fetched, after %d of at most %d tries: %s. %s." % (
                    "" if itself else "The checksum ", url, tries, limits.tries, failed, STEPS[failed.kind] % urllib.parse.urlsplit(url).netloc), True)
            sleep(pause(tries + 1, limits.pause, failed.asked))


def _published(url, limits, insecure, itself):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=AGENT), timeout=limits.silence) as answer:
            body, last = answer.read(SMALL + 1), answer.geturl()
    except (OSError, http.client.HTTPException) as error:
        raise http_file.failure(error, limits.silence)
    if not insecure and not last.startswith("https://"):
        raise Failed(REFUSED, "the checksum came over %s, not over TLS" % last, True)
    if itself and 0 < len(body) <= SMALL:
        return hashlib.sha256(body).hexdigest()
    text = body.decode("ascii", "replace")
    match = re.match(r"\A([0-9a-fA-F]{64})(?:\s|\Z)", text)
    if not match:
        raise Failed(WRONG, "%s holds no sha256 but %r" % (url, text[:80]), True)
    return match.group(1).lower()


def length(url, limits):
    """Return how many bytes a URL has, 0 when it does not say."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=AGENT, method="HEAD"), timeout=min(limits.silence, 20)) as answer:
            return http_file.length_of(answer) or 0
    except (OSError, http.client.HTTPException):
        return 0


def fetch(url, part, sha256, limits, told=lambda count: None, sleep=time.sleep, clock=time.monotonic):
    """Let the file ``part`` hold the bytes of ``url`` with this sha256; return how many came over the line (int). Failed in words otherwise.

    ``told(count)`` is called with the bytes of each block. After a failure what has come stays in ``part``, unless it is wrong.
    """
    start, received, tries, fresh = clock(), [0], 0, False
    while True:
        tries += 1
        before = received[0]
        try:
            have = _pull(url, part, limits, start, received, told, clock)
            found = http_file.sha256(part)
            if found == sha256:
                return received[0]
            os.unlink(part)
            # What an earlier run left may have been of another file: one whole download decides.
            final = fresh or have == 0
            fresh = True
            raise Failed(WRONG, "expected sha256 %s, found %s" % (sha256, found), final)
        except Failed as failed:
            if received[0] - before >= PROGRESS:
                tries = 1
            if failed.final or tries >= limits.tries or failed.kind == SLOW and clock() - start > limits.file:
                raise Failed(failed.kind, "%s was not fetched, after %d of at most %d tries: %s. %s." % (
                    url, tries, limits.tries, failed, STEPS[failed.kind] % urllib.parse.urlsplit(url).netloc), failed.final)
            sleep(pause(tries + 1, limits.pause, failed.asked))


def _pull(url, part, limits, start, received, told, clock):
    """Fetch what ``part`` lacks; return how many bytes it had before."""
    try:
        have = os.path.getsize(part)
    except FileNotFoundError:
        have = 0
    request = urllib.request.Request(url, headers=dict(AGENT, Range="bytes=%d-" % have) if have else AGENT)
    try:
        with urllib.request.urlopen(request, timeout=limits.silence) as answer:
            offset = resume_from(answer.getcode(), answer.headers.get("Content-Range"), have)
            if offset is None:
                os.unlink(part)
                raise Failed(CUT, "it answered with another part than was asked for")
            _copy(answer, part, offset, http_file.length_of(answer), limits, start, received, told, clock)
    except (OSError, http.client.HTTPException) as error:
        if have and getattr(error, "code", None) == 416:  # nothing is behind what is there: it is whole, or of another file; its sha256 tells
            return have
        raise http_file.failure(error, limits.silence)
    return offset


def _copy(answer, part, offset, expected, limits, start, received, told, clock):
    """Write an answer's bytes to ``part`` from ``offset`` on."""
    count = 0
    with open(part, "r+b" if offset else "wb") as target:
        target.seek(offset)
        target.truncate()
        while True:
            block = answer.read1(BLOCK)  # what there is: read() would wait for a whole block of a server that trickles
            if not block:
                break
            http_file.write(target, block)
            count += len(block)
            received[0] += len(block)
            told(len(block))
            if clock() - start > limits.file:
                raise Failed(SLOW, "%.1f MB came within %g s" % (received[0] / 1e6, limits.file), True)
        target.flush()
        os.fsync(target.fileno())
    if expected is not None and count < expected:
        raise Failed(CUT, "the connection was cut after %d of %d bytes" % (count, expected))
