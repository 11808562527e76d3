"""What the preflight reads of a machine: files and programs that are texts."""

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import preflight_facts, preflight_macos, preflight_network
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.machine_host import Reader
from ansible_collections.workshop.lab.plugins.module_utils.minikube_state import Seen
from ansible_collections.workshop.lab.plugins.module_utils.preflight_choice import judge
from ansible_collections.workshop.lab.plugins.module_utils.preflight_files import SeatFiles
from ansible_collections.workshop.lab.plugins.module_utils.runner import Runner, find_account
from ansible_collections.workshop.lab.tests.unit.preflight_parts import GOOD, HOME, WANTED, SeatTexts
from ansible_collections.workshop.lab.tests.unit.virtualbox_parts import ANSWERS, FILES, KERNEL

ROUTES = ("Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
          "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
          "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n")
ADDRESSES = ('[{"ifname":"lo","flags":["LOOPBACK","UP"],"addr_info":[{"local":"127.0.0.1","prefixlen":8}]},'
             '{"ifname":"eth0","flags":["UP"],"addr_info":[{"local":"192.0.2.2","prefixlen":24}]},{"ifname":"eth1","flags":["UP"],"addr_info":[]}]')
MORE = {
    "/proc/meminfo": "MemTotal:       24680448 kB\nMemFree: 1 kB\nMemAvailable:   20971520 kB\n",
    "/proc/net/route": ROUTES,
    "/run/systemd/system": "",
    "/sys/module/kvm_amd/parameters/nested": "1\n",
    "/proc/100/comm": "qemu-system-x86\n",
    "/proc/101/comm": "bash\n",
    "/proc/cpu/comm": "no process\n",
    "/etc/apt/sources.list": "# deb http://old/ x main\ndeb [arch=amd64] https://a.example/debian/ bookworm main\ndeb cdrom:[x]/ bookworm main\n",
    "/etc/environment": 'PATH="/bin"\nhttps_proxy="http://user:secret@proxy:3128"\nno_proxy=localhost\n',
}
POLICY = "conntrack:\n  Installed: (none)\n  Candidate: 1.4\n  Version table:\nlibvirt-clients:\n  Installed: (none)\n  Candidate: (none)\n  Version table:\n"
APT = "apt:\n  Installed: 2.6\n  Candidate: 2.6\n  Version table:\n *** 2.6 500\n        500 https://a.example/debian bookworm/main amd64 Packages\n"
OWN = [
    (["ip", "-j", "-4", "address", "show"], 0, ADDRESSES, ""),
    (["dpkg", "--audit"], 0, "", ""),
    (["apt-config", "dump"], 0, "Acquire::http::Proxy http://cache:3142\n", ""),
    (["apt-cache", "policy", "docker.io", "libvirt-clients"], 0, POLICY + APT, ""),
]
AUDIT = ("The following packages are only half configured, probably due to problems\nconfiguring them the first time.  The configuration should be retried "
         "using\ndpkg --configure <package> or the configure menu option in dselect:\n virtualbox-dkms      x86 virtualization - kernel module sources\n\n"
         "The following packages are missing the md5sums control file in the\ndatabase, they need to be reinstalled:\n foo                  a package\n")


def seat(**more):
    """The example's files with others."""
    return SeatTexts(dict(FILES, **dict(MORE, **more)), links={"/proc/100/fd/9": "/dev/kvm", "/proc/101/fd/9": "/dev/null"})


