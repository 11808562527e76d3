"""The wanted cluster: its flags of `minikube start`, and what an existing cluster has otherwise. Pure functions."""

import collections
import re

from ansible_collections.workshop.lab.plugins.module_utils import minikube_flags

#: The wanted cluster: the options of minikube_cluster of the same names. user: the owner's account name.
Wanted = collections.namedtuple("Wanted", (
    "driver kubernetes_version cpus memory_mb disk_mb host_only_cidr registry_mirrors insecure_registries extra_arguments user minikube_path"))

SERVICES = "10.96.0.0/12"  # minikube adds the network of the Services to the insecure registries


def start_flags(wanted, keep_context=False):
    """Return the flags of `minikube start`. --vm-driver always: without it minikube picks a driver by itself, or the environment does."""
    flags = ["--vm-driver=" + wanted.driver, "--kubernetes-version=" + wanted.kubernetes_version]
    if wanted.driver != "none":
        flags += ["--memory=%d" % wanted.memory_mb, "--cpus=%d" % wanted.cpus, "--disk-size=%d" % wanted.disk_mb]
        flags += ["--host-only-cidr=" + wanted.host_only_cidr] if wanted.driver == "virtualbox" else []
        flags += ["--registry-mirror=" + one for one in wanted.registry_mirrors]
        flags += ["--insecure-registry=" + one for one in wanted.insecure_registries]
    return flags + (["--keep-context"] if keep_context else []) + list(wanted.extra_arguments)


def shape_differences(wanted, state):
    """Return what an existing VM cannot change, as differences: `minikube start` would ignore the new value and write it into the profile all the same."""
    machine, found = state.machine, []
    if machine.get("DriverName") not in (None, wanted.driver):
        return [difference("driver", machine["DriverName"], wanted.driver)]
    if not machine or wanted.driver == "none":
        return []
    driver, engine = machine["Driver"], (machine.get("HostOptions") or {}).get("EngineOptions") or {}
    keys = [("cpus", "CPU"), ("memory_mb", "Memory"), ("disk_mb", "DiskSize")] + ([("host_only_cidr", "HostOnlyCIDR")] if wanted.driver == "virtualbox" else [])
    for option, key in keys:
        if driver.get(key) not in (None, getattr(wanted, option)):
            found.append(difference(option, driver[key], getattr(wanted, option)))
    for option, key in (("registry_mirrors", "RegistryMirror"), ("insecure_registries", "InsecureRegistry")):
        if key in engine:
            present = sorted(set(engine[key] or []) - {SERVICES})
            if present != sorted(set(getattr(wanted, option)) - {SERVICES}):
                found.append(difference(option, present, sorted(getattr(wanted, option))))
    return found


def mendable_differences(wanted, state):
    """Return what a start of the existing cluster changes: a newer Kubernetes version, other extra arguments."""
    found = []
    if state.version and numbers(state.version) < numbers(wanted.kubernetes_version):
        found.append(difference("kubernetes_version", state.version, wanted.kubernetes_version))
    return found + [difference("extra_arguments " + flag, present, wish) for flag, present, wish in
                    minikube_flags.differences(wanted.extra_arguments, state.profile)]


def numbers(version):
    """Return a version as something that can be compared: v1.16.2 is newer than v1.16.2-rc.1."""
    found = re.match(r"v?([0-9]+)\.([0-9]+)\.([0-9]+)(.*)", version)
    return tuple(int(one) for one in found.groups()[:3]) + (found.group(4) == "", found.group(4)) if found else (0, 0, 0, False, version)


def difference(name, found, wanted):
    """Return one entry of the return value differences."""
    return {"name": name, "found": found, "wanted": wanted}
