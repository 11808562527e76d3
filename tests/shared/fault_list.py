"""The faults: what makes one on a seat, what takes it back, and what report.json must say of the seat. One entry a fault."""

import collections

#: words: patterns that the seat's entry in report.json must hold, and the run's output too where the fault fails it. check: the id of the report's check that
#: names a fault which does not fail the run, "" for one that does.
Fault = collections.namedtuple("Fault", "make back words check", defaults=("",))

# A program that is not there is downloaded: what a fault can be in the way of.
NO_PROGRAM = "rm -rf /usr/local/bin/kubectl"

# A package whose configuration fails, as VirtualBox's does when its module is not built; and one that a run installs.
BROKEN = r"""set -e; dpkg --purge --force-depends bash-completion 2>&1; cd $(mktemp -d); mkdir -p broken/DEBIAN
printf "%s\n" "Package: workshop-broken" "Version: 1" "Architecture: all" "Maintainer: nobody <nobody@example.org>" "Description: none" > broken/DEBIAN/control
printf '#!/bin/sh\nexit 1\n' > broken/DEBIAN/postinst; chmod 755 broken/DEBIAN/postinst
dpkg-deb --build broken broken.deb; ! dpkg --install broken.deb"""
# Holds the lock as apt's own programs do (fcntl), until it is ended.
HOLDER = "import fcntl, time; file = open('/var/lib/dpkg/lock-frontend', 'w'); fcntl.lockf(file, fcntl.LOCK_EX); time.sleep(3600)"
# A container has no clock of its own, and the host's is everybody's: all that is started by sudo, as Ansible's modules and their children are, is given one
# by libfaketime. Not the clock of the time since the start, which is right on such a machine too.
WRONG_CLOCK = NO_PROGRAM + r"""; set -e; library=$(dpkg --listfiles libfaketime | grep /libfaketimeMT.so.1$)
printf '%s\n' LD_PRELOAD=$library FAKETIME=-8y FAKETIME_DONT_FAKE_MONOTONIC=1 > /etc/wrong-clock
echo 'Defaults env_file=/etc/wrong-clock' > /root/wrong-clock; visudo --check --quiet --file=/root/wrong-clock
install -m 0440 /root/wrong-clock /etc/sudoers.d/wrong-clock; test $(($(date +%s) - $(sudo date +%s))) -gt 200000000"""

FAULTS = {
    "disk_full": Fault(
        NO_PROGRAM + "; mount -t tmpfs -o size=1m tmpfs /usr/local/bin",
        "umount /usr/local/bin",
        ["kubectl", "/usr/local/bin", "has [01] MB of room left", "df -h"]),
    "read_only": Fault(
        NO_PROGRAM + "; mount --bind /usr/local /usr/local; mount -o remount,ro,bind /usr/local",
        "umount /usr/local",
        ["kubectl", "/usr/local/bin", "read-only", "findmnt"]),
    "directory_in_the_way": Fault(
        NO_PROGRAM + "; mkdir /usr/local/bin/kubectl; echo mine > /usr/local/bin/kubectl/mine",
        "grep -q mine /usr/local/bin/kubectl/mine; rm -r /usr/local/bin/kubectl",
        ["/usr/local/bin/kubectl", "directory", "move|remove|kubectl_path"]),
    "package_half_configured": Fault(
        BROKEN,
        "dpkg --purge --force-all workshop-broken",
        ["bash-completion", "has not finished workshop-broken", "dpkg --configure -a"]),
    "package_lock_held": Fault(
        "dpkg --purge --force-depends bash-completion; systemd-run --unit workshop-holder python3 -c \"%s\"" % HOLDER,
        "systemctl stop workshop-holder",
        ["bash-completion", "holds the package lock", "unattended-upgrades"]),
    "no_way_to_the_mirror": Fault(
        NO_PROGRAM + "; ip route add blackhole $(getent ahostsv4 lab-mirror | awk 'NR == 1 {print $1}')",
        "ip route del blackhole $(ip route show type blackhole | awk '{print $2}')",
        ["kubectl", "lab-mirror", "artifact_mirror_url"]),
    "clock_eight_years_behind": Fault(
        WRONG_CLOCK,
        "rm -f /etc/sudoers.d/wrong-clock /etc/wrong-clock /root/wrong-clock /dev/shm/*faketime_*",
        ["The clock is right", "timedatectl", r"29\d\d days behind the control node's"],
        "seat.clock"),
}
