"""Stocking: what is missing is fetched by several threads, verified and put in place by one rename; what is right is left alone."""

import os
import threading
import time

from ansible_collections.workshop.lab.plugins.module_utils import (
    mirror_blobs,
    mirror_crew,
    mirror_fetch,
    mirror_images,
    mirror_lock,
    mirror_room,
    mirror_state,
    mirror_verify_work,
)
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.http_file import sha256
from ansible_collections.workshop.lab.plugins.module_utils.json_file import read_json, write_json
from ansible_collections.workshop.lab.plugins.module_utils.machine_files import free_bytes
from ansible_collections.workshop.lab.plugins.module_utils.mirror_state import size

SAID = 3  # of the errors in the message: when the way out is cut, all are alike


class Stock:
    """Stocks ``root`` with ``files`` and ``images`` (see mirror_wanted). ``lock``: what is recorded; ``images_by``: an Images; ``verdict``: reads an image of
    the registry with all its parts."""

    def __init__(self, root, files, images, lock, limits, images_by, parallel=4, reserve=0, fetch=mirror_fetch.fetch, sleep=time.sleep,
                 verdict=mirror_verify_work.image_verdict):
        self.root, self.files, self.images, self.limits, self.by = root, files, images, limits, images_by
        self.parallel, self.reserve, self.fetch, self.sleep, self.verdict = parallel, reserve, fetch, sleep, verdict
        self.rows, self.errors, self.found = [], [], mirror_lock.empty()
        # What a run that was killed had finished: its lock never reached the control node, and nothing of it is fetched again. The lock file has the last
        # word: what a person has changed there must not be refused for the sake of a file that nobody knows of.
        self.unfinished, self.known = os.path.join(root, mirror_state.STATE, "unfinished.json"), mirror_lock.accept(lock)
        self.lock = mirror_lock.added(self.known, mirror_lock.accept(read_json(self.unfinished)))
        self._know()
        self.guard, self.mending, self.progress, self.received = threading.Lock(), threading.Lock(), None, 0

    def place(self, path):
        """Return the absolute path of what is served under ``path``."""
        return os.path.join(self.root, mirror_state.FILES, path)

    def _know(self):
        """Let each file and image have the checksum that is recorded."""
        for one in self.files + [image for image in self.images if image["path"]]:
            there = self.lock["files"].get(one["path"]) or {}
            one.update(sha256=one["sha256"] or there.get("sha256", ""), size=one["size"] or there.get("size", 0))
        for image in self.images:
            image["digest"] = image["digest"] or (self.lock["images"].get(image["name"]) or {}).get("digest", "")

    # What is there

    def missing(self, check=False):
        """Return (files, images, bytes they need, bytes of them that are there in .part files): what is not there as it should be. Reads what is there.

        In check mode a registry that does not answer may not be installed yet, and has nothing then.
        """
        files = [one for one in self.files if not self._file_is_right(one)]
        images = [one for one in self.images if not self._image_is_right(one, check)]
        needed = there = 0
        for one in files:
            there += size(self.place(one["path"]) + ".part") or 0
            needed += one["size"] or mirror_fetch.length(one["url"], self.limits)
        return files, images, needed + sum(one["size"] or self.by.bytes_of(one) for one in images), there

    def _file_is_right(self, one):
        path = self.place(one["path"])
        if not one["sha256"] or size(path) is None or sha256(path) != one["sha256"]:
            return False
        self._record(one["path"], one["sha256"], one["source"], "right")
        return True

    def _image_is_right(self, image, check):
        if not image["digest"]:
            return False
        if image["path"] and not (image["sha256"] and size(self.place(image["path"])) is not None and sha256(self.place(image["path"])) == image["sha256"]):
            return False
        try:
            if image["store"] and not self._is_stored(image, image["digest"]):
                return False
        except LabError:
            if check:
                return False
            raise
        self._record_image(image, image["digest"], "right")
        return True

    def _is_stored(self, image, digest):
        """Whether the registry has an image whole. Its manifest alone does not tell: a layer of it may be damaged."""
        return self.verdict(self.by.store, image, digest)[0] == mirror_verify_work.RIGHT

    def _record(self, path, digest, source, state, count=0):
        with self.guard:
            self.found["files"][path] = {"sha256": digest, "size": size(self.place(path)), "source": source}
            self._remember(path, state, count)

    def _record_image(self, image, digest, state, count=0):
        with self.guard:
            self.found["images"][image["name"]] = {"digest": digest}
            if image["path"]:
                there = self.lock["files"].get(image["path"]) or {}
                self.found["files"][image["path"]] = {"sha256": there.get("sha256") or sha256(self.place(image["path"])),
                                                      "size": size(self.place(image["path"])), "source": mirror_lock.MADE % digest}
            self._remember(image["name"], state, count)

    def _remember(self, name, state, count):
        self.rows.append({"name": name, "state": state, "bytes": count})
        if state == "fetched":
            write_json(self.unfinished, mirror_lock.beyond(self.known, self.found))

    # What is done

    def run(self, check):
        """Let everything be there; return the module's result. LabError with all that failed; what is finished is remembered all the same."""
        files, images, needed, there = self.missing(check)
        if files or images:
            mirror_room.room(needed, there, free_bytes(self.root)[1], self.reserve, self.root)
        if check:
            self.rows += [{"name": one.get("name") or one["path"], "state": "fetched", "bytes": 0} for one in files + images]
            return self.result()
        for folder in (self.place(""), os.path.join(self.root, mirror_state.STATE)):
            os.makedirs(folder, exist_ok=True)
        self.progress = mirror_state.Progress(self.root, len(files) + len(images), needed)
        try:
            self.errors += mirror_crew.work([(self._bring_file, one) for one in files] + [(self._bring_image, one) for one in images], self.parallel, self.root)
        finally:
            mirror_state.add_fetched(self.root, self.received)
            self.progress.end("complete" if not self.errors else self.errors[0])
        if os.path.exists(self.unfinished):
            os.unlink(self.unfinished)  # the control node gets it all with the result, and writes it to the lock file
        if self.errors:
            more = len(self.errors) - SAID
            said = self.errors[:SAID] + (["%d more were not stocked either; the result's errors have them." % more] if more > 0 else [])
            raise LabError(" ".join(said), errors=self.errors, **self.result())
        return self.result()

    def _came(self, count):
        with self.guard:
            self.received += count
        self.progress.came(count)

    def _bring_file(self, one):
        """Fetch one file, and put it in place once its sha256 is the wanted one."""
        path = self.place(one["path"])
        os.makedirs(os.path.dirname(path), exist_ok=True)
        self.progress.begin(one["path"])
        wanted = one["sha256"]
        if one["published_url"]:
            said = mirror_fetch.published(one["published_url"], self.limits, one["published_insecure"], self.sleep, one["published_url"] == one["url"])
            if wanted and said != wanted:
                raise LabError(mirror_lock.changed(one["path"], "sha256 " + wanted, "sha256 %s at %s" % (said, one["published_url"])))
            wanted = said
        count, there = 0, size(path) is not None and sha256(path) == wanted
        if not there:
            count = self.fetch(one["url"], path + ".part", wanted, self.limits, self._came, self.sleep)
            os.chmod(path + ".part", 0o644)
            os.rename(path + ".part", path)
        self._record(one["path"], wanted, one["source"], "recorded" if there else "fetched", count)
        self.progress.finish(one["path"])

    def _bring_image(self, image):
        """Copy one image to where it is wanted."""
        self.progress.begin(image["name"])
        digest, manifest = self.by.resolve(image)
        parts = mirror_images.blobs(manifest, image["name"])
        count = sum(parts.values())
        if image["store"] and not self._is_stored(image, digest):
            with self.mending:  # images share parts: one that was put anew meanwhile must not be taken for the damaged one
                mirror_blobs.drop_damaged(self.root, [digest] + sorted(parts))
            self.by.put(image, digest)
            self._came(count)
        if image["path"]:
            self._save(image, digest, count)
        self._record_image(image, digest, "fetched", count)
        self.progress.finish(image["name"])

    def _save(self, image, digest, count):
        path = self.place(image["path"])
        os.makedirs(os.path.dirname(path), exist_ok=True)
        self.by.save(image, digest, path + ".part")
        self._came(count)
        found = sha256(path + ".part")
        if image["sha256"] and found != image["sha256"]:
            os.unlink(path + ".part")
            raise LabError("%s Another skopeo than the one that made it first may write the same image as another tar." % mirror_lock.changed(
                image["path"], "sha256 " + image["sha256"], "sha256 %s of the tar made anew" % found))
        os.chmod(path + ".part", 0o644)
        os.rename(path + ".part", path)

    def result(self):
        """Return the module's result."""
        rows = sorted(self.rows, key=lambda row: row["name"])
        return {"changed": any(row["state"] not in ("right", "recorded") for row in rows), "things": rows, "received": self.received,
                "lock": mirror_lock.merged(self.lock, self.found)}
