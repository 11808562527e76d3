"""What is at some paths, in one look: kind, content's checksum, mode, owner; which of them are not as wanted; and accounts with what is in their homes."""

import grp
import os
import pwd
import stat

from ansible_collections.workshop.lab.plugins.module_utils.digest import blocks_of, sha256_of
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

NOTHING = {"type": "", "sha256": "", "mode": "", "owner": "", "uid": None, "group": "", "gid": None, "target": "", "size": 0, "executable": False}
COMPARED = ("sha256", "mode", "owner", "group")
MOST = 1 << 20  # bytes of a file whose content is told: it becomes part of the module's answer


def look(path, checksum):
    """Return what is at a path; a link is not followed. ``~NAME`` at the beginning is an account's home: without the account nothing is there.

    ``checksum`` (bool): of a regular file's content too. LabError when it may not be read.
    """
    path = os.path.expanduser(path)
    if not path.startswith("/"):
        return dict(NOTHING)
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return dict(NOTHING)
    except OSError as error:
        raise LabError("%s cannot be looked at: %s; run as root (become)." % (path, error.strerror))
    kind = "link" if stat.S_ISLNK(found.st_mode) else "file" if stat.S_ISREG(found.st_mode) else "directory" if stat.S_ISDIR(found.st_mode) else "other"
    return {"type": kind, "sha256": _sha256(path) if kind == "file" and checksum else "", "mode": "%04o" % stat.S_IMODE(found.st_mode),
            "owner": _name(pwd.getpwuid, found.st_uid), "uid": found.st_uid, "group": _name(grp.getgrgid, found.st_gid), "gid": found.st_gid,
            "target": os.readlink(path) if kind == "link" else "", "size": found.st_size, "executable": kind != "directory" and os.access(path, os.X_OK)}


def differs(found, wanted):
    """Whether what was found is not what is wanted (a dict of COMPARED; an empty one does not count; owner and group by name or number).

    What is not there always differs.
    """
    same = {"sha256": [found["sha256"]], "mode": [found["mode"]], "owner": [found["owner"], str(found["uid"])], "group": [found["group"], str(found["gid"])]}
    return not found["type"] or any(wanted.get(name) and str(wanted[name]) not in same[name] for name in COMPARED)


def report(paths, wanted):
    """Return {"found": {path: look}, "there": [path], "differing": [path]} for paths, and for those of ``wanted`` ({path: {name: value}}) besides."""
    found = {path: look(path, bool(wanted.get(path, {}).get("sha256"))) for path in dict.fromkeys(list(paths) + list(wanted))}
    return {"found": found, "there": [path for path in found if found[path]["type"]],
            "differing": [path for path in wanted if differs(found[path], wanted[path])]}


def accounts(names):
    """Return {name: {uid, gid, home, shell, comment}} of those accounts that the machine knows."""
    found = {}
    for name in names:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        found[name] = {"uid": entry.pw_uid, "gid": entry.pw_gid, "home": entry.pw_dir, "shell": entry.pw_shell, "comment": entry.pw_gecos}
    return found


def content(path):
    """Return the text of a plain file; None where there is none. ``~NAME/`` is the account's home. LabError for one that may not or cannot be read."""
    path = os.path.expanduser(path)
    try:
        if not path.startswith("/") or not stat.S_ISREG(os.lstat(path).st_mode):
            return None
        with _open(path) as stream:
            found = stream.read(MOST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _unreadable(path, error)
    if len(found) > MOST:
        raise LabError("%s has more than %d bytes, which nothing of this toolkit writes; look at it, and move it away." % (path, MOST))
    return found.decode("utf-8", "replace")


def _open(path):
    """Another kind of file may have come to this place since the look: neither a link nor a pipe may be opened by root."""
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")


def _unreadable(path, error):
    return LabError("%s cannot be read: %s; run as root (become), or look at the disk (`dmesg`)." % (path, error.strerror))


def _sha256(path):
    try:
        with _open(path) as stream:
            return sha256_of(blocks_of(stream))
    except OSError as error:
        raise _unreadable(path, error)


def _name(find, number):
    """Return the name of a user or a group, its number as text where it has none."""
    try:
        return find(number)[0]
    except KeyError:
        return str(number)
