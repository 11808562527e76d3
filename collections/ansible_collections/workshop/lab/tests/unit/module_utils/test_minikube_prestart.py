"""What is known to fail before `minikube start` is refused before it, all of it at once, with at most four questions and without a change."""

import collections
import json
import stat

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.minikube_prestart import look, refusal
from ansible_collections.workshop.lab.plugins.module_utils.prestart_seat import Files
from ansible_collections.workshop.lab.plugins.module_utils.runner import Account, find_account

Wanted = collections.namedtuple("Wanted", (
    "driver kubernetes_version cpus memory_mb disk_mb host_only_cidr registry_mirrors insecure_registries extra_arguments user minikube_path"))
State = collections.namedtuple("State", "host kubelet apiserver kubeconfig exists vanished machine profile version driver")
Stat = collections.namedtuple("Stat", "st_uid st_gid st_mode")

WANTED = Wanted("virtualbox", "v1.16.2", 2, 2000, 20000, "192.168.99.1/24", [], [], [], "k8suser", "/usr/local/bin/minikube")
NOTHING = State("", "", "", "", False, False, {}, {}, "", "")
MACHINE = {"DriverName": "virtualbox", "Driver": {"Memory": 2000, "HostOnlyCIDR": "192.168.99.1/24"}}
STOPPED = State("Stopped", "", "", "", True, False, MACHINE, {}, "v1.16.2", "virtualbox")
RUNNING = STOPPED._replace(host="Running", kubelet="Running")
ROOT = Account("root", 0, 0, "/root")
DIRECTORY, FILE = stat.S_IFDIR | 0o755, stat.S_IFREG | 0o600

HOSTINFO = ["VBoxManage", "list", "hostinfo"]
VERSION = ["VBoxManage", "--version"]
ADDRESSES = ["ip", "-j", "-4", "address", "show"]
ADAPTERS = ["VBoxManage", "list", "hostonlyifs"]
SHOW = ["VBoxManage", "showvminfo", "minikube", "--machinereadable"]
DOCKER = ["docker", "info", "--format", "{{.ServerVersion}} {{.DockerRootDir}}"]
CONF = "/etc/vbox/networks.conf"


class Seat(Files):
    """A seat's files in memory. ``texts`` path -> text, ``stats`` path -> Stat."""

    def __init__(self, **changes):
        self.texts = {"/proc/meminfo": "MemTotal: 8000000 kB\nMemAvailable: 6000000 kB\nSwapFree: 0 kB\n", CONF: "* 192.168.56.0/21 192.168.99.0/24\n"}
        self.stats = {"/home/k8suser": Stat(1000, 1000, DIRECTORY), "/root": Stat(0, 0, DIRECTORY), CONF: Stat(0, 0, FILE)}
        self.names, self.room, self.cpus, self.programs = [], (50000, False), 4, {"docker", "systemctl", "sudo", "conntrack"}
        self.__dict__.update(changes)

    def put(self, path, text=None, uid=1000, mode=None):
        """Add a file, or a directory when there is no text."""
        self.texts[path] = text
        self.stats[path] = Stat(uid, uid, mode or (DIRECTORY if text is None else FILE))
        return self

    def drop(self, path):
        """Take a file away."""
        self.texts.pop(path, None)
        self.stats.pop(path, None)
        return self

    def read(self, path):
        """As Files."""
        return self.texts.get(path)

    def stat(self, path):
        """As Files."""
        return self.stats.get(path)

    def listdir(self, path):
        """As Files."""
        return self.names if path == "/tmp" else []

    def space(self, path):
        """As Files."""
        return self.room

    def processors(self):
        """As Files."""
        return self.cpus

    def which(self, name, path):
        """As Files."""
        return "/usr/bin/" + name if name in self.programs else None


