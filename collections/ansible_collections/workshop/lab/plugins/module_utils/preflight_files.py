"""What the preflight reads of a machine without starting a program, beside texts. Nothing here writes, and nothing fails: None or empty instead."""

import os
import shutil

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.machine_files import MachineFiles, room
from ansible_collections.workshop.lab.plugins.module_utils.minikube_files import Home, find_rivals
from ansible_collections.workshop.lab.plugins.module_utils.runner import PATH, find_account


class SeatFiles(MachineFiles):
    """The seat's files. Tests have their own, with the same questions."""

    def link(self, path):
        """Return where a symbolic link leads, "" when it is none."""
        try:
            return os.readlink(path)
        except OSError:
            return ""

    def space(self, path):
        """Return (the nearest folder that exists, free MB there for an ordinary account, whether it is mounted read-only); (path, None, False) without."""
        try:
            place, found = room(path)
        except OSError:
            return path, None, False
        return place, found.f_bavail * found.f_frsize // (1024 * 1024), bool(found.f_flag & os.ST_RDONLY)

    def processors(self):
        """Return the number of processors."""
        return os.cpu_count() or 1

    def which(self, name):
        """Return where a program is, "" without one."""
        return shutil.which(name, path=PATH) or ""

    def account(self, name):
        """Return the runner's Account of that name, None without one."""
        try:
            return find_account(name)
        except LabError:
            return None

    def cluster_home(self, account):
        """Return what the account's ~/.minikube says (minikube_state.Seen); LabError when it cannot be read."""
        return Home(account).look()

    def rivals(self, driver, account):
        """Return [(account, driver)] of others' clusters on this machine."""
        return find_rivals(driver, account)
