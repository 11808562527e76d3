#!/usr/bin/env python3
"""Print what a machine is, a line each: files with type, mode, owner and content, packages, accounts, units. Run as root on a seat.

Left out is what every day changes by itself: logs, caches, package lists, temporary files, what runs in memory (of kernel modules, which a container has of
its host, those that the start loads are told by their files, such as /etc/modules-load.d), and Ansible's own folder.
"""

import grp
import hashlib
import os
import pwd
import stat
import subprocess

PASSED = ("/proc", "/sys", "/dev", "/run", "/tmp", "/var/tmp", "/var/log", "/var/cache", "/var/backups", "/var/lib/apt", "/var/lib/dpkg", "/var/lib/systemd",
          "/root/.ansible", "/root/.ansible_async", "/home/ansible")
# The accounts' files, whose backups end in "-", are told by their entries; the loader's cache and aliases' database are made from other files.
PASSED_FILES = ("/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", "/etc/subuid", "/etc/subgid", "/etc/passwd-", "/etc/group-", "/etc/shadow-",
                "/etc/gshadow-", "/etc/subuid-", "/etc/subgid-", "/etc/ld.so.cache", "/etc/mtab", "/etc/resolv.conf", "/etc/hosts")
COMMANDS = (
    ["dpkg-query", "--show", "--showformat=package ${db:Status-Abbrev} ${Package} ${Version}\n"],
    ["systemctl", "list-unit-files", "--no-legend", "--no-pager", "--plain"],
)


def name(number, look):
    """Return the name of a user or group, its number where it has none."""
    try:
        return look(number)[0]
    except KeyError:
        return str(number)


def line(path):
    """Return the line of a file."""
    found = os.lstat(path)
    content = ""
    if stat.S_ISLNK(found.st_mode):
        content = os.readlink(path)
    elif stat.S_ISREG(found.st_mode):
        with open(path, "rb") as stream:
            content = hashlib.sha256(stream.read()).hexdigest()[:16]
    return "file %s %s %s:%s %s" % (path, stat.filemode(found.st_mode), name(found.st_uid, pwd.getpwuid), name(found.st_gid, grp.getgrgid), content)


def files():
    """Yield the lines of all files, those of other file systems by their mount point alone."""
    device = os.lstat("/").st_dev
    for folder, folders, names in os.walk("/"):
        folders[:] = sorted(one for one in folders if os.path.join(folder, one) not in PASSED and one != "__pycache__")
        for one in sorted(folders + names):
            path = os.path.join(folder, one)
            if os.lstat(path).st_dev != device:
                yield "mount " + path
            elif path not in PASSED_FILES:
                yield line(path)
        folders[:] = [one for one in folders if os.lstat(os.path.join(folder, one)).st_dev == device and not os.path.islink(os.path.join(folder, one))]


def main():
    """Print it all."""
    for one in files():
        print(one)
    for one in sorted(pwd.getpwall()):
        print("user %s" % ":".join(map(str, one)))
    for one in sorted(grp.getgrall()):
        print("group %s:%s" % (one.gr_name, ",".join(one.gr_mem)))
    for command in COMMANDS:
        for text in sorted(subprocess.check_output(command, universal_newlines=True).splitlines()):
            if " transient " not in text:  # such as the session of this very look
                print(text if text.startswith("package") else "unit " + " ".join(text.split()))


main()