def test_whole_machine(fake_runner):
    """Every fact of the preflight's own, and exactly these programs with these arguments."""
    runner = fake_runner([*OWN, *ANSWERS])
    facts = preflight_facts.machine(runner, seat(), {})
    own = {name: facts[name] for name in GOOD if name in facts and name in (
        "system", "cpus", "systemd", "cgroup", "kvm_device", "kvm_parameters", "memory_mb", "memory_available_mb", "kvm_holders", "hypervisors", "addresses",
        "routes", "own_address", "dpkg", "dpkg_audit", "dpkg_interrupted", "apt_sources", "apt_proxy", "needed", "account", "home", "minikube", "rivals")}
    assert own == {
        "system": "Linux", "cpus": 4, "systemd": True, "cgroup": "v1", "kvm_device": False,
        "kvm_parameters": {"kvm.enable_virt_at_load": "N", "kvm_amd.nested": "1"}, "memory_mb": 24102, "memory_available_mb": 20480,
        "kvm_holders": [{"pid": 100, "program": "qemu-system-x86"}], "hypervisors": ["QEMU"],
        "addresses": [{"interface": "lo", "cidr": "127.0.0.1/8"}, {"interface": "eth0", "cidr": "192.0.2.2/24"}],
        "routes": [{"interface": "eth0", "cidr": "192.0.2.0/24"}], "own_address": "192.0.2.2", "dpkg": True, "dpkg_audit": [], "dpkg_interrupted": False,
        "apt_sources": ["https://a.example/debian/dists/bookworm/InRelease"], "apt_proxy": "http://cache:3142",
        "needed": {"none": {}, "kvm2": {"libvirt-clients": False, "libvirt-daemon-system": False}}, "account": True, "home": HOME,
        "minikube": {"driver": "", "foreign": [], "machine": False, "error": ""}, "rivals": [],
    }
    assert set(facts) == set(GOOD) - {"sources", "clock_seconds"}
    assert facts["virtualbox_version"] == "7.2.22"
    assert runner.calls == [
        ["uname", "-r", "-m"],
        ["apt-cache", "policy", "linux-headers-" + KERNEL, "apt"],
        ["systemd-detect-virt", "--vm"],
        ["systemd-detect-virt", "--container"],
        ["dpkg-query", "--show", "--showformat=${db:Status-Abbrev}|${Package}|${Version}\\n"],
        ["uname", "-r"],
        ["dkms", "status"],
        ["ip", "-j", "-4", "address", "show"],
        ["dpkg", "--audit"],
        ["apt-config", "dump", "--format", "%f %v%n", "Acquire::http::Proxy"],
        ["apt-cache", "policy", "docker.io", "libvirt-clients", "libvirt-daemon-system", "apt"],
    ]


def test_facts_feed_the_decision(fake_runner):
    """What is read is all that is decided on: a proxy has too few exceptions here. That QEMU holds /dev/kvm is no matter for this VirtualBox."""
    facts = dict(preflight_facts.machine(fake_runner([*OWN, *ANSWERS]), seat(), {}), sources=[], clock_seconds=0.0)
    result = judge(facts, dict(WANTED, driver="virtualbox"))
    assert {one["id"] for one in result["checks"] if one["ok"] is not True} == {"virtualbox.guest", "proxy.etc.environment"}


def test_machine_without_anything():
    """No program, no file: facts all the same, and none invented."""

    class Nothing:
        def run(self, argv, limit):
            raise LabError("%s cannot be started" % argv[0])

    facts = preflight_facts.machine(Nothing(), SeatTexts({}, programs=()), {}, user="nobody-there")
    assert (facts["memory_mb"], facts["addresses"], facts["dpkg"], facts["account"]) == (None, [], False, False)
    assert facts["needed"] == {"none": {"docker.io": False}, "kvm2": {"libvirt-clients": False, "libvirt-daemon-system": False}}
    assert facts["home"] == "/home/nobody-there"
    result = judge(dict(facts, sources=[], clock_seconds=None), dict(WANTED, driver="auto"))
    assert result["driver"] == ""


@pytest.mark.parametrize(("said", "expected"), [("", []), (AUDIT, ["virtualbox-dkms"])])
def test_dpkg_audit(fake_runner, said, expected):
    """The names, which are indented by one blank; not those that only lack a list of checksums."""
    found = preflight_facts.packages(fake_runner([(["dpkg", "--audit"], 1, said, ""), *OWN]), SeatTexts({}), "v1.16.2")["dpkg_audit"]
    assert found == expected


