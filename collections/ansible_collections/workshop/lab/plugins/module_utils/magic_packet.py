"""The packet that wakes a machine: six bytes of ones and sixteen times its hardware address (AMD, Magic Packet Technology, publication 20213)."""

import re
import socket

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

FORM = r"[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}"
TIMES = 3  # UDP may lose one


def packet(mac):
    """Return the bytes for a hardware address like 52:54:00:12:34:56 or with dashes; ValueError for anything else."""
    if not re.match(r"\A" + FORM + r"\Z", mac):
        raise ValueError("%r is no hardware address" % mac)
    return b"\xff" * 6 + bytes.fromhex(re.sub("[:-]", "", mac)) * 16


def send(mac, address, port, times=TIMES, make=socket.socket):
    """Send the packet by UDP to an address, which may be a network's broadcast address; LabError when this machine cannot."""
    try:
        with make(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            for _ in range(times):
                out.sendto(packet(mac), (address, port))
    except OSError as error:
        raise LabError("The packet for %s cannot be sent to %s: %s. Next step: name the broadcast address of the lab's network in power_broadcast; "
                       "`ip -brief address` shows the networks of this machine." % (mac, address, error))
