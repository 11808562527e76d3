"""Work of a run that is the same for many hosts, done once: its processes, one a host, find each other by a file in the run's own temporary folder."""

import contextlib
import fcntl
import hashlib
import json
import os

from ansible import constants

# What is another for every host and decides nothing: who it is, how it is reached, what is known of all.
APART = ("inventory_hostname", "inventory_hostname_short", "group_names", "groups", "hostvars", "vars", "omit", "play_hosts", "role_names", "inventory_dir",
         "inventory_file", "playbook_dir")
# In a template: it has another value on each host.
OWN = ("inventory_hostname", "group_names", "ansible_")
FAILED = "failed"


def fingerprint(variables):
    """Return a text that two hosts share only when their variables, as they were written down, are the same, but for APART and ansible's own.

    A host with a template that names one of OWN shares it with nobody.
    """
    kept = {name: value for name, value in variables.items() if name not in APART and not name.startswith("ansible_")}
    text = json.dumps(kept, sort_keys=True, default=_written)
    own = "{{" in text and any(name in text for name in OWN)
    return hashlib.sha256((text + (str(os.getpid()) if own else "")).encode("utf-8", "surrogatepass")).hexdigest()


def _written(value):
    """Return what stands for a value that JSON does not know: a vault's text, else something that no other process has."""
    return getattr(value, "_ciphertext", None) or "%s in process %d" % (type(value).__name__, os.getpid())


@contextlib.contextmanager
def once(key):
    """Give a list: empty when this is the first process with this key in the run, which then puts its result (JSON) there; else that result alone.

    The others wait for the first. When that one failed, each does the work itself, all at once, for messages of their own.
    """
    with open(os.path.join(constants.DEFAULT_LOCAL_TMP, "once-%s" % key), "a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        found = file.read()
        if found:
            fcntl.flock(file, fcntl.LOCK_UN)
            yield [] if found == FAILED else [json.loads(found)]
            return
        result, failed = [], True
        try:
            yield result
            failed = not result
        finally:
            file.write(FAILED if failed else json.dumps(result[0]))
            file.flush()
            fcntl.flock(file, fcntl.LOCK_UN)