def test_interrupted_dpkg(fake_runner):
    """It leaves numbered files."""
    facts = preflight_facts.packages(fake_runner(OWN), SeatTexts({"/var/lib/dpkg/updates/0001": "", "/var/lib/dpkg/updates/tmp.i": ""}), "v1.16.2")
    assert facts["dpkg_interrupted"] is True
    assert preflight_facts.packages(fake_runner(OWN), SeatTexts({"/var/lib/dpkg/updates/tmp.i": ""}), "v1.16.2")["dpkg_interrupted"] is False


def test_conntrack_for_newer_kubernetes(fake_runner):
    """kubeadm demands it from v1.18 on."""
    runner = fake_runner(OWN[1:3] + [(["apt-cache", "policy", "conntrack"], 0, POLICY + APT, "")])
    assert preflight_facts.packages(runner, SeatTexts({}), "v1.20.2")["needed"]["none"] == {"conntrack": True}
    assert runner.calls[-1] == ["apt-cache", "policy", "conntrack", "docker.io", "libvirt-clients", "libvirt-daemon-system", "apt"]


def test_needed_packages_without_lists(fake_runner):
    """apt answers "(none)" for all that it has no lists of: then it is not known, but for the driver whose programs are all there."""
    said = POLICY.replace("Candidate: 1.4", "Candidate: (none)") + APT.replace("500 https://a.example/debian bookworm/main amd64 Packages",
                                                                            "100 /var/lib/dpkg/status")
    facts = preflight_facts.packages(fake_runner(OWN[1:3] + [(["apt-cache", "policy"], 0, said, "")]), SeatTexts({}), "v1.16.2")
    assert facts["needed"] == {"none": {}}


@pytest.mark.parametrize(("programs", "expected"), [
    ((), {"none": {"docker.io": False}, "kvm2": {"libvirt-clients": False, "libvirt-daemon-system": False}}),
    (("virsh", "libvirtd"), {"none": {"docker.io": False}, "kvm2": {}}),
])
def test_needed_packages_without_apt(fake_runner, programs, expected):
    """As on Fedora: nothing can be installed, and auto must not take a driver for it."""
    facts = preflight_facts.packages(fake_runner([]), SeatTexts({}, programs=programs), "v1.16.2")
    assert (facts["apt"], facts["needed"]) == (False, expected)


@pytest.mark.parametrize(("path", "text", "expected"), [
    ("/etc/apt/sources.list", "deb http://a/ubuntu jammy main universe\ndeb-src http://b/ubuntu jammy main\n", ["http://a/ubuntu/dists/jammy/InRelease"]),
    ("/etc/apt/sources.list.d/x.list", "deb [signed-by=/k.gpg arch=amd64] http://a/x stable/\n", ["http://a/x/stable/InRelease"]),
    ("/etc/apt/sources.list.d/x.sources", "Types: deb deb-src\nURIs: http://a/debian/ http://b/debian\nSuites: bookworm bookworm-updates\n",
     ["http://a/debian/dists/bookworm/InRelease", "http://b/debian/dists/bookworm/InRelease"]),
    ("/etc/apt/sources.list.d/x.sources", "Enabled: no\nTypes: deb\nURIs: http://a/debian\nSuites: bookworm\n", []),
    ("/etc/apt/sources.list.d/x.sources", "Types: deb-src\nURIs: http://a/debian\nSuites: bookworm\n\nTypes: deb\nURIs: file:/srv\nSuites: x\n", []),
    ("/etc/apt/sources.list.d/x.list.disabled", "deb http://a/ubuntu jammy main\n", []),
])
def test_apt_sources(path, text, expected):
    """Both forms of the file; what is switched off, local or source code is not asked."""
    assert preflight_facts.apt_sources(SeatTexts({path: text})) == expected


