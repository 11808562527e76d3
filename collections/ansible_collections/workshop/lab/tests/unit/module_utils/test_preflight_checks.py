"""From a machine's facts to its checks: each problem alone, made on a machine that is good otherwise. The good machine has none."""

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.preflight_choice import judge, stops
from ansible_collections.workshop.lab.tests.unit.preflight_parts import HOME, WANTED, facts


def wrong(checks):
    """Return {id: (severity or "unknown", actual, hint)} of what is not fine."""
    return {one["id"]: ("unknown" if one["ok"] is None else one["severity"], one["actual"], one["hint"]) for one in checks if one["ok"] is not True}


def look(wanted=None, **changes):
    """Judge the good machine with changes."""
    return judge(facts(**changes), dict(WANTED, **(wanted or {})))


NONE, KVM2 = {"driver": "none"}, {"driver": "kvm2"}
PROXY = {"where": "/etc/environment", "proxy": "http://proxy:3128", "no_proxy": ""}


def source(name="kubectl", ok=False, found=True, **more):
    """An answer of a source."""
    return dict({"name": name, "url": "https://dl.k8s.io/x", "ok": ok, "answer": "HTTP 200" if ok else "HTTP 404", "name_found": found, "seconds": 0.1,
                 "severity": "stop"}, **more)


