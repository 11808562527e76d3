"""A host-only network as the cluster's VM will need it: really made by the ordinary account, or found as it is; what was made is removed."""

import ipaddress
import re

from ansible_collections.workshop.lab.plugins.module_utils.smoke_vm import Failure, manage


def interfaces(text):
    """Return {name: address} of `VBoxManage list hostonlyifs`."""
    return dict(re.findall(r"(?m)^Name:\s+(\S+)$[\s\S]*?^IPAddress:[ \t]*(\S*)$", text))


def attempt(runner, cidr):
    """Return (made, name): the interface that has the network's address, and whether it was made for this (and removed again). Failure otherwise."""
    wanted = ipaddress.ip_interface(cidr)
    doing = "a host-only network with %s could not be made" % cidr
    for name, address in interfaces(manage(runner, "the host-only networks could not be listed", "list", "hostonlyifs")).items():
        if address and ipaddress.ip_address(address) in wanted.network:
            return False, name
    said = manage(runner, doing, "hostonlyif", "create")
    found = re.search(r"Interface '([^']+)' was", said)
    if not found:
        raise Failure(doing, said)
    name = found.group(1)
    try:
        manage(runner, doing, "hostonlyif", "ipconfig", name, "--ip", str(wanted.ip), "--netmask", str(wanted.network.netmask))
        there = interfaces(manage(runner, doing, "list", "hostonlyifs"))
        if there.get(name) != str(wanted.ip):
            raise Failure(doing, "%s has the address %s" % (name, there.get(name)))
    finally:
        manage(runner, "the host-only network %s could not be removed" % name, "hostonlyif", "remove", name)
    return True, name