@pytest.mark.parametrize(("texts", "expected"), [
    ({"/sys/fs/cgroup/cgroup.controllers": "cpu io memory\n"}, "v2"),
    ({"/sys/fs/cgroup/unified/cgroup.controllers": "", "/sys/fs/cgroup/memory/tasks": ""}, "v1"),
])
def test_cgroup(fake_runner, texts, expected):
    """A hybrid tree is v1 for Kubernetes."""
    assert preflight_facts.machine(fake_runner([*OWN, *ANSWERS]), seat(**texts), {})["cgroup"] == expected


@pytest.mark.parametrize(("texts", "modules", "expected"), [
    ({"/proc/9/comm": "vmware-vmx\n"}, [], ["VMware"]),
    ({}, ["vmmon"], ["VMware"]),
    ({"/proc/xen/capabilities": "control_d\n"}, [], ["Xen"]),
    ({"/proc/xen/capabilities": "\n", "/proc/9/comm": "qemu-ga\n"}, ["kvm"], []),
])
def test_hypervisors(texts, modules, expected):
    """By process, module and Xen's own word; a guest's agent is none."""
    assert preflight_facts.processes(SeatTexts(texts), modules) == {"kvm_holders": [], "hypervisors": expected}


@pytest.mark.parametrize(("seen", "expected"), [
    (Seen(True, ["config.json"], {"machine": '{"DriverName": "none"}', "profile": '{"MachineConfig": {"VMDriver": "virtualbox"}}'}, [], ["~/.kube/config"]),
     {"driver": "none", "foreign": ["~/.kube/config"], "machine": True, "error": ""}),
    (Seen(True, None, {"machine": None, "profile": '{"MachineConfig": {"VMDriver": "kvm2"}}'}, [], []),
     {"driver": "kvm2", "foreign": [], "machine": False, "error": ""}),
    (Seen(True, None, {"machine": None, "profile": '{"MachineConfig": "x"}'}, [], []), {"driver": "", "foreign": [], "machine": False, "error": ""}),
    (Seen(True, None, {"machine": "{", "profile": None}, ["profile"], []), {"driver": "", "foreign": [], "machine": False, "error": ""}),
    (LabError("The home is not to be read."), {"driver": "", "foreign": [], "machine": False, "error": "The home is not to be read."}),
])
def test_minikube_of_the_user(seen, expected):
    """The machine's record counts before the profile."""
    facts = preflight_facts.account(SeatTexts({}, seen=seen, others=[("root", "none")]), "k8suser")
    assert facts["minikube"] == expected
    assert facts["rivals"] == [{"user": "root", "driver": "none"}]


def test_proxies():
    """The environment, and what a login ends with; a password is left out, and what is no proxy too."""
    files = SeatTexts({"/etc/environment": 'https_proxy="http://user:secret@proxy:3128"\nno_proxy=localhost\n',
                       "/etc/profile.d/proxy.sh": "export HTTP_PROXY=http://proxy:3128  # the school's\nexport NO_PROXY='*'\n",
                       "/etc/profile.d/x.csh": "HTTP_PROXY=x"})
    assert preflight_network.proxies({"http_proxy": "http://one:1", "NO_PROXY": "a,b"}, files) == [
        {"where": "the environment", "proxy": "http://one:1", "no_proxy": "a,b"},
        {"where": "/etc/profile.d/proxy.sh", "proxy": "http://proxy:3128", "no_proxy": "localhost"},
    ]