@pytest.fixture
def ask(fake_runner, text):
    """Look at a seat: ask(seat, wanted, state, answers before the usual ones) -> (ids, problems, runner)."""

    def run(seat=None, wanted=WANTED, state=NOTHING, answers=(), account=None):
        usual = [(HOSTINFO, 0, text("prestart/hostinfo.txt"), ""), (VERSION, 0, "6.1.50_Ubuntur161033\n", ""), (ADDRESSES, 0, text("prestart/ip.json"), ""),
                 (ADAPTERS, 0, "", ""), (DOCKER, 0, "20.10.24 /var/lib/docker\n", "")]
        runner = fake_runner(list(answers) + usual, **({"account": account} if account else {}))
        problems = look(runner, wanted, state, seat or Seat())
        assert all(one.cause and one.step and not one.step.endswith(".") for one in problems)
        return [one.id for one in problems], problems, runner

    return run


def addresses(*pairs, flags=("BROADCAST", "UP")):
    """The answer of `ip` for interfaces with addresses."""
    entries = [{"ifname": name, "flags": list(flags), "addr_info": [dict(zip(("local", "prefixlen"), (one.split("/")[0], int(one.split("/")[1]))))]}
               for name, one in pairs]
    return ADDRESSES, 0, json.dumps(entries), ""


KVM2 = WANTED._replace(driver="kvm2")
CAPABILITIES = ["virsh", "--connect", "qemu:///system", "domcapabilities", "--virttype", "kvm"]
NETWORK = ["virsh", "--connect", "qemu:///system", "net-info", "default"]
PROGRAM = ["docker-machine-driver-kvm2", "version"]
KVM = [(CAPABILITIES, 0, "<domainCapabilities/>\n", ""), (NETWORK, 0, "Name:           default\nActive:         yes\n", ""),
       (PROGRAM, 0, "version: v1.5.2\ncommit: 792dbf92a1de583fcee76f8791cff12e0c9440ad\n", "")]
NONE = WANTED._replace(driver="none", user="root", kubernetes_version="v1.20.2")


# ---------------------------------------------------------------- what is asked

def test_a_good_seat_has_no_problem_and_is_asked_three_questions(ask):
    """Exactly these, none of which changes anything."""
    ids, _problems, runner = ask()
    assert ids == [] and runner.calls == [HOSTINFO, VERSION, ADDRESSES]


@pytest.mark.parametrize("state, calls", [
    (RUNNING, [HOSTINFO, VERSION]), (RUNNING._replace(host="Paused"), [HOSTINFO, VERSION]), (RUNNING._replace(host="Saved"), [HOSTINFO, VERSION]),
    (STOPPED, [HOSTINFO, VERSION, ADDRESSES]),
])
def test_an_existing_vm_is_asked_about_less(ask, state, calls):
    """A VM that runs or only resumes needs no network made."""
    ids, _problems, runner = ask(state=state)
    assert ids == [] and runner.calls == calls


def test_driver_none_is_asked_one_question(ask):
    """Docker's daemon."""
    ids, _problems, runner = ask(wanted=NONE, account=ROOT)
    assert ids == [] and runner.calls == [DOCKER]


def test_driver_kvm2_is_asked_three_questions(ask):
    """libvirt, its network, the driver's program; nothing of VirtualBox's."""
    ids, _problems, runner = ask(wanted=KVM2, answers=KVM)
    assert ids == [] and runner.calls == [CAPABILITIES, NETWORK, PROGRAM]


def test_all_problems_are_told_at_once(ask):
    """Not one a run."""
    seat = Seat(room=(100, True), names=["juju-kubeconfigUpdate"]).put("/tmp/juju-kubeconfigUpdate", "", uid=0).put("/home/k8suser/.kube", uid=0).drop(CONF)
    seat.texts["/proc/meminfo"] = "MemAvailable: 900000 kB\n"
    ids, problems, runner = ask(seat, WANTED._replace(kubernetes_version="latest"))
    assert ids == ["FOREIGN_FILES", "READ_ONLY", "JUJU_LOCK", "VERSION_INVALID", "VBOX_E_ACCESSDENIED", "NO_MEMORY", "NO_SPACE"]
    assert runner.calls == [HOSTINFO, VERSION, ADDRESSES, ADAPTERS], "four programs at most"
    error = refusal(problems)
    assert all("[%s]" % one in str(error) for one in ids) and [one["id"] for one in error.result["problems"]] == ids


