"""What the modules of the mirror accept, and what they then do."""

import os
import time

from ansible_collections.workshop.lab.plugins.module_utils import (
    arguments,
    mirror_export_work,
    mirror_import_work,
    mirror_lock,
    mirror_state,
    mirror_status_work,
    mirror_verify_work,
)
from ansible_collections.workshop.lab.plugins.module_utils.cached_files_plan import EMPTY
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.http_file import Limits
from ansible_collections.workshop.lab.plugins.module_utils.json_file import write_json
from ansible_collections.workshop.lab.plugins.module_utils.mirror_fetch import pause
from ansible_collections.workshop.lab.plugins.module_utils.mirror_images import Images
from ansible_collections.workshop.lab.plugins.module_utils.mirror_stock_work import Stock
from ansible_collections.workshop.lab.plugins.module_utils.mirror_wanted import split
from ansible_collections.workshop.lab.plugins.module_utils.runner import Runner, find_account

FILE = {
    "path": {"type": "str", "required": True},
    "url": {"type": "str", "required": True},
    "sha256": {"type": "str", "default": ""},
    "published_url": {"type": "str", "default": ""},
    "published_insecure": {"type": "bool", "default": False},
    "size": {"type": "int", "default": 0},
    "source": {"type": "str", "default": mirror_lock.PINNED},
}
IMAGE = {
    "name": {"type": "str", "required": True},
    "remote": {"type": "str", "required": True},
    "tag": {"type": "str", "required": True},
    "insecure": {"type": "bool", "default": False},
    "digest": {"type": "str", "default": ""},
    "store": {"type": "str", "default": ""},
    "path": {"type": "str", "default": ""},
    "sha256": {"type": "str", "default": ""},
    "size": {"type": "int", "default": 0},
}
ROOT = {"root": {"type": "str", "required": True}}
LOCK = {"lock": {"type": "dict", "default": {}}}
STORE = {"store": {"type": "str", "default": "127.0.0.1:5001"}}
STOCK = dict(ROOT, **LOCK)
STOCK.update(STORE)
STOCK.update({
    "files": {"type": "list", "elements": "dict", "default": [], "options": FILE},
    "images": {"type": "list", "elements": "dict", "default": [], "options": IMAGE},
    "parallel": {"type": "int", "default": 4},
    "retries": {"type": "int", "default": 5},
    "retry_delay": {"type": "int", "default": 2},
    "timeout": {"type": "int", "default": 60},
    "file_timeout": {"type": "int", "default": 7200},
    "reserve_mb": {"type": "int", "default": 1000},
})
VERIFY = dict(ROOT, **LOCK)
VERIFY.update(STORE)
VERIFY.update({"files": {"type": "list", "elements": "dict", "default": []}, "images": {"type": "list", "elements": "dict", "default": []}})
ARCHIVE = dict(ROOT, **LOCK)
ARCHIVE.update({"archive": {"type": "str", "required": True}, "action": {"type": "str", "choices": ["export", "import"], "required": True}})
STATUS = dict(ROOT, **LOCK)
STATUS.update(web_logs={"type": "str", "default": "/var/log/nginx/workshop-mirror.log*"},
              package_logs={"type": "str", "default": "/var/log/apt-cacher-ng/apt-cacher.log*"}, write_page={"type": "bool", "default": False})
NUMBERS = {"parallel": (1, 16), "retries": (0, 20), "retry_delay": (0, 300), "timeout": (1, 3600), "file_timeout": (1, 86400), "reserve_mb": (0, 10000000)}


def accept_root(params):
    """Refuse a root that cannot be one: its undo would remove what is in it."""
    root = arguments.absolute_path("root", params["root"])
    if root.rstrip("/").count("/") < 2 or "//" in root:
        arguments.refuse("root", root, "an absolute path of at least two folders, like /srv/workshop-mirror")
    return root.rstrip("/")