@pytest.mark.parametrize(("texts", "expected"), [
    ({"/etc/environment": "https_proxy=http://p:1\n", "/etc/profile.d/no.sh": "export no_proxy=10.96.0.0/12\n"},
     [{"where": "/etc/profile.d/no.sh", "proxy": "http://p:1", "no_proxy": "10.96.0.0/12"}]),
    ({"/etc/environment": "no_proxy=localhost\n", "/etc/profile.d/a.sh": "export http_proxy=http://p:1\n",
      "/etc/profile.d/b.sh": 'export no_proxy="${no_proxy},192.168.99.0/24"\n'},
     [{"where": "/etc/profile.d/b.sh", "proxy": "http://p:1", "no_proxy": "localhost,192.168.99.0/24"}]),
    ({"/etc/environment": "http_proxy=http://p:1\n", "/etc/profile.d/z.sh": "export http_proxy=\nexport EDITOR=vi\n"}, []),
    ({"/etc/environment": "http_proxy=http://p:1\n", "/etc/profile.d/z.sh": "export EDITOR=vi\n"},
     [{"where": "/etc/environment", "proxy": "http://p:1", "no_proxy": ""}]),
])
def test_proxies_of_a_login(texts, expected):
    """The files are read in the order of a login: what a later one adds counts, and what it takes away too."""
    assert preflight_network.proxies({}, SeatTexts(texts)) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("", ["192.168.99.0/24"]), ("*", []), ("192.168.99.0/24", []), ("192.168.0.0/16,x", []), ("x 192.168.99.0/24", []),
    ("192.168.99.*", ["192.168.99.0/24"]), ("192.168.99.", ["192.168.99.0/24"]), ("192.168.99.100", ["192.168.99.0/24"]), ("fe80::/10", ["192.168.99.0/24"]),
])
def test_no_proxy(text, expected):
    """As Go's programs read it."""
    assert preflight_network.uncovered(text, ["192.168.99.0/24"]) == expected


@pytest.mark.parametrize("text", [None, "", "Iface\n", "Iface\neth0\tnonsense\t0\t0\t0\t0\t0\tno\n"])
def test_no_routes(text):
    """A table that is none."""
    assert preflight_network.routes(text) == []


@pytest.mark.parametrize("said", ["", "no JSON", "[]", '[{"ifname": "lo"}]'])
def test_no_addresses(fake_runner, said):
    """An `ip` that does not tell."""
    assert preflight_network.addresses(fake_runner([(["ip"], 0, said, "")])) == []


def test_apt_writes_no_cache(monkeypatch):
    """As root it would; every other program is started as it is."""
    seen = []
    monkeypatch.setattr(Runner, "run", lambda self, argv, limit, **more: seen.append((argv, limit)))
    reader = Reader(find_account())
    reader.run(["apt-cache", "policy", "apt"], limit=5)
    reader.run(["dpkg", "--audit"], 5)
    assert seen == [(["apt-cache", "-o", "Dir::Cache::pkgcache=", "-o", "Dir::Cache::srcpkgcache=", "policy", "apt"], 5), (["dpkg", "--audit"], 5)]


def test_real_files(tmp_path):
    """The reader itself: the nearest folder that exists is the one whose disk fills up."""
    files = SeatFiles()
    at, free, read_only = files.space(str(tmp_path / "home/.minikube"))
    assert (at, read_only) == (str(tmp_path), False)
    assert free >= 0
    (tmp_path / "kvm").symlink_to("/dev/kvm")
    assert (files.link(str(tmp_path / "kvm")), files.link(str(tmp_path))) == ("/dev/kvm", "")
    assert files.which("sh").endswith("/sh")
    assert (files.which("no-such-program-of-ours"), files.account("no-such-account-of-ours")) == ("", None)
    assert files.processors() >= 1


IFCONFIG = ("lo0: flags=8049<UP,LOOPBACK> mtu 16384\n\tinet 127.0.0.1 netmask 0xff000000\n"
            "en0: flags=8863<UP> mtu 1500\n\tinet6 fe80::1%en0 prefixlen 64\n\tinet 192.0.2.5 netmask 0xffffff00 broadcast 192.0.2.255\n"
            "utun1: flags=8051<UP> mtu 1380\n\tinet 10.8.0.2 --> 10.8.0.1 netmask 0xffffffff\n")
