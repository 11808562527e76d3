"""kubeadm and kubelet: downloaded with their sha1 into cache/VERSION, copied to /var/lib/minikube/binaries/VERSION on the node."""

import hashlib
import os
import re

from minikube_double import download, out, paths
from minikube_double.errors import MachineError

BASE = "https://storage.googleapis.com/kubernetes-release/release/%s/bin/linux/amd64/%s"


def node_dir(version):
    """Where the node keeps the programs of a version."""
    return "/var/lib/minikube/binaries/" + version


def to_cache(version, name):
    """The cached program; downloaded and checked if absent. An existing file is never verified. Raises MachineError."""
    path = paths.make("cache", version, name)
    if os.path.exists(path):
        return path
    out.line("Downloading %s %s" % (name, version))
    url = BASE % (version, name)
    try:
        expected = download.get(url + ".sha1").decode("ascii", "replace").split()
        if not expected or not re.match(r"^[0-9a-f]{40}$", expected[0]):
            raise OSError("no SHA-1 in " + url + ".sha1")
        download.fetch(url, path, 0o755, ("sha1", expected[0]))
    except OSError as error:
        raise MachineError("Error downloading %s %s: failed to download: %s" % (name, version, error))
    return path


def transfer(node, version):
    """Make sure both programs are on the node, byte for byte those of the cache."""
    for name in ("kubelet", "kubeadm"):
        try:
            cached = to_cache(version, name)
        except MachineError as error:
            raise MachineError("downloading binaries: %s" % error)
        target = "%s/%s" % (node_dir(version), name)
        digest = hashlib.sha1()
        with open(cached, "rb") as stream:
            for block in iter(lambda: stream.read(1 << 20), b""):
                digest.update(block)
        rc, stdout, _ = node.try_run("sudo sha1sum " + target)
        if rc or stdout.split()[0] != digest.hexdigest():
            node.copy(cached, target, "0755")
