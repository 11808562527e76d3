#!/usr/bin/env python3
"""Measure what a class costs the line to the outside with a mirror: the same for one, two and four seats. Part of `make bench`.

Usage: bytes.py [--seats 1,2,4] [--json FILE] [--assert]
For each class a new mirror is stocked, and its seats, which reach nothing but the mirror, install programs, minikube's cache, Docker and the workshop's
images. Bytes from outside are counted three times: by the network interface that alone leads there (all of it, the mirror's own packages too), by the
access log of the upstream stand-in (files), by the mirror's own logs (what it fetched and what it gave). With --assert the exit status is 1 when a
class costs over 2 % more than one seat.
"""

import argparse
import json
import pathlib
import sys
import tempfile

from machines import ROOT, Machines, module, run

MIRROR, UPSTREAM, NETWORK = "lab-bytes-mirror", "lab-mirror", "lab-bytes"
VARIABLES = ROOT / "molecule/offline/inventory/group_vars"  # the same mirror and the same class as there
TAGS = "always,proxy,k8suser,kubectl,minikube,cache,cluster_prerequisites,pull"
LIMIT = 1.02  # lists of packages differ by a few bytes from hour to hour
WAY_OUT = "$(ip -o route show default | sed 's/.* dev //; s/ .*//')"
COUNTER = f"cat /sys/class/net/{WAY_OUT}/statistics/rx_bytes"


def inside(name, script):
    """Run a shell script in a container."""
    return run(["podman", "exec", name, "sh", "-c", script]).strip()


def upstream_bytes(address):
    """Return the bytes of files that the upstream stand-in gave to an address (the combined log's tenth word)."""
    return int(inside(UPSTREAM, f"awk '$1 == \"{address}\" {{ sum += $10 }} END {{ print sum + 0 }}' /var/log/nginx/mirror.log"))


def groups(count):
    """Return the inventory of a class: its mirror, which alone is in the sandbox's own network as well, and its seats."""
    return {"mirror": {"hosts": {MIRROR: {"seat_networks": [NETWORK, "lab"]}}},
            "seats": {"hosts": {f"lab-bytes-{number + 1}": {"seat_networks": [NETWORK]} for number in range(count)}}}


def measure(count):
    """Return one line of the table."""
    with tempfile.TemporaryDirectory(prefix="workshop-bytes-") as folder, \
            Machines(groups(count), folder, VARIABLES, mirror_url=f"http://{MIRROR}") as machines:
        address = inside(MIRROR, f"ip -4 -o address show dev {WAY_OUT} | sed 's/.* inet //; s#/.*##'")
        before = int(inside(MIRROR, COUNTER)), upstream_bytes(address)
        run([*machines.playbook, "playbooks/mirror.yml"])
        stocked = int(inside(MIRROR, COUNTER))
        run([*machines.playbook, "tools/bench/class.yml", "--tags", TAGS])
        after = int(inside(MIRROR, COUNTER)), upstream_bytes(address)
        return {"seats": count, "outside_bytes": after[0] - before[0], "of_it_for_seats_bytes": after[0] - stocked, "upstream_log_bytes": after[1] - before[1],
                "mirror": module(machines.inventory, MIRROR, "workshop.lab.mirror_status_info", {"root": "/srv/workshop-mirror"})["status"]["savings"]}


def main():
    """Measure, print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seats", default="1,2,4", help="sizes of the classes")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--assert", action="store_true", dest="limits", help="exit 1 when a larger class costs more than the first")
    options = parser.parse_args()
    rows = []
    print("| seats | from outside, MB | of it after stocking | files by the upstream's log | given to the seats | beside the first class |\n"
          "|---|---|---|---|---|---|")
    for count in map(int, options.seats.split(",")):
        row = measure(count)
        row["ratio"] = round(row["outside_bytes"] / (rows[0] if rows else row)["outside_bytes"], 4)
        rows.append(row)
        counts = row["outside_bytes"], row["of_it_for_seats_bytes"], row["upstream_log_bytes"], row["mirror"]["served"]
        print("| %d | %.1f | %.1f | %.1f | %.1f | %.3f |" % (count, *(one / 1e6 for one in counts), row["ratio"]), flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n")
    return 1 if options.limits and any(row["ratio"] > LIMIT for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
