"""The parts of images as the mirror's registry keeps them on the disk: each in a file that is named after its sha256. The registry itself never hashes one
again: it says that a damaged part is there, and takes no other in its place."""

import hashlib
import os
import re

from ansible_collections.workshop.lab.plugins.module_utils import mirror_state
from ansible_collections.workshop.lab.plugins.module_utils.digest import blocks_of, sha256_of

ROOT = mirror_state.STORE + "/docker/registry/v2/"
BLOB = re.compile(r"\A" + re.escape(ROOT) + r"blobs/sha256/[0-9a-f]{2}/([0-9a-f]{64})/data\Z")


def place(digest):
    """Return where a part lies below the mirror's root. ``digest``: sha256:..."""
    name = digest.partition(":")[2]
    return "%sblobs/sha256/%s/%s/data" % (ROOT, name[:2], name)


def link(name):
    """Return where the registry keeps which manifest an image of Docker Hub has: a file with its digest."""
    repository, _colon, tag = name.partition("/")[2].rpartition(":")
    return "%srepositories/%s/_manifests/tags/%s/current/link" % (ROOT, repository, tag)


def drop_damaged(root, digests):
    """Remove the parts that are there and not what their name says; return their digests. Only then the registry takes them anew."""
    dropped = []
    for digest in digests:
        path = os.path.join(root, place(digest))
        try:
            with open(path, "rb") as stream:
                found = "sha256:" + sha256_of(blocks_of(stream))
            if found != digest:
                os.unlink(path)
                dropped.append(digest)
        except FileNotFoundError:
            continue  # the registry knows that it lacks it
    return dropped


def against(lock, members):
    """Return a sentence's part for each member of an archive ({path: {sha256}}) that is not what its name or the lock says."""
    wrong = []
    for path, one in sorted(lock["files"].items()):
        there = members.get(mirror_state.FILES + "/" + path)
        if there and there["sha256"] != one["sha256"]:
            wrong.append("%s is not what the lock file records" % path)
    for path, one in sorted(members.items()):
        match = BLOB.match(path)
        if match and one["sha256"] != match.group(1):
            wrong.append("the registry's part sha256:%s is damaged" % match.group(1))
    for name, one in sorted(lock["images"].items()):
        there = members.get(link(name)) if name.startswith("docker.io/") else None
        if there and there["sha256"] != hashlib.sha256(one["digest"].encode("ascii")).hexdigest():
            wrong.append("%s has another digest than the lock file records" % name)
    return wrong
