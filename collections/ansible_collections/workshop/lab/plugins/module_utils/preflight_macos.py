"""A macOS seat: what the toolkit does not do there (VirtualBox, the account) is looked at and explained. Written from documentation; never run on a Mac."""

import re

from ansible_collections.workshop.lab.plugins.module_utils import preflight_network
from ansible_collections.workshop.lab.plugins.module_utils.machine_host import ask
from ansible_collections.workshop.lab.plugins.module_utils.preflight_checks import proxy, space
from ansible_collections.workshop.lab.plugins.module_utils.preflight_facts import account
from ansible_collections.workshop.lab.plugins.module_utils.preflight_network import network
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_checks import judged
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_kvm import numbers
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_networks import FILE, allowed, inside, ranges

VM_LEAST_MB, VM_GOOD_MB = 5000, 10000  # as on Linux
NO_KEXT = (7, 0)  # from this version of VirtualBox on macOS has host-only networks in place of host-only adapters
LAST_SERIES = "6.1.50"


def machine(runner, files, environment=None, user="k8suser"):
    """Return a Mac's facts, by the names that those of Linux have."""
    kernel, architecture = (ask(runner, ["uname", "-r", "-m"]).split() + ["", ""])[:2]
    size, features = ask(runner, ["sysctl", "-n", "hw.memsize"]).strip(), ask(runner, ["sysctl", "-n", "machdep.cpu.features"]).lower().split()
    said = ask(runner, ["VBoxManage", "--version"])
    version = re.search(r"(?m)^([0-9]+\.[0-9]+\.[0-9]+)", said)
    kexts = ask(runner, ["kextstat", "-l"])
    facts = {"system": "Darwin", "distribution": "macOS", "release": ask(runner, ["sw_vers", "-productVersion"]).strip(), "codename": "", "kernel": kernel,
             "architecture": architecture, "memory_mb": int(size) // 1048576 if size.isdigit() else None, "memory_available_mb": None,
             "cpus": files.processors(), "cpu_flags": [name for name in ("vmx",) if name in features],
             "virtualbox_version": version.group(1) if version else "", "kext": "org.virtualbox.kext.VBoxDrv" in kexts, "networks_file": files.read(FILE),
             "addresses": addresses(ask(runner, ["ifconfig", "-a"])), "routes": [], "dpkg": False, "apt_sources": [], "apt_proxy": "",
             "proxies": preflight_network.proxies(environment or {}, files)}
    facts.update(account(files, user))
    if not facts["account"]:
        facts["home"] = "/Users/" + user
    path = facts["home"] + "/.minikube"
    at, free, read_only = files.space(path)
    facts["places"] = [{"what": "vm", "path": path, "at": at, "free_mb": free, "read_only": read_only}]
    return facts


def addresses(text):
    """Return [{interface, cidr}] out of `ifconfig -a`, whose masks are hexadecimal."""
    found, name = [], ""
    for line in text.splitlines():
        start = re.match(r"(\w+):", line)
        name = start.group(1) if start else name
        inet = re.search(r"\binet ([0-9.]+)(?: --> \S+)? netmask 0x([0-9a-f]{8})", line)
        if inet:
            found.append({"interface": name, "cidr": "%s/%d" % (inet.group(1), bin(int(inet.group(2), 16)).count("1"))})
    return found


def of_driver(driver, facts, wanted):
    """Return the checks of a Mac for a driver."""
    if driver != "virtualbox":
        return [judged("stop", "macos.driver", "The driver exists on macOS", False, "virtualbox", driver, hint="Set cluster_driver: virtualbox.")]
    version, wide = facts["virtualbox_version"], network(wanted["host_only_cidr"])
    busy = preflight_network.conflicts(wanted["host_only_cidr"], facts)
    found = [
        judged("stop", "macos.processor", "The Mac has a processor of Intel's with VT-x", "vmx" in facts["cpu_flags"], "VMX in machdep.cpu.features",
               "there" if "vmx" in facts["cpu_flags"] else "missing",
               hint="" if "vmx" in facts["cpu_flags"] else "Use another machine: there is no minikube v1.5.2 for Apple's own processors, and VirtualBox there "
               "starts no amd64 VM."),
        judged("stop", "macos.virtualbox", "VirtualBox is installed", bool(version), "VirtualBox 5.2 to 6.1", version or "none",
               hint="" if version else "Install VirtualBox %s yourself, as an administrator: open the disk image of virtualbox.org and run its installer. The "
               "toolkit does not do that on macOS." % LAST_SERIES),
        judged("stop", "macos.account", "The account %s is there" % wanted["user"], facts["account"], wanted["user"],
               "there" if facts["account"] else "missing",
               hint="" if facts["account"] else "Make it yourself: System Preferences, Users & Groups, or `sudo sysadminctl -addUser %s -password -`; or set "
               "k8suser_name to the account that you use." % wanted["user"]),
        judged("stop", "network.host_only", "The VM's network is free", not busy, "nothing else in %s" % wide, ", ".join(busy) or "nothing",
               hint="" if not busy else "Set cluster_host_only_cidr to a network that the Mac does not use, like 192.168.59.1/24."),
        space(facts, "vm", VM_LEAST_MB, VM_GOOD_MB),
        judged("stop", "seat.memory", "There is memory for the VM", None if facts["memory_mb"] is None else facts["memory_mb"] >= wanted["memory_mb"],
               "%d MB" % wanted["memory_mb"], "not known" if facts["memory_mb"] is None else "%d MB" % facts["memory_mb"],
               hint="" if facts["memory_mb"] and facts["memory_mb"] >= wanted["memory_mb"] else "Use a machine with more memory."),
    ]
    return found + (_installed(facts, version, wanted) if version else []) + proxy(facts, [str(wide), wanted["service_cidr"]])


def _installed(facts, version, wanted):
    new = numbers(version)[:2] >= NO_KEXT
    found = [judged("warn", "macos.version", "VirtualBox makes host-only adapters", not new, "5.2 to 6.1", version, hint="" if not new else
                    "Install VirtualBox %s, or try one seat first: from 7.0 on macOS has host-only networks instead, which minikube v1.5.2 does not know." %
                    LAST_SERIES)]
    if not new:
        found.append(judged("stop", "macos.kext", "macOS lets VirtualBox's kernel extension work", facts["kext"], "org.virtualbox.kext.VBoxDrv loaded",
                            "loaded" if facts["kext"] else "not loaded", hint="" if facts["kext"] else
                            "Open System Preferences, Security & Privacy, and allow the software of Oracle America, Inc.; then restart the Mac."))
    needed = allowed(version, [wanted["host_only_cidr"]])
    there = ranges(facts["networks_file"]) if facts["networks_file"] is not None else [network("192.168.56.0/21")]
    missing = [one for one in needed if not any(inside(network(one), other) for other in there)]
    found.append(judged("stop", "macos.networks", "VirtualBox may make the VM's network", not missing, "%s allows %s" % (FILE, ", ".join(needed) or "anything"),
                        "all" if not missing else "not %s" % ", ".join(missing), hint="" if not missing else
                        "Write the line `* %s` to %s as an administrator." % (" ".join(needed), FILE)))
    return found