# ---------------------------------------------------------------- VirtualBox

UNLOADED = ("WARNING: The vboxdrv kernel module is not loaded. Either there is no module\n         available for the current kernel (5.4.0-150-generic) or "
"it failed to\n"
            "         load. Please recompile the kernel module and install it by\n\n           sudo /sbin/vboxconfig\n6.1.50r161033\n")


@pytest.mark.parametrize("answer, name, words", [
    ((VERSION, 0, UNLOADED, ""), "VBOX_DRV_NOT_LOADED", "linux-headers"),
    ((VERSION, 0, "6.1.50r161033\n", "WARNING: The character device /dev/vboxdrv does not exist.\n"), "VBOX_DEVICE_MISSING", "modprobe vboxdrv"),
    ((VERSION, 0, "WARNING: something about the module\n5.2.42\n", ""), "VBOX_DRV_NOT_LOADED", "modprobe vboxdrv"),
    ((VERSION, 0, "4.2.8r83876\n", ""), "VBOX_TOO_OLD", "5.2 or later"),
    ((VERSION, 0, "unknown\n", ""), "VBOX_BROKEN", "reinstall"),
    ((VERSION, 1, "", "something\n"), "VBOX_BROKEN", "reinstall"),
    ((VERSION, None, "", ""), "VBOX_SILENT", "VBoxSVC"),
    ((HOSTINFO, 1, "", "VBoxManage: error: Failed to create the VirtualBox object!\n"), "VBOX_BROKEN", ".config/VirtualBox"),
    ((HOSTINFO, 1, "", "VBoxManage: error: Kernel driver not installed (rc=-1908)\n"), "VBOX_MODULE_MISSING", "vboxconfig"),
    ((HOSTINFO, None, "", ""), "VBOX_SILENT", "run again"),
])
def test_virtualbox_must_work(ask, answer, name, words):
    """In its own words."""
    ids, problems, runner = ask(answers=[answer])
    assert ids == [name] and words in problems[0].step
    assert ADDRESSES not in runner.calls, "the same is not told twice"


@pytest.mark.parametrize("version", ["4.3.40r110317", "5.2.42_Ubuntur137960", "6.1.50_StandInr161033", "7.2.6_Debianr172322"])
def test_versions_that_will_do(ask, version):
    """Real ones and the stand-in's."""
    assert ask(answers=[(VERSION, 0, version + "\n", "")])[0] == []


def test_virtualbox_is_not_installed(ask, fake_runner):
    """VBoxManage cannot be started at all."""
    class Missing(fake_runner):
        """No program at all."""

        def run(self, argv, limit, **more):
            """Fail as the real Runner."""
            raise LabError("VBoxManage cannot be started as k8suser: [Errno 2] No such file or directory; install it or name its path.")

    problems = look(Missing([]), WANTED, NOTHING, Seat())
    assert [one.id for one in problems] == ["VBOX_NOT_FOUND"] and "No such file" in problems[0].text


@pytest.mark.parametrize("state, words", [("gurumeditation", "poweroff"), ("stuck", "poweroff"), ("aborted-saved", "discardstate"), ("starting",
"wait"), ("saving", "wait"),
                                          ("stopping", "wait"), ("restoring", "wait"), ("whatever", "poweroff")])
def test_states_from_which_a_start_would_delete_the_vm(ask, state, words):
    """libmachine goes on and fails."""
    ids, problems, runner = ask(state=STOPPED._replace(host=""), answers=[(SHOW, 0, 'name="minikube"\nVMState="%s"\n' % state, "")])
    assert ids == ["VM_STATE"] and state in problems[0].cause and words in problems[0].step
    assert runner.calls == [HOSTINFO, VERSION, SHOW]