# what is wrong, the wanted driver, the facts that differ, {id: (severity, words in what was found, words of the remedy)}: these and no others
PROBLEMS = [
    ("an unknown release", {}, {"distribution": "Linux Mint", "release": "22",},
     {"seat.system": ("warn", "Linux Mint 22", "one machine first"), "virtualbox.source": ("stop", "", ""), "driver": ("warn", "", "kvm2 or")}),
    ("a processor without programs", {"driver": "none"}, {"architecture": "riscv64"}, {"seat.architecture": ("stop", "riscv64", "amd64")}),
    ("arm64", NONE, {"architecture": "aarch64"}, {"seat.architecture": ("stop", "aarch64", "minikube_checksum")}),
    ("a clock 5 minutes slow", {}, {"clock_seconds": -300.0}, {"seat.clock": ("warn", "5 minutes behind", "timedatectl")}),
    ("a clock a year fast", {}, {"clock_seconds": 31536000.0}, {"seat.clock": ("stop", "365 days ahead of", "timedatectl")}),
    ("half-configured packages", {}, {"dpkg_audit": ["virtualbox-dkms"]}, {"seat.packages": ("stop", "virtualbox-dkms", "role virtualbox mends it")}),
    ("unpacked packages", {}, {"dpkg_broken": ["foo"], "dpkg_audit": ["foo", "bar"]}, {"seat.packages": ("stop", "bar, foo", "dpkg --configure -a")}),
    ("an interrupted dpkg", {}, {"dpkg_interrupted": True}, {"seat.packages": ("stop", "an interrupted run", "dpkg --configure -a")}),
    ("a full disk for the VM", {}, {"free": {"vm": 40}}, {"disk.vm": ("stop", "40 MB", "df -h " + HOME)}),
    ("little room for the VM", {}, {"free": {"vm": 7000}}, {"disk.vm": ("warn", "7000 MB", "df -h")}),
    ("a VM that is there needs less", {}, {"free": {"vm": 900}, "minikube": {"driver": "virtualbox", "foreign": [], "machine": True, "error": ""}},
     {"disk.vm": ("stop", "900 MB", "df -h")}),
    ("no room for packages", {}, {"free": {"packages": 100}}, {"disk.packages": ("stop", "100 MB", "df -h /usr")}),
    ("little room for packages", {}, {"free": {"packages": 800}}, {"disk.packages": ("warn", "800 MB", "df -h /usr")}),
    ("a disk that does not tell", {}, {"free": {"vm": None}}, {"disk.vm": ("unknown", HOME, "could not be told")}),
    ("little memory", {}, {"memory_mb": 1900, "memory_available_mb": 1000},
     {"seat.memory": ("stop", "1900 MB", "cluster_memory_mb"), "driver": ("warn", "", "none")}),
    ("memory in use", {}, {"memory_available_mb": 1000}, {"seat.memory": ("warn", "1000 MB of it free", "Close other programs")}),
    ("unknown memory", {}, {"memory_mb": None}, {"seat.memory": ("unknown", "not known", "/proc/meminfo")}),
    ("one processor", {}, {"cpus": 1}, {"seat.processors": ("stop", "1", "Kubernetes needs 2"), "driver": ("warn", "", "The nearest is virtualbox")}),
    ("fewer processors than the VM's", {"cpus": 8}, {}, {"seat.processors": ("stop", "4", "cluster_cpus"), "driver": ("warn", "", "driver: none")}),
    ("no VT-x", {}, {"cpu_flags": []}, {"virtualbox.processor": ("stop", "neither", "firmware"),
                                        "driver": ("warn", "it cannot", "What could work instead: cluster_driver: none.")}),
    ("no VT-x and no Docker", {}, {"cpu_flags": [], "needed": {"none": {"docker.io": False}, "kvm2": {}}},
     {"virtualbox.processor": ("stop", "neither", "firmware"), "driver": ("warn", "it cannot", "The nearest is virtualbox: Switch VT-x")}),
    ("a container", {}, {"container": "podman"}, {"virtualbox.container": ("stop", "podman", "container's host"), "driver": ("warn", "", "driver: none")}),
    ("a guest", {}, {"hypervisor": "kvm"}, {"virtualbox.guest": ("warn", "a guest of kvm", "smoke test")}),
    ("no headers", {}, {"headers_available": False},
     {"virtualbox.headers": ("stop", "not available", "upgrade the kernel"), "driver": ("warn", "", "kvm2 or")}),
    ("headers nobody knows of", {}, {"headers_available": None}, {"virtualbox.headers": ("unknown", "not known", "could not be told")}),
    ("KVM keeps the processor", {}, {"kernel": "6.14.0-1-generic", "enable_virt_at_load": True, "release": "24.04", "codename": "noble"},
     {"virtualbox.kvm": ("warn", "enable_virt_at_load=1", "workshop-virtualbox-kvm.conf")}),
    ("Secure Boot", {}, {"secure_boot": True}, {"virtualbox.secure_boot": ("warn", "no key", "Enroll MOK")}),
    ("a lockdown without UEFI", {}, {"lockdown": "integrity", "efi": False},
     {"virtualbox.secure_boot": ("stop", "locked down", "lockdown="), "driver": ("warn", "", "kvm2")}),
    ("its own network in the VM's", {}, {"addresses": [{"interface": "eno1", "cidr": "192.168.99.7/24"}]},
     {"network.host_only": ("stop", "192.168.99.0/24 of eno1", "cluster_host_only_cidr"), "driver": ("warn", "", "kvm2")}),
    ("a route into the VM's network", {}, {"routes": [{"interface": "tun0", "cidr": "192.168.99.0/24"}]},
     {"network.host_only": ("stop", "192.168.99.0/24 of tun0", "192.168.59.1/24"), "driver": ("warn", "", "none")}),
    ("a narrower route", {}, {"routes": [{"interface": "tun0", "cidr": "192.168.99.128/25"}]},
     {"network.host_only": ("stop", "192.168.99.128/25 of tun0", "192.168.59.1/24"), "driver": ("warn", "", "none")}),
    ("a VPN's wide route", {}, {"routes": [{"interface": "tun0", "cidr": "128.0.0.0/1"}]},
     {"network.host_only": ("warn", "128.0.0.0/1 of tun0", "VPN")}),
    ("an address with a wide network", {}, {"addresses": [{"interface": "eno1", "cidr": "192.168.3.7/16"}],
                                            "routes": [{"interface": "eno1", "cidr": "192.168.0.0/16"}]},
     {"network.host_only": ("stop", "192.168.0.0/16 of eno1", "cluster_host_only_cidr"), "driver": ("warn", "", "none")}),
    ("a network of Docker's in the VM's", {}, {"addresses": [{"interface": "br-0123456789ab", "cidr": "192.168.96.1/20"}]},
     {"network.host_only": ("stop", "192.168.96.0/20 of br-0123456789ab", "cluster_host_only_cidr"), "driver": ("warn", "", "kvm2")}),
    ("libvirt's network in the VM's", {}, {"addresses": [{"interface": "virbr3", "cidr": "192.168.99.1/24"}]},
     {"network.host_only": ("stop", "192.168.99.0/24 of virbr3", "cluster_host_only_cidr"), "driver": ("warn", "", "kvm2")}),
    ("Xen", {}, {"xen": True}, {"virtualbox.xen": ("stop", "/proc/xen", "without Xen"), "driver": ("warn", "", "kvm2 or")}),
    ("a VM of KVM runs", {}, {"kvm_holders": [{"pid": 7, "program": "qemu-system-x86"}], "hypervisors": ["QEMU"]},
     {"virtualbox.kvm_holders": ("stop", "qemu-system-x86 (process 7)", "virsh list"), "driver": ("warn", "", "kvm2")}),
    ("a VM of KVM runs beside a VirtualBox that does not share", {},
     {"kernel": "6.17.0-14-generic", "release": "24.04", "codename": "noble", "virtualbox_packages": ["virtualbox-7.1"], "virtualbox_version": "7.1.10",
      "enable_virt_at_load": False, "kvm_holders": [{"pid": 7, "program": "qemu-system-x86"}]},
     {"virtualbox.kvm_holders": ("stop", "process 7", "virsh list"), "virtualbox.kernel": ("warn", "", ""), "driver": ("warn", "", "kvm2")}),
    ("a source that was asked for and that the release lacks", {"virtualbox_source": "fasttrack"}, {},
     {"virtualbox.source": ("stop", "fasttrack is not known", "virtualbox_source"), "driver": ("warn", "", "kvm2")}),
    ("a series that nobody has built on this kernel", {"virtualbox_source": "oracle", "virtualbox_series": "6.1"}, {"kernel": "6.11.0-29-generic"},
     {"virtualbox.kernel": ("warn", "6.1", "virtualbox_series")}),
    ("VMware is loaded", {}, {"hypervisors": ["VMware"]}, {"virtualbox.others": ("warn", "VMware", "Stop it")}),
    ("a proxy without exceptions", {}, {"proxies": [PROXY]},
     {"proxy.etc.environment": ("stop", "NO_PROXY is not set", "192.168.99.0/24,10.96.0.0/12")}),
    ("a proxy without the Services", {}, {"proxies": [dict(PROXY, no_proxy="localhost,192.168.99.0/24")]},
     {"proxy.etc.environment": ("stop", "localhost,192.168.99.0/24", "Add 10.96.0.0/12 to")}),
    ("root's files in ~/.minikube", {}, {"minikube": {"driver": "virtualbox", "foreign": ["~/.minikube/config"], "machine": True, "error": ""}},
     {"minikube.owner": ("stop", "~/.minikube/config", "chown -R k8suser:")}),
    ("many of root's files", {}, {"minikube": {"driver": "virtualbox", "foreign": ["~/.kube/%d" % n for n in range(9)], "machine": True, "error": ""}},
     {"minikube.owner": ("stop", "and 5 more", "start with sudo")}),
    ("a home that cannot be read", {}, {"minikube": {"driver": "", "foreign": [], "machine": False, "error": "The home is gone."}},
     {"minikube.home": ("unknown", "not readable", "The home is gone.")}),
    ("a cluster of another driver", {}, {"minikube": {"driver": "none", "foreign": [], "machine": True, "error": ""}},
     {"minikube.driver": ("warn", "none", "cluster_driver: none")}),
    ("another account's cluster", {}, {"rivals": [{"user": "root", "driver": "none"}]}, {"minikube.others": ("warn", "root (driver none)", "minikube delete")}),
    ("a missing file", {}, {"sources": [source()]}, {"source.kubectl": ("stop", "HTTP 404", "artifact_mirror_url")}),
    ("a missing key", {}, {"sources": [source("virtualbox-key", drivers=["virtualbox"])]},
     {"source.virtualbox-key": ("stop", "HTTP 404", "virtualbox_oracle_key_url to a mirror")}),
    ("a missing registry", {}, {"sources": [source("docker-hub", severity="warn")]}, {"source.docker-hub": ("warn", "HTTP 404", "https://dl.k8s.io")}),
    ("no DNS", {}, {"sources": [source(found=False)]}, {"source.kubectl": ("stop", "", ""), "seat.dns": ("stop", "none of dl.k8s.io", "resolvectl")}),
    ("one repository of two", {}, {"sources": [source("apt", url="http://a/x"), source("apt", ok=True, url="http://b/x")]},
     {"source.apt": ("warn", "http://a/x: HTTP 404", "from the others")}),
    ("no repository", {}, {"sources": [source("apt", url="http://a/x")]}, {"source.apt": ("stop", "http://a/x", "no package can be installed")}),
    # driver none
    ("none: cgroup v2", NONE, {"cgroup": "v2"},
     {"none.cgroup": ("stop", "cgroup v2", "systemd.unified_cgroup_hierarchy=0"), "driver": ("warn", "", "virtualbox")}),
    ("none: no systemd", NONE, {"systemd": False}, {"none.systemd": ("stop", "missing", "make lab"), "driver": ("warn", "", "virtualbox")}),
    ("none: a container", NONE, {"container": "podman"}, {"none.container": ("warn", "podman", "privileges")}),
    ("none: one processor", NONE, {"cpus": 1}, {"seat.processors": ("stop", "1", "needs 2"), "driver": ("warn", "", "The nearest is none")}),
    ("none: little memory", NONE, {"memory_mb": 1500}, {"seat.memory": ("stop", "1500", ""), "driver": ("warn", "", "")}),
    ("none: a full disk", NONE, {"free": {"images": 100}}, {"disk.images": ("stop", "100 MB", "/var/lib")}),
    ("none: a disk that gets full", NONE, {"free": {"images": 4000}}, {"disk.images": ("warn", "4000 MB", "")}),
    ("none: no Docker to be had", NONE, {"needed": {"none": {"docker.io": False}, "kvm2": {}}},
     {"none.packages": ("stop", "docker.io", "apt-get update"), "driver": ("warn", "", "virtualbox or")}),
    ("none: no lists of apt's", NONE, {"needed": {}}, {"none.packages": ("unknown", "not known", "apt-get update")}),
    ("none: no apt", NONE, {"needed": {"none": {"docker.io": False}, "kvm2": {}}, "apt": False},
     {"none.packages": ("stop", "docker.io", "by hand"), "driver": ("warn", "", "virtualbox or")}),
    ("none: campus in the Services' network", NONE, {"addresses": [{"interface": "eno1", "cidr": "10.98.3.4/16"}]},
     {"network.services": ("warn", "10.98.0.0/16 of eno1", "VM")}),
    ("none: campus in the pods' network", NONE, {"routes": [{"interface": "eno1", "cidr": "172.16.0.0/12"}]},
     {"network.pods": ("warn", "172.16.0.0/12", "bip")}),
    ("none: VirtualBox's network in the pods'", NONE, {"addresses": [{"interface": "vboxnet1", "cidr": "172.17.4.1/24"}]},
     {"network.pods": ("warn", "172.17.4.0/24 of vboxnet1", "bip")}),
    ("none: a proxy", NONE, {"proxies": [dict(PROXY, no_proxy="10.96.0.0/12")]},
     {"proxy.etc.environment": ("stop", "", "Add 192.0.2.17/32 to")}),
    # driver kvm2
    ("kvm2: no VT-x", KVM2, {"cpu_flags": []}, {"kvm2.processor": ("stop", "neither", "firmware"), "driver": ("warn", "", "cluster_driver: none")}),
    ("kvm2: a container", KVM2, {"container": "lxc"}, {"kvm2.container": ("stop", "lxc", "host"), "driver": ("warn", "", "none")}),
    ("kvm2: a kernel without KVM", KVM2, {"kernel_config": {"kvm": "absent", "sig_force": False}},
     {"kvm2.module": ("stop", "without it", "kernel"), "driver": ("warn", "", "virtualbox or")}),
    ("kvm2: a VM of VirtualBox", KVM2, {"running_vms": [{"pid": 1, "program": "VBoxHeadless", "name": "other"}]},
     {"kvm2.virtualbox": ("stop", "other", "Stop it"), "driver": ("warn", "", "virtualbox or")}),
    ("kvm2: its network is taken", KVM2, {"addresses": [{"interface": "eno1", "cidr": "192.168.39.4/24"}]},
     {"network.kvm2": ("stop", "192.168.39.0/24 of eno1", "fixed"), "driver": ("warn", "", "virtualbox or")}),
    ("kvm2: a wide route", KVM2, {"routes": [{"interface": "tun0", "cidr": "192.168.0.0/16"}]},
     {"network.kvm2": ("warn", "192.168.0.0/16 of tun0", "VPN")}),
    ("kvm2: no libvirt", KVM2, {"needed": {"kvm2": {"libvirt-clients": False}, "none": {}}},
     {"kvm2.packages": ("stop", "libvirt-clients", "universe"), "driver": ("warn", "", "virtualbox or")}),
]


