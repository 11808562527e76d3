"""What is there: the State of a minikube cluster, read from the answer of `minikube status -o json` and from the files of its owner. Pure functions."""

import collections
import json
import re

NAME = "minikube"  # the default profile; its VM, its node and its kubeconfig entries are all called so

#: The present cluster. host, kubelet, apiserver, kubeconfig: minikube's own words, "" when it has none (no cluster, or not running).
#: exists: minikube has a machine, which `minikube start` would start instead of making one (also when vanished). vanished: its VM was removed behind
#: minikube's back. machine: machines/minikube/config.json (dict, {} when there is none). profile: profiles/minikube/config.json (dict, {}), which repeats
#: the flags of the last start. version, driver, ip: text, "" when unknown. half_made: machines/minikube without a config.json that can be read.
#: vm_known: for a half made machine, whether the hypervisor has a VM of this name (None: it could not be asked). disk: machines/minikube holds a disk.
#: profile_broken: minikube cannot read the profile. foreign: paths of the owner's files that belong to somebody else. current_context: the kubeconfig's
#: ("" for none). entry: the kubeconfig has a cluster called minikube. entries: an Entries, or None when they were not asked for. program: minikube
#: is installed. error: why the state cannot be told, "" when it can.
State = collections.namedtuple("State", (
    "host kubelet apiserver kubeconfig exists vanished machine profile version driver ip half_made vm_known disk profile_broken foreign current_context "
    "entry entries program error"))
State.__new__.__defaults__ = ("", "", "", "", False, False, {}, {}, "", "", "", False, None, False, False, (), "", False, None, True, "")

#: Nothing at all, as it is after a delete.
AS_LEFT = State()

#: Entries of a kubeconfig that are called minikube: cluster, context, user (bool), current (it is the current-context), others (it holds more than that).
Entries = collections.namedtuple("Entries", "cluster context user current others")

#: What was read in the owner's home. home: ~/.minikube is there. machine_names: what machines/minikube holds, None without that directory.
#: texts: {"machine", "profile", "kubeconfig": text or None}. denied: names in texts that the owner may not read. foreign: as in State.
Seen = collections.namedtuple("Seen", "home machine_names texts denied foreign")

DISKS = ("disk.vmdk", NAME + ".rawdisk")  # virtualbox; kvm2


def status(done):
    """Return (words, vanished, error) of a `minikube status -o json` (a Done). words: dict of host, kubelet, apiserver, kubeconfig.

    minikube v1.5.2 cmd/status.go: the exit code is 1 (host not running) or the sum of 2 (kubelet or API server) and 4 (kubeconfig); without a cluster all
    four words are empty and the exit code is 1; a VM that was removed behind its back is exit code 70.
    """
    nothing = dict.fromkeys(("host", "kubelet", "apiserver", "kubeconfig"), "")
    said = (done.err.strip() + " " + done.out.strip()).strip()[-600:]
    if done.rc is None:
        return nothing, False, "`minikube status` did not answer within %.0f seconds" % done.seconds
    if done.rc == 70 and "machine does not exist" in done.err:
        return nothing, True, ""
    found = json_object(done.out)
    if done.rc not in (0, 1, 2, 4, 6) or "Host" not in found:
        return nothing, False, "`minikube status` ended with exit code %s and said \"%s\"" % (done.rc, said)
    return {"host": found["Host"], "kubelet": found.get("Kubelet", ""), "apiserver": found.get("APIServer", ""),
            "kubeconfig": found.get("Kubeconfig", "")}, False, ""


