"""The files of a cluster's owner: read as the owner, so that no link of his leads root anywhere, and given back to him when they belong to somebody else."""

import os
import pwd
import stat

from ansible_collections.workshop.lab.plugins.module_utils.as_account import as_account
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.minikube_state import FILES, NAME, Seen, json_object

MOST = 4 * 1024 * 1024  # bytes of one file; a real one has a few kilobytes
LIMIT = 30  # seconds for all of it: the home may be on a network that does not answer
TREES = (".minikube", ".kube")
BROKEN = "The home directory {home} of {name} could not be read within {limit} seconds (status {status}); mend it and run again."


class Home:
    """The home directory of ``account`` (runner.Account). Tests have their own."""

    def __init__(self, account):
        # libvirt: what look() found out, whether the disk and the boot image may be libvirt's.
        self.account, self.libvirt = account, True

    def look(self):
        """Return the Seen. Works as the account itself, in a child of this process when that is root's: starts no program and writes nothing."""
        return self._seen(as_account(self.account, lambda: _look(self.account), LIMIT, BROKEN))

    def _seen(self, found):
        self.libvirt = found["libvirt"]
        return Seen(found["home"], found["machine_names"], found["texts"], found["denied"], found["foreign"])

    def give_back(self):
        """Give the files in ~/.minikube and ~/.kube that belong to somebody else to the account; return how many. Needs root."""
        if not hasattr(os, "O_PATH"):  # macOS: no way there to change a file without trusting its path
            raise LabError("Files in ~/.minikube or ~/.kube of %s belong to another account; give them back: `sudo chown -R %s %s/.minikube %s/.kube`." % (
                self.account.name, self.account.name, self.account.home, self.account.home))
        count = 0
        home = os.open(self.account.home, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for name in TREES:
                count += self._give_back_tree(name, home)
        finally:
            os.close(home)
        return count

    def _give_back_tree(self, name, home):
        """Give back one tree. No path is used that the account could turn into a link: each file is held open while it is looked at and changed."""
        try:
            entry = os.stat(name, dir_fd=home, follow_symlinks=False)
        except FileNotFoundError:
            return 0
        if not stat.S_ISDIR(entry.st_mode):
            return 0
        count = self._own(name, home, entry.st_dev)
        for _path, folders, files, folder in os.fwalk(name, dir_fd=home, follow_symlinks=False):
            for one in folders + files:
                count += self._own(one, folder, entry.st_dev)
            # An overlaid file system may mount something in there; that is nobody's to give.
            folders[:] = [one for one in folders if _device(one, folder) == entry.st_dev]
        return count

    def _own(self, name, folder, device):
        """Give one file, directory or link to the account; return 1 if it was another's. A second hard link could be a file of the system: left alone."""
        try:
            handle = os.open(name, os.O_PATH | os.O_NOFOLLOW, dir_fd=folder)
        except FileNotFoundError:
            return 0
        try:
            entry = os.fstat(handle)
            if not _is_foreign(entry, self.account.uid, name, self.libvirt) or entry.st_dev != device:
                return 0
            os.chown("/proc/self/fd/%d" % handle, self.account.uid, self.account.gid)
            return 1
        finally:
            os.close(handle)


def _device(name, folder):
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False).st_dev
    except FileNotFoundError:
        return None


def _is_foreign(entry, uid, name, libvirt):
    """Whether a file belongs to somebody else and may be given back. libvirt takes the disk and the boot image of a kvm2 VM for itself: these stay its."""
    kind = stat.S_IFMT(entry.st_mode)
    if entry.st_uid == uid or kind not in (stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK):
        return False
    return not (kind == stat.S_IFREG and (entry.st_nlink > 1 or libvirt and name.endswith((".rawdisk", ".iso"))))


def _look(account):
    """Return a Seen's values as a dict."""
    texts, denied = {}, []
    for name, path in FILES.items():
        try:
            texts[name] = _read(os.path.join(account.home, path))
        except PermissionError:
            texts[name] = None
            denied.append(name)
    try:
        names = sorted(os.listdir(os.path.join(account.home, ".minikube", "machines", NAME)))
    except PermissionError:
        names = []
    except OSError:
        names = None
    # A record that cannot be read may be one of driver kvm2.
    libvirt = json_object(texts["machine"]).get("DriverName", "kvm2") == "kvm2"
    foreign = [] if account.uid == 0 else [path for tree in TREES for path in _foreign(account, tree, libvirt)]
    return {"home": os.path.isdir(os.path.join(account.home, ".minikube")), "machine_names": names, "texts": texts, "denied": sorted(denied),
            "foreign": foreign, "libvirt": libvirt}


def _read(path):
    """Return a file's text, None when there is none."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except PermissionError:
        raise
    except OSError:
        return None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        return None  # a directory, or a pipe, which would never end
    with os.fdopen(handle, "rb") as stream:
        return stream.read(MOST).decode("utf-8", "replace")


def _foreign(account, tree, libvirt):
    """Return the paths (from ~/ on) below a tree that belong to somebody else. A tree that is a link to elsewhere is the account's own affair."""
    top, found = os.path.join(account.home, tree), []
    try:
        entry = os.lstat(top)
    except OSError:
        return []
    if not stat.S_ISDIR(entry.st_mode):
        return []
    if _is_foreign(entry, account.uid, tree, libvirt):
        found.append("~/" + tree)
    for path, folders, files in os.walk(top, followlinks=False):
        for name in folders + files:
            try:
                here = os.lstat(os.path.join(path, name))
            except OSError:
                continue
            if here.st_dev == entry.st_dev and _is_foreign(here, account.uid, name, libvirt):
                found.append("~" + os.path.join(path, name)[len(account.home):])
    return sorted(found)


def find_rivals(driver, account):
    """Return [(account name, driver)] of another account's cluster on this machine: that one's minikube does not show it to this one."""
    if driver != "none":
        try:
            root = pwd.getpwuid(0)
            with open(os.path.join(root.pw_dir, ".minikube", "machines", NAME, "config.json"), encoding="utf-8") as stream:
                other = json_object(stream.read()).get("DriverName")
        except (KeyError, OSError, ValueError):
            return []  # also when this process may not look there
        return [("root", other)] if other and account.uid != 0 else []
    found = []
    for entry in pwd.getpwall():
        # Only whether it is there: what it says is written by that account.
        if entry.pw_uid != account.uid and entry.pw_uid >= 1000 and os.path.isfile(os.path.join(entry.pw_dir, ".minikube/machines", NAME, "config.json")):
            found.append((entry.pw_name, "virtualbox"))
    return found