@pytest.mark.parametrize("driver", ["virtualbox", "kvm2", "none", "auto"])
def test_good_machine(driver):
    """Nothing to say."""
    result = look({"driver": driver})
    assert wrong(result["checks"]) == {}
    assert len(result["checks"]) > 10
    assert result["driver"] == ("virtualbox" if driver == "auto" else driver)


@pytest.mark.parametrize(("wanted", "changes", "expected"), [problem[1:] for problem in PROBLEMS], ids=[problem[0] for problem in PROBLEMS])
def test_one_problem(wanted, changes, expected):
    """The problem is found, with what was seen and what to do, and no other is."""
    found = wrong(look(wanted, **changes)["checks"])
    assert {name: one[0] for name, one in found.items()} == {name: one[0] for name, one in expected.items()}, found
    for name, (_severity, actual, hint) in expected.items():
        assert actual in found[name][1], found[name]
        assert hint.lower() in found[name][2].lower(), found[name]
        assert found[name][2], "%s has no remedy" % name


# facts that come near a problem and are none
FINE = [
    ("VirtualBox's own network", {}, {"addresses": [{"interface": "vboxnet0", "cidr": "192.168.99.1/24"}]}),
    ("the network beside it", {}, {"addresses": [{"interface": "eno1", "cidr": "192.168.98.7/24"}],
                                     "routes": [{"interface": "eno1", "cidr": "192.168.100.0/24"}]}),
    ("a proxy with exceptions", {}, {"proxies": [dict(PROXY, no_proxy="localhost,192.168.0.0/16, 10.96.0.0/12")]}),
    ("a proxy for nobody", {}, {"proxies": [dict(PROXY, no_proxy="*")]}),
    ("a clock that is a minute off", {}, {"clock_seconds": 59.0}),
    ("a clock nobody compared", {}, {"clock_seconds": None}),
    ("cgroup v2 with a VM", {}, {"cgroup": "v2"}),
    ("cgroup v2 with a newer Kubernetes", {"driver": "none", "kubernetes_version": "v1.20.2"}, {"cgroup": "v2"}),
    ("a cluster of the wanted driver", {}, {"minikube": {"driver": "virtualbox", "foreign": [], "machine": True, "error": ""}}),
    ("room enough for a VM that is there", {}, {"free": {"vm": 1100}, "minikube": {"driver": "virtualbox", "foreign": [], "machine": True, "error": ""}}),
    ("a VM of KVM beside a VirtualBox that shares", {},
     {"kernel": "6.17.0-14-generic", "release": "24.04", "codename": "noble", "virtualbox_packages": ["virtualbox-7.2"], "virtualbox_version": "7.2.14",
      "enable_virt_at_load": True, "kvm_holders": [{"pid": 7, "program": "qemu-system-x86"}], "hypervisors": ["QEMU"]}),
    ("libvirt's own network", {"driver": "kvm2"}, {"addresses": [{"interface": "virbr0", "cidr": "192.168.122.1/24"}]}),
    ("Docker's own network", {"driver": "none"}, {"addresses": [{"interface": "docker0", "cidr": "172.17.0.1/16"}]}),
    ("the proxy of driver none", {"driver": "none"}, {"proxies": [dict(PROXY, no_proxy="192.0.2.17,10.96.0.0/12")]}),
    ("a source of another driver", {"driver": "none"}, {"sources": [source("boot-image", drivers=["virtualbox"])]}),
    ("no VT-x with driver none", {"driver": "none"}, {"cpu_flags": []}),
    ("macOS's kernel is no business of Linux", {}, {"kvm_parameters": {"kvm.ignore_msrs": "N"}}),
    ("an account that is not there yet", {}, {"account": False}),
]


