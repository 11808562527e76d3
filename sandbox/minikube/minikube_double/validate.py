"""What start refuses before it touches anything (cmd/start.go: validateFlags, getKubernetesVersion)."""

import os
import re
from urllib.parse import urlsplit

from minikube_double import OLDEST_KUBERNETES, choose, out
from minikube_double.errors import BAD_USAGE, CONFIG, DATA, Crash, Fatal, Silent, Usage
from minikube_double.semver import parse

_KUBEADM_KEYS = ("ignore-preflight-errors", "dry-run", "kubeconfig", "kubeconfig-dir", "node-name", "cri-socket", "experimental-upload-certs",
                 "certificate-key", "rootfs", "pod-network-cidr")
_UNITS = {"": 1, "k": 10 ** 3, "m": 10 ** 6, "g": 10 ** 9, "t": 10 ** 12, "p": 10 ** 15}


def megabytes(text):
    """A size in MB; a bare number is MB, units are decimal (go-units FromHumanSize)."""
    if re.match(r"^\d+$", text):
        return int(text)
    match = re.match(r"^(\d+(?:\.\d+)?) ?([kKmMgGtTpP]?)[bB]?$", text)
    if not match:
        raise Fatal(CONFIG, "Invalid size passed in argument: invalid size: '%s'" % text)
    return int(float(match.group(1)) * _UNITS[match.group(2).lower()]) // 10 ** 6


def sizes(settings, driver):
    """Disk, memory and processors; returns (memory, disk) in MB."""
    disk, memory = megabytes(settings.get("disk-size")), megabytes(settings.get("memory"))
    if settings.get("force"):
        return memory, disk
    if disk < 2000:
        raise Fatal(CONFIG, "Requested disk size %d is less than minimum of 2000" % disk)
    if memory < 1024:
        raise Usage("Requested memory allocation %d is less than the minimum allowed of 1024" % memory)
    if memory < 2000:
        out.line("Requested memory allocation (%dMB) is less than the default memory allocation of 2000MB. Beware that minikube might not work "
                 "correctly or crash unexpectedly." % memory)
    cpus = os.cpu_count() if driver == "none" else settings.get("cpus")
    if cpus < 2:
        raise Usage("Requested cpu count %d is less than the minimum allowed of 2" % cpus)
    return memory, disk


def flags(settings, driver):
    """The other flags; returns extra-config as (component, key, value)."""
    force = settings.get("force")
    if driver == "none" and settings.profile != "minikube" and not force:
        raise Fatal(CONFIG, "The 'none' driver does not support multiple profiles: " + choose.NONE_DOC)
    extra = []
    for text in settings.get("extra-config"):
        match = re.match(r"^([^.=]+)\.([^=]+)=(.*)$", text)
        if not match:
            raise Silent(BAD_USAGE)
        if match.group(1) == "kubeadm" and match.group(2) not in _KUBEADM_KEYS and not force:
            raise Usage("Sorry, the kubeadm.%s parameter is currently not supported by --extra-config" % match.group(2))
        extra.append(match.groups())
    for mirror in settings.get("registry-mirror"):
        parts = urlsplit(mirror)
        if (parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or parts.query) and not force:
            raise Usage("Sorry, the url provided with the --registry-mirror flag is invalid: " + mirror)
    return extra


def kubernetes_version(settings, profile):
    """(wanted version with its v, upgraded-from or None)."""
    text = settings.get("kubernetes-version")
    try:
        wanted = parse(text)
    except ValueError as error:
        raise Fatal(DATA, 'Unable to parse "%s": %s' % (text, error))
    version = "v" + (text[1:] if text.startswith("v") else text)
    old = (profile or {}).get("KubernetesConfig", {}).get("KubernetesVersion")
    if not old:
        return version, None
    if wanted < parse(OLDEST_KUBERNETES) and not settings.get("force"):
        raise Fatal(DATA, "Sorry, Kubernetes %s is not supported by this release of minikube" % version[1:])
    if wanted < parse(old):
        new, was, name = version[1:], old.lstrip("v"), settings.profile
        raise Fatal(CONFIG, (
            "Error: You have selected Kubernetes v%(new)s, but the existing cluster for your profile is running Kubernetes v%(was)s. Non-destructive "
            "downgrades are not supported, but you can proceed by performing one of the following options:\n\n"
            "* Recreate the cluster using Kubernetes v%(new)s: Run \"minikube delete %(name)s\", then "
            "\"minikube start %(name)s --kubernetes-version=%(new)s\"\n"
            "* Create a second cluster with Kubernetes v%(new)s: Run \"minikube start -p <new name> --kubernetes-version=%(new)s\"\n"
            "* Reuse the existing cluster with Kubernetes v%(was)s or newer: Run \"minikube start %(name)s --kubernetes-version=%(was)s\""
        ) % {"new": new, "was": was, "name": name})
    return version, old if wanted > parse(old) else None


def runtime(settings):
    """Only docker is in the double; unknown names fail as they do in the real one."""
    name = settings.get("container-runtime")
    if name not in ("", "docker", "crio", "cri-o", "containerd"):
        raise Crash("Failed to generate config", 'unknown runtime type: "%s"' % name)
    if name not in ("", "docker"):
        raise Crash("Failed to enable container runtime", "the sandbox's double has docker only, not " + name)
