"""Networks and proxies of a seat: what its own files and programs say of them, and where they are in the cluster's way. Pure, but for `ip`."""

import ipaddress
import json
import re
import struct

from ansible_collections.workshop.lab.plugins.module_utils.machine_host import ask

# Interfaces that the program itself makes in its network. One of another program's is in its way: Docker gives its own networks addresses of 192.168 as well.
LOOPBACK = re.compile(r"\Alo\Z")
VIRTUALBOX = re.compile(r"\A(lo|vboxnet\d+)\Z")
LIBVIRT = re.compile(r"\A(lo|virbr\d+(-nic)?)\Z")
DOCKER = re.compile(r"\A(lo|docker0|veth\w+|cni\w*)\Z")
PROXY_WORDS = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY")
NO_PROXY_WORDS = ("no_proxy", "NO_PROXY")


def addresses(runner):
    """Return [{interface, cidr}] of the seat's IPv4 addresses, whatever the state of the interface; [] when `ip` does not tell."""
    try:
        entries = json.loads(ask(runner, ["ip", "-j", "-4", "address", "show"]) or "[]")
    except ValueError:
        return []
    return [{"interface": entry.get("ifname", ""), "cidr": "%s/%s" % (one["local"], one.get("prefixlen", 32))}
            for entry in entries for one in entry.get("addr_info", []) if "local" in one]


def routes(text):
    """Return [{interface, cidr}] out of /proc/net/route, without the default route. Its numbers are hexadecimal, in the machine's byte order."""
    found = []
    for line in (text or "").splitlines()[1:]:
        words = line.split()
        if len(words) < 8:
            continue
        try:
            network, mask = (ipaddress.IPv4Address(struct.pack("=L", int(words[place], 16))) for place in (1, 7))
            if int(mask):
                found.append({"interface": words[0], "cidr": str(ipaddress.IPv4Network("%s/%s" % (network, mask)))})
        except (ValueError, struct.error):
            continue
    return found


def gateway_address(text, own):
    """Return the seat's address on the interface of its default route, "" without one: the node's address with driver none."""
    for line in (text or "").splitlines()[1:]:
        words = line.split()
        if len(words) >= 8 and words[1] == "00000000" and words[7] == "00000000":
            return next((one["cidr"].split("/")[0] for one in own if one["interface"] == words[0]), "")
    return ""


def network(cidr):
    """Return the IPv4Network of an address with its prefix length."""
    return ipaddress.ip_interface(str(cidr)).network


def conflicts(cidr, facts, passing=VIRTUALBOX):
    """Return "NETWORK of INTERFACE" for each address of the seat, and each route as narrow as the network or narrower, that overlaps a network.

    ``passing``: names of interfaces that are left out.
    """
    wanted = network(cidr)
    narrow = [one for one in facts["routes"] if network(one["cidr"]).prefixlen >= wanted.prefixlen]
    return _overlapping(wanted, facts["addresses"] + narrow, passing)


def wider(cidr, facts, passing=VIRTUALBOX):
    """Return the same for the routes around the network, as of a VPN (128.0.0.0/1): the narrower network goes before them (ip-route(8))."""
    wanted, there = network(cidr), [network(one["cidr"]) for one in facts["addresses"]]
    # That of an address is told with the address.
    around = [one for one in facts["routes"] if network(one["cidr"]).prefixlen < wanted.prefixlen and network(one["cidr"]) not in there]
    return _overlapping(wanted, around, passing)


def _overlapping(wanted, entries, passing):
    found = []
    for one in entries:
        other = network(one["cidr"])
        if not passing.match(one["interface"]) and other.overlaps(wanted):
            words = "%s of %s" % (other, one["interface"])
            if words not in found:
                found.append(words)
    return found


def proxies(environment, files):
    """Return [{where, proxy, no_proxy}] where a proxy is set for HTTP or HTTPS: in the environment, and by the files of a login.

    Those are read one after the other, as a login does: one file may set the proxy and a later one NO_PROXY. ``where``: the last that sets one of them.
    """
    folder, values, where = "/etc/profile.d", {}, ""
    for path in ["/etc/environment", "/etc/profile"] + ["%s/%s" % (folder, name) for name in files.names(folder) if name.endswith(".sh")]:
        for name, value in re.findall(r"""(?m)^\s*(?:export\s+)?([A-Za-z_]+)=["']?([^"'\n#;]*)["']?""", files.read(path) or ""):
            values[name] = re.sub(r"\$\{?([A-Za-z_]+)\}?", lambda word: values.get(word.group(1), ""), value)
            where = path if name in PROXY_WORDS + NO_PROXY_WORDS else where
    return [one for one in (_proxy("the environment", environment), _proxy(where, values)) if one["proxy"]]


def _proxy(where, values):
    proxy = next((values[name].strip() for name in PROXY_WORDS if values.get(name, "").strip()), "")
    return {"where": where, "proxy": re.sub(r"//[^/@]*@", "//", proxy),  # a password in it is nobody's affair
            "no_proxy": next((values[name].strip() for name in NO_PROXY_WORDS if values.get(name, "").strip()), "")}


def uncovered(no_proxy, wanted):
    """Return those of the networks that NO_PROXY does not take from the proxy.

    kubectl and minikube (Go's httpproxy package) understand "*", an address, and a network like 192.168.99.0/24; not 192.168.99.* nor 192.168.99.
    """
    there = []
    for word in re.split(r"[,\s]+", no_proxy):
        if word == "*":
            return []
        try:
            there.append(ipaddress.ip_network(word, strict=False))
        except ValueError:
            continue
    return [one for one in wanted if not any(_inside(network(one), other) for other in there)]


def _inside(one, other):
    return one.version == other.version and other.prefixlen <= one.prefixlen and one.network_address in other