@pytest.mark.parametrize(("wanted", "changes"), [case[1:] for case in FINE], ids=[case[0] for case in FINE])
def test_no_problem(wanted, changes):
    """What only looks like a problem is none."""
    assert wrong(look(wanted, **changes)["checks"]) == {}


BROKEN_ALL = {"cpu_flags": [], "systemd": False}
CHOICES = [
    ({}, {}, "virtualbox", "first choice"),
    ({"hypervisor": "vmware"}, {}, "virtualbox", "first choice"),
    ({"headers_available": False}, {}, "kvm2", "virtualbox cannot (virtualbox.headers: not available)"),
    ({"secure_boot": True}, {}, "kvm2", "virtualbox cannot (virtualbox.secure_boot: "),
    ({"secure_boot": True}, {"ignore": ["virtualbox.secure_boot"]}, "virtualbox", "first choice"),
    ({"secure_boot": True, "modules_loaded": ["vboxdrv", "vboxnetflt", "vboxnetadp"]}, {}, "virtualbox", "first choice"),
    ({"secure_boot": True}, {"drivers": ["virtualbox"]}, "", "No driver can work here: virtualbox cannot (virtualbox.secure_boot"),
    ({"needed": {"none": {}, "kvm2": {"libvirt-clients": False}}, "apt": False, "cgroup": "v1", "headers_available": False}, {}, "none", "kvm2.packages"),
    ({"cpu_flags": []}, {}, "none", "virtualbox cannot (virtualbox.processor: neither); kvm2 cannot (kvm2.processor: neither)"),
    ({"cpu_flags": []}, {"drivers": ["virtualbox", "kvm2"]}, "", "No driver can work here"),
    ({"cpu_flags": []}, {"ignore": ["virtualbox.processor"]}, "virtualbox", "first choice"),
    ({}, {"drivers": ["none", "virtualbox"]}, "none", "first choice"),
    ({"cgroup": "v2"}, {"drivers": ["none", "virtualbox"]}, "virtualbox", "none cannot (none.cgroup: cgroup v2)"),
    (BROKEN_ALL, {}, "", "none cannot (none.systemd: missing)"),
]


