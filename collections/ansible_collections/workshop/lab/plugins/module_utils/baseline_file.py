"""The record of what was in a cluster before the class: a file of root's on the seat."""

import json
import os
import time

from ansible_collections.workshop.lab.plugins.module_utils.baseline_plan import mark
from ansible_collections.workshop.lab.plugins.module_utils.baseline_read import key
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

FORM = 1  # raised when the file gets another form


def load(path):
    """Return (uid of the cluster, time, {key: (uid, mark)}); (None, "", {}) when there is no record. LabError when the file is none of ours."""
    try:
        with open(path, encoding="utf-8") as stream:
            record = json.load(stream)
        if record["form"] != FORM or not record["cluster"]:
            raise ValueError("form %s" % record["form"])
        return record["cluster"], record["time"], {tuple(one[:4]): (one[4], one[5]) for one in record["objects"]}
    except FileNotFoundError:
        return None, "", {}
    except PermissionError:
        raise LabError("The record %s cannot be read by this account; it is root's: use become." % path)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise LabError("The record %s cannot be read (%s). Next step: remove the file; without it a reset only removes the workshop's own objects." % (
            path, error))


def save(path, cluster, objects):
    """Write the record: to a file of its own beside it, which then takes its name, so that a killed run leaves the old one or the new one."""
    lines = sorted(list(key(obj)) + [obj.uid, mark(obj)] for obj in objects)
    record = {"form": FORM, "cluster": cluster, "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "objects": lines}
    part = path + ".part"
    try:
        os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
        if os.path.lexists(part):
            os.unlink(part)  # of a run that was killed
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            json.dump(record, stream, indent=0)
            stream.flush()
            os.fsync(stream.fileno())
        os.rename(part, path)
    except OSError as error:
        raise LabError("The record %s cannot be written: %s. Next step: run as root (become), or name another path." % (path, error.strerror))


def remove(path):
    """Remove the record, and its folder when that held nothing else."""
    try:
        os.unlink(path)
        os.rmdir(os.path.dirname(path))
    except FileNotFoundError:
        pass
    except OSError as error:
        if os.path.lexists(path):
            raise LabError("The record %s cannot be removed: %s." % (path, error.strerror))