@pytest.mark.parametrize("state", ["running", "paused", "saved", "poweroff", "aborted"])
def test_states_that_start_handles(ask, text, state):
    """libmachine starts, resumes or uses it."""
    answer = text("prestart/showvminfo.txt").replace('VMState="running"', 'VMState="%s"' % state)
    assert ask(state=STOPPED._replace(host=""), answers=[(SHOW, 0, answer, "")])[0] == []


def test_vm_that_virtualbox_does_not_know(ask):
    """Its words decide."""
    said = "VBoxManage: error: Could not find a registered machine named 'minikube'\n"
    assert ask(state=STOPPED._replace(host=""), answers=[(SHOW, 1, "", said)])[0] == ["VBOX_NO_VM"]
    assert ask(state=STOPPED._replace(host=""), answers=[(SHOW, 1, "", "something\n")])[0] == ["VM_STATE"]


def test_root_is_refused_unless_forced(ask):
    """As minikube does it."""
    ids, _problems, runner = ask(account=ROOT)
    assert ids == ["ROOT_REFUSED"] and runner.calls == []
    assert ask(account=ROOT, wanted=WANTED._replace(extra_arguments=["--force"]))[0] == []


# ---------------------------------------------------------------- the host-only network

@pytest.mark.parametrize("conf, cidr, good", [
    (None, "192.168.99.1/24", False), (None, "192.168.56.1/24", True), (None, "192.168.59.1/24", True), (None, "192.168.63.1/24",
     True), (None, "192.168.64.1/24", False),
    (None, "192.168.56.1/20", False), ("", "192.168.56.1/24", False), ("# * 192.168.99.0/24\n", "192.168.99.1/24", False),
    ("* 192.168.99.0/24\n", "192.168.99.1/24", True), ("* 192.168.99.0/24\n", "192.168.56.1/24", False), ("* 192.168.99.0/24\n", "192.168.99.1/23", False),
    ("  *   10.0.0.0/8 192.168.0.0/16\n* 2001::/64\n", "192.168.99.1/24", True), ("* 0.0.0.0/0 ::/0\n", "172.30.1.1/24", True),
    ("192.168.99.0/24\n", "192.168.99.1/24", False), ("* nonsense 192.168.99.0/24\n", "192.168.99.1/24", True),
])
def test_networks_that_virtualbox_allows(ask, conf, cidr, good):
    """The rule of VBoxNetAdpCtl since 6.1.28."""
    seat = Seat().drop(CONF) if conf is None else Seat().put(CONF, conf, uid=0)
    ids, problems, _runner = ask(seat, WANTED._replace(host_only_cidr=cidr))
    assert ids == ([] if good else ["VBOX_E_ACCESSDENIED"])
    assert good or CONF in problems[0].step


def test_old_virtualbox_allows_every_network(ask):
    """Before 6.1.28."""
    assert ask(Seat().drop(CONF), answers=[(VERSION, 0, "6.1.26r145957\n", "")])[0] == []


def test_adapter_that_is_there_need_not_be_allowed(ask, text):
    """Nothing has to be made then."""
    listed = text("prestart/hostonlyifs.txt")
    assert ask(Seat().drop(CONF), answers=[(ADAPTERS, 0, listed, "")])[0] == []
    ids, _problems, runner = ask(Seat().drop(CONF), answers=[(ADDRESSES, 0, text("prestart/ip_adapter.json"), "")])
    assert ids == [] and ADAPTERS not in runner.calls
    other = listed.replace("255.255.255.0", "255.255.0.0")
    assert ask(Seat().drop(CONF), answers=[(ADAPTERS, 0, other, "")])[0] == ["VBOX_E_ACCESSDENIED"]


