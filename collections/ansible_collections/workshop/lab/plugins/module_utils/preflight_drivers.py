"""Which of minikube's drivers can work on a seat, and what stands in the way of each. Pure."""

from ansible_collections.workshop.lab.plugins.module_utils.preflight_checks import proxy, space
from ansible_collections.workshop.lab.plugins.module_utils.preflight_network import DOCKER, LIBVIRT, LOOPBACK, conflicts, network, wider
from ansible_collections.workshop.lab.plugins.module_utils.prestart_none import CGROUP_V2_SINCE
from ansible_collections.workshop.lab.plugins.module_utils.prestart_seat import version_numbers
from ansible_collections.workshop.lab.plugins.module_utils.seat_problem_list import FIRMWARE
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_checks import dot, judged
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_kvm import shares
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_plan import plan

DRIVERS = ("virtualbox", "kvm2", "none")
# Our judgement, by what a VM with the workshop's images takes: ISO 140 MB twice, disk 2 to 3 GB after a day.
VM_LEAST_MB, VM_GOOD_MB = 5000, 10000
# The control plane's images are 1 GB, the workshop's 0.4 GB, and kubelet throws images out from 85 % of a full disk on.
IMAGES_LEAST_MB, IMAGES_GOOD_MB = 3000, 6000
KVM2_NETWORKS = ("192.168.39.0/24", "192.168.122.0/24")  # minikube-net of the kvm2 driver, and libvirt's default network
DOCKER_NETWORK = "172.17.0.0/16"  # docker0's, from which pods get their addresses with driver none
AROUND = ("The VM's own network, which is narrower, goes before that route: nothing has to be done, unless that is a VPN that takes such addresses for itself "
          "while it is on.")
NONE_MEMORY_MB = 1700  # what kubeadm asks of a control plane since v1.20; our judgement for older ones


def of_driver(driver, facts, wanted):
    """Return the checks of one driver."""
    found = {"virtualbox": _virtualbox, "kvm2": _kvm2, "none": _none}[driver](facts, wanted)
    return [one for one in found + [_profile(driver, facts, wanted), _rivals(driver, facts)] if one]


def _virtualbox(facts, wanted):
    planned = plan(facts, {"source": wanted["virtualbox_source"], "series": wanted["virtualbox_series"], "gui": True, "cidrs": [wanted["host_only_cidr"]]})
    found = planned["checks"] + _machine(facts, wanted) + [_host_only(facts, wanted), _others(facts)]
    found += [] if shares(facts["kernel"], planned["version"]) else [_held(facts, "virtualbox")]
    return found + proxy(facts, [str(network(wanted["host_only_cidr"])), wanted["service_cidr"]])


def _machine(facts, wanted):
    """What every VM needs."""
    least, good = (1000, 1000) if facts["minikube"]["machine"] else (VM_LEAST_MB, VM_GOOD_MB)
    return [_processors(facts, wanted["cpus"], "The VM's %d processors are there" % wanted["cpus"]),
            _memory(facts, wanted["memory_mb"], "There is memory for the VM"), space(facts, "vm", least, good)]


def _processors(facts, needed, title):
    ok = facts["cpus"] >= needed
    return judged("stop", "seat.processors", title, ok, "at least %d" % needed, facts["cpus"], hint="" if ok else
                  "Kubernetes needs 2 processors: use another machine, or give this one more if it is a VM." if needed <= 2 else
                  "Set cluster_cpus to what the machine has, at least 2.")


def _memory(facts, needed, title):
    total, free = facts["memory_mb"], facts["memory_available_mb"]
    if total is None:
        return judged("stop", "seat.memory", title, None, "%d MB" % needed, "not known", hint="The kernel does not tell in /proc/meminfo.")
    short = total < needed
    ok = not short and (free is None or free >= needed)
    return judged("stop" if short else "warn", "seat.memory", title, ok, "%d MB" % needed,
                  "%d MB%s" % (total, "" if free is None else ", %d MB of it free" % free),
                  hint="" if ok else "Use a machine with more memory, or a smaller cluster_memory_mb (at least 2000)." if short else
                  "Close other programs before the class: the VM would be swapped out.")


