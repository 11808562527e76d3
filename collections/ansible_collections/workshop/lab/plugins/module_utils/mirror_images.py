"""Images by skopeo: what it is asked, and what a manifest says. Pure but for the class Images, which starts it.

Source of the options: skopeo's skopeo-copy.1.md and skopeo-inspect.1.md at v1.2.2 (Debian 11) and v1.9.3 (Debian 12).
"""

import hashlib
import json
import os

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

SKOPEO = "/usr/bin/skopeo"
LISTS = ("application/vnd.docker.distribution.manifest.list.v2+json", "application/vnd.oci.image.index.v1+json")
# Debian's policy file may be missing or of the administrator's own; what is copied is verified by its digest.
FIRST = [SKOPEO, "--insecure-policy"]
LAYERS_IN_A_TAR = 3  # times: a tar has the layers unpacked; measured on Kubernetes' images 2.4 to 2.9


def raw(remote, insecure, reference):
    """Return the command for the manifest, byte for byte. ``reference``: ":TAG" or "@DIGEST"."""
    return FIRST + ["inspect", "--raw"] + (["--tls-verify=false"] if insecure else []) + ["docker://" + remote + reference]


def to_tar(remote, insecure, digest, path, name):
    """Return the command that writes a docker-archive tar, as `docker load` and minikube take it."""
    return FIRST + ["copy", "--quiet"] + (["--src-tls-verify=false"] if insecure else []) + ["docker://%s@%s" % (remote, digest), "docker-archive:%s:%s" % (
        path, name)]


def to_store(remote, insecure, digest, store, name):
    """Return the command that copies into the store, a registry on the loopback without TLS."""
    return FIRST + ["copy", "--quiet", "--dest-tls-verify=false"] + (["--src-tls-verify=false"] if insecure else []) + [
        "docker://%s@%s" % (remote, digest), "docker://%s/%s" % (store, name)]


def digest_of(text):
    """Return the digest of a manifest as skopeo printed it. skopeo itself adds no line end."""
    return "sha256:" + hashlib.sha256(text.encode("utf-8")).hexdigest()


def platform_digest(text, name, system="linux", architecture="amd64"):
    """Return the digest of the platform's own manifest: of a list the entry's, otherwise the manifest's."""
    manifest = _json(text, name)
    if manifest.get("mediaType") in LISTS or "manifests" in manifest:
        for entry in manifest.get("manifests") or []:
            platform = entry.get("platform") or {}
            if (platform.get("os"), platform.get("architecture")) == (system, architecture):
                return entry["digest"]
        raise LabError("The image %s exists, but not for %s-%s." % (name, system, architecture))
    if manifest.get("schemaVersion") != 2:
        raise LabError("The image %s has a manifest of schema %s, whose bytes no digest names; only schema 2 can be verified." % (
            name, manifest.get("schemaVersion")))
    return digest_of(text)


def blobs(text, name=""):
    """Return {digest: bytes} of what a platform's manifest consists of: its configuration and layers."""
    manifest = _json(text, name)
    return {one["digest"]: int(one.get("size") or 0) for one in [manifest["config"]] + manifest["layers"]}


def _json(text, name):
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise LabError("The registry's manifest of %s is no JSON but %r." % (name, text[:120]))
    return found


def words(done):
    """Return the last line that skopeo said, without its own marks: level, time."""
    lines = [line for line in (done.err or done.out).splitlines() if line.strip()]
    last = lines[-1] if lines else "no word"
    return last.split("msg=", 1)[-1].strip('"') if "msg=" in last else last


