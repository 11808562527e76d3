"""Facts about a Linux seat for the preflight: those of virtualbox_plan, and what else can stop a class. Read only."""

import re

from ansible_collections.workshop.lab.plugins.module_utils import machine_host, preflight_network, virtualbox_read
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.machine_host import ask, has_lists
from ansible_collections.workshop.lab.plugins.module_utils.minikube_state import json_object
from ansible_collections.workshop.lab.plugins.module_utils.prestart_none import CONNTRACK_SINCE
from ansible_collections.workshop.lab.plugins.module_utils.prestart_seat import version_numbers

KVM_MODULES = ("kvm", "kvm_intel", "kvm_amd")
PARAMETERS = ("enable_virt_at_load", "nested", "ignore_msrs", "ept", "npt")
# Processes that are another hypervisor at work (/proc/PID/comm has 15 letters), and modules of one.
PROCESSES = {"qemu-system-x86": "QEMU", "qemu-system-i38": "QEMU", "qemu-kvm": "QEMU", "vmware-vmx": "VMware", "firecracker": "Firecracker",
             "cloud-hyperviso": "Cloud Hypervisor"}
MODULES = {"vmmon": "VMware"}
DPKG_UPDATES = "/var/lib/dpkg/updates"
IMAGES = "/var/lib/docker"


def machine(runner, files, environment=None, user="k8suser", kubernetes_version="v1.16.2"):
    """Return the facts. ``environment``: the module's own, ``user``: the account of the cluster with a VM, ``kubernetes_version``: the wanted one."""
    facts = machine_host.machine(runner, files)
    facts.update(virtualbox_read.virtualbox(runner, files))
    facts.update(system="Linux", cpus=files.processors(), systemd=files.exists("/run/systemd/system"),
                 cgroup="v2" if files.exists("/sys/fs/cgroup/cgroup.controllers") else "v1", kvm_device=files.exists("/dev/kvm"),
                 kvm_parameters=kvm_parameters(files))
    facts.update(memory(files))
    facts.update(processes(files, machine_host.modules(files)))
    facts.update(networks(runner, files))
    facts["proxies"] = preflight_network.proxies(environment or {}, files)
    facts.update(packages(runner, files, kubernetes_version))
    facts.update(account(files, user))
    facts["places"] = places(files, facts["home"])
    return facts


