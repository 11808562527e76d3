"""What there is of VirtualBox for which release, as data. A new release or kernel is a new line here and one in tests/unit/fixtures/virtualbox/machines.md.

Sources: packages.ubuntu.com and packages.debian.org (virtualbox, virtualbox-dkms), VirtualBox#28, #535, linuxmint#896, pop-os/linux#391, Oracle's
repository and the public installers that use it (Oefenweb's role among them), fasttrack.debian.net.
"""

import collections

#: distribution, release, codename: as /etc/os-release has them. own: version of the distribution's package, "" without one.
#: first_kernel: the kernel that the release came with (a later one of Ubuntu's is an HWE kernel). own_kernel: the newest kernel for which the
#: distribution's package is known to build, () for a release that moves kernel and package together. series: Oracle's newest series that is known to be
#: packaged for it, "" without a suite. fasttrack: whether Debian fasttrack has the suite.
Release = collections.namedtuple("Release", "distribution release codename own first_kernel own_kernel series fasttrack")

RELEASES = (
    # Ubuntu's own packages are in multiverse. Their newest kernels are those of the release's own HWE stack, for which Ubuntu patches the package;
    # 24.04's 7.0.16 stops at 6.14: it fails on 6.17 (VirtualBox#535) and on 7.0 (linuxmint#896).
    Release("Ubuntu", "18.04", "bionic", "5.2.42", (4, 15), (5, 4), "7.0", False),
    Release("Ubuntu", "20.04", "focal", "6.1.50", (5, 4), (5, 15), "7.0", False),
    Release("Ubuntu", "22.04", "jammy", "6.1.50", (5, 15), (6, 8), "7.2", False),
    Release("Ubuntu", "24.04", "noble", "7.0.16", (6, 8), (6, 14), "7.2", False),
    # Debian has no VirtualBox in a stable release, in updates or backports: only sid has it, in contrib.
    Release("Debian", "11", "bullseye", "", (5, 10), (), "7.0", True),
    Release("Debian", "12", "bookworm", "", (6, 1), (), "7.2", True),
    Release("Debian", "13", "trixie", "", (6, 12), (), "7.2", False),
    Release("Debian", "sid", "sid", "7.2.22", (), (), "", False),
)

# Oracle's series -> (the version to count with, the newest kernel that somebody has built it on; () when it follows the kernels).
# 7.0: Ubuntu 24.04's 7.0.16 builds unpatched on 6.8. 7.1: 7.1.10 builds on 6.14 and not on 6.15 (VirtualBox#28).
# 7.2: not 7.2.10, which froze hosts with Linux 7.0 and 7.1 (VirtualBox#711).
SERIES = {"6.1": ("6.1.50", (6, 8)), "7.0": ("7.0.16", (6, 8)), "7.1": ("7.1.10", (6, 14)), "7.2": ("7.2.14", ())}

MODULES = ("vboxdrv", "vboxnetflt", "vboxnetadp")
DISTRIBUTION = ["virtualbox", "virtualbox-dkms"]
GUI = ["virtualbox-qt"]  # the distribution's /usr/bin/VirtualBox; Oracle's package always has it
OTHERS = DISTRIBUTION + GUI + ["virtualbox-source"]  # what cannot stay beside Oracle's package (VirtualBox#535)
BUILD = ["gcc", "make", "perl"]  # vboxdrv.sh of Oracle's package compiles the module by itself, at every start with a new kernel

ORACLE = {
    "name": "virtualbox",
    "uri": "https://download.virtualbox.org/virtualbox/debian",
    "components": ["contrib"],
    "key_url": "https://www.virtualbox.org/download/oracle_vbox_2016.asc",
    # "Oracle Corporation (VirtualBox archive signing key) <info@virtualbox.org>", RSA 4096, made 2016-04-22. The key of 2010 signed what is older than
    # Ubuntu 16.04 and Debian 8: not needed.
    "fingerprint": "B9F8D658297AF3EFC18D5CDFA2F683C52980AECF",
    "keyring": "/usr/share/keyrings/workshop-virtualbox.asc",
    "keyring_package": "",
}
FASTTRACK = {
    "name": "virtualbox",
    "uri": "https://fasttrack.debian.net/debian-fasttrack/",
    "components": ["main", "contrib"],
    "key_url": "",
    "fingerprint": "",
    "keyring": "/etc/apt/trusted.gpg.d/fasttrack-archive-keyring.gpg",
    "keyring_package": "fasttrack-archive-keyring",  # in Debian's own main, so verified by Debian's key
}

ALWAYS_ALLOWED = "192.168.56.0/21"  # what VirtualBox allows without /etc/vbox/networks.conf (VBoxNetAdpCtl.cpp)
LISTS_NETWORKS = (6, 1, 28)  # the first version that reads that file


def find(distribution, release):
    """Return the Release of a machine, None for one that is not in the table. Debian's testing is not: its package comes and goes."""
    for one in RELEASES:
        if one.distribution == distribution and release in (one.release, one.codename):
            return one
    return None
