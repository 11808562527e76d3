"""The mirror's lock file: what every file and image of a class must contain, recorded when it was first stocked. Pure.

{"version": 1, "files": {"HOST/PATH": {"sha256", "size", "source"}}, "images": {"docker.io/library/redis:3": {"digest"}}}
"""

import json
import re

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

VERSION = 1
PINNED, PUBLISHED, TAKEN, MADE = ("pinned in the catalogue", "published by upstream over TLS", "taken from upstream over TLS",
                                  "made from image digest %s")
SHA256, DIGEST = r"\A[0-9a-f]{64}\Z", r"\Asha256:[0-9a-f]{64}\Z"
MEND = "restore the lock file from where it is kept, or remove it and stock the mirror anew"


def empty():
    """Return the lock of a mirror that was never stocked."""
    return {"version": VERSION, "files": {}, "images": {}}


def safe(path):
    """Whether a text is a relative path that stays below its root."""
    return isinstance(path, str) and bool(re.match(r"\A[A-Za-z0-9][A-Za-z0-9._+@~/-]*\Z", path)) and not path.endswith("/") and not (
        {"", ".", ".."} & set(path.split("/")))


def accept(lock):
    """Return a lock (dict, {} for none) in its whole form; LabError in one sentence when it cannot be one."""
    if not lock:
        return empty()
    if not isinstance(lock, dict) or lock.get("version") != VERSION:
        raise LabError("The mirror's lock file is of version %s, this toolkit writes %d. Next step: %s." % (
            lock.get("version") if isinstance(lock, dict) else "none", VERSION, MEND))
    files, images = lock.get("files"), lock.get("images")
    if not isinstance(files, dict) or not isinstance(images, dict):
        raise LabError("The mirror's lock file lacks its files or its images. Next step: %s." % MEND)
    for path, one in files.items():
        good = isinstance(one, dict) and re.match(SHA256, str(one.get("sha256"))) and _whole(one.get("size")) and isinstance(one.get("source"), str)
        if not safe(path) or not good:
            raise LabError("The mirror's lock file has no path, sha256, size and source for %s. Next step: %s." % (path, MEND))
    for name, one in images.items():
        if not isinstance(one, dict) or not re.match(DIGEST, str(one.get("digest"))):
            raise LabError("The mirror's lock file has no digest for the image %s. Next step: %s." % (name, MEND))
    return {"version": VERSION, "files": dict(files), "images": dict(images)}


def _whole(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def read(text):
    """Return the lock that a lock file's text holds; LabError when it is none."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise LabError("The mirror's lock file is no JSON (%s). Next step: %s." % (error, MEND))
    return accept(found)


def write(lock):
    """Return the text of a lock file: sorted, so that a change is a small difference in version control."""
    return json.dumps(lock, indent=2, sort_keys=True) + "\n"


def conflicts(lock, found):
    """Return a sentence for each file or image that ``lock`` records otherwise than ``found`` has it."""
    said = []
    for path, one in sorted(found["files"].items()):
        there = lock["files"].get(path)
        if there and there["sha256"] != one["sha256"]:
            said.append(changed(path, "sha256 " + there["sha256"], "sha256 " + one["sha256"]))
    for name, one in sorted(found["images"].items()):
        there = lock["images"].get(name)
        if there and there["digest"] != one["digest"]:
            said.append(changed(name, "digest " + there["digest"], "digest " + one["digest"]))
    return said


def changed(what, recorded, found):
    """Return the sentence for something that is no longer what it was."""
    return ("%s has changed: the lock file records %s, found was %s. Next step: find out who changed it; if the change is wanted, remove its entry from the "
            "lock file and stock the mirror again." % (what, recorded, found))


def beyond(lock, found):
    """Return of the lock ``found`` what ``lock`` does not have."""
    return {"version": VERSION, "files": {path: one for path, one in found["files"].items() if path not in lock["files"]},
            "images": {name: one for name, one in found["images"].items() if name not in lock["images"]}}


def added(lock, found):
    """Return the lock with what is new; what it has already stays as it is."""
    return merged(lock, beyond(lock, found))


def merged(lock, found):
    """Return the lock with what is new; LabError when something in it would change."""
    said = conflicts(lock, found)
    if said:
        raise LabError(" ".join(said), conflicts=said)
    return {"version": VERSION, "files": dict(found["files"], **lock["files"]), "images": dict(found["images"], **lock["images"])}
