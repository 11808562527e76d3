"""profiles/NAME/config.json: the last flags of start, not the state of the machine (pkg/minikube/config)."""

import json
import os

from minikube_double import API_PORT, NODE_NAME, files, paths
from minikube_double.errors import Crash, MachineError


def file(name):
    """The path of a profile's configuration."""
    return os.path.join(paths.profile_dir(name), "config.json")


def read(name):
    """The profile's configuration, or None without one. A ValueError if it does not parse."""
    try:
        with open(file(name), encoding="utf-8") as stream:
            return json.load(stream)
    except FileNotFoundError:
        return None


def save(name, config):
    """Write the configuration 0600 in its 0700 directory."""
    os.makedirs(paths.make("profiles"), exist_ok=True)
    os.makedirs(paths.profile_dir(name), mode=0o700, exist_ok=True)
    files.locked_write(file(name), json.dumps(config, indent=4), 0o600)


def save_or_crash(name, config):
    """Write it as start does: a failure ends the program with minikube's sentence."""
    try:
        save(name, config)
    except (MachineError, OSError) as error:
        raise Crash("Failed to save config", error)


def build(settings, driver, version, memory, disk, iso, cache_images, extra):
    """The configuration in the real one's key order."""
    get = settings.get
    machine = [
        ("KeepContext", get("keep-context")), ("EmbedCerts", get("embed-certs")), ("MinikubeISO", iso), ("Memory", memory),
        ("CPUs", get("cpus")), ("DiskSize", disk), ("VMDriver", driver), ("ContainerRuntime", get("container-runtime")),
        ("HyperkitVpnKitSock", get("hyperkit-vpnkit-sock")), ("HyperkitVSockPorts", list(get("hyperkit-vsock-ports"))),
        ("DockerEnv", list(get("docker-env")) or None), ("InsecureRegistry", list(get("insecure-registry")) + [get("service-cluster-ip-range")]),
        ("RegistryMirror", list(get("registry-mirror")) or None), ("HostOnlyCIDR", get("host-only-cidr")),
        ("HypervVirtualSwitch", get("hyperv-virtual-switch")), ("KVMNetwork", get("kvm-network")), ("KVMQemuURI", get("kvm-qemu-uri")),
        ("KVMGPU", get("kvm-gpu")), ("KVMHidden", get("kvm-hidden")), ("DockerOpt", list(get("docker-opt")) or None),
        ("DisableDriverMounts", get("disable-driver-mounts")), ("NFSShare", list(get("nfs-share"))), ("NFSSharesRoot", get("nfs-shares-root")),
        ("UUID", get("uuid")), ("NoVTXCheck", get("no-vtx-check")), ("DNSProxy", get("dns-proxy")), ("HostDNSResolver", get("host-dns-resolver")),
    ]
    kubernetes = [
        ("KubernetesVersion", version), ("NodeIP", ""), ("NodePort", API_PORT), ("NodeName", NODE_NAME), ("APIServerName", get("apiserver-name")),
        ("APIServerNames", list(get("apiserver-names")) or None), ("APIServerIPs", list(get("apiserver-ips")) or None), ("DNSDomain", get("dns-domain")),
        ("ContainerRuntime", get("container-runtime")), ("CRISocket", get("cri-socket")), ("NetworkPlugin", get("network-plugin")),
        ("FeatureGates", get("feature-gates")), ("ServiceCIDR", get("service-cluster-ip-range")), ("ImageRepository", get("image-repository")),
        ("ExtraOptions", [dict(zip(("Component", "Key", "Value"), item)) for item in extra] or None),
        ("ShouldLoadCachedImages", cache_images), ("EnableDefaultCNI", get("enable-default-cni")),
    ]
    return {"MachineConfig": dict(machine), "KubernetesConfig": dict(kubernetes)}


def empty():
    """What `profile NAME` writes for a new name."""
    return {"MachineConfig": {"VMDriver": ""}, "KubernetesConfig": {"KubernetesVersion": ""}}


def listing():
    """(valid, invalid) profiles, both as [{Name, Config}]; an OSError if there is no profiles directory."""
    valid, invalid = [], []
    for name in sorted(os.listdir(paths.make("profiles"))):
        if not os.path.isdir(paths.profile_dir(name)):
            continue
        try:
            config = read(name)
        except ValueError:
            config = None
        good = config and config["MachineConfig"].get("VMDriver") and config["KubernetesConfig"].get("KubernetesVersion")
        (valid if good else invalid).append({"Name": name, "Config": config})
    return valid, invalid