def test_network_of_an_existing_vm_is_its_own(ask):
    """Not the wanted one, which start would ignore."""
    state = STOPPED._replace(machine={"Driver": {"HostOnlyCIDR": "192.168.77.1/24"}})
    ids, problems, _runner = ask(Seat().drop(CONF), state=state)
    assert ids == ["VBOX_E_ACCESSDENIED"] and "192.168.77.0/24" in problems[0].cause


@pytest.mark.parametrize("answer, ids", [
    (addresses(("eth0", "192.168.99.17/24")), ["HOST_CIDR_CONFLICT"]),
    (addresses(("eth0", "192.168.0.17/16")), ["HOST_CIDR_CONFLICT"]),
    (addresses(("docker0", "192.168.99.129/25")), ["HOST_CIDR_CONFLICT"]),
    (addresses(("eth0", "192.168.98.17/24")), []),
    (addresses(("lo", "192.168.99.1/24"), flags=("LOOPBACK", "UP")), []),
    (addresses(("eth1", "192.168.99.17/24"), flags=("BROADCAST",)), []),
    (addresses(("vboxnet0", "192.168.99.1/24"), ("eth0", "10.0.0.1/24")), []),
    (addresses(("vboxnet0", "192.168.99.100/24")), []),
    (addresses(("vboxnet0", "192.168.99.1/24"), ("vboxnet1", "192.168.99.1/24")), ["VBOX_IP_CONFLICT"]),
    ((ADDRESSES, 1, "", "Option \"-j\" is unknown"), []),
    ((ADDRESSES, 0, "no json", ""), []),
])
def test_network_must_not_be_another_interfaces(ask, answer, ids):
    """Only interfaces that are up count, as for minikube."""
    found, problems, _runner = ask(answers=[answer])
    assert found == ids
    assert ids != ["HOST_CIDR_CONFLICT"] or ("192.168.59.1/24" in problems[0].step and ("eth0" in problems[0].cause or "docker0" in problems[0].cause))


@pytest.mark.parametrize("cidr", ["192.168.99.0/24", "nonsense", "10.0.0.0/8"])
def test_network_addresses_are_refused_as_minikube_does(ask, cidr):
    """An address in the network is wanted."""
    assert ask(wanted=WANTED._replace(host_only_cidr=cidr))[0] == ["HOST_CIDR_INVALID"]


# ---------------------------------------------------------------- memory and disk

@pytest.mark.parametrize("meminfo, state, ids", [
    ("MemAvailable: 2048000 kB\n", NOTHING, []), ("MemAvailable: 2047000 kB\n", NOTHING, ["NO_MEMORY"]),
    ("MemAvailable: 1048000 kB\nSwapFree: 1048000 kB\n", NOTHING, []), ("MemAvailable: 100 kB\n", RUNNING, []), ("MemAvailable: 100 kB\n",
     STOPPED, ["NO_MEMORY"]),
    ("MemAvailable: 100 kB\n", STOPPED._replace(host="Paused"), []), ("", NOTHING, []),
])
def test_memory(ask, meminfo, state, ids):
    """What is free and what can be swapped out; a VM in memory needs no more."""
    seat = Seat()
    seat.texts["/proc/meminfo"] = meminfo
    assert ask(seat, state=state)[0] == ids


@pytest.mark.parametrize("free, state, ids", [(5000, NOTHING, []), (4999, NOTHING, ["NO_SPACE"]), (200, STOPPED, []), (199, STOPPED, ["NO_SPACE"]),
                                              (199, RUNNING, ["NO_SPACE"])])
def test_disk(ask, free, state, ids):
    """A new VM needs more than an existing one."""
    assert ask(Seat(room=(free, False)), state=state)[0] == ids


# ---------------------------------------------------------------- driver none