@pytest.mark.parametrize(("changes", "wanted", "driver", "words"), CHOICES)
def test_auto(changes, wanted, driver, words):
    """The first that nothing stops, and why not the ones before."""
    result = look(dict(wanted, driver="auto"), **changes)
    assert result["driver"] == driver
    assert words in result["reason"]
    stopped = [one["id"] for one in stops(result["checks"], wanted.get("ignore", []))]
    assert (stopped == []) == bool(driver), stopped


def test_auto_shows_only_the_taken_drivers_checks():
    """A machine without VT-x takes driver none: VT-x is no stop then. Without any driver, what stops each is there."""
    taken = {one["id"] for one in look({"driver": "auto"}, cpu_flags=[])["checks"]}
    assert not {name for name in taken if name.startswith(("virtualbox.", "kvm2."))}
    found = wrong(look({"driver": "auto"}, **BROKEN_ALL)["checks"])
    assert {"driver", "virtualbox.processor", "kvm2.processor", "none.systemd"} == set(found)
    assert found["driver"][0] == "stop"


def test_auto_stays_with_a_driver_whose_disk_is_full():
    """That is to be mended: another driver would be a surprise."""
    result = look({"driver": "auto"}, free={"vm": 10})
    assert (result["driver"], [one["id"] for one in stops(result["checks"])]) == ("virtualbox", ["disk.vm"])


