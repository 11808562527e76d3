"""What a teacher wants to know of the mirror: what it holds, how much that is, when it was verified, what it has saved."""

import os

from ansible_collections.workshop.lab.plugins.module_utils import mirror_blobs, mirror_logs, mirror_state, mirror_wanted
from ansible_collections.workshop.lab.plugins.module_utils.json_file import read_json


def size_of(root, ending=""):
    """Return (files, bytes) below a folder, of names with an ending."""
    count = size = 0
    for folder, _folders, names in os.walk(root):
        for name in names:
            if not name.endswith(ending):
                continue
            try:
                size += os.lstat(os.path.join(folder, name)).st_size
                count += 1
            except OSError:
                continue  # gone just now
    return count, size


def held(root, lock):
    """Return {files, images}: pairs of how many of the lock are there and how many it has. Sizes are compared, nothing is hashed: that is what verify does."""
    there = {path: mirror_state.size(os.path.join(root, mirror_state.FILES, path)) == one["size"] for path, one in lock["files"].items()}
    images = {}
    for name in lock["images"]:
        path = mirror_wanted.image_path(name)
        images[name] = there.pop(path) if path in there else os.path.isfile(os.path.join(root, mirror_blobs.link(name)))
    return {"files": (sum(there.values()), len(there)), "images": (sum(images.values()), len(images))}


def look(root, web_logs, package_logs, lock=None):
    """Return the status (dict) of the mirror at ``root``; {"stocked": False} and zeros where nothing is. ``lock``: without one the last stocking's numbers."""
    parts = {name: size_of(os.path.join(root, name)) for name in (mirror_state.FILES, mirror_state.STORE, mirror_state.PASSED, mirror_state.PACKAGES)}
    web = mirror_logs.web(mirror_logs.read_lines(web_logs))
    packages = mirror_logs.packages(mirror_logs.read_lines(package_logs))
    fetched = mirror_state.fetched(root, web["first"])
    debs = size_of(os.path.join(root, mirror_state.PACKAGES), ".deb")
    stocked = read_json(os.path.join(root, mirror_state.STATE, "stocked.json"), {})
    progress = read_json(os.path.join(root, mirror_state.STATE, "progress.json"), {})
    there = held(root, lock) if lock and (lock["files"] or lock["images"]) else {
        name: (stocked.get(name, 0), stocked.get(name, 0)) for name in ("files", "images")}
    return {"stocked": bool(stocked), "stocked_at": stocked.get("at", ""), "files": there["files"][0], "images": there["images"][0],
            "of": {name: there[name][1] for name in ("files", "images")}, "packages": {"files": debs[0], "bytes": debs[1]},
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
            ("holds", ", ".join("%d%s %s" % (status[name], "" if status[name] == status["of"][name] else " of %d" % status["of"][name], name)
                                for name in ("files", "images"))),
            ("size", "files %s, registry %s, passed through %s, packages %s" % tuple(human(held[name]) for name in ("files", "images", "passed", "packages"))),
            ("packages", "%d, %s: those that seats have asked for" % (status["packages"]["files"], human(status["packages"]["bytes"])) if
                status["packages"]["files"] else "none: each comes when the first seat asks for it"),
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
        "stocked", "stocked_at", "files", "images", "packages", "bytes", "verified", "served", "seats", "since", "savings", "running")}}
