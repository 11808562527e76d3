"""Small JSON files, replaced whole: who reads meanwhile sees the old one or the new one."""

import json
import os


def read_json(path, default=None):
    """Return what a JSON file holds; ``default`` when it is not there or cannot be read."""
    try:
        with open(path, encoding="utf-8") as stream:
            return json.load(stream)
    except (OSError, ValueError):
        return default


def write_json(path, value, mode=0o644):
    """Replace a JSON file by one rename. Raises OSError."""
    part = path + ".part"
    with open(part, "w", encoding="utf-8") as stream:
        json.dump(value, stream, indent=2, sort_keys=True)
        stream.write("\n")
    os.chmod(part, mode)
    os.rename(part, path)