@pytest.mark.parametrize("seat, changes, answers, account, name", [
    (Seat(), {}, [], None, "NONE_NEEDS_ROOT"),
    (Seat(cpus=1), {}, [], ROOT, "TOO_FEW_CPUS"),
    (Seat(programs={"docker", "systemctl", "sudo"}), {}, [], ROOT, "PROGRAM_MISSING"),
    (Seat(programs={"docker", "systemctl", "conntrack"}), {}, [], ROOT, "PROGRAM_MISSING"),
    (Seat(programs={"docker", "sudo", "conntrack"}), {}, [], ROOT, "PROGRAM_MISSING"),
    (Seat(programs={"systemctl", "sudo", "conntrack"}), {}, [], ROOT, "DOCKER_MISSING"),
    (Seat(), {}, [(DOCKER, 1, " \n", "Cannot connect to the Docker daemon at unix:///var/run/docker.sock.\n")], ROOT, "DOCKER_DOWN"),
    (Seat(), {}, [(DOCKER, None, "", "")], ROOT, "DOCKER_DOWN"),
    (Seat().put("/sys/fs/cgroup/cgroup.controllers", "cpu memory\n", uid=0), {"kubernetes_version": "v1.16.2"}, [], ROOT, "CGROUP_V2"),
    (Seat(room=(100, False)), {}, [], ROOT, "NO_SPACE"),
    (Seat().drop("/root"), {}, [], ROOT, "HOME_MISSING"),
])
def test_driver_none(ask, seat, changes, answers, account, name):
    """What minikube and kubeadm would stumble over."""
    ids, _problems, runner = ask(seat, NONE._replace(**changes), answers=answers, account=account)
    assert ids == [name]
    assert name != "DOCKER_MISSING" or runner.calls == []


@pytest.mark.parametrize("room, state, ids", [
    ((1500, False), NOTHING, []), ((1499, False), NOTHING, ["NO_SPACE"]), ((300, False), STOPPED, []), ((299, False), STOPPED, ["NO_SPACE"]),
    ((9000, True), NOTHING, ["READ_ONLY"]), (None, NOTHING, [])])
def test_dockers_folder_has_room(ask, room, state, ids):
    """A cluster that is there has its images; where Docker keeps them is what it says itself."""
    class Disks(Seat):
        def space(self, path):
            return room if path == "/srv/docker" else (50000, False)

    found, problems, _runner = ask(Disks(), NONE, state=state, answers=[(DOCKER, 0, "24.0.7 /srv/docker\n", "")], account=ROOT)
    assert found == ids
    assert all("/srv/docker" in one.cause for one in problems)


@pytest.mark.parametrize("free, state, ids", [(700, NOTHING, []), (699, NOTHING, ["NO_MEMORY"]), (100, RUNNING._replace(apiserver="Running"), []),
                                              (100, RUNNING._replace(apiserver="Stopped"), ["NO_MEMORY"])])
def test_kubernetes_has_memory(ask, free, state, ids):
    """With driver none it is the seat's own; one that runs holds what it needs."""
    seat = Seat()
    seat.texts["/proc/meminfo"] = "MemTotal: 8000000 kB\nMemAvailable: %d kB\nSwapFree: 0 kB\n" % (free * 1024)
    assert ask(seat, NONE, state=state, account=ROOT)[0] == ids


def test_driver_none_on_what_will_do(ask):
    """Nothing is refused too early."""
    v2 = Seat().put("/sys/fs/cgroup/cgroup.controllers", "cpu\n", uid=0)
    assert ask(v2, NONE, account=ROOT)[0] == []
    assert ask(Seat(programs={"docker", "systemctl",
    "sudo"}), NONE._replace(kubernetes_version="v1.16.2"), account=ROOT)[0] == [], "kubeadm asks for it from 1.18 on"


# ---------------------------------------------------------------- home, locks, profile, version

