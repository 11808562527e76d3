"""The flags of `minikube start` that option extra_arguments may hold (v1.5.2 cmd/start.go, initMinikubeFlags and after), and where their values end up."""

import re

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

# Flags that this module sets from its own options.
OURS = ("vm-driver", "kubernetes-version", "cpus", "memory", "disk-size", "host-only-cidr", "registry-mirror", "insecure-registry")
# A start that makes no cluster, or of another profile than the one this module looks after.
UNFIT = {"download-only": "it makes no cluster", "profile": "this module looks after the profile minikube", "p": "this module looks after the profile minikube"}

# Kind of value of every other flag.
BOOL = ("no-vtx-check", "dns-proxy", "host-dns-resolver", "cache-images", "wait", "keep-context", "embed-certs", "mount", "force", "interactive", "native-ssh",
        "auto-update-drivers", "enable-default-cni", "disable-driver-mounts", "kvm-gpu", "kvm-hidden")
LISTS = ("extra-config", "apiserver-ips", "apiserver-names", "addons", "docker-env", "docker-opt", "hyperkit-vsock-ports", "nfs-share")
TEXT = ("iso-url", "image-repository", "image-mirror-country", "wait-timeout", "container-runtime", "apiserver-name", "apiserver-port", "network-plugin",
        "cri-socket", "feature-gates", "dns-domain", "service-cluster-ip-range", "mount-string", "uuid", "kvm-network", "kvm-qemu-uri",
        "hyperkit-vpnkit-sock", "hyperv-virtual-switch", "nfs-shares-root", "bootstrapper", "v", "stderrthreshold", "vmodule")

# Where the profile keeps a flag's value (pkg/minikube/config/types.go). What is in neither table leaves no trace that could be compared.
KUBERNETES = {"image-repository": "ImageRepository", "container-runtime": "ContainerRuntime", "apiserver-name": "APIServerName", "apiserver-port": "NodePort",
              "network-plugin": "NetworkPlugin", "enable-default-cni": "EnableDefaultCNI", "cri-socket": "CRISocket", "feature-gates": "FeatureGates",
              "dns-domain": "DNSDomain", "service-cluster-ip-range": "ServiceCIDR", "apiserver-ips": "APIServerIPs", "apiserver-names": "APIServerNames",
              "extra-config": "ExtraOptions"}
MACHINE = {"embed-certs": "EmbedCerts", "docker-env": "DockerEnv", "docker-opt": "DockerOpt"}
# These can be set by the command line only, so an empty list is a wish too: what an earlier start had there is to go.
ALWAYS = ("extra-config", "apiserver-ips", "apiserver-names", "docker-env", "docker-opt")
# What minikube itself adds for driver none beside systemd-resolved (cmd/start.go, autoSetDriverOptions).
AUTOMATIC = "kubelet.resolv-conf=/run/systemd/resolve/resolv.conf"
# What it adds to --docker-env of the proxies in its own environment (cmd/start.go, setDockerProxy). Taken for somebody's wish that is gone, they would be
# a reason to start again on every run behind a proxy.
FROM_ENVIRONMENT = ("HTTP_PROXY=", "HTTPS_PROXY=", "NO_PROXY=")


def read_arguments(arguments):
    """Return extra_arguments as {flag: value or list of values}; LabError for a word that minikube start v1.5.2 does not know or this module sets itself."""
    given = {}
    for word in arguments:
        found = re.match(r"\A--([a-z0-9]+(?:-[a-z0-9]+)*)(?:=([^\x00-\x1f\x7f]*))?\Z", word) if isinstance(word, str) else None
        if not found:
            raise LabError("extra_arguments contains %r; each entry must be one flag of the form --flag=value." % (word,))
        name, value = found.groups()
        if name in OURS:
            raise LabError("extra_arguments contains %s; --%s is set by this module's own option, which must be used instead." % (word, name))
        if name in UNFIT:
            raise LabError("extra_arguments contains %s, which cannot be used here: %s." % (word, UNFIT[name]))
        if name not in BOOL + LISTS + TEXT:
            raise LabError("extra_arguments contains %s; --%s is not a flag of minikube start v1.5.2." % (word, name))
        if name in BOOL and value not in (None, "true", "false"):
            raise LabError("extra_arguments contains %s; --%s must be true or false." % (word, name))
        if name not in BOOL and not value:
            raise LabError("extra_arguments contains %s; --%s needs a value after =." % (word, name))
        if name in LISTS:
            given.setdefault(name, []).extend(value.split(",") if name == "apiserver-ips" else [value])
        elif name in given:
            raise LabError("extra_arguments contains --%s twice; it must be there once." % name)
        else:
            given[name] = value or "true"
    for option in given.get("extra-config", []):
        if not re.match(r"\A[a-z-]+\.[A-Za-z0-9.-]+=", option):
            raise LabError("extra_arguments contains --extra-config=%s; it must have the form --extra-config=component.key=value." % option)
    return given


def differences(arguments, profile):
    """Return [(flag, found, wanted)] (texts) of what the profile (dict, {} for none) records otherwise than extra_arguments want it."""
    given, found = read_arguments(arguments), []
    kubernetes, machine = profile.get("KubernetesConfig") or {}, profile.get("MachineConfig") or {}
    for table, record in ((KUBERNETES, kubernetes), (MACHINE, machine)):
        for flag, key in sorted(table.items()):
            if key not in record or (flag not in given and flag not in ALWAYS):
                continue
            present, wanted = _words(record[key]), _words(given.get(flag))
            if AUTOMATIC in present and not any(one.startswith("kubelet.resolv-conf=") for one in wanted):
                present.remove(AUTOMATIC)
            if flag == "docker-env":
                present = [one for one in present if one in wanted or not one.startswith(FROM_ENVIRONMENT)]
            if flag == "container-runtime":
                present, wanted = [one.replace("cri-o", "crio") for one in present], [one.replace("cri-o", "crio") for one in wanted]
            if sorted(present) != sorted(wanted):
                found.append(("--" + flag, ",".join(sorted(present)) or "nothing", ",".join(sorted(wanted)) or "nothing"))
    return found


def _words(value):
    """Return a recorded or wanted value as a list of texts; an unset list is null or []."""
    if value is None or value == "":
        return []
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, list):
        return ["%s.%s=%s" % (one.get("Component"), one.get("Key"), one.get("Value")) if isinstance(one, dict) else str(one) for one in value]
    return [str(value)]