def memory(files):
    """Return memory_mb and memory_available_mb, None where the kernel does not tell."""
    found = dict(re.findall(r"(?m)^(MemTotal|MemAvailable):\s*([0-9]+) kB", files.read("/proc/meminfo") or ""))
    return {key: int(found[name]) // 1024 if name in found else None for key, name in (("memory_mb", "MemTotal"), ("memory_available_mb", "MemAvailable"))}


def kvm_parameters(files):
    """Return {"kvm_intel.nested": "Y", ...} of the loaded modules of KVM."""
    found = {}
    for module in KVM_MODULES:
        for name in PARAMETERS:
            text = files.read("/sys/module/%s/parameters/%s" % (module, name))
            if text is not None:
                found["%s.%s" % (module, name)] = text.strip()
    return found


def processes(files, modules):
    """Return kvm_holders ([{pid, program}]: who has /dev/kvm open) and hypervisors (names of others than VirtualBox that are at work)."""
    holders, found = [], {name for module, name in MODULES.items() if module in modules}
    if "control_d" in (files.read("/proc/xen/capabilities") or ""):
        found.add("Xen")
    for pid in files.names("/proc"):
        if not pid.isdigit():
            continue
        program = (files.read("/proc/%s/comm" % pid) or "").strip()
        if program in PROCESSES:
            found.add(PROCESSES[program])
        folder = "/proc/%s/fd" % pid
        if any(files.link("%s/%s" % (folder, name)) == "/dev/kvm" for name in files.names(folder)):
            holders.append({"pid": int(pid), "program": program})
    return {"kvm_holders": holders, "hypervisors": sorted(found)}


def networks(runner, files):
    """Return addresses, routes and own_address."""
    table, own = files.read("/proc/net/route"), preflight_network.addresses(runner)
    return {"addresses": own, "routes": preflight_network.routes(table), "own_address": preflight_network.gateway_address(table, own)}


def packages(runner, files, kubernetes_version):
    """Return the state of dpkg, apt's sources and proxy, and what driver none and kvm2 still need.

    needed: {driver: {package: can it be had}}, without a driver where apt has no lists to tell that of something missing. Without apt nothing can be had.
    """
    there = files.which("dpkg")
    facts = {"dpkg_audit": audit(ask(runner, ["dpkg", "--audit"], codes=(0, 1))) if there else [],
             "dpkg_interrupted": bool([name for name in files.names(DPKG_UPDATES) if name.isdigit()]), "dpkg": bool(there),
             "apt_sources": apt_sources(files), "apt_proxy": ""}
    apt = files.which("apt-cache")
    for line in ask(runner, ["apt-config", "dump", "--format", "%f %v%n", "Acquire::http::Proxy"]).splitlines() if apt else ():
        words = line.split()
        if len(words) == 2 and words[0] == "Acquire::http::Proxy" and words[1] not in ("DIRECT", "false"):
            facts["apt_proxy"] = words[1]
    version = version_numbers(kubernetes_version)
    wanted = {"none": {"docker": "docker.io"}, "kvm2": {"virsh": "libvirt-clients", "libvirtd": "libvirt-daemon-system"}}
    if version and version >= CONNTRACK_SINCE:
        wanted["none"]["conntrack"] = "conntrack"
    names = sorted(name for one in wanted.values() for name in one.values())
    said = ask(runner, ["apt-cache", "policy"] + names + ["apt"]) if apt else ""
    can = candidates(said, names)
    needed = {driver: {package: can[package] for program, package in sorted(programs.items()) if not files.which(program)}
              for driver, programs in wanted.items()}
    facts["needed"] = {driver: packages for driver, packages in needed.items() if not packages or not apt or has_lists(said)}
    facts["apt"] = bool(apt)
    return facts


def audit(text):
    """Return the packages of `dpkg --audit` that are unpacked or half done. Others only lack a list of files, which stops nobody."""
    return [line.split()[0] for part in re.split(r"\n\s*\n", text) if not re.match(r"The following packages are missing", part)
            for line in part.splitlines() if re.match(r" \S", line)]


def candidates(text, names):
    """Return {package: whether apt can install it} out of `apt-cache policy`."""
    found = dict(re.findall(r"(?m)^(\S+):\n.*\n +Candidate: (.*)$", text))
    return {name: found.get(name, "(none)") != "(none)" for name in names}


def apt_sources(files):
    """Return the URLs that `apt-get update` asks first: one InRelease for each repository of /etc/apt, in both of its forms."""
    found, folder = [], "/etc/apt/sources.list.d"
    names = ["%s/%s" % (folder, name) for name in files.names(folder)]
    for path in ["/etc/apt/sources.list"] + [name for name in names if name.endswith(".list")]:
        for line in (files.read(path) or "").splitlines():
            words = re.match(r"\s*deb\s+(?:\[[^\]]*\]\s+)?(https?://\S+)\s+(\S+)", line)
            if words:
                found.append(words.groups())
    for path in [name for name in names if name.endswith(".sources")]:
        for stanza in re.split(r"\n\s*\n", files.read(path) or ""):
            fields = {key.lower(): value.split() for key, value in re.findall(r"(?m)^([A-Za-z-]+):[ \t]*(.*)$", stanza)}
            if fields.get("enabled", ["yes"])[0].lower() in ("no", "false") or "deb" not in fields.get("types", []):
                continue
            found += [(uri, fields["suites"][0]) for uri in fields.get("uris", []) if uri.startswith("http") and fields.get("suites")]
    urls = []
    for uri, suite in found:
        url = "%s/%s" % (uri.rstrip("/"), suite + "InRelease" if suite.endswith("/") else "dists/%s/InRelease" % suite)
        if url not in urls:
            urls.append(url)
    return urls


def account(files, user):
    """Return account (whether it is there), home, minikube ({driver, foreign, machine, error}) and rivals ([{user, driver}])."""
    found, nothing = files.account(user), {"driver": "", "foreign": [], "machine": False, "error": ""}
    if found is None:
        return {"account": False, "home": "/home/" + user, "minikube": nothing, "rivals": []}
    facts = {"account": True, "home": found.home, "minikube": nothing,
             "rivals": [{"user": name, "driver": driver} for name, driver in files.rivals("virtualbox", found)]}
    try:
        seen = files.cluster_home(found)
    except LabError as error:
        facts["minikube"] = dict(nothing, error=str(error))
        return facts
    profile = json_object(seen.texts.get("profile")).get("MachineConfig")
    record = json_object(seen.texts.get("machine")).get("DriverName")
    driver = record or (profile if isinstance(profile, dict) else {}).get("VMDriver") or ""
    facts["minikube"] = {"driver": str(driver), "foreign": list(seen.foreign), "machine": bool(seen.machine_names), "error": ""}
    return facts


def places(files, home):
    """Return [{what, path, at, free_mb, read_only}] of the disks that fill up: where the VM goes, where driver none's images go, where packages go."""
    found = []
    for what, path in (("vm", home + "/.minikube"), ("images", IMAGES), ("packages", "/usr")):
        at, free, read_only = files.space(path)
        found.append({"what": what, "path": path, "at": at, "free_mb": free, "read_only": read_only})
    return found
