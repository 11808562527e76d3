"""A smoke test that passed is remembered until the machine starts anew: what it proves changes with a start, or with what is in the key."""

import hashlib
import json
import os

from ansible_collections.workshop.lab.plugins.module_utils.json_file import write_json
from ansible_collections.workshop.lab.plugins.module_utils.machine_files import MachineFiles
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_networks import FILE as NETWORKS

PATH = "/run/workshop-lab/virtualbox-smoke.json"  # of root, in memory: gone with the next start


class Stamp:
    """The memory of one test. ``params`` and ``version`` as the test has them."""

    def __init__(self, params, version, path=None, files=None):
        files = files or MachineFiles()
        self.path, self.files = path or PATH, files
        loaded = [line.split() for line in (files.read("/proc/modules") or "").splitlines() if line.strip()]
        # A module that was loaded anew, or built anew, has another address.
        vbox = sorted((words[0], words[5:]) for words in loaded if words[0].startswith("vbox"))
        kvm = sorted(words[0] for words in loaded if words[0].startswith("kvm"))
        known = [params["user"], params["host_only_cidr"], params["vm"], list(version), files.read(NETWORKS), vbox, kvm,
                 files.read("/sys/module/kvm/parameters/enable_virt_at_load")]
        self.key = hashlib.sha256(json.dumps(known).encode("utf-8")).hexdigest()

    def passed(self):
        """Return the checks of the test that passed, None when there was none like this one since the machine's start."""
        try:
            told = json.loads(self.files.read(self.path) or "")
            return told["checks"] if told["key"] == self.key else None
        except (ValueError, KeyError, TypeError):
            return None

    def write(self, checks):
        """Remember a test whose checks are all true; forget the last one otherwise. Without the right to write nothing is remembered."""
        try:
            if not all(one["ok"] is True for one in checks):
                if os.path.exists(self.path):
                    os.remove(self.path)
                return
            os.makedirs(os.path.dirname(self.path), mode=0o755, exist_ok=True)
            write_json(self.path, {"key": self.key, "checks": checks}, 0o600)
        except OSError:
            pass