def _host_only(facts, wanted):
    cidr = wanted["host_only_cidr"]
    found, around = conflicts(cidr, facts), wider(cidr, facts)
    return judged("stop" if found else "warn", "network.host_only", "The VM's network is free", not found + around, "nothing else in %s" % network(cidr),
                  ", ".join(found + around) or "nothing", hint="" if not found + around else
                  "Set cluster_host_only_cidr to a network that the machine does not use, like 192.168.59.1/24, or change the machine's own." if found else
                  AROUND)


def _held(facts, driver):
    """Somebody has /dev/kvm open: a VM of KVM runs, or may at any moment. A VirtualBox that does not ask KVM for the processor cannot start one beside it."""
    holders = facts["kvm_holders"]
    words = ", ".join("%s (process %d)" % (one["program"], one["pid"]) for one in holders)
    return judged("stop", driver + ".kvm_holders", "No VM of KVM runs", not holders, "nobody has /dev/kvm open", words or "nobody",
                  hint="" if not holders else "Stop that program (`virsh list`, Android's emulator, GNOME Boxes): it holds VT-x or AMD-V.")


def _others(facts):
    found = [name for name in facts["hypervisors"] if name != "QEMU" or not facts["kvm_holders"]]
    return judged("warn", "virtualbox.others", "No other hypervisor is at work", not found, "none", ", ".join(found) or "none",
                  hint="" if not found else "Stop it before the class: two hypervisors share VT-x or AMD-V badly, and memory too.")


def _kvm2(facts, wanted):
    flags = sorted(set(facts["cpu_flags"]) & {"vmx", "svm"})
    kvm = facts["kernel_config"]["kvm"] != "absent"
    container, running = facts["container"], facts["running_vms"]
    busy = [words for cidr in KVM2_NETWORKS for words in conflicts(cidr, facts, LIBVIRT)]
    around = sorted({words for cidr in KVM2_NETWORKS for words in wider(cidr, facts, LIBVIRT)})
    found = [
        judged("stop", "kvm2.container", "The machine has a kernel of its own", not container, "no container", container or "no container",
               hint="Run it on the container's host." if container else ""),
        judged("stop", "kvm2.architecture", "The driver is published for this processor", facts["architecture"] == "x86_64", "x86_64", facts["architecture"],
               hint="" if facts["architecture"] == "x86_64" else "Use an amd64 machine: docker-machine-driver-kvm2 v1.5.2 is published for no other."),
        judged("stop", "kvm2.processor", "The processor lends itself to a hypervisor", bool(flags), "flag vmx (VT-x) or svm (AMD-V) in /proc/cpuinfo",
               ", ".join(flags) or "neither", hint="" if flags else dot(FIRMWARE)),
        judged("stop", "kvm2.module", "The kernel has KVM", kvm, "KVM as a module or built in", "there" if kvm else "a kernel without it",
               hint="" if kvm else "Start a kernel of the distribution."),
        judged("stop", "kvm2.virtualbox", "No VM of VirtualBox runs", not running, "none",
               ", ".join(one["name"] or one["program"] for one in running) or "none",
               hint="Stop it: two hypervisors cannot share VT-x or AMD-V." if running else ""),
        judged("stop" if busy else "warn", "network.kvm2", "The VM's networks are free", not busy + around, "nothing else in %s" % " and ".join(KVM2_NETWORKS),
               ", ".join(busy + around) or "nothing", hint="" if not busy + around else
               "Change the machine's own network: the driver's is fixed." if busy else AROUND),
        _needed(facts, "kvm2"),
    ]
    return found + _machine(facts, wanted) + proxy(facts, [KVM2_NETWORKS[0], wanted["service_cidr"]])