class Images:
    """Copies images as ``runner`` into files and into the store at ``store`` (host:port). ``limit``: seconds for one image; ``tries``, ``pause``: as in
    mirror_fetch; ``wait(number)`` sleeps before a try."""

    def __init__(self, runner, store, limit, tries, wait):
        self.runner, self.store, self.limit, self.tries, self.wait = runner, store, limit, tries, wait

    def _skopeo(self, argv, what, before=lambda: None):
        """Run skopeo; LabError in words after the last try."""
        for number in range(1, self.tries + 1):
            if number > 1:
                self.wait(number)
            before()
            done = self.runner.run(argv, self.limit)
            if done.rc == 0:
                return done.out
            said = "no end within %g s" % self.limit if done.rc is None else words(done)
            if _final(said):
                break
        raise LabError("%s, after %d of at most %d tries: %s. %s" % (what, number, self.tries, said, _step(said)))

    def resolve(self, image):
        """Return (digest of the platform's manifest, its text): by the known digest, or by the tag when none is known yet."""
        reference = "@" + image["digest"] if image["digest"] else ":" + image["tag"]
        what = "The manifest of %s was not fetched from %s" % (image["name"], image["remote"])
        text = self._skopeo(raw(image["remote"], image["insecure"], reference), what)
        digest = platform_digest(text, image["name"])
        if digest != digest_of(text):
            text = self._skopeo(raw(image["remote"], image["insecure"], "@" + digest), what)
        if digest_of(text) != digest:
            raise LabError("%s is not what its digest says: asked for %s, found %s. Next step: look what stands between this machine and %s." % (
                image["name"], digest, digest_of(text), image["remote"]))
        return digest, text

    def bytes_of(self, image):
        """Return about how many bytes an image needs on the disk, 0 when that cannot be told now."""
        quick = Images(self.runner, self.store, 60, 1, self.wait)
        try:
            size = sum(blobs(quick.resolve(image)[1], image["name"]).values())
        except LabError:
            return 0
        return (size * LAYERS_IN_A_TAR if image["path"] else 0) + (size if image["store"] else 0)

    def stored(self, image, digest):
        """Whether the store has the image by its tag with this digest; LabError when the store does not answer."""
        done = self.runner.run(raw("%s/%s" % (self.store, image["store"].rpartition(":")[0]), True, ":" + image["tag"]), 60)
        if done.rc == 0:
            return digest_of(done.out) == digest
        if "manifest unknown" in done.err or "name unknown" in done.err or "not known to registry" in done.err:
            return False
        raise LabError("The mirror's registry at %s does not answer: %s. Next step: systemctl status workshop-mirror-store on the mirror, then run again." % (
            self.store, words(done)))

    def put(self, image, digest):
        """Copy an image into the store."""
        self._skopeo(to_store(image["remote"], image["insecure"], digest, self.store, image["store"]),
                     "The image %s was not copied from %s into the registry" % (image["name"], image["remote"]))
        if not self.stored(image, digest):
            raise LabError("The registry has %s with another digest than %s after it was copied. Next step: look at its log, "
                           "journalctl -u workshop-mirror-store, and run again." % (image["store"], digest))

    def save(self, image, digest, part):
        """Write an image's tar to the path ``part``. skopeo adds to no tar that is there, so a try begins anew."""

        def clear():
            if os.path.lexists(part):
                os.unlink(part)

        try:
            self._skopeo(to_tar(image["remote"], image["insecure"], digest, part, image["name"]),
                         "The image %s was not copied from %s" % (image["name"], image["remote"]), clear)
        except LabError:
            clear()  # half a tar is of no use to the next try
            raise


def _final(said):
    """Whether asking again is of no use."""
    return any(word in said for word in ("manifest unknown", "name unknown", "unauthorized", "denied", "no space left", "not known to registry"))


def _step(said):
    if "no space left" in said:
        return "Next step: make room on the mirror and run again; what is there already is not fetched again."
    if "toomanyrequests" in said or "Too Many Requests" in said:
        return "Next step: the registry's limit of pulls is reached; wait (Docker Hub: six hours) and run again."
    if _final(said):
        return "Next step: look whether the name and the tag in the catalogue are right and the registry still has it."
    return "Next step: look at this machine's way to the registry (name resolution, proxy, firewall) and run again."
