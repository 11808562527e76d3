"""Facts about a machine as a host of VMs: release, kernel, processor, KVM, Secure Boot. Read only; programs by a runner, files by MachineFiles."""

import re

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.runner import Runner
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_kvm import FILE
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_secure_boot import DKMS_KEY, KEY

LIMIT = 30  # seconds for one program that only tells something
SECURE_BOOT = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
SHIM = "/sys/firmware/efi/efivars/MokSBStateRT-605dab50-e046-4300-abb6-3dd810dd8b23"  # what the kernel asks too (secureboot.c of its EFI stub)
MODPROBE = ("/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d", "/usr/lib/modprobe.d", "/lib/modprobe.d")
# As root apt-cache keeps what it has read in /var/cache/apt; a look must not change the machine, not even there.
APT = ["-o", "Dir::Cache::pkgcache=", "-o", "Dir::Cache::srcpkgcache="]
NAMES = {"ubuntu": "Ubuntu", "debian": "Debian"}


class Reader(Runner):
    """A Runner whose apt-cache writes nothing."""

    def run(self, argv, limit, **more):
        """Run a program, as a Runner does."""
        return super().run([argv[0]] + APT + list(argv[1:]) if argv[0] == "apt-cache" else argv, limit, **more)


def machine(runner, files):
    """Return the facts that virtualbox_plan.plan needs of this machine, without those of VirtualBox itself."""
    kernel, architecture = (ask(runner, ["uname", "-r", "-m"]).split() + ["", ""])[:2]
    facts = dict(release(files), kernel=kernel, architecture=architecture, kernel_config=kernel_config(files, kernel), efi=files.exists("/sys/firmware/efi"),
                 headers_installed=files.exists("/lib/modules/%s/build/Makefile" % kernel), headers_available=headers_available(runner, kernel),
                 lockdown=lockdown(files), cpu_flags=cpu_flags(files), hypervisor=virtualised(runner, "--vm"), container=virtualised(runner, "--container"),
                 xen=files.exists("/proc/xen"),
                 kvm_modules=[name for name in modules(files) if name.split("_")[0] == "kvm"], kvm_foreign=kvm_foreign(files))
    value = (files.read("/sys/module/kvm/parameters/enable_virt_at_load") or "").strip()
    facts["enable_virt_at_load"] = {"Y": True, "1": True, "N": False, "0": False}.get(value)
    facts["secure_boot"] = secure_boot(runner, files)
    facts.update(key(runner, files))
    return facts


def ask(runner, argv, codes=(0,)):
    """Return what a program says on standard output, "" when it is not there or fails."""
    try:
        done = runner.run(argv, limit=LIMIT)
    except LabError:
        return ""
    return done.out if done.rc in codes else ""


def release(files):
    """Return distribution, release and codename. Debian's testing and unstable call themselves "forky/sid" both: they are sid here."""
    found = dict(re.findall(r'(?m)^([A-Z_]+)="?([^"\n]*)"?$', files.read("/etc/os-release") or files.read("/usr/lib/os-release") or ""))
    version, codename = found.get("VERSION_ID", ""), found.get("VERSION_CODENAME", "")
    if found.get("ID") == "debian" and (files.read("/etc/debian_version") or "").strip().endswith("/sid"):
        version, codename = "sid", "sid"
    return {"distribution": NAMES.get(found.get("ID", ""), found.get("NAME", "")), "release": version, "codename": codename}


def modules(files):
    """Return the names of the loaded modules."""
    return [line.split()[0] for line in (files.read("/proc/modules") or "").splitlines() if line.strip()]


