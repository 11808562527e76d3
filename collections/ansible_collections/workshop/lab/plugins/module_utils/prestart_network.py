"""Looking before a start with driver virtualbox: the host-only network is there or can be made."""

import ipaddress
import json
import re

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.prestart_seat import LIMIT, machine_record, problem
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_call import ask_virtualbox

NETWORKS = "/etc/vbox/networks.conf"
BUILT_IN_NETWORKS = "192.168.56.0/21"  # allowed when that file is not there (VBoxNetAdpCtl.cpp)
NETWORKS_SINCE = (6, 1, 28)


def network(runner, wanted, state, files, version):
    """The host-only network can be made, or is there (libmachine, setupHostOnlyNetwork)."""
    cidr = machine_record(state, "HostOnlyCIDR") or wanted.host_only_cidr
    try:
        interface = ipaddress.IPv4Interface(cidr)
    except ValueError:
        return [problem("HOST_CIDR_INVALID", "host_only_cidr %s is no IPv4 address with a prefix length" % cidr, "set it to something like 192.168.59.1/24")]
    if interface.ip == interface.network.network_address:
        return [problem("HOST_CIDR_INVALID", "host_only_cidr %s is the address of the network itself, which minikube refuses" % cidr,
                        "use an address in it, like %s/%d" % (interface.ip + 1, interface.network.prefixlen))]
    problems, others = [], _addresses(runner)
    same = [name for name, address in others if name.startswith("vboxnet") and address.ip == interface.ip]
    if len(same) > 1:
        problems.append(problem("VBOX_IP_CONFLICT", "the host-only adapters %s have the same address %s" % (" and ".join(same), interface.ip),
                                "remove one (`VBoxManage hostonlyif remove %s` as %s) and run again" % (same[-1], runner.account.name)))
    for name, address in others:
        if not name.startswith("vboxnet") and address.network.overlaps(interface.network):
            problems.append(problem(
                "HOST_CIDR_CONFLICT", "host_only_cidr %s overlaps the network %s of the seat's interface %s" % (cidr, address.network, name),
                "set host_only_cidr to a network that no interface of the seat uses, like 192.168.59.1/24%s" % (" (needs a new VM)" if state.exists else "")))
    if version >= NETWORKS_SINCE and not same:
        allowed = _allowed(files.read(NETWORKS) if files.stat(NETWORKS) else None)
        if not any(_within(interface.network, one) for one in allowed) and not _adapter(runner, interface):
            problems.append(problem(
                "VBOX_E_ACCESSDENIED", "VirtualBox may not make the host-only network %s: %s allows %s" % (
                    interface.network, NETWORKS if files.stat(NETWORKS) else "without %s it" % NETWORKS, ", ".join(str(one) for one in allowed) or "none"),
                "write the line `* %s %s` to %s, or set host_only_cidr to 192.168.59.1/24, and run again" % (BUILT_IN_NETWORKS, interface.network, NETWORKS)))
    return problems


def _addresses(runner):
    """Return [(interface, IPv4Interface)] of the seat's interfaces that are up and no loopback, as minikube looks at them; [] when `ip` does not tell."""
    try:
        done = runner.run(["ip", "-j", "-4", "address", "show"], limit=LIMIT)
        entries = json.loads(done.out) if done.rc == 0 else []
    except (LabError, ValueError):
        return []
    found = []
    for entry in entries:
        flags = entry.get("flags", [])
        if "UP" in flags and "LOOPBACK" not in flags:
            for address in entry.get("addr_info", []):
                if "local" in address:
                    found.append((entry.get("ifname", ""), ipaddress.IPv4Interface("%s/%s" % (address["local"], address.get("prefixlen", 32)))))
    return found


def _allowed(text):
    """Return the IPv4 networks that networks.conf allows. Without the file the built-in one; with it only its lines that begin with *."""
    if text is None:
        return [ipaddress.IPv4Network(BUILT_IN_NETWORKS)]
    networks = []
    for line in text.splitlines():
        words = line.split()
        for word in words[1:] if words and words[0] == "*" else ():
            try:
                networks.append(ipaddress.IPv4Network(word, strict=False))
            except ValueError:
                continue  # IPv6, or nothing that VirtualBox could read either
    return networks


def _within(network, allowed):
    """Whether one network is a part of another one or the same (Python 3.6 has no subnet_of)."""
    return network.prefixlen >= allowed.prefixlen and network.network_address in allowed


def _adapter(runner, interface):
    """Whether VirtualBox has the adapter already: then it need not make it and does not ask networks.conf."""
    done = ask_virtualbox(runner, ["VBoxManage", "list", "hostonlyifs"])
    masks = re.findall(r"(?m)^IPAddress:\s*(\S+)\nNetworkMask:\s*(\S+)", done.out) if done.rc == 0 else []
    return (str(interface.ip), str(interface.netmask)) in masks
