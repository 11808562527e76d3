"""The seat as the look before a start sees it: its files, disk space and processors, without starting a program."""

import os
import re
import shutil

from ansible_collections.workshop.lab.plugins.module_utils.minikube_problems import Problem

LIMIT = 30.0  # seconds for each question to a program


class Files:
    """What is read of the seat without starting a program. Tests have their own."""

    def read(self, path):
        """Return a file's text, or None when it cannot be read."""
        try:
            with open(path, encoding="utf-8", errors="replace") as stream:
                return stream.read()
        except OSError:
            return None

    def stat(self, path):
        """Return an os.stat_result, or None when there is no such path."""
        try:
            return os.stat(path)
        except OSError:
            return None

    def listdir(self, path):
        """Return the names in a directory, [] when there is none."""
        try:
            return os.listdir(path)
        except OSError:
            return []

    def space(self, path):
        """Return (free MB for an ordinary account, whether it is mounted read-only), or None when there is no such path."""
        try:
            found = os.statvfs(path)
        except OSError:
            return None
        return found.f_bavail * found.f_frsize // (1024 * 1024), bool(found.f_flag & os.ST_RDONLY)

    def processors(self):
        """Return the number of processors that this process may use, as minikube counts them (Go's runtime.NumCPU)."""
        return len(os.sched_getaffinity(0))

    def which(self, name, path):
        """Return where a program is in a PATH, or None."""
        return shutil.which(name, path=path)


def problem(name, cause, step, text=""):
    """Return a Problem that minikube has not been asked about yet: no advice of its own."""
    return Problem(name, cause, "", step, text.strip(), "")


def version_numbers(version):
    """Return (major, minor, patch) of v1.16.2 or 1.16.2-rc.1, None when it is no such version."""
    found = re.match(r"\Av?([0-9]+)\.([0-9]+)\.([0-9]+)(?:[-+][0-9A-Za-z.+-]*)?\Z", version or "")
    return tuple(int(number) for number in found.groups()) if found else None


def disk_space(runner, files, needed):
    """The disk of the account's home has ``needed`` MB."""
    space = files.space(runner.account.home)
    if space is None or space[0] >= needed:
        return []
    return [problem("NO_SPACE", "%d MB are free on the disk of %s, and the start needs %d MB" % (space[0], runner.account.home, needed),
                    "free space (`du -xh %s | sort -h | tail`) and run again" % runner.account.home)]


def free_memory(files):
    """Return the MB of memory that programs can have, swap included, or None where the kernel does not say."""
    numbers = dict(re.findall(r"(?m)^(\w+):\s+([0-9]+) kB", files.read("/proc/meminfo") or ""))
    if "MemAvailable" not in numbers:
        return None
    return (int(numbers["MemAvailable"]) + int(numbers.get("SwapFree", 0))) // 1024


def machine_record(state, key):
    """Return what libmachine's record of an existing VM says, or None."""
    driver = (state.machine or {}).get("Driver") if state.exists else None
    return driver.get(key) if isinstance(driver, dict) else None