MAC = [
    (["uname", "-r", "-m"], 0, "19.6.0 x86_64\n", ""), (["sysctl", "-n", "hw.memsize"], 0, "17179869184\n", ""),
    (["sysctl", "-n", "machdep.cpu.features"], 0, "FPU VME VMX SSE4.2\n", ""), (["VBoxManage", "--version"], 0, "6.1.50r161033\n", ""),
    (["kextstat", "-l"], 0, "  190    3 0xf org.virtualbox.kext.VBoxDrv (6.1.50)\n", ""), (["sw_vers", "-productVersion"], 0, "10.15.7\n", ""),
    (["ifconfig", "-a"], 0, IFCONFIG, ""),
]
ALLOWED = {"/etc/vbox/networks.conf": "* 192.168.56.0/21 192.168.99.0/24\n"}


def mac(fake_runner, answers=(), texts=ALLOWED, wanted=None, **changes):
    """Judge a Mac; return its runner's calls and {id: severity} of what is not fine."""
    runner = fake_runner([*answers, *MAC])
    facts = dict(preflight_macos.machine(runner, SeatTexts(texts, programs=()), {}), sources=[], clock_seconds=0.0, **changes)
    result = judge(facts, dict(WANTED, **(wanted or {})))
    return runner.calls, result, {one["id"]: one["severity"] for one in result["checks"] if one["ok"] is not True}


def test_good_mac(fake_runner):
    """Nothing to say, by these programs."""
    calls, result, found = mac(fake_runner, wanted={"driver": "auto"})
    assert found == {}
    assert (result["driver"], result["possible"]) == ("virtualbox", {"virtualbox": []})
    assert calls == [["uname", "-r", "-m"], ["sysctl", "-n", "hw.memsize"], ["sysctl", "-n", "machdep.cpu.features"], ["VBoxManage", "--version"],
                     ["kextstat", "-l"], ["sw_vers", "-productVersion"], ["ifconfig", "-a"]]


@pytest.mark.parametrize(("answers", "texts", "wanted", "changes", "expected"), [
    ([(["uname"], 0, "23.0.0 arm64\n", ""), (["sysctl", "-n", "machdep.cpu.features"], 1, "", "")], ALLOWED, {}, {},
     {"seat.architecture": "stop", "macos.processor": "stop", "driver": "warn"}),
    ([(["VBoxManage"], 1, "", "")], ALLOWED, {}, {}, {"macos.virtualbox": "stop", "driver": "warn"}),
    ([(["VBoxManage"], 0, "7.0.26r1\n", "")], ALLOWED, {}, {}, {"macos.version": "warn"}),
    ([(["kextstat"], 0, "com.apple.kpi\n", "")], ALLOWED, {}, {}, {"macos.kext": "stop", "driver": "warn"}),
    ([], {}, {}, {}, {"macos.networks": "stop", "driver": "warn"}),
    ([], {}, {"host_only_cidr": "192.168.59.1/24"}, {}, {}),
    ([(["ifconfig"], 0, IFCONFIG.replace("192.0.2.5", "192.168.99.5"), "")], ALLOWED, {}, {}, {"network.host_only": "stop", "driver": "warn"}),
    ([], ALLOWED, {"driver": "none"}, {}, {"macos.driver": "stop", "driver": "warn"}),
    ([], ALLOWED, {"driver": "auto", "drivers": ["kvm2"]}, {}, {"macos.driver": "stop", "driver": "stop"}),
    ([], ALLOWED, {}, {"account": False}, {"macos.account": "stop", "driver": "warn"}),
    ([(["sysctl", "-n", "hw.memsize"], 0, "1073741824\n", "")], ALLOWED, {}, {}, {"seat.memory": "stop", "driver": "warn"}),
    ([(["sysctl", "-n", "hw.memsize"], 1, "", "")], ALLOWED, {}, {}, {"seat.memory": "stop"}),
])
def test_bad_macs(fake_runner, answers, texts, wanted, changes, expected):
    """Each problem alone, with a remedy that a person can follow."""
    _calls, result, found = mac(fake_runner, answers, texts, wanted, **changes)
    assert found == expected
    assert all(one["hint"] for one in result["checks"] if one["ok"] is not True)
