"""What an archive of the mirror is made of: a tar of files, registry and packages behind a list of what is in it."""

import json
import os
import stat

from ansible_collections.workshop.lab.plugins.module_utils import mirror_blobs, mirror_lock, mirror_state
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.mirror_stock_work import sha256

CONTENTS = "contents.json"  # the first member: {"version", "lock", "members": {path: {"sha256", "size"}}}
PARTS = (mirror_state.FILES, mirror_state.STORE, mirror_state.PACKAGES)
UPLOADS = "/_uploads/"  # of the registry: pushes that are not finished


def members(root):
    """Return the paths below ``root`` that belong into an archive."""
    found = []
    for part in PARTS:
        for folder, folders, names in os.walk(os.path.join(root, part)):
            folders.sort()
            for name in sorted(names):
                path = os.path.join(folder, name)
                inside = os.path.relpath(path, root)
                if stat.S_ISREG(os.lstat(path).st_mode) and not name.endswith(".part") and UPLOADS not in "/" + inside:
                    found.append(inside)
    return [path for path in found if path != mirror_state.FILES + "/" + mirror_state.PAGE]


def contents(root, lock):
    """Return what is written at the archive's beginning; LabError when a file is not what the lock says: a damaged mirror is not carried on."""
    listed = {}
    for path in members(root):
        listed[path] = {"sha256": sha256(os.path.join(root, path)), "size": os.path.getsize(os.path.join(root, path))}
    wrong = mirror_blobs.against(lock, listed) + [
        "%s is missing" % path for path in sorted(lock["files"]) if mirror_state.FILES + "/" + path not in listed]
    if wrong:
        raise LabError("The mirror was not exported: %s. Next step: run playbooks/mirror.yml, which fetches these again, then export; a part of the registry "
                       "that is named again belongs to no image of the catalogue: remove its folder on the mirror." % "; ".join(wrong))
    return {"version": 1, "lock": lock, "members": listed}


def accept_contents(text):
    """Return (lock, members) of an archive's list; LabError when it is none."""
    wrong = LabError("The archive does not begin with a list of its contents: it was not written by this toolkit's export, or is damaged. Next "
                     "step: export again.")
    try:
        found = json.loads(text.decode("utf-8"))
        listed = found["members"]
        good = found["version"] == 1 and all(isinstance(one["size"], int) and len(one["sha256"]) == 64 for one in listed.values())
    except (ValueError, KeyError, TypeError, AttributeError):
        raise wrong
    if not good:
        raise wrong
    return mirror_lock.accept(found["lock"]), listed


def refuse_against(lock, listed):
    """LabError when a member would be put in place as something else than its name or the lock says. ``lock``: the room's own, merged with the archive's."""
    wrong = mirror_blobs.against(lock, listed)
    if wrong:
        raise LabError("The archive is not what it says: %s. Nothing of it was put in place. Next step: find out who changed it, and export again." %
                       "; ".join(wrong))


def allowed(name, listed):
    """Whether a member may be unpacked: it is listed, in one of the mirror's parts, and stays below the root."""
    words = name.split("/")
    return name in listed and words[0] in PARTS and len(words) > 1 and not {"", ".", ".."} & set(words)
