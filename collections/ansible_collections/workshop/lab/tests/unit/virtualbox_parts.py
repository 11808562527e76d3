"""What the unit tests of VirtualBox share: a machine whose files and programs are texts."""


class FakeFiles:
    """In MachineFiles' place: ``texts`` is {path: text}."""

    def __init__(self, texts, homes=()):
        self.texts, self.accounts = dict(texts), list(homes)

    def read(self, path):
        """A file's text."""
        return self.texts.get(path)

    read_own = read

    def names(self, path):
        """What lies in a folder."""
        start = path.rstrip("/") + "/"
        return sorted({name[len(start):].split("/")[0] for name in self.texts if name.startswith(start)})

    def exists(self, path):
        """A file, or a folder with one in it."""
        return path in self.texts or any(name.startswith(path + "/") for name in self.texts)

    def homes(self):
        """The accounts."""
        return self.accounts


# A Debian sid machine with its own VirtualBox, as it answers (programs' words shortened to what is read of them).
KERNEL = "7.2.13-amd64"
OS_RELEASE = 'PRETTY_NAME="Debian GNU/Linux forky/sid"\nNAME="Debian GNU/Linux"\nVERSION_CODENAME=forky\nID=debian\n'
PROC_MODULES = ("vboxnetadp 28672 0 - Live 0x0000000000000000 (OE)\nvboxnetflt 36864 0 - Live 0x0 (OE)\nvboxdrv 651264 2 vboxnetadp,vboxnetflt, Live 0x0 (OE)\n"
                "kvm_amd 217088 0 - Live 0x0\nkvm 1409024 1 kvm_amd, Live 0x0\n")
FILES = {
    "/etc/os-release": OS_RELEASE,
    "/etc/debian_version": "forky/sid\n",
    "/boot/config-" + KERNEL: "CONFIG_X86_64=y\nCONFIG_KVM=m\nCONFIG_KVM_AMD=m\n# CONFIG_MODULE_SIG_FORCE is not set\n",
    "/lib/modules/%s/build/Makefile" % KERNEL: "",
    "/proc/modules": PROC_MODULES,
    "/proc/cpuinfo": "processor\t: 0\nflags\t\t: fpu svm lm\n\nprocessor\t: 1\nflags\t\t: fpu svm lm\n",
    "/proc/cmdline": "root=/dev/vda rw console=ttyS0\n",
    "/sys/module/kvm/parameters/enable_virt_at_load": "N\n",
    "/usr/lib/modprobe.d/virtualbox-dkms.conf": "#\noptions kvm     enable_virt_at_load=0\n",
}
POLICY = """linux-headers-7.2.13-amd64:
  Installed: (none)
  Candidate: 7.2.13-1
  Version table:
     7.2.13-1 500
        500 http://deb.debian.org/debian sid/main amd64 Packages
apt:
  Installed: 3.1.12
  Candidate: 3.1.12
  Version table:
 *** 3.1.12 500
        500 http://deb.debian.org/debian sid/main amd64 Packages
        100 /var/lib/dpkg/status
"""
DPKG = ("ii |apt|3.1.12\nii |dkms|3.2.2-1\nii |virtualbox|7.2.22-dfsg-2\nii |virtualbox-dkms|7.2.22-dfsg-2\nrc |virtualbox-qt|7.2.20-dfsg-1\n")
ANSWERS = [
    (["uname", "-r", "-m"], 0, KERNEL + " x86_64\n", ""),
    (["uname", "-r"], 0, KERNEL + "\n", ""),
    (["apt-cache", "policy"], 0, POLICY, ""),
    (["systemd-detect-virt", "--vm"], 0, "qemu\n", ""),
    (["systemd-detect-virt", "--container"], 1, "none\n", ""),
    (["dpkg-query"], 0, DPKG, ""),
    (["dkms", "status"], 0, "virtualbox/7.2.22, 7.2.13-amd64, x86_64: installed\n", ""),
]
