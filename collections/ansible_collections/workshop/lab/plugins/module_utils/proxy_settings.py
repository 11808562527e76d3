"""Proxies of a class: the environment of a seat's programs, and what must not go through the proxy. Pure; the preflight's rules decide what is covered."""

import ipaddress
import re

from ansible_collections.workshop.lab.plugins.module_utils.preflight_network import network, uncovered

ALWAYS = ("localhost", "127.0.0.1", "::1")
# The range of the first VM on its network: VirtualBox's DHCP server, as minikube sets it up, begins there. Programs that do not understand networks in
# NO_PROXY (curl before 7.86, wget, Python) need the address itself.
FIRST_VM = 100


def no_proxy(exclude, networks=(), addresses=(), hosts=()):
    """Return the entries of NO_PROXY: those of the class, then what a cluster needs and they do not cover yet.

    ``networks``: of the VM and of the Services, in CIDR form (an address with its prefix stands for its network). ``addresses``: the seat's own.
    ``hosts``: e.g. the mirror's name or address.
    """
    found = [str(one).strip() for one in exclude if str(one).strip()]
    if "*" in found:
        return found
    found += [one for one in ALWAYS if one not in found]
    for one in networks:
        found += uncovered(",".join(found), [one]) and [str(network(one))]
        found += [one for one in _first_vm(one) if one not in found]
    for one in addresses:
        # Not left out where a network covers it: of the programs on a seat some understand networks, some do not.
        found += [one] if one and one not in found else []
    for one in hosts:
        found += [one] if one and one not in found and not _below(one, found) else []
    return found


def _first_vm(cidr):
    """Return the address of the first VM on the network of a seat's host-only address; nothing for a network as such (the Services')."""
    given = ipaddress.ip_interface(str(cidr))
    return [str(given.network.network_address + FIRST_VM)] if given.ip != given.network.network_address and given.network.prefixlen <= 24 else []


def _below(host, entries):
    """Whether a host's name ends in a domain of the entries."""
    return any(host == one.lstrip(".") or host.endswith("." + one.lstrip(".")) for one in entries if re.search("[A-Za-z]", one))


def environment_of(entries, http, https):
    """Return the six variables in which programs look for proxies; {} without one. Each is there twice: curl reads http_proxy, minikube HTTP_PROXY."""
    found = {name: value for name, value in (("http_proxy", http), ("https_proxy", https)) if value}
    if found:
        found["no_proxy"] = ",".join(entries)
    return dict(found, **{name.upper(): value for name, value in found.items()})


def plain_hosts(entries):
    """Return the entries that are a host's whole name or address: apt knows no other."""
    return [one for one in entries if re.match(r"\A[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\Z", one)]
