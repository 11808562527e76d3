"""Which images a Kubernetes version needs, and their way: mirror -> cache/images -> the node's docker."""

import os

from minikube_double import download, out, paths
from minikube_double.baked import MIRROR
from minikube_double.errors import MachineError
from minikube_double.semver import parse

_PARTS = ("kube-proxy", "kube-scheduler", "kube-controller-manager", "kube-apiserver")
# kubeadm's own companions by minor version: (pause, etcd, coredns).
_COMPANIONS = {16: ("3.1", "3.3.15-0", "1.6.2"), 20: ("3.2", "3.4.13-0", "1.7.0")}


def needed(version, repository=""):
    """The references of the control plane's images."""
    base = repository or "k8s.gcr.io"
    minor = parse(version)[1]
    known = max([m for m in _COMPANIONS if m <= minor] or [min(_COMPANIONS)])
    pause, etcd, coredns = _COMPANIONS[known]
    return ["%s/%s:%s" % (base, part, version) for part in _PARTS] + [
        "%s/pause:%s" % (base, pause), "%s/etcd:%s" % (base, etcd), "%s/coredns:%s" % (base, coredns)]


def cache_path(reference):
    """The docker-archive of an image in the cache."""
    return paths.make("cache", "images", reference.replace(":", "_"))


def to_cache(references):
    """Download what the cache has not; an existing file is never verified. Raises MachineError."""
    for reference in references:
        path = cache_path(reference)
        if os.path.exists(path):
            continue
        try:
            download.fetch_raw("%s/images/%s" % (MIRROR, reference.replace(":", "_")), path)
        except OSError as error:
            raise MachineError("caching image %s: fetching image: %s" % (reference, error))


def present(node):
    """References that the node's docker has."""
    return set(node.run("sudo docker images --format '{{.Repository}}:{{.Tag}}'").split())


def load_cached(node, references):
    """docker load what the node lacks from the cache; a missing file is told and passed over, as the real one does."""
    have = present(node)
    for reference in references:
        if reference in have:
            continue
        path = cache_path(reference)
        try:
            with open(path, "rb") as source:
                node.run("sudo docker load -q", source=source, timeout=600)
        except FileNotFoundError:
            out.err("Unable to load cached images: loading cached images: loading image %s: stat %s: no such file or directory" % (path, path))
        except MachineError as error:
            out.err("Unable to load cached images: loading cached images: %s" % error)


def pull(node, references):
    """`kubeadm config images pull`: what docker still lacks comes from the mirror, which stands for the registry."""
    have, missing = present(node), []
    for reference in references:
        if reference in have:
            continue
        temporary = paths.make("cache", "pull-" + reference.replace(":", "_").replace("/", "-"))
        try:
            download.fetch_raw("%s/images/%s" % (MIRROR, reference.replace(":", "_")), temporary)
            with open(temporary, "rb") as source:
                node.run("sudo docker load -q", source=source, timeout=600)
        except OSError as error:
            missing.append('failed to pull image "%s": %s' % (reference, error))
        finally:
            if os.path.exists(temporary):
                os.unlink(temporary)
    if missing:
        raise MachineError("\n".join(missing))
