"""Work whose result is the same as long as neither variables nor code change, remembered from run to run: only that it went well, below ANSIBLE_HOME."""

import hashlib
import json
import os
import sys
import time

import ansible
from ansible import constants
from ansible_collections.workshop.lab.plugins.plugin_utils.once import APART, OWN

# What a template may ask that is no variable: such a variable can have another value in the next run though it is written down the same.
OUTSIDE = OWN + ("lookup", "query", "q(", "now(", "random", "shuffle", "strftime", "hostvars", "groups", "vars", " is ")
# Of those that are left out of a host's fingerprint these two decide what a template means.
PLACES = ("inventory_dir", "playbook_dir")
DAYS = 30


def digest(variables, folders):
    """Return a text that is the same as long as the variables, as they were written down, and all files below the folders are; "" where that is not enough."""
    strange = []
    kept = {name: value for name, value in variables.items() if name in PLACES or (name not in APART and not name.startswith("ansible_"))}
    text = json.dumps(kept, sort_keys=True, default=lambda value: _written(value, strange))
    if strange or any(_asks_outside(one) for one in _texts(kept)):
        return ""
    seen = hashlib.sha256((text + ansible.__version__ + sys.version).encode("utf-8", "surrogatepass"))
    for folder in sorted(set(folders)):
        for path in _files(folder):
            seen.update(path.encode("utf-8", "surrogatepass") + b"\0")
            with open(path, "rb") as file:
                seen.update(hashlib.sha256(file.read()).digest())
    return seen.hexdigest()


def recall(key):
    """Return what was remembered under a digest (JSON); None where there is nothing."""
    try:
        with open(os.path.join(_folder(), key), encoding="utf-8") as file:
            return json.load(file) if key else None
    except (OSError, ValueError):
        return None


def remember(key, result):
    """Keep a result under a digest. Where the folder cannot be written it is worked out again the next time, no more."""
    if not key:
        return
    try:
        os.makedirs(_folder(), mode=0o700, exist_ok=True)
        path = os.path.join(_folder(), key)
        with open("%s.%d" % (path, os.getpid()), "w", encoding="utf-8") as file:
            json.dump(result, file)
        os.replace(file.name, path)
        for name in os.listdir(_folder()):
            if os.stat(os.path.join(_folder(), name)).st_mtime < time.time() - DAYS * 86400:
                os.unlink(os.path.join(_folder(), name))
    except OSError:
        pass


def _folder():
    return os.path.join(constants.config.get_config_value("ANSIBLE_HOME"), "workshop_lab", "validated")


def _written(value, strange):
    """Return a vault's text in place of its value; note any other value that JSON does not know."""
    text = getattr(value, "_ciphertext", None)
    if text is None:
        strange.append(type(value).__name__)
    return text


def _texts(value):
    """Yield every text inside a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield str(name)
            yield from _texts(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner)


def _asks_outside(text):
    return ("{{" in text or "{%" in text) and any(word in text for word in OUTSIDE)


def _files(folder):
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in ("__pycache__", "tests", ".git"))
        yield from (os.path.join(where, name) for name in sorted(names))
