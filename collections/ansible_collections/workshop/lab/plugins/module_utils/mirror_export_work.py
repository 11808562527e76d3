"""The mirror written to one archive, for a room without the internet."""

import errno
import hashlib
import io
import json
import os
import tarfile

from ansible_collections.workshop.lab.plugins.module_utils import mirror_lock, mirror_room
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.machine_files import free_bytes
from ansible_collections.workshop.lab.plugins.module_utils.mirror_archive_plan import CONTENTS, contents


class _Digest:
    """Passes on what is written to a file, and knows its sha256."""

    def __init__(self, stream):
        self.stream, self.digest = stream, hashlib.sha256()

    def write(self, block):
        """Write a block."""
        self.digest.update(block)
        return self.stream.write(block)


def export(root, archive, lock, check):
    """Write the archive by a temporary name, and beside it ARCHIVE.sha256; return the module's result."""
    lock = mirror_lock.accept(lock)
    if not lock["files"] and not lock["images"]:
        raise LabError("The mirror's lock file is empty: nothing was stocked that could be exported. Next step: run playbooks/mirror.yml.")
    listed = contents(root, lock)
    size = sum(one["size"] for one in listed["members"].values())
    result = {"changed": True, "archive": archive, "members": len(listed["members"]), "bytes": size, "sha256": "", "lock": lock}
    folder = os.path.dirname(archive)
    if not os.path.isdir(folder):
        raise LabError("There is no folder %s for the archive on the mirror. Next step: mount the stick or name another path in mirror_archive." % folder)
    free = free_bytes(folder)[1]
    there = os.path.getsize(archive + ".part") if os.path.exists(archive + ".part") else 0
    if size + len(listed["members"]) * 1024 > free + there:
        raise LabError("%s has %d MB free and the archive needs %d MB; nothing was written. Next step: name another place in mirror_archive." % (
            folder, mirror_room.mb(free), mirror_room.mb(size)))
    if check:
        return result
    part = archive + ".part"
    try:
        with open(part, "wb") as stream:
            target = _Digest(stream)
            with tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT) as tar:
                _add(tar, CONTENTS, json.dumps(listed, sort_keys=True).encode("utf-8"))
                for path in sorted(listed["members"]):
                    _add_file(tar, root, path, listed["members"][path])
            stream.flush()
            os.fsync(stream.fileno())
        result["sha256"] = target.digest.hexdigest()
        with open(archive + ".sha256", "w", encoding="ascii") as stream:
            stream.write("%s  %s\n" % (result["sha256"], os.path.basename(archive)))
        os.rename(part, archive)
    except OSError as error:
        _drop(part)
        if error.errno == errno.EFBIG:
            raise LabError("%s cannot be so large there (%d MB): the stick has the file system FAT32, which ends at 4 GB. Next step: format it as exFAT or "
                           "ext4." % (archive, mirror_room.mb(size)))
        raise LabError("%s was not written: %s. Nothing of it was left. Next step: mend that, or name another place in mirror_archive." % (
            archive, error.strerror or error))
    except BaseException:
        _drop(part)
        raise
    return result


def _add(tar, name, data):
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o644
    tar.addfile(info, io.BytesIO(data))


def _add_file(tar, root, path, one):
    """Add a file as it was when it was listed."""
    info = tarfile.TarInfo(path)
    info.size, info.mode = one["size"], 0o644
    with open(os.path.join(root, path), "rb") as stream:
        if os.fstat(stream.fileno()).st_size != one["size"]:
            raise LabError("%s changed while the mirror was exported. Next step: export again when nobody stocks it or is served packages." % path)
        tar.addfile(info, stream)


def _drop(path):
    if os.path.lexists(path):
        os.unlink(path)