def _none(facts, wanted):
    version = version_numbers(wanted["kubernetes_version"])
    too_new = facts["cgroup"] == "v2" and version is not None and version < CGROUP_V2_SINCE
    services = conflicts(wanted["service_cidr"], facts, LOOPBACK) + wider(wanted["service_cidr"], facts, LOOPBACK)
    pods = conflicts(DOCKER_NETWORK, facts, DOCKER) + wider(DOCKER_NETWORK, facts, DOCKER)
    found = [
        judged("stop", "none.cgroup", "Kubernetes %s knows the machine's cgroups" % wanted["kubernetes_version"], not too_new,
               "cgroup v1, or Kubernetes v1.19.0 or later", "cgroup %s" % facts["cgroup"],
               hint="Use cluster_driver virtualbox or kvm2, a cluster_kubernetes_version of v1.19.0 or later, or start the machine with "
               "systemd.unified_cgroup_hierarchy=0 on the kernel's command line." if too_new else ""),
        judged("stop", "none.systemd", "systemd runs the machine", facts["systemd"], "/run/systemd/system", "there" if facts["systemd"] else "missing",
               hint="" if facts["systemd"] else "Use a machine with systemd: driver none starts kubelet as a unit of it. "
               "`make lab` makes a seat of its own in a container here."),
        judged("warn", "none.container", "The machine has a kernel of its own", not facts["container"], "no container", facts["container"] or "no container",
               hint="Kubernetes in a container works only in one with all privileges and a cgroup tree of its own." if facts["container"] else ""),
        judged("warn", "network.services", "The services' addresses are free", not services, "nothing of the machine's in %s" % wanted["service_cidr"],
               ", ".join(services) or "nothing", hint="" if not services else
               "With driver none an address that a Service gets is not reachable in the machine's own network any more: use a driver "
               "with a VM, or another network."),
        judged("warn", "network.pods", "The pods' addresses are free", not pods, "nothing of the machine's in %s" % DOCKER_NETWORK,
               ", ".join(pods) or "nothing", hint="" if not pods else "Give Docker another network (bip in /etc/docker/daemon.json)."),
        _needed(facts, "none"),
        _processors(facts, 2, "Kubernetes' 2 processors are there"),
        _memory(facts, NONE_MEMORY_MB, "There is memory for Kubernetes"),
        space(facts, "images", IMAGES_LEAST_MB, IMAGES_GOOD_MB),
    ]
    return found + proxy(facts, ["%s/32" % facts["own_address"], wanted["service_cidr"]] if facts["own_address"] else [wanted["service_cidr"]])


def _needed(facts, driver):
    """The packages that the driver needs are there or can be had."""
    needed = facts["needed"].get(driver)
    title = "What driver %s needs is there or can be installed" % driver
    if needed is None:
        return judged("stop", driver + ".packages", title, None, "apt's package lists", "not known", hint="apt did not tell; run `apt-get update`.")
    missing = sorted(name for name, can in needed.items() if not can)
    return judged("stop", driver + ".packages", title, not missing, ", ".join(sorted(needed)) or "nothing more",
                  "not available: " + ", ".join(missing) if missing else "available" if needed else "installed",
                  hint="" if not missing else "Run `apt-get update`; on Ubuntu switch the component universe on." if facts.get("apt", True) else
                  "Install them by hand: without apt the toolkit installs nothing, or use a machine with Debian or Ubuntu.")


def _profile(driver, facts, wanted):
    there = facts["minikube"]["driver"]
    if not there:
        return None
    return judged("warn", "minikube.driver", "%s's cluster has the wanted driver" % wanted["user"], there == driver, driver, there,
                  hint="" if there == driver else "Set cluster_driver: %s to keep it, or cluster_recreate: true to lose it with all that runs in it." % there)


def _rivals(driver, facts):
    others = [one for one in facts["rivals"] if one["driver"] != driver]
    if not others:
        return None
    return judged("warn", "minikube.others", "Nobody else has a cluster on this machine", False, "no other account's cluster",
                  ", ".join("%s (driver %s)" % (one["user"], one["driver"]) for one in others),
                  hint="Delete it as its owner (`minikube delete`) if it is not wanted: both use the same ports and memory.")
