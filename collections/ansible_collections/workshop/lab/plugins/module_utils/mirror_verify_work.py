"""Everything that the mirror holds, hashed again: what is missing, damaged or not of the catalogue."""

import http.client
import os
import urllib.error
import urllib.request

from ansible_collections.workshop.lab.plugins.module_utils import mirror_images, mirror_state
from ansible_collections.workshop.lab.plugins.module_utils.digest import sha256_of
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.http_file import sha256
from ansible_collections.workshop.lab.plugins.module_utils.mirror_state import size

MISSING, TRUNCATED, ALTERED, UNRECORDED, UNREACHABLE, RIGHT = "missing", "truncated", "altered", "unrecorded", "unreachable", "right"
ACCEPT = "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json"
OWN = (mirror_state.PAGE,)


def verdict(recorded, found_size, found_sha256):
    """Return (state, words) of one file. ``recorded``: {sha256, size} or None; ``found_size`` None when it is not there; ``found_sha256()`` reads it."""
    if recorded is None:
        return UNRECORDED, "nothing in the lock file says what it must contain"
    if found_size is None:
        return MISSING, "it is not there"
    if found_size < recorded["size"]:
        return TRUNCATED, "it has %d of %d bytes" % (found_size, recorded["size"])
    found = found_sha256()
    if found != recorded["sha256"]:
        return ALTERED, "its sha256 is %s, recorded is %s" % (found, recorded["sha256"])
    return RIGHT, ""


def superfluous(present, wanted):
    """Return the files that are there and not wanted. Parts of downloads that are not finished belong to their files."""
    known = set(wanted) | set(OWN) | {path + ".part" for path in wanted}
    return sorted(set(present) - known)


def present(root):
    """Return the paths below ``root``."""
    found = []
    for folder, _folders, names in os.walk(root):
        found += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return sorted(found)


def _get(url, limit):
    """Yield the blocks of a URL's answer."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # the loopback is behind no proxy
    with opener.open(urllib.request.Request(url, headers={"Accept": ACCEPT}), timeout=limit) as answer:
        for block in iter(lambda: answer.read(1 << 18), b""):
            yield block


def image_verdict(store, image, digest, get=_get, limit=60):
    """Return (state, words) of an image in the registry at ``store`` (host:port): its manifest and every blob are read and hashed."""
    if not digest:
        return UNRECORDED, "nothing in the lock file says what it must contain"
    repository, _colon, tag = image["store"].rpartition(":")
    base = "http://%s/v2/%s/" % (store, repository)
    try:
        text = b"".join(get(base + "manifests/" + tag, limit)).decode("utf-8", "replace")
        if mirror_images.digest_of(text) != digest:
            return ALTERED, "its digest is %s, recorded is %s" % (mirror_images.digest_of(text), digest)
        for blob in sorted(mirror_images.blobs(text, image["name"])):
            found = sha256_of(get(base + "blobs/" + blob, limit))
            if "sha256:" + found != blob:
                return ALTERED, "its part %s has the sha256 %s" % (blob, found)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return MISSING, "the registry does not have it whole: %s gives 404" % error.geturl()
        return ALTERED, "the registry answers %d to %s" % (error.code, error.geturl())
    except http.client.HTTPException as error:
        return TRUNCATED, "the registry ended an answer early (%s)" % type(error).__name__
    except OSError as error:
        raise LabError("The mirror's registry at %s does not answer (%s), so no image can be verified. Next step: systemctl status workshop-mirror-store on "
                       "the mirror, then run again." % (store, getattr(error, "reason", error)))
    return RIGHT, ""


def verify(root, files, images, lock, store, get=_get):
    """Return {things, problems, bytes, superfluous}: a row {name, state, words} for each file and image.

    ``files``, ``images``: as of mirror_wanted. A registry that does not answer is no damage of its images, and does not hide what is wrong with files.
    """
    base, rows, wanted, count, down = os.path.join(root, mirror_state.FILES), [], [], 0, ""

    def row(name, found):
        rows.append({"name": name, "state": found[0], "words": found[1]})

    for path in [one["path"] for one in files] + [one["path"] for one in images if one["path"]]:
        place = os.path.join(base, path)
        wanted.append(path)
        count += size(place) or 0
        row(path, verdict(lock["files"].get(path), size(place), lambda place=place: sha256(place)))
    for image in images:
        if image["store"]:
            digest = (lock["images"].get(image["name"]) or {}).get("digest", "")
            try:
                found = (UNREACHABLE, down) if down else image_verdict(store, image, digest, get)
            except LabError as error:
                down = str(error)
                found = (UNREACHABLE, down)
            row(image["name"], found)
    more = superfluous(present(base), wanted)
    return {"things": rows, "problems": [one for one in rows if one["state"] != RIGHT], "superfluous": more, "bytes": count}


def told(root, found):
    """Return the sentences for a person; [] when all is right. What is superfluous is no fault: it is not served."""
    damaged = [one for one in found["problems"] if one["state"] != UNREACHABLE]
    said = ["%s is %s: %s." % (one["name"], one["state"], one["words"]) for one in damaged]
    if damaged:
        said.append("Next step: run playbooks/mirror.yml, which fetches just these again, then verify again.")
    return said + sorted({one["words"] for one in found["problems"] if one["state"] == UNREACHABLE})
