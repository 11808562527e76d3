"""One file from a mirror: downloaded beside its place, verified, told apart by what went wrong. Works as the account that runs the process."""

import hashlib
import http.client
import os
import time
import urllib.parse
import urllib.request

from ansible_collections.workshop.lab.plugins.module_utils import http_file
from ansible_collections.workshop.lab.plugins.module_utils.digest import BLOCK
from ansible_collections.workshop.lab.plugins.module_utils.http_file import CUT, DOWN, MISSING, REFUSED, SLOW, WRONG, Failed

AGAIN_WHEN_WRONG = 1  # further tries for a whole file of other content: the file itself is wrong, mostly, and each try costs all its bytes

STEPS = {
    DOWN: "Look whether %s is switched on, its web server runs and this machine reaches it",
    SLOW: "Look at the load of %s and at the network between, or raise the limit",
    CUT: "Look at the network and at the web server of %s",
    MISSING: "Stock %s with it (playbooks/mirror.yml), or correct the version that is asked for",
    REFUSED: "Look why %s or a proxy on the way refuses it",
    WRONG: "The file on %s was altered, cut short or is of another version: have it verified and stocked again (playbooks/mirror.yml)",
}


def download(url, target, wanted, limits, clock=time.monotonic):
    """Write what a URL gives to the open binary file ``target``; return its bytes (int). Failed unless its sha256 is the wanted one."""
    start = clock()
    request = urllib.request.Request(url, headers={"User-Agent": "workshop-lab", "Accept-Encoding": "identity"})
    try:
        with urllib.request.urlopen(request, timeout=limits.silence) as answer:
            digest, count = _copy(answer, target, http_file.length_of(answer), start, limits, clock)
    except (OSError, http.client.HTTPException) as error:
        raise http_file.failure(error, limits.silence)
    if digest != wanted.sha256:
        raise Failed(WRONG, "expected sha256 %s, found %s (%d bytes)" % (wanted.sha256, digest, count))
    return count


def _copy(answer, target, length, start, limits, clock):
    """Copy the answer; return (its sha256, its bytes)."""
    digest, count = hashlib.sha256(), 0
    while True:
        block = answer.read1(BLOCK)  # what there is: read() would wait for a whole block of a server that trickles
        if not block:
            break
        http_file.write(target, block)
        digest.update(block)
        count += len(block)
        if clock() - start > limits.file:
            raise Failed(SLOW, "%s of %s MB within %g s" % (_mb(count), _mb(length), limits.file))
    if length is not None and count < length:
        raise Failed(CUT, "the connection was cut after %d of %d bytes" % (count, length))
    return digest.hexdigest(), count


def _mb(count):
    return "?" if count is None else "%.1f" % (count / 1e6)


def fetch(wanted, beside, limits, pull=download, sleep=time.sleep):
    """Download a Wanted to the path ``beside`` from its url or, if that fails, from its fallback; return (URL, bytes, what failed before it).

    Nothing is left at ``beside`` when it fails: Failed, with the words of all that was tried.
    """
    said, failed = [], None
    for url in [wanted.url] + ([wanted.fallback] if wanted.fallback else []):
        tries = 0
        while True:
            tries += 1
            try:
                with open(beside, "wb") as target:
                    count = pull(url, target, wanted, limits)
                    target.flush()
                    os.fsync(target.fileno())
                os.chmod(beside, wanted.mode)
                return url, count, said
            except Failed as error:
                failed = error
                _drop(beside)
                if error.final or tries >= limits.tries or (error.kind == WRONG and tries > AGAIN_WHEN_WRONG):
                    break
                sleep(limits.pause)
            except BaseException:
                _drop(beside)
                raise
        said.append("from %s, after %d of at most %d tries: %s. %s" % (
            url, tries, limits.tries, failed, STEPS[failed.kind] % urllib.parse.urlsplit(url).netloc))
    raise Failed(failed.kind, "; ".join(said))


def _drop(path):
    """Remove what a download left."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