def accept_things(params):
    """Refuse files and images that cannot be."""
    for one in params["files"]:
        if not mirror_lock.safe(one.get("path")):
            arguments.refuse("files.path", one.get("path"), "a host and a path below it, like dl.k8s.io/release/v1.16.2/bin/linux/amd64/kubectl")
        if "url" in one:
            arguments.url("files.url", one["url"])
        _sha256("files.sha256", one.get("sha256"))
        if not one.get("sha256") and not one.get("published_url") and "url" in one:
            raise LabError("files.sha256 of %s is empty, and so is files.published_url; one of the two must say what the file contains." % one["path"])
    for one in params["images"]:
        split(one.get("name"))
        arguments.text_of("images.digest", one.get("digest") or None, "sha256:[0-9a-f]{64}", "a digest like sha256: and 64 hexadecimal digits")
        _sha256("images.sha256", one.get("sha256"))
        if one.get("path") and not mirror_lock.safe(one["path"]):
            arguments.refuse("images.path", one["path"], "a path below the mirror, like images/k8s.gcr.io/pause_3.1")
        arguments.text_of("images.store", one.get("store") or None, "[a-z0-9]+([._/-]+[a-z0-9]+)*:[A-Za-z0-9_][A-Za-z0-9_.-]*",
                          "a repository and tag, like library/redis:3")
        if not one.get("store") and not one.get("path"):
            raise LabError("images.store and images.path of %s are both empty; it must be kept somewhere." % one["name"])
    names = [one["path"] for one in params["files"]] + [one["path"] for one in params["images"] if one.get("path")]
    for name in names:
        if names.count(name) > 1:
            arguments.refuse("files.path", name, "there only once")
    arguments.text_of("store", params["store"], r"[A-Za-z0-9.-]+:[0-9]{1,5}", "a host and port, like 127.0.0.1:5001")
    return mirror_lock.accept(params["lock"])


def _sha256(name, value):
    arguments.text_of(name, value or None, "[0-9a-f]{64}", "a sha256 of 64 hexadecimal digits")
    if value == EMPTY:
        arguments.refuse(name, value, "the sha256 of the file itself; this is the one of an empty file")


def stock(params, check=False, diff=False, runner=None, sleep=time.sleep):
    """Stock the mirror; return the module's result."""
    root = accept_root(params)
    lock = accept_things(params)
    for name, (least, most) in NUMBERS.items():
        arguments.at_least(name, params[name], least, most)
    limits = Limits(params["timeout"], params["file_timeout"], params["retries"] + 1, params["retry_delay"])
    by = Images(runner or Runner(find_account()), params["store"], params["file_timeout"], limits.tries, lambda number: sleep(pause(number, limits.pause)))
    work = Stock(root, params["files"], params["images"], lock, limits, by, params["parallel"], params["reserve_mb"] * 1000000, sleep=sleep)
    if check:
        result = work.run(True)
    else:
        with mirror_state.alone(root):
            result = work.run(False)
            write_json(os.path.join(root, mirror_state.STATE, "stocked.json"), {
                "at": mirror_state.now(), "files": len(params["files"]), "images": len(params["images"])})
    if diff:
        result["diff"] = {"before": "", "after": "".join("%s\n" % row["name"] for row in result["things"] if row["state"] == "fetched")}
    return result


def verify(params, check=False):
    """Hash everything again; return the module's result."""
    root = accept_root(params)
    lock = accept_things(params)
    found = mirror_verify_work.verify(root, params["files"], params["images"], lock, params["store"])
    if not check:
        os.makedirs(os.path.join(root, mirror_state.STATE), exist_ok=True)
        write_json(os.path.join(root, mirror_state.STATE, "verified.json"), {
            "at": mirror_state.now(), "things": len(found["things"]), "problems": [one["name"] for one in found["problems"]]})
    return dict(found, changed=False, sentences=mirror_verify_work.told(root, found))


def archive(params, check=False):
    """Export or import the mirror; return the module's result."""
    root = accept_root(params)
    path = arguments.absolute_path("archive", params["archive"])
    if not path.endswith(".tar"):
        arguments.refuse("archive", path, "an absolute path that ends in .tar, like /media/stick/workshop-mirror.tar")
    if path.startswith(root + "/"):
        arguments.refuse("archive", path, "outside of the mirror's own data")
    lock = mirror_lock.accept(params["lock"])
    work = mirror_export_work.export if params["action"] == "export" else mirror_import_work.bring
    if check:
        return work(root, path, lock, True)
    with mirror_state.alone(root):
        result = work(root, path, lock, False)
        if params["action"] == "import":
            write_json(os.path.join(root, mirror_state.STATE, "stocked.json"), {
                "at": mirror_state.now(), "files": len([name for name in result["lock"]["files"] if not name.startswith("images/")]),
                "images": len(result["lock"]["images"])})
        return result


def status(params, check=False):
    """Look at the mirror; return the module's result."""
    root = accept_root(params)
    for name in ("web_logs", "package_logs"):
        arguments.absolute_path(name, params[name])
    found = mirror_status_work.look(root, params["web_logs"], params["package_logs"], mirror_lock.accept(params["lock"]))
    page = mirror_status_work.page(found)
    folder = os.path.join(root, mirror_state.FILES)
    if params["write_page"] and not check and os.path.isdir(folder):
        write_json(os.path.join(folder, mirror_state.PAGE), page)
    return {"changed": False, "status": found, "lines": mirror_status_work.lines(found), "page": page}