OWN = {"driver": "kvm2", "foreign": [], "machine": True, "error": ""}


@pytest.mark.parametrize("changes, wanted, driver, reason", [
    # the machine's best choice would be virtualbox
    ({"minikube": OWN}, {}, "kvm2", "Driver kvm2 stays: k8suser has a cluster with it, and another driver would need a new one."),
    ({"minikube": OWN}, {"drivers": ["virtualbox", "none"]}, "kvm2", "Driver kvm2 stays: k8suser has a cluster with it"),
    ({"rivals": [{"user": "root", "driver": "none"}]}, {}, "none", "Driver none stays: root has a cluster with it"),
    ({"minikube": dict(OWN, driver="virtualbox"), "rivals": [{"user": "root", "driver": "none"}]}, {}, "virtualbox", "stays: k8suser has"),
    # the cluster is not thrown away because it cannot work today
    ({"minikube": OWN, "cpu_flags": []}, {}, "kvm2", "another driver would need a new one; by now kvm2 cannot (kvm2.processor: neither)."),
    # no cluster: a profile without a machine, somebody else's, an unknown driver
    ({"minikube": dict(OWN, machine=False)}, {}, "virtualbox", "Driver virtualbox is the first choice"),
    ({"rivals": [{"user": "anna", "driver": "none"}]}, {}, "virtualbox", "Driver virtualbox is the first choice"),
    ({"minikube": dict(OWN, driver="hyperkit")}, {}, "virtualbox", "Driver virtualbox is the first choice"),
])
def test_auto_stays_with_the_cluster_that_is_there(changes, wanted, driver, reason):
    """Its VM has a student's work in it; what stops it by now is in the list."""
    result = look(dict({"driver": "auto"}, **wanted), **changes)
    assert result["driver"] == driver
    assert reason in result["reason"]
    if "by now" in reason:
        assert "kvm2.processor" in [one["id"] for one in stops(result["checks"])]


