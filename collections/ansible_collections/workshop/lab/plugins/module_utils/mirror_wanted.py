"""What a mirror shall hold: files and images with where they come from and what they must contain; from the catalogue, the lock and variables. Pure."""

import re

from ansible_collections.workshop.lab.plugins.module_utils import mirror_lock
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

HUB = "docker.io"
# What Docker and skopeo really speak to. k8s.gcr.io is frozen since April 2023 and redirects to its successor.
REGISTRIES = {HUB: "https://registry-1.docker.io", "k8s.gcr.io": "https://registry.k8s.io"}
ITSELF = "itself"  # in the place of a suffix: nobody publishes a checksum of it, and what comes over TLS when it is first stocked is recorded
REFERENCE = r"\A([a-z0-9.-]+(?::[0-9]{1,5})?)/([a-z0-9]+(?:[._/-]+[a-z0-9]+)*):([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})\Z"


def upstream(host, upstreams, default=None):
    """Return (base URL, insecure) of a host: its own by https, or what ``upstreams`` ({host: {url, insecure}}) has in its place.

    LabError for plain http that is not said to be insecure: anybody on the way could alter what is fetched first and then pinned.
    """
    one = upstreams.get(host) or {}
    base, insecure = (one.get("url") or default or "https://" + host).rstrip("/"), one.get("insecure") is True
    if not re.match(r"\Ahttps?://[A-Za-z0-9.\[\]:_-]+(/[A-Za-z0-9._~/-]*)?\Z", base):
        raise LabError("mirror_upstreams[%s].url is %r; it must be a base URL like https://files.example/%s." % (host, base, host))
    if not base.startswith("https://") and not insecure:
        raise LabError("mirror_upstreams[%s].url is %s, which is not encrypted; use https, or say insecure: true for a stand-in in a network of your own." % (
            host, base))
    return base, insecure


def files(catalogue, names, versions, checksums, platforms, upstreams, lock):
    """Return the files: list of {path, url, published_url, published_insecure, sha256, size, source}; LabError for one that nobody can verify.

    ``catalogue``: {name: {url, published, sha256: {version: {platform: sha256}}, size}}; ``checksums``: {name or name-platform: sha256} in its place;
    ``platforms``: like linux-amd64. ``size`` is 0 where nobody knows it; ``published_url`` is "" where a checksum is known.
    """
    found, lock = {}, mirror_lock.accept(lock)
    for name in names:
        if name not in catalogue:
            raise LabError("mirror_artifacts has %s; the catalogue has %s." % (name, ", ".join(sorted(catalogue))))
        if "{version}" in catalogue[name]["url"] and not re.match(r"\Av[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?\Z", str(versions.get(name) or "")):
            raise LabError("mirror_versions[%s] is %r; it must be a version like v1.16.2." % (name, versions.get(name)))
        for platform in platforms:
            one = _file(catalogue[name], name, versions.get(name) or "", platform, checksums, upstreams, lock)
            found.setdefault(one["path"], one)
    return [found[path] for path in sorted(found)]


def _file(entry, name, version, platform, checksums, upstreams, lock):
    """Return one file of the catalogue."""
    url = entry["url"].replace("{version}", version)
    for word, value in zip(("{os}", "{arch}"), platform.split("-")):
        url = url.replace(word, value)
    path = re.sub(r"\Ahttps?://", "", url)
    host, _slash, rest = path.partition("/")
    base, insecure = upstream(host, upstreams)
    pin = str(checksums.get("%s-%s" % (name, platform)) or checksums.get(name) or ((entry.get("sha256") or {}).get(version) or {}).get(platform) or "").lower()
    recorded = lock["files"].get(path) or {}
    if pin and not re.match(mirror_lock.SHA256, pin):
        raise LabError("The checksum of %s %s is %s; it must be a sha256 of 64 hexadecimal digits." % (name, version, pin))
    if pin and recorded and recorded["sha256"] != pin:
        raise LabError(mirror_lock.changed(path, "sha256 " + recorded["sha256"], "sha256 %s in the catalogue or in mirror_checksums" % pin))
    sha256, suffix = pin or recorded.get("sha256", ""), entry.get("published") or ""
    if not sha256 and not suffix:
        raise LabError("Nobody can verify %s %s for %s: no sha256 is pinned in the catalogue nor published beside the file. Next step: set "
                       "mirror_checksums[%s], or leave it out of mirror_artifacts or mirror_platforms." % (name, version, platform, name))
    return {"path": path, "url": base + "/" + rest, "published_url": "" if pin or not suffix else base + "/" + rest + (suffix if suffix != ITSELF else ""),
            "published_insecure": insecure, "sha256": sha256, "size": int(recorded.get("size") or (entry.get("size") or {}).get(version, 0)),
            "source": recorded.get("source") or (mirror_lock.PINNED if pin else "published by a stand-in" if insecure else
                                                 mirror_lock.TAKEN if suffix == ITSELF else mirror_lock.PUBLISHED)}


def split(reference):
    """Return (registry, repository, tag) of a whole reference; LabError for anything else."""
    match = re.match(REFERENCE, str(reference))
    if not match:
        raise LabError("%r is no whole reference of an image, like docker.io/library/redis:3." % (reference,))
    return match.groups()


def image_path(reference):
    """Return where an image's tar is below the mirror."""
    return "images/" + reference.replace(":", "_")


def images(entries, kubernetes, upstreams, lock):
    """Return the images: list of {name, remote, insecure, digest, store, path, sha256, size}.

    ``entries``: {name, purpose, kubernetes, digest} as in the catalogue; those of purpose kubernetes only of the version ``kubernetes``. ``remote``: what
    skopeo copies from, without tag; ``store``: repository and tag in the registry ("" when it is not put there); ``path``: the tar's ("" for none).
    """
    found, lock = [], mirror_lock.accept(lock)
    for entry in entries:
        purpose = entry.get("purpose")
        if purpose not in ("kubernetes", "workshop"):
            raise LabError("The purpose of the image %s is %r; it must be kubernetes or workshop." % (entry.get("name"), purpose))
        if purpose == "kubernetes" and entry.get("kubernetes") != kubernetes:
            continue
        registry, repository, tag = split(entry.get("name"))
        if purpose == "workshop" and registry != HUB:
            raise LabError("The image %s is of purpose workshop and not of %s: Docker asks a registry mirror for Docker Hub's images alone." % (
                entry["name"], HUB))
        base, insecure = upstream(registry, upstreams, REGISTRIES.get(registry))
        pin, recorded = entry.get("digest") or "", (lock["images"].get(entry["name"]) or {}).get("digest", "")
        if pin and recorded and pin != recorded:
            raise LabError(mirror_lock.changed(entry["name"], "digest " + recorded, "digest %s in the catalogue" % pin))
        path = image_path(entry["name"]) if purpose == "kubernetes" else ""
        tar = lock["files"].get(path) or {}
        found.append({"name": entry["name"], "remote": re.sub(r"\Ahttps?://", "", base) + "/" + repository, "tag": tag,
                      "insecure": base.startswith("http://"), "digest": pin or recorded, "store": "%s:%s" % (repository, tag) if purpose == "workshop" else "",
                      "path": path, "sha256": tar.get("sha256", ""), "size": int(tar.get("size") or 0)})
    return found
