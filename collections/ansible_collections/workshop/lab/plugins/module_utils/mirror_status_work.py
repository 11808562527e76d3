"""What a teacher wants to know of the mirror: what it holds, how much that is, when it was verified, what it has saved."""

import os

from ansible_collections.workshop.lab.plugins.module_utils import mirror_logs, mirror_state
from ansible_collections.workshop.lab.plugins.module_utils.json_file import read_json


def size_of(root):
    """Return (files, bytes) below a folder."""
    count = size = 0
    for folder, _folders, names in os.walk(root):
        for name in names:
            try:
                size += os.lstat(os.path.join(folder, name)).st_size
                count += 1
            except OSError:
                continue  # gone just now
    return count, size


def look(root, web_logs, package_logs):
    """Return the status (dict) of the mirror at ``root``; {"stocked": False} and zeros where nothing is."""
    parts = {name: size_of(os.path.join(root, name)) for name in (mirror_state.FILES, mirror_state.STORE, mirror_state.PASSED, mirror_state.PACKAGES)}
    web = mirror_logs.web(mirror_logs.read_lines(web_logs))
    packages = mirror_logs.packages(mirror_logs.read_lines(package_logs))
    fetched = mirror_state.fetched(root)
    stocked = read_json(os.path.join(root, mirror_state.STATE, "stocked.json"), {})
    progress = read_json(os.path.join(root, mirror_state.STATE, "progress.json"), {})
    return {"stocked": bool(stocked), "stocked_at": stocked.get("at", ""), "files": stocked.get("files", 0), "images": stocked.get("images", 0),
            "bytes": {"files": parts[mirror_state.FILES][1], "images": parts[mirror_state.STORE][1], "passed": parts[mirror_state.PASSED][1],
                      "packages": parts[mirror_state.PACKAGES][1]},
            "verified": read_json(os.path.join(root, mirror_state.STATE, "verified.json"), {}),
            "served": {"files": web["files"], "images": web["images"], "packages": packages["served"]}, "seats": web["seats"], "requests": web["requests"],
            "since": web["since"], "savings": mirror_logs.savings(web, packages, fetched["bytes"], parts[mirror_state.PASSED][1]),
            "running": _running(progress), "progress": progress}


def _running(progress):
    """Whether the stocking of a progress file still runs."""
    if progress.get("ended") or not progress.get("pid"):
        return False
    return os.path.exists("/proc/%d" % progress["pid"])


def lines(status):
    """Return the table for the terminal."""
    human, verified, progress = mirror_logs.human, status["verified"], status["progress"]
    held = status["bytes"]
    if not verified:
        said = "never (playbooks/mirror.yml -e mirror_action=verify)"
    else:
        problems = verified.get("problems") or []
        said = "%s, %s" % (verified["at"], "all right" if not problems else "%d of %d NOT right: %s" % (len(problems), verified["things"], ", ".join(problems)))
    rows = [("stocked", status["stocked_at"] or "not yet"),
            ("holds", "%d files, %d images" % (status["files"], status["images"])),
            ("size", "files %s, registry %s, passed through %s, packages %s" % tuple(human(held[name]) for name in ("files", "images", "passed", "packages"))),
            ("verified", said),
            ("given", "files %s, images %s, packages %s to %d seats%s" % (tuple(human(status["served"][name]) for name in ("files", "images", "packages")) + (
                status["seats"], " since " + status["since"] if status["since"] else ""))),
            ("fetched", human(status["savings"]["fetched"])),
            ("saved", human(status["savings"]["saved"]))]
    if status["running"]:
        rows.insert(0, ("stocking now", "%d of %d things, %s of about %s; at work on %s" % (
            progress["done"], progress["things"], human(progress["received"]), human(progress["bytes"]), ", ".join(progress["working"]) or "nothing")))
    elif progress and progress.get("ended") != "complete":
        rows.insert(0, ("last stocking", "was not finished: %s" % (progress.get("ended") or "it was interrupted; run it again, nothing is fetched twice")))
    return mirror_logs.table(rows)


def page(status):
    """Return what everybody may read at MIRROR/mirror.json: no addresses of seats, no paths."""
    return {"version": 1, "written": mirror_state.now(), **{name: status[name] for name in (
        "stocked", "stocked_at", "files", "images", "bytes", "verified", "served", "seats", "since", "savings", "running")}}
