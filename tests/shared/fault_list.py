"""The faults: what makes one on a seat, what takes it back, and which words the seat's entry in report.json must hold. One entry a fault."""

import collections

Fault = collections.namedtuple("Fault", "make back words")

# A program that is not there is downloaded: what a fault can be in the way of.
NO_PROGRAM = "rm -rf /usr/local/bin/kubectl"

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
    "no_way_to_the_mirror": Fault(
        NO_PROGRAM + "; ip route add blackhole $(getent ahostsv4 lab-mirror | awk 'NR == 1 {print $1}')",
        "ip route del blackhole $(ip route show type blackhole | awk '{print $2}')",
        ["kubectl", "lab-mirror", "artifact_mirror_url"]),
}
