"""Driver virtualbox: VBoxManage in front, ssh behind (machine-drivers/machine, drivers/virtualbox)."""

import io
import ipaddress
import os
import re
import shutil
import socket
import subprocess
import tarfile
import time

from minikube_double import paths
from minikube_double.errors import MachineError, MachineGone
from minikube_double.node import SSHNode

STATES = {"running": "Running", "paused": "Paused", "saved": "Saved", "poweroff": "Stopped", "aborted": "Stopped"}
FORMAT_ME = "boot2docker, please format-me"
GONE = "Could not find a registered machine named"


def fresh(name, machine):
    """The Driver part of a new machine's config.json."""
    folder = paths.machine_dir(name)
    return {"IPAddress": "", "MachineName": name, "SSHUser": "docker", "SSHPort": 0, "SSHKeyPath": os.path.join(folder, "id_rsa"),
            "StorePath": paths.home(), "SwarmMaster": False, "SwarmHost": "", "SwarmDiscovery": "", "VBoxManager": {}, "HostInterfaces": {},
            "CPU": machine["CPUs"], "Memory": machine["Memory"], "DiskSize": machine["DiskSize"], "NatNicType": "virtio",
            "Boot2DockerURL": "file://" + paths.make("cache", "iso", os.path.basename(machine["MinikubeISO"])),
            "Boot2DockerImportVM": "", "HostDNSResolver": machine["HostDNSResolver"], "HostOnlyCIDR": machine["HostOnlyCIDR"],
            "HostOnlyNicType": "virtio", "HostOnlyPromiscMode": "deny", "UIType": "headless", "HostOnlyNoDHCP": False,
            "NoShare": machine["DisableDriverMounts"], "DNSProxy": machine["DNSProxy"], "NoVTXCheck": machine["NoVTXCheck"],
            "ShareFolder": ""}


