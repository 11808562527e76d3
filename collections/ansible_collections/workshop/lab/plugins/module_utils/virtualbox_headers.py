"""The packages of kernel headers: those of the running kernel and the meta package, without which the next kernel boots without VirtualBox's module."""

import re

from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_kvm import numbers

# Flavours whose meta package has no HWE name of its own: the clouds' kernels move within one package.
CLOUDS = ("aws", "azure", "gcp", "oracle", "kvm", "gke", "ibm", "raspi")


def headers(machine, release):
    """Return {running, meta}: names of packages, "" where there is none by that kernel's name."""
    kernel = machine["kernel"]
    meta = _ubuntu(kernel, release) if machine["distribution"] == "Ubuntu" else _debian(kernel) if machine["distribution"] == "Debian" else ""
    return {"running": "linux-headers-" + kernel if meta or machine.get("headers_available") else "", "meta": meta}


def _ubuntu(kernel, release):
    """5.15.0-91-generic -> linux-headers-generic on 22.04, linux-headers-generic-hwe-20.04 on 20.04; not for the kernels of others (Pop: 6.17.1-76061701)."""
    found = re.match(r"\A[0-9]+\.[0-9]+\.[0-9]+-[0-9]{1,4}-(generic|lowlatency|virtual|%s)\Z" % "|".join(CLOUDS), kernel)
    if not found or release is None:
        return ""
    flavour = found.group(1)
    if flavour in CLOUDS or numbers(kernel)[:2] == release.first_kernel:
        return "linux-headers-" + flavour
    return "linux-headers-%s-hwe-%s" % (flavour, release.release)


def _debian(kernel):
    """6.1.0-18-amd64 -> linux-headers-amd64, 6.1.0-18-cloud-amd64 -> linux-headers-cloud-amd64; a kernel of backports has the same meta package."""
    found = re.match(r"\A[0-9]+\.[0-9]+[0-9.+~a-z-]*?-((?:cloud-|rt-)?amd64)\Z", kernel)
    return "linux-headers-" + found.group(1) if found else ""
