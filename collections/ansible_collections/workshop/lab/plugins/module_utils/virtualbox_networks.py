"""/etc/vbox/networks.conf: which host-only networks VirtualBox 6.1.28 and later let an ordinary user make.

Rules of VBoxNetAdpCtl.cpp: without the file 192.168.56.0/21 and fe80::/10 are allowed; with it, lines that start with * count and nothing else, each a
list of networks of either family. A network is allowed when it lies in one of them. An empty file forbids everything.
"""

import ipaddress

from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_kvm import numbers
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_releases import ALWAYS_ALLOWED, LISTS_NETWORKS

FILE = "/etc/vbox/networks.conf"
BEGIN = "# BEGIN workshop: the role virtualbox takes these lines out again"
END = "# END workshop"
IPV6 = "fe80::/10"  # the other half of VirtualBox's own default, which a file switches off as well


def network(text):
    """Return the network of "192.168.99.1/24" or "192.168.99.0/24"; ValueError when it is none."""
    return ipaddress.ip_network(str(text), strict=False)


def allowed(version, cidrs):
    """Return the ranges that must be allowed, [] for a version that does not read the file."""
    if 2 < len(numbers(version)) and numbers(version) < LISTS_NETWORKS:
        return []
    result = [ALWAYS_ALLOWED]
    for cidr in cidrs:
        one = network(cidr)
        if not any(inside(one, network(other)) for other in result):
            result.append(str(one))
    return result


def inside(one, other):
    """Whether a network lies in another one."""
    return one.version == other.version and other.prefixlen <= one.prefixlen and one.network_address in other


def ranges(text):
    """Return the networks that the file's text allows; words that are none are passed over, as VirtualBox refuses only what uses them."""
    found = []
    for line in text.splitlines():
        if not line.strip().startswith("*"):
            continue
        for word in line.strip()[1:].split():
            try:
                found.append(network(word))
            except ValueError:
                pass
    return found


def without_ours(text):
    """Return the file's text without our block."""
    kept, ours = [], False
    for line in text.splitlines(True):
        if line.strip() == BEGIN:
            ours = True
        elif line.strip() == END and ours:
            ours = False
        elif not ours:
            kept.append(line)
    return "".join(kept)


def merged(text, wanted):
    """Return the file's new text: its own lines, and in a block of ours what they do not allow. "" means that no file is needed.

    ``text`` is None without a file. A file of ours keeps fe80::/10, which VirtualBox allows without one.
    """
    own = without_ours(text or "")
    there = ranges(own)
    missing = [one for one in wanted if not any(inside(network(one), other) for other in there)]
    if not missing:
        return own
    if text is None or not own.strip():
        if missing == [ALWAYS_ALLOWED]:
            return ""  # what VirtualBox allows by itself
        missing = missing + [IPV6]
    if own and not own.endswith("\n"):
        own += "\n"
    return "%s%s\n* %s\n%s\n" % (own, BEGIN, " ".join(missing), END)
