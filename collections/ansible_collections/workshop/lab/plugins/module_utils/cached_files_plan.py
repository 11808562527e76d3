"""What is to be done for each file of a cache: decided from what is wanted, what is there and what was remembered. Pure."""

import collections
import json

from ansible_collections.workshop.lab.plugins.module_utils import arguments
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # sha256 of no byte at all: what a failed download is pinned as

#: A file as it should be. ``url``: where it comes from, ``fallback``: where else ("" nowhere), ``mode``: int, ``size``: bytes, None when unknown.
Wanted = collections.namedtuple("Wanted", "path url fallback sha256 mode size")
#: A file as it is: ``regular`` (bool), ``mode``, ``size``, ``stamp`` (what changes with every change of its content).
Seen = collections.namedtuple("Seen", "regular mode size stamp")

RIGHT, LOOK, FETCH = "right", "look", "fetch"


def accept(files):
    """Return the option files as a list of Wanted; LabError on a bad value."""
    found = []
    for one in files:
        path = arguments.absolute_path("files.path", one["path"])
        if path.endswith("/") or "//" in path or "/./" in path:
            arguments.refuse("files.path", path, "the absolute path of a file")
        arguments.url("files.url", one["url"])
        if one.get("fallback_url"):
            arguments.url("files.fallback_url", one["fallback_url"])
        sha256 = arguments.text_of("files.sha256", one["sha256"], "[0-9A-Fa-f]{64}", "a sha256 of 64 hexadecimal digits").lower()
        if sha256 == EMPTY:
            arguments.refuse("files.sha256", sha256, "the sha256 of the file itself; this is the one of an empty file")
        arguments.text_of("files.mode", one["mode"], "0?[0-7]{3}", "a mode like 0644")
        arguments.at_least("files.size", one.get("size"), 1)
        found.append(Wanted(path, one["url"], one.get("fallback_url") or "", sha256, int(one["mode"], 8), one.get("size")))
    paths = [one.path for one in found]
    for path in paths:
        if paths.count(path) > 1:
            arguments.refuse("files.path", path, "there only once")
    return found


def at_home(path, home):
    """Return a path with ~/ at its beginning replaced by a home directory."""
    return home.rstrip("/") + path[1:] if path.startswith("~/") else path


def read_record(text):
    """Return {path: {"sha256", "stamp"}} of what an earlier run remembered; {} when that cannot be read: then every file is looked at."""
    try:
        found = json.loads(text or "{}")
        return {str(path): {"sha256": str(one["sha256"]), "stamp": [int(word) for word in one["stamp"]]} for path, one in found["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def write_record(entries):
    """Return the text for what is to be remembered."""
    return json.dumps({"version": 1, "files": entries}, indent=1, sort_keys=True) + "\n"


def first_look(wanted, seen, record):
    """Return RIGHT, LOOK (its content must be read) or FETCH for one file. LabError when its place is taken by something else.

    ``seen``: a Seen or None. ``record``: what read_record gave. A stamp that fits spares reading 150 MB on every run; any write to the file changes it.
    """
    if seen is None:
        return FETCH
    if not seen.regular:
        raise LabError("%s is there and is no regular file, and what is not a file is not replaced. Next step: move it away and run again." % wanted.path)
    if wanted.size is not None and seen.size != wanted.size:
        return FETCH
    known = record.get(wanted.path)
    if known and known["stamp"] == list(seen.stamp):
        return RIGHT if known["sha256"] == wanted.sha256 else FETCH
    return LOOK


def room(wanted, free):
    """Refuse a download for which there is no room. ``wanted``: the files to fetch, ``free``: {path: (folder, free bytes)} of each one's file system."""
    needed = {}
    for one in wanted:
        place = free[one.path]
        needed[place] = needed.get(place, 0) + (one.size or 0)
    for (folder, left), size in sorted(needed.items()):
        if size > left:
            raise LabError("The files for %s need %d MB and only %d MB are free there; nothing was downloaded. Next step: make room and run again." % (
                folder, -(-size // 1000000), left // 1000000))
