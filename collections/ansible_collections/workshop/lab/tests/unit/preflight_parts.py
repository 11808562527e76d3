"""What the unit tests of the preflight share: a good machine as facts, and a machine whose files and programs are texts."""

import copy

from ansible_collections.workshop.lab.plugins.module_utils.minikube_state import Seen
from ansible_collections.workshop.lab.plugins.module_utils.runner import Account
from ansible_collections.workshop.lab.tests.unit.virtualbox_parts import FakeFiles

HOME = "/home/k8suser"
WANTED = {"driver": "virtualbox", "drivers": ["virtualbox", "kvm2", "none"], "ignore": [], "user": "k8suser", "kubernetes_version": "v1.16.2", "cpus": 2,
          "memory_mb": 2000, "host_only_cidr": "192.168.99.1/24", "service_cidr": "10.96.0.0/12", "clock_tolerance": 60, "sources": [],
          "source_timeout": 5.0, "control_time": None, "apt_proxy": "", "virtualbox_source": "auto", "virtualbox_series": "", "virtualbox_uri": "",
          "virtualbox_key_url": ""}
PLACES = [{"what": what, "path": path, "at": at, "free_mb": 50000, "read_only": False}
          for what, path, at in (("vm", HOME + "/.minikube", HOME), ("images", "/var/lib/docker", "/var/lib"), ("packages", "/usr", "/usr"))]
# Ubuntu 22.04 on metal with VT-x, nothing installed yet, nothing wrong.
GOOD = {
    "system": "Linux", "distribution": "Ubuntu", "release": "22.04", "codename": "jammy", "architecture": "x86_64", "kernel": "5.15.0-91-generic",
    "kernel_config": {"kvm": "module", "sig_force": False}, "efi": True, "headers_installed": False, "headers_available": True, "lockdown": "none",
    "cpu_flags": ["vmx"], "hypervisor": "", "container": "", "xen": False, "kvm_modules": ["kvm", "kvm_intel"], "kvm_foreign": [], "enable_virt_at_load": None,
    "secure_boot": False, "mok_key": "", "mok_enrolled": None, "mok_waiting": None, "virtualbox_packages": [], "virtualbox_version": "", "dpkg_broken": [],
    "dkms": "", "modules_loaded": [], "vms": [], "running_vms": [],
    "cpus": 4, "systemd": True, "cgroup": "v1", "kvm_device": True, "kvm_parameters": {}, "memory_mb": 8000, "memory_available_mb": 6000, "kvm_holders": [],
    "hypervisors": [], "addresses": [{"interface": "lo", "cidr": "127.0.0.1/8"}, {"interface": "eno1", "cidr": "192.0.2.17/24"}],
    "routes": [{"interface": "eno1", "cidr": "192.0.2.0/24"}], "own_address": "192.0.2.17", "proxies": [], "dpkg": True, "dpkg_audit": [],
    "dpkg_interrupted": False, "apt": True, "apt_sources": [], "apt_proxy": "", "needed": {"none": {"docker.io": True}, "kvm2": {"libvirt-clients": True}},
    "account": True, "home": HOME, "minikube": {"driver": "", "foreign": [], "machine": False, "error": ""}, "rivals": [], "places": PLACES, "sources": [],
    "clock_seconds": 0.4,
}


def facts(**changes):
    """The good machine with changes; places takes {what: free MB}."""
    found = copy.deepcopy(GOOD)
    for what, free in changes.pop("free", {}).items():
        next(one for one in found["places"] if one["what"] == what)["free_mb"] = free
    found.update(changes)
    return found


class SeatTexts(FakeFiles):
    """In SeatFiles' place."""

    def __init__(self, texts, links=None, space=None, programs=("dpkg", "apt-cache", "docker"), seen=None, others=()):
        super().__init__(texts)
        self.links, self.spaces, self.programs, self.others = dict(links or {}), dict(space or {}), programs, list(others)
        self.seen = seen or Seen(False, None, {}, [], [])

    def link(self, path):
        """Where a link leads."""
        return self.links.get(path, "")

    def names(self, path):
        """Links count as names too."""
        start = path.rstrip("/") + "/"
        return sorted(set(super().names(path)) | {name[len(start):].split("/")[0] for name in self.links if name.startswith(start)})

    def space(self, path):
        """50000 MB where nothing else is said."""
        return path, self.spaces.get(path, 50000), False

    def processors(self):
        """Four."""
        return 4

    def which(self, name):
        """Where a program is."""
        return "/usr/bin/" + name if name in self.programs else ""

    def account(self, name):
        """Only k8suser."""
        return Account("k8suser", 1000, 1000, HOME) if name == "k8suser" else None

    def cluster_home(self, account):
        """What ~/.minikube says."""
        if isinstance(self.seen, Exception):
            raise self.seen
        return self.seen

    def rivals(self, driver, account):
        """Others' clusters."""
        return self.others