@pytest.mark.parametrize("path, uid, mode, bad", [
    ("/home/k8suser/.minikube", 0, DIRECTORY, True), ("/home/k8suser/.kube", 0, DIRECTORY, True), ("/home/k8suser/.kube", 1000, stat.S_IFDIR | 0o555, True),
    ("/home/k8suser/.kube", 1000, stat.S_IFDIR | 0o700, False), ("/home/k8suser/.kube", 0, stat.S_IFDIR | 0o777, False),
    ("/home/k8suser/.kube/config", 0, FILE, True),
    ("/home/k8suser/.kube/config", 1000, FILE, False), ("/home/k8suser/.minikube/machines/minikube", 0, stat.S_IFDIR | 0o700, True),
    ("/home/k8suser/.minikube/profiles/minikube", 0, DIRECTORY, True), ("/home/k8suser", 0, DIRECTORY, True),
])
def test_owner_can_write_what_minikube_writes(ask, path, uid, mode, bad):
    """Root's leavings are named."""
    ids, problems, _runner = ask(Seat().put(path, uid=uid, mode=mode))
    assert ids == (["FOREIGN_FILES"] if bad else [])
    assert not bad or (path in problems[0].cause and "chown" in problems[0].step)


def test_root_can_write_everything(ask):
    """Whoever owns it."""
    assert ask(Seat().put("/root/.minikube", uid=1000, mode=stat.S_IFDIR | 0o700), NONE, account=ROOT)[0] == []


def test_home_of_another_account_is_no_matter_once_both_directories_are_there(ask):
    """Nothing has to be made in it."""
    seat = Seat().put("/home/k8suser", uid=0).put("/home/k8suser/.minikube").put("/home/k8suser/.kube")
    assert ask(seat)[0] == []


@pytest.mark.parametrize("uid, account, protected, ids", [(0, None, "0\n", ["JUJU_LOCK"]), (1000, None, "0\n", []), (1000, ROOT, "0\n", []), (1000, ROOT,
"2\n", ["JUJU_LOCK"]),
                                                          (0, ROOT, "2\n", [])])
def test_lock_files_of_another_account(ask, uid, account, protected, ids):
    """Root opens them, unless the kernel protects them."""
    seat = Seat(names=["juju-setupCerts", "other"]).put("/tmp/juju-setupCerts", "", uid=uid).put("/tmp/other", "", uid=33)
    seat.texts["/proc/sys/fs/protected_regular"] = protected
    assert ask(seat, NONE if account else WANTED, account=account)[0] == ids


@pytest.mark.parametrize("place", ["profiles", "machines"])
@pytest.mark.parametrize("content, bad", [('{"MachineConfig": {}}', False), ('{"MachineConfig"', True), ("", True), ("[]", True)])
def test_records_that_minikube_cannot_read(ask, place, content, bad):
    """Half written files, as after a full disk."""
    ids, problems, _runner = ask(Seat().put("/home/k8suser/.minikube/%s/minikube/config.json" % place, content))
    assert ids == (["PROFILE_CORRUPT"] if bad else [])
    assert not bad or "absent" in problems[0].step


@pytest.mark.parametrize("version, state, ids", [
    ("v1.16.2", NOTHING, []), ("1.16.2", NOTHING, []), ("v1.17.0-rc.1", NOTHING, []), ("latest", NOTHING, ["VERSION_INVALID"]), ("v1.16",
     NOTHING, ["VERSION_INVALID"]),
    ("", NOTHING, ["VERSION_INVALID"]), ("v1.10.0", NOTHING, []), ("v1.10.0", RUNNING, ["VERSION_TOO_OLD"]), ("v1.11.10", RUNNING, []),
])
def test_versions(ask, version, state, ids):
    """Downgrades are the plan's matter, not looked at here."""
    assert ask(wanted=WANTED._replace(kubernetes_version=version), state=state)[0] == ids


# ---------------------------------------------------------------- the real seat