def read_state(seen, done=None, vm_known=None, entries=None, program=True):
    """Return the State out of a Seen and the Done of `minikube status` (None: it was not asked, since there is no ~/.minikube or no minikube)."""
    words, vanished, error = status(done) if done else (dict.fromkeys(("host", "kubelet", "apiserver", "kubeconfig"), ""), False, "")
    machine, profile = json_object(seen.texts.get("machine")), json_object(seen.texts.get("profile"))
    if not isinstance(machine.get("Driver"), dict) or not machine.get("DriverName"):
        machine = {}
    there = seen.machine_names is not None
    half_made = there and not machine and "machine" not in seen.denied
    broken = seen.texts.get("profile") is not None and not valid_profile(profile)
    if seen.denied and not error:
        error = "the account may not read its own %s" % ", ".join(FILES[name] for name in seen.denied)
    kubernetes = profile.get("KubernetesConfig") or {}
    text = seen.texts.get("kubeconfig") or ""
    return State(
        exists=bool(machine) or vanished or bool(words["host"]), vanished=vanished, machine=machine, profile={} if broken else profile,
        version=str(kubernetes.get("KubernetesVersion") or "") if not broken else "",
        driver=str(machine.get("DriverName") or "" if machine else "" if broken else (profile.get("MachineConfig") or {}).get("VMDriver") or ""),
        ip=str((machine.get("Driver") or {}).get("IPAddress") or ""), half_made=half_made, vm_known=vm_known,
        disk=bool(set(DISKS) & set(seen.machine_names or ())), profile_broken=broken, foreign=tuple(seen.foreign),
        current_context=current_context(text), entry=mentions_cluster(text), entries=entries, program=program, error="" if half_made else error, **words)


#: What is read of the owner's home, by name.
FILES = {"machine": ".minikube/machines/minikube/config.json", "profile": ".minikube/profiles/minikube/config.json", "kubeconfig": ".kube/config"}


def json_object(text):
    """Return the JSON object in a text; an empty one when it is none."""
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def valid_profile(profile):
    """Whether minikube calls this profile valid (pkg/minikube/config/profile.go): the driver and the Kubernetes version are set."""
    machine, kubernetes = profile.get("MachineConfig"), profile.get("KubernetesConfig")
    return bool(isinstance(machine, dict) and isinstance(kubernetes, dict) and machine.get("VMDriver") and kubernetes.get("KubernetesVersion"))


def profiles(text):
    """Return {"valid": [names], "invalid": [names]} of a `minikube profile list -o json`; on a fresh home it answers with an error, which means none."""
    found = json_object(text)
    return {key: sorted(str(one.get("Name")) for one in found.get(key) or [] if isinstance(one, dict)) for key in ("valid", "invalid")}


def current_context(text):
    """Return the current-context of a kubeconfig, "" when there is none. kubectl and minikube write block YAML; JSON is allowed too."""
    if text.lstrip().startswith("{"):
        return str(json_object(text).get("current-context") or "")
    found = re.search(r"(?m)^current-context:[ \t]*(.*?)[ \t]*$", text)
    return found.group(1).strip("\"'") if found else ""


def mentions(text):
    """Whether a kubeconfig may have entries called minikube: then kubectl, which reads every form of YAML, is asked which ones."""
    return bool(re.search(r"""(?m)\bname"?:[ \t]*["']?%s["']?[ \t]*(?=[,}\r]|$)""" % NAME, text or "")) or current_context(text or "") == NAME


def mentions_cluster(text):
    """Whether a kubeconfig has a cluster entry called minikube, so that `minikube update-context` has something to mend."""
    if text.lstrip().startswith("{"):
        return any(isinstance(one, dict) and one.get("name") == NAME for one in json_object(text).get("clusters") or [])
    section = re.search(r"(?ms)^clusters:[ \t]*$(.*?)(?=^[A-Za-z]|\Z)", text)
    return bool(section and re.search(r"""(?m)^[ ]*(?:- )?[ ]*name:[ \t]*["']?%s["']?[ \t]*$""" % NAME, section.group(1)))


def entries(view):
    """Return the Entries of a `kubectl config view -o json` (dict)."""
    named = {key: [one.get("name") for one in view.get(key) or []] for key in ("clusters", "contexts", "users")}
    others = any(name != NAME for names in named.values() for name in names)
    current = view.get("current-context") or ""
    return Entries(NAME in named["clusters"], NAME in named["contexts"], NAME in named["users"], current == NAME, others or current not in ("", NAME))


def shown(state):
    """Return the State as the modules return it (before, after): text "" and numbers None where there is nothing."""
    driver = state.machine.get("Driver") or {}
    return {"host": state.host, "kubelet": state.kubelet, "apiserver": state.apiserver, "kubeconfig": state.kubeconfig, "driver": state.driver,
            "kubernetes_version": state.version, "ip": state.ip, "cpus": driver.get("CPU"), "memory_mb": driver.get("Memory"),
            "disk_mb": driver.get("DiskSize"), "host_only_cidr": driver.get("HostOnlyCIDR") or ""}
