"""Checks of the programs on the seat: where they are and which version they are."""

import os
import re
import shutil
import stat

from ansible_collections.workshop.lab.plugins.module_utils.checks_seen import judged, unseen
from ansible_collections.workshop.lab.plugins.module_utils.runner import PATH


def look_at_program(path, name):
    """Return (is a file there, may everybody execute it, where the programs' PATH finds ``name`` first or None)."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False, False, shutil.which(name, path=PATH) if name else None
    # Root may execute what nobody else may, so the mode is asked and not os.access.
    return stat.S_ISREG(mode), bool(mode & stat.S_IXOTH), shutil.which(name, path=PATH) if name else None


def command_path(args, seen):
    """Check that a program is where `which` must show it."""
    there, executable, found = seen.programs[(args["path"], args["name"])]
    expected = args["path"] + (" is what `which %s` shows" % args["name"] if args["name"] else " is an executable file")
    if not there:
        other = "; `which %s` shows %s" % (args["name"], found) if found else ""
        return judged(False, expected, "there is no file %s%s" % (args["path"], other), "Put the program there (download it, then mv).")
    if not executable:
        return judged(False, expected, "the file may not be executed by everybody", "chmod +x %s" % args["path"])
    if args["name"] and found != args["path"]:
        return judged(False, expected, "`which %s` shows %s" % (args["name"], found or "nothing"), "Another program of this name comes first in the PATH.")
    return judged(True, expected, found or "executable")


def program_version(args, seen):
    """Check the version of minikube, of kubectl, or of the API server (kubernetes)."""
    have = seen.versions.get(args["program"])
    expected = "%s %s" % (args["program"], args["version"]) + (", commit /%s/" % args["commit"] if args["commit"] else "")
    if not have:
        return unseen(expected, seen.errors.get(args["program"]) or "%s did not say its version." % args["program"])
    ok = have["version"] == args["version"] and (not args["commit"] or bool(re.search(args["commit"], have["commit"])))
    return judged(ok, expected, "%s %s, commit %s" % (args["program"], have["version"] or "without a version", have["commit"] or "not said"),
                  "Install %s %s." % (args["program"], args["version"]))


def minikube_version(text):
    """Return {version, commit} from the words of `minikube version` (v1.5.2 has no flag for JSON); None when they are something else."""
    version, commit = re.search(r"^minikube version: (\S+)", text, re.M), re.search(r"^commit: (.+?)\s*$", text, re.M)
    return {"version": version.group(1), "commit": commit.group(1) if commit else ""} if version else None


def kubectl_versions(data):
    """Return {kubectl: {version, commit}, kubernetes: ...} from the JSON of `kubectl version`; it has no serverVersion while nobody answers."""
    return {name: {"version": data[key].get("gitVersion", ""), "commit": data[key].get("gitCommit", "")}
            for name, key in (("kubectl", "clientVersion"), ("kubernetes", "serverVersion")) if data.get(key)}
