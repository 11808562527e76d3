"""Which files minikube v1.5.2 needs in its cache for a start without the internet, where the mirror has them, and what they must contain. Pure.

Layout of the cache: pkg/minikube/machine/cache_binaries.go and cache_images.go, pkg/minikube/constants (ISO), cmd/cache.go (config.json's key cache).
"""

import re

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

RECORD = "~/.minikube/cache/.workshop.json"
PROGRAMS = ("kubeadm", "kubelet")
STOCK = "stock the mirror (playbooks/mirror.yml), which writes it, and run again"


def image_file(reference):
    """Return how minikube calls an image's file: every colon is an underscore."""
    return reference.replace(":", "_")


def files(source, driver, version, iso_version, images, catalogue, lock, machine, fallback=False):
    """Return the option files of the module cached_files; LabError when the sha256 of one is not known.

    ``source``: base URL of the mirror. ``driver``: minikube's; with none there is no boot image. ``images``: references. ``catalogue``: {name: {url,
    sha256}} as in role artifact. ``lock``: what the mirror's lock file holds. ``machine``: {os, arch} as publishers write them.
    """
    known, found = lock.get("files") or {}, []

    def add(path, key, pin, mode, upstream):
        recorded = known.get(key) or {}
        sha256 = str(recorded.get("sha256") or pin or "").lower()
        if not sha256:
            raise LabError("The sha256 of %s is neither in the mirror's lock file nor in the catalogue; %s." % (key, STOCK))
        if pin and recorded.get("sha256") and str(pin).lower() != sha256:
            raise LabError("The mirror's lock file says that the sha256 of %s is %s, the catalogue pins %s; the file on the mirror is not the published one: "
                           "%s." % (key, sha256, pin, STOCK))
        one = {"path": "~/.minikube/cache/" + path, "url": source.rstrip("/") + "/" + key, "sha256": sha256, "mode": mode,
               "fallback_url": upstream if fallback else ""}
        if recorded.get("size"):
            one["size"] = int(recorded["size"])
        found.append(one)

    if driver != "none":
        url, pin = _published(catalogue, "minikube-iso", iso_version, machine)
        add("iso/minikube-%s.iso" % iso_version, _key(url), pin, "0644", url)
    for name in PROGRAMS:
        url, pin = _published(catalogue, name, version, machine)
        add("%s/%s" % (version, name), _key(url), pin, "0755", url)
    for reference in images:
        # Nobody publishes these tars, so there is no other place for them than the mirror.
        add("images/" + image_file(reference), "images/" + image_file(reference), "", "0644", "")
    return found


def _key(url):
    """Return a published URL's place below the mirror: its host and path."""
    return re.sub(r"\Ahttps?://", "", url)


def _published(catalogue, name, version, machine):
    """Return (URL, pinned sha256 or "") of an artifact."""
    if name not in catalogue:
        raise LabError("The catalogue (roles/artifact/vars/main/catalogue.yml) has no %s." % name)
    url = catalogue[name]["url"].replace("{version}", version)
    for word in ("os", "arch"):
        url = url.replace("{%s}" % word, machine[word])
    pins = (catalogue[name].get("sha256") or {}).get(version) or {}
    return url, pins.get("%s-%s" % (machine["os"], machine["arch"]), "")


def settings(present, images, wanted=True):
    """Return minikube's config.json (dict) with what an offline start needs, or without it again: the images that it would not load by itself, and no look
    for a newer minikube, which has no time limit. Everything else stays."""
    found = dict(present)
    cache = dict(found.get("cache") or {})
    for reference in images:
        if wanted:
            cache.setdefault(reference, None)
        else:
            cache.pop(reference, None)
    if cache:
        found["cache"] = cache
    else:
        found.pop("cache", None)
    if wanted:
        found["WantUpdateNotification"] = False
    elif found.get("WantUpdateNotification") is False:
        del found["WantUpdateNotification"]
    return found