def test_a_driver_that_was_asked_for_is_not_replaced_by_the_present_one():
    """The difference is a warning, as before; role cluster refuses it."""
    result = look({"driver": "virtualbox"}, minikube=OWN)
    assert result["driver"] == "virtualbox"
    assert wrong(result["checks"])["minikube.driver"][0] == "warn"


def test_reason_names_what_could_work_instead():
    """As on a machine without VT-x."""
    result = look({}, cpu_flags=[])
    assert result["driver"] == ""
    assert result["reason"] == "Driver virtualbox is asked for, and cannot work here; what could work instead: cluster_driver: none."
    assert result["possible"] == {"virtualbox": ["virtualbox.processor"], "kvm2": ["kvm2.processor"], "none": []}


def test_ids_are_unique():
    """Also where all drivers are shown."""
    names = [one["id"] for one in look({"driver": "auto"}, **BROKEN_ALL)["checks"]]
    assert len(names) == len(set(names))


def test_ignored_checks_do_not_stop():
    """They stay in the list."""
    result = look({"ignore": ["seat.packages"]}, dpkg_audit=["foo"])
    assert "seat.packages" in wrong(result["checks"])
    assert stops(result["checks"], ["seat.packages"]) == []
    assert [one["id"] for one in stops(result["checks"])] == ["seat.packages"]
