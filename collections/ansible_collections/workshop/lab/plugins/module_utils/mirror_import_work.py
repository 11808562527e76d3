"""The mirror read from an archive: unpacked beside its data, verified, and only then put in place."""

import errno
import hashlib
import os
import pwd
import shutil
import tarfile

from ansible_collections.workshop.lab.plugins.module_utils import mirror_lock, mirror_room, mirror_state
from ansible_collections.workshop.lab.plugins.module_utils.digest import blocks_of
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.machine_files import free_bytes
from ansible_collections.workshop.lab.plugins.module_utils.mirror_archive_plan import CONTENTS, accept_contents, allowed, refuse_against
from ansible_collections.workshop.lab.plugins.module_utils.mirror_stock_work import sha256

MOST = 64 << 20  # bytes of the list; a mirror's is below one MB
# Whose the parts are on the mirror: a service cannot write what root has unpacked.
OWNERS = {mirror_state.STORE: "docker-registry", mirror_state.PACKAGES: "apt-cacher-ng"}


def bring(root, archive, lock, check, owner=None):
    """Unpack an archive beside the mirror, verify every member, then put each in place; return the module's result with the merged lock."""
    owner = owner or _owner
    if not os.path.isfile(archive):
        raise LabError("There is no archive %s on the mirror. Next step: mount the stick or correct mirror_archive." % archive)
    beside = os.path.join(root, mirror_state.STATE, "import")
    try:
        with open(archive, "rb") as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
            their, listed, ours = None, {}, mirror_lock.accept(lock)
            done = []
            for member in tar:
                if their is None:
                    their, listed = _head(tar, member)
                    ours = mirror_lock.merged(ours, their)
                    refuse_against(ours, listed)
                    present = [path for path in listed if _is_there(root, path, listed[path])]
                    _room(root, {path: one for path, one in listed.items() if path not in present})
                    if check:
                        return _result(archive, listed, len(listed) - len(present), ours)
                    shutil.rmtree(beside, ignore_errors=True)
                    continue
                if not member.isreg() or not allowed(member.name, listed):
                    raise LabError("The archive holds %r, which is not in its list or no plain file; nothing of it was put in place. Next step: export again." %
                                   member.name)
                done.append(member.name)
                if member.name not in present:
                    _unpack(tar, member, os.path.join(beside, member.name), listed[member.name])
            missing = sorted(set(listed) - set(done)) if their is not None else [CONTENTS]
            if missing:
                raise LabError("The archive lacks %d of its files (%s ...): it was cut short. Nothing of it was put in place. Next step: copy it again and "
                               "compare its sha256 with %s.sha256." % (len(missing), missing[0], archive))
        new = [path for path in sorted(listed) if path not in present]
        for path in new:
            _place(root, beside, path, owner)
    except (tarfile.TarError, EOFError) as error:
        raise LabError("The archive %s cannot be read (%s): it is damaged or cut short. Nothing of it was put in place. Next step: copy it again and compare "
                       "its sha256 with %s.sha256." % (archive, error, archive))
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise mirror_room.full(root, archive)
        raise LabError("%s cannot be read or written: %s. Next step: mend that and import again." % (error.filename or archive, error.strerror or error))
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return _result(archive, listed, len(new), ours)


def _result(archive, listed, new, lock):
    return {"changed": new > 0, "archive": archive, "members": len(listed), "new": new, "bytes": sum(one["size"] for one in listed.values()), "sha256": "",
            "lock": lock}


def _head(tar, member):
    """Return (lock, members) of the first member."""
    if member.name != CONTENTS or not member.isreg() or member.size > MOST:
        return accept_contents(b"")
    return accept_contents(tar.extractfile(member).read())


def _is_there(root, path, one):
    place = os.path.join(root, path)
    return os.path.isfile(place) and not os.path.islink(place) and os.path.getsize(place) == one["size"] and sha256(place) == one["sha256"]


def _room(root, listed):
    mirror_room.room(sum(one["size"] for one in listed.values()), 0, free_bytes(root)[1], 0, root)


def _unpack(tar, member, path, one):
    """Write a member to ``path``; LabError unless it is what the list says."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    digest, source = hashlib.sha256(), tar.extractfile(member)
    with open(path, "wb") as target:
        for block in blocks_of(source):
            digest.update(block)
            target.write(block)
    if digest.hexdigest() != one["sha256"]:
        raise LabError("%s in the archive is damaged: its sha256 is %s, listed is %s. Nothing of the archive was put in place. Next step: copy it again." % (
            member.name, digest.hexdigest(), one["sha256"]))


def _place(root, beside, path, owner):
    """Put an unpacked file in its place, with its owner."""
    place = os.path.join(root, path)
    part = path.split("/")[0]
    made, folder = [], os.path.dirname(place)
    while not os.path.isdir(folder):
        made.append(folder)
        folder = os.path.dirname(folder)
    os.makedirs(os.path.dirname(place), exist_ok=True)
    os.chmod(os.path.join(beside, path), 0o644)
    os.rename(os.path.join(beside, path), place)
    for one in made + [place]:
        owner(one, OWNERS.get(part))


def _owner(path, name):
    """Give a file or folder to an account, if there is one of that name."""
    try:
        entry = pwd.getpwnam(name) if name else None
    except KeyError:
        entry = None
    if entry and os.geteuid() == 0:
        os.chown(path, entry.pw_uid, entry.pw_gid)