def kernel_config(files, kernel):
    """Return {kvm: module|builtin|absent, sig_force: bool} from the kernel's configuration, where the distribution left it."""
    text = files.read("/boot/config-" + kernel) or files.read("/lib/modules/%s/config" % kernel)
    if text is None:
        builtin = re.search(r"(?m)/kvm\.ko$", files.read("/lib/modules/%s/modules.builtin" % kernel) or "")
        # A kernel without any of its files here, as in a container: what runs and is no loaded module is built in.
        running = files.exists("/sys/module/kvm/parameters/enable_virt_at_load") and "kvm" not in modules(files)
        return {"kvm": "builtin" if builtin or running else "module", "sig_force": False}
    kvm = re.search(r"(?m)^CONFIG_KVM=([ym])$", text)
    return {"kvm": {"y": "builtin", "m": "module"}[kvm.group(1)] if kvm else "absent", "sig_force": "\nCONFIG_MODULE_SIG_FORCE=y" in "\n" + text}


def headers_available(runner, kernel):
    """Whether the archive has the running kernel's headers; None when apt has no package lists to look into."""
    text = ask(runner, ["apt-cache", "policy", "linux-headers-" + kernel, "apt"])
    if not has_lists(text):
        return None
    return bool(re.search(r"(?m)^linux-headers-%s:\n.*\n +Candidate: (?!\(none\))" % re.escape(kernel), text))


def has_lists(text):
    """Whether `apt-cache policy`, asked for apt among others, knows more than what is installed: a machine made from an image may have no lists at all."""
    return bool(re.search(r"(?m)^ +-?[0-9]+ (?!/var/lib/dpkg/status)\S", text))


def lockdown(files):
    """Return none, integrity or confidentiality; a kernel without the file is not locked down."""
    found = re.search(r"\[(\w+)\]", files.read("/sys/kernel/security/lockdown") or "")
    return found.group(1) if found else "none"


def cpu_flags(files):
    """Return the first processor's flags."""
    found = re.search(r"(?m)^flags\s*:\s*(.*)$", files.read("/proc/cpuinfo") or "")
    return found.group(1).split() if found else []


def virtualised(runner, what):
    """Return the name of the hypervisor (--vm) or of the kind of container (--container) around this machine, "" for none."""
    name = ask(runner, ["systemd-detect-virt", what], codes=(0, 1)).strip()
    return "" if name == "none" else name


def kvm_foreign(files):
    """Return the files, and perhaps the kernel's line, that set enable_virt_at_load=0; without our own file."""
    found, seen = [], set()
    for folder in MODPROBE:
        for name in files.names(folder):
            path = "%s/%s" % (folder, name)
            if path == FILE or not name.endswith(".conf") or name in seen:
                continue  # a file of the same name in an earlier folder replaces it (modprobe.d(5))
            seen.add(name)
            if re.search(r"(?m)^\s*options\s+kvm\s.*\benable_virt_at_load=[0nN]", files.read(path) or ""):
                found.append(path)
    if re.search(r"\bkvm\.enable_virt_at_load=[0nN]", files.read("/proc/cmdline") or ""):
        found.append("the kernel's command line")
    return found


def secure_boot(runner, files):
    """Whether Secure Boot is on; None when the firmware does not tell. Off also where its owner did so in shim (`mokutil --disable-validation`)."""
    if not files.exists("/sys/firmware/efi"):
        return False
    text, shim = files.read(SECURE_BOOT), files.read(SHIM)
    if text:
        return text[-1] == "\x01" and (not shim or shim[-1] != "\x01")  # four bytes of attributes, then the value
    said = ask(runner, ["mokutil", "--sb-state"], codes=(0, 1, 255))
    if "disabled in shim" in said:  # behind a line "SecureBoot enabled", which is the firmware's
        return False
    return True if "SecureBoot enabled" in said else False if "SecureBoot disabled" in said else None


def key(runner, files):
    """Return mok_key (path of this machine's own key, "" without one), mok_enrolled and mok_waiting (None when mokutil does not tell)."""
    path = next((one for one in (KEY, DKMS_KEY) if files.exists(one)), "")
    if not path or not files.exists("/sys/firmware/efi"):
        return {"mok_key": path, "mok_enrolled": None, "mok_waiting": None}
    said = ask(runner, ["mokutil", "--test-key", path], codes=(0, 1))
    return {"mok_key": path, "mok_enrolled": "is already enrolled" in said if said else None,
            "mok_waiting": "is already in the enrollment request" in said if said else None}