class VirtualBoxDriver:
    """One VM of the calling user."""

    kind = "virtualbox"

    def __init__(self, name, data):
        self.name, self.data = name, data

    def vbm(self, *arguments):
        """stdout of VBoxManage; a MachineError in libmachine's words if it fails."""
        program = shutil.which("VBoxManage")
        if not program:
            raise MachineError("VBoxManage not found. Make sure VirtualBox is installed and VBoxManage is in the path")
        done = subprocess.run([program] + list(arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        stdout, stderr = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        if GONE in stderr:
            raise MachineGone()
        if done.returncode:
            raise MachineError("%s %s failed:\n%s" % (program, " ".join(arguments), stderr.rstrip("\n")))
        return stdout

    def state(self):
        """Running, Paused, Saved, Stopped, or "" for any other state of the VM."""
        match = re.search(r'(?m)^VMState="(\w+)"', self.vbm("showvminfo", self.name, "--machinereadable"))
        return STATES.get(match.group(1), "") if match else ""

    def address(self):
        """The VM's address; a MachineError when it is not running."""
        if self.state() != "Running":
            raise MachineError("Host is not running")
        return self.data["IPAddress"]

    def node(self):
        """The VM over ssh."""
        return SSHNode(self.data["IPAddress"], self.data["SSHPort"] or 22, self.data["SSHKeyPath"])

    def precreate(self):
        """VBoxManage is there, new enough, and the processor can virtualise."""
        try:
            version = self.vbm("--version").strip()
        except MachineError as error:
            raise MachineError("precreate: %s" % error)
        match = re.match(r"^(\d+)\.(\d+)", version)
        if not match or (int(match.group(1)), int(match.group(2))) < (4, 3):
            raise MachineError('precreate: We support Virtualbox starting with version 5. Your VirtualBox install is "%s". '
                               "Please upgrade at https://www.virtualbox.org" % version)
        # The stand-in starts no hardware VM, so the processor does not matter to it.
        if not self.data["NoVTXCheck"] and "StandIn" not in version and not _has_virtualisation():
            raise MachineError("precreate: This computer doesn't have VT-X/AMD-v enabled. Enabling it in the BIOS is mandatory")

    def create(self):
        """Make disk, key and VM, then start it."""
        folder = paths.machine_dir(self.name)
        iso = os.path.join(folder, "boot2docker.iso")
        try:
            shutil.copyfile(self.data["Boot2DockerURL"][len("file://"):], iso)
        except OSError as error:
            raise MachineError("creating: open %s: %s" % (error.filename, (error.strerror or "").lower()))
        key = self.data["SSHKeyPath"]
        if not os.path.exists(key):
            subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "", "-C", "docker@" + self.name, "-f", key], check=True)
        disk = os.path.join(folder, "disk.vmdk")
        _write_disk(disk, key + ".pub")
        data = self.data
        try:
            self.vbm("createvm", "--basefolder", folder, "--name", self.name, "--register")
            self.vbm("modifyvm", self.name, "--firmware", "bios", "--cpus", str(min(data["CPU"], 32)), "--memory", str(data["Memory"]),
                     "--acpi", "on", "--ioapic", "on", "--rtcuseutc", "on", "--boot1", "dvd", "--nic1", "nat", "--nictype1", data["NatNicType"])
            self.vbm("storagectl", self.name, "--name", "SATA", "--add", "sata", "--hostiocache", "on")
            self.vbm("storageattach", self.name, "--storagectl", "SATA", "--port", "0", "--device", "0", "--type", "dvddrive", "--medium", iso)
            self.vbm("storageattach", self.name, "--storagectl", "SATA", "--port", "1", "--device", "0", "--type", "hdd", "--medium", disk)
            self.boot()
        except MachineGone:
            raise
        except MachineError as error:
            raise MachineError("creating: %s" % error)

    def boot(self):
        """Power on, or wake, an existing VM and wait for its ssh port."""
        state = self.state()
        if state == "Paused":
            self.vbm("controlvm", self.name, "resume", "--type", "headless")
            return
        interface = ipaddress.ip_interface(self.data["HostOnlyCIDR"])
        if state != "Saved":
            self._host_only(interface)
        self.vbm("startvm", self.name, "--type", "headless")
        self.data["IPAddress"] = str(interface.network.network_address + 100)
        self.data["SSHPort"] = 22
        self.reachable(60)

    def _host_only(self, interface):
        try:
            adapter = self._adapter(interface)
            self.vbm("modifyvm", self.name, "--nic2", "hostonly", "--nictype2", "virtio", "--hostonlyadapter2", adapter, "--cableconnected2", "on")
        except MachineError as error:
            raise MachineError("Error setting up host only network on machine start: %s" % error)

    def _adapter(self, interface):
        rows = re.findall(r"(?ms)^Name: +(\S+).*?^IPAddress: +(\S+).*?^NetworkMask: +(\S+)", self.vbm("list", "hostonlyifs"))
        same = [name for name, address, _ in rows if address == str(interface.ip)]
        if len(same) > 1:
            raise MachineError("VirtualBox is configured with multiple host-only adapters with the same IP %r. Please remove one" % str(interface.ip))
        if same:
            return same[0]
        match = re.search(r"Interface '(.+)' was successfully created", self.vbm("hostonlyif", "create"))
        if not match:
            raise MachineError("Failed to create host-only adapter")
        self.vbm("hostonlyif", "ipconfig", match.group(1), "--ip", str(interface.ip), "--netmask", str(interface.netmask))
        base = interface.network.network_address
        self.vbm("dhcpserver", "add", "--netname", "HostInterfaceNetworking-" + match.group(1), "--ip", str(base + 6), "--netmask",
                 str(interface.netmask), "--lowerip", str(base + 100), "--upperip", str(base + 254), "--enable")
        return match.group(1)

    def stop(self):
        """Press the power button and poll without a limit: the caller must set one."""
        if self.state() == "Paused":
            self.vbm("controlvm", self.name, "resume")
        self.vbm("controlvm", self.name, "acpipowerbutton")
        while self.state() != "Stopped":
            time.sleep(0.5)

    def remove(self):
        """Power off and unregister with all files; a VM that is already gone is fine."""
        try:
            if self.state() not in ("Stopped", "Saved"):
                self.vbm("controlvm", self.name, "poweroff")
            self.vbm("unregistervm", "--delete", self.name)
        except MachineGone:
            pass

    def reachable(self, seconds=10):
        """Raise a MachineError unless the ssh port answers in time."""
        end, target = time.monotonic() + seconds, (self.data["IPAddress"], self.data["SSHPort"] or 22)
        while True:
            try:
                socket.create_connection(target, timeout=3).close()
                return
            except OSError as error:
                if time.monotonic() > end:
                    raise MachineError("dial tcp %s:%d: %s" % (target[0], target[1], error))
                time.sleep(0.2)


def _has_virtualisation():
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as stream:
            return bool(re.search(r"\b(vmx|svm)\b", stream.read()))
    except OSError:
        return False


def _write_disk(path, public_key):
    """A new disk starts with a tar that holds the public key: the guest formats the rest and keeps the key (as boot2docker does)."""
    with open(public_key, "rb") as stream:
        key = stream.read()
    with tarfile.open(path, "w") as tar:
        for name, data in ((FORMAT_ME, FORMAT_ME.encode()), (".ssh/authorized_keys", key), (".ssh/authorized_keys2", key)):
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), 0o644
            tar.addfile(info, io.BytesIO(data))
    os.chmod(path, 0o600)
