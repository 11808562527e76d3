"""A pretended Mac: an interpreter for Ansible's modules that finds macOS wherever they look, and none of Linux's own programs.

There is no Mac to test on. What is pretended is what the roles and Ansible's modules ask: the system's name, the programs of macOS that only tell something
(their answers are those of real Macs, as people have published them), the group wheel, and the accounts. Files are real. The programs that only Linux has
fail and leave their names behind, so that a task that calls one is found.
"""

import os
import pathlib
import sys

# Not on a Mac.
LINUX = ("apt-cache", "apt-config", "apt-get", "dkms", "dpkg", "dpkg-query", "getent", "gpasswd", "groupadd", "groupdel", "ip", "lsmod", "modprobe", "mokutil",
         "rmmod", "runuser", "systemctl", "systemd-detect-virt", "useradd", "userdel", "usermod", "visudo")
INTEL = ("FPU VME DE PSE TSC MSR PAE MCE CX8 APIC SEP MTRR PGE MCA CMOV PAT PSE36 CLFSH DS ACPI MMX FXSR SSE SSE2 SS HTT TM PBE SSE3 PCLMULQDQ DTES64 MON "
         "DSCPL VMX EST TM2 SSSE3 FMA CX16 TPR PDCM SSE4.1 SSE4.2 x2APIC MOVBE POPCNT AES PCID XSAVE OSXSAVE SEGLIM64 TSCTMR AVX1.0 RDRAND F16C")
KEXTS = """Executing: /usr/bin/kmutil showloaded
Index Refs Address            Size       Wired      Name (Version) UUID <Linked Against>
"""
KEXT = "  196    3 0xffffff7fa2336000 0xb2000    0xb2000    org.virtualbox.kext.VBoxDrv (6.1.50) DAF044F0-5043-3B8E-8758-5A462567BDAA <8 6 5 3 1>\n"
IFCONFIG = """lo0: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> mtu 16384
\tinet 127.0.0.1 netmask 0xff000000
en0: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500
\tinet 198.18.2.138 netmask 0xffffff00 broadcast 198.18.2.255
"""

SITE = '''
import grp, os, platform, posix, pwd, subprocess, sys

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = ("root", "********", 0, 0, "System Administrator", "/var/root", "/bin/sh")
ACCOUNTS = {name: (name, "********", int(uid), int(gid), gecos, home, shell) for name, uid, gid, gecos, home, shell in
            (line.rstrip("\\n").split(":") for line in open(os.path.join(HERE, "accounts")))}
MACHINE = open(os.path.join(HERE, "machine")).read().strip()
UNAME = posix.uname_result(("Darwin", "mac.local", "19.5.0", "Darwin Kernel Version 19.5.0: Tue May 26 20:41:44 PDT 2020; "
                            "root:xnu-6153.121.2~2/RELEASE_" + MACHINE.upper(), MACHINE))
os.uname = lambda: UNAME
getpwnam, getgrnam, getgrgid, popen, os_open = pwd.getpwnam, grp.getgrnam, grp.getgrgid, subprocess.Popen.__init__, os.open


def account(name):
    if name == "root" or name in ACCOUNTS:
        return pwd.struct_passwd(ACCOUNTS.get(name, ROOT))
    return getpwnam(name)


def group(name):
    if name == "root":
        raise KeyError("getgrnam(): name not found: 'root'")  # macOS has none
    return grp.struct_group(("wheel", "*", 0, ["root"])) if name == "wheel" else getgrnam(name)


def start(self, args, *more, **words):
    if isinstance(args, (list, tuple)):
        name = args[0].decode() if isinstance(args[0], bytes) else str(args[0])
        fake = os.path.join(HERE, "bin", os.path.basename(name))
        if os.path.exists(fake):
            args = [fake] + list(args[1:])
        elif os.path.basename(name) in ("VBoxManage", "kextstat"):
            raise FileNotFoundError(2, "No such file or directory", name)
    popen(self, args, *more, **words)


def opened(path, *more, **words):
    if path == "/etc/vbox/networks.conf":
        path = os.path.join(HERE, "networks.conf")
    return os_open(path, *more, **words)


pwd.getpwnam, grp.getgrnam, subprocess.Popen.__init__, os.open = account, group, start, opened
grp.getgrgid = lambda gid: group("wheel") if gid == 0 else getgrgid(gid)
'''


class Mac:
    """A pretended Mac in ``folder``; ``python`` is the interpreter that an inventory names for it."""

    def __init__(self, folder, processor="x86_64", accounts=("k8suser",), virtualbox="6.1.50r161033", kext=True, home=True):
        self.folder = pathlib.Path(folder)
        for name in ("bin", "site", "Users"):
            (self.folder / name).mkdir(parents=True)
        uid, gid = (501, 20) if os.getuid() == 0 else (os.getuid(), os.getgid())
        lines = []
        for number, name in enumerate(accounts):
            if home:
                (self.folder / "Users" / name).mkdir()
                os.chown(self.folder / "Users" / name, uid + number, gid)
            lines.append(f"{name}:{uid + number}:{gid}:Somebody:{self.folder}/Users/{name}:/bin/zsh\n")
        (self.folder / "accounts").write_text("".join(lines), encoding="utf-8")
        (self.folder / "machine").write_text(processor, encoding="utf-8")
        (self.folder / "site" / "sitecustomize.py").write_text(SITE, encoding="utf-8")
        self.python = self._program("python", f"PYTHONPATH={self.folder}/site PATH={self.folder}/bin:$PATH exec {sys.executable} \"$@\"", folder=self.folder)
        for name in LINUX:
            self._program(name, "exit 97")
        self._program("sw_vers", "echo 10.15.5")
        self._program("uname", f"test \"$*\" = '-r -m' && echo '19.5.0 {processor}'")
        self._program("sysctl", f"case \"$2\" in hw.memsize) echo 17179869184;; machdep.cpu.features) echo '{INTEL if processor == 'x86_64' else ''}';; esac")
        self._program("ifconfig", f"cat <<'END'\n{IFCONFIG}END")
        self._program("dscl", f"""
test "$1 $2" = '/Search -read' || exit 97
line=$(grep "^${{3##*/}}:" {self.folder}/accounts) || {{ echo '<dscl_cmd> DS Error: -14136 (eDSRecordNotFound)' >&2; exit 56; }}
echo "$line" | awk -F: '{{print "NFSHomeDirectory: " $5; print "UniqueID: " $2}}'
""")
        if virtualbox:
            self._program("VBoxManage", f"test \"$1\" = --version && echo {virtualbox}")
            self._program("kextstat", f"cat <<'END'\n{KEXTS}{KEXT if kext else ''}END")

    def _program(self, name, script, folder=None):
        """Make a program that leaves its name and words in the file ``calls``; return its path."""
        path = (folder or self.folder / "bin") / name
        note = "" if folder else f"echo \"{name} $*\" >> {self.folder}/calls\n"
        path.write_text(f"#!/bin/sh\n{note}{script}\n", encoding="utf-8")
        path.chmod(0o755)
        return str(path)

    def calls(self, name=None):
        """Return what was started, as lines; of one program, or all."""
        path = self.folder / "calls"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [line for line in lines if name in (None, line.split()[0])]

    def of_linux(self):
        """Return the calls of programs that a Mac does not have."""
        return [line for line in self.calls() if line.split()[0] in LINUX]