def test_the_files_of_this_machine(tmp_path):
    """The real reader."""
    files, me = Files(), find_account()
    (tmp_path / "juju-x").write_text("text")
    assert files.read(str(tmp_path / "juju-x")) == "text" and files.read(str(tmp_path / "none")) is None
    assert files.stat(str(tmp_path)).st_uid == me.uid and files.stat(str(tmp_path / "none")) is None
    assert files.listdir(str(tmp_path)) == ["juju-x"] and files.listdir(str(tmp_path / "none")) == []
    free, read_only = files.space(str(tmp_path))
    assert free >= 0 and read_only is False and files.space(str(tmp_path / "none")) is None
    assert files.processors() >= 1 and files.which("sh", "/usr/bin:/bin") and files.which("no-such-program", "/usr/bin") is None


# ---------------------------------------------------------------- driver kvm2

@pytest.mark.parametrize("words, rc, err, name, step", [
    (CAPABILITIES, 1, "error: failed to connect to the hypervisor\nerror: Failed to connect socket to '/var/run/libvirt/libvirt-sock': Permission denied\n",
     "KVM_NOT_IN_GROUP", "group libvirt"),
    (CAPABILITIES, 1, "error: Failed to connect socket to '/var/run/libvirt/libvirt-sock': No such file or directory\n", "KVM_NO_LIBVIRT", "role kvm2"),
    (CAPABILITIES, 1,
     "error: failed to get emulator capabilities\nerror: invalid argument: KVM is not supported by '/usr/bin/qemu-system-x86_64' on this host\n",
     "KVM_UNSUPPORTED", "modprobe"),
    (CAPABILITIES, None, "", "KVM_SILENT", "systemctl restart libvirtd"),
    (CAPABILITIES, 1, "error: something new\n", "KVM_BROKEN", "make it work as k8suser"),
    (NETWORK, 1, "error: failed to get network 'default'\nerror: Network not found: no network with matching name 'default'\n", "KVM_NO_NETWORK", "net-define"),
    (PROGRAM, 127, "docker-machine-driver-kvm2: error while loading shared libraries: libvirt.so.0: cannot open shared object file: No such file\n",
     "KVM_LIBRARY", "libvirt-clients"),
    (PROGRAM, 126, "Exec format error\n", "KVM2_DRIVER_BROKEN", "docker-machine-driver-kvm2 v1.5.2"),
])
def test_what_makes_a_start_with_kvm2_fail(ask, words, rc, err, name, step):
    """One problem, in the words of libvirt and with our step; nothing changes."""
    ids, problems, runner = ask(wanted=KVM2, answers=[(words, rc, "", err), *KVM])
    assert ids == [name]
    assert step in problems[0].step
    assert err.strip() == problems[0].text
    # A libvirt that does not answer is asked once.
    assert runner.calls == ([CAPABILITIES, PROGRAM] if words == CAPABILITIES else [CAPABILITIES, NETWORK, PROGRAM])


@pytest.mark.parametrize("missing, expected", [("virsh", ["KVM_NO_LIBVIRT"]), ("docker-machine-driver-kvm2", [])])
def test_kvm2_without_its_programs(fake_runner, missing, expected):
    """libvirt must be there; the driver's program is downloaded by minikube where it is missing."""
    class Without(fake_runner):
        """A runner that lacks a program."""

        def run(self, argv, limit, **more):
            """As Runner."""
            if argv[0] == missing:
                raise LabError("%s cannot be started as k8suser: [Errno 2] No such file or directory; install it or name its path." % missing)
            return super().run(argv, limit, **more)

    assert [one.id for one in look(Without(KVM), KVM2, NOTHING, Seat())] == expected


def test_kvm2_needs_memory_and_disk_as_every_vm(ask):
    """As VirtualBox."""
    seat = Seat(room=(100, False))
    seat.texts["/proc/meminfo"] = "MemAvailable: 900000 kB\n"
    assert ask(seat, KVM2, answers=KVM)[0] == ["NO_MEMORY", "NO_SPACE"]
    assert ask(wanted=KVM2, account=ROOT, answers=KVM)[0] == ["ROOT_REFUSED"]
