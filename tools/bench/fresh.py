#!/usr/bin/env python3
"""Measure what site.yml costs on a bare machine beside a script that types the chapter's own commands there (fresh.sh). Part of `make bench`.

Usage: fresh.py [--rounds N] [--lines 0,20] [--json FILE] [--assert]
In turn, each on a container of its own that is removed afterwards: nothing is there but the system, the programs and images come from the sandbox's mirror.
--lines: megabits a second that the machine gets, by the kernel's token bucket (tc); 0 is no limit, which no class has: half a gigabyte comes in no time, and
what is left is the work. The limit holds where the line has one, a seat's share of a classroom's.
Seconds; the ratio is of neighbouring runs. With --assert the exit status is 1 when the limit is passed.
"""

import argparse
import io
import json
import pathlib
import shlex
import statistics
import subprocess
import sys
import tarfile
import tempfile

from fleet import Fleet, timed
from machines import ROOT, Machines, run

SCRIPT = pathlib.Path(__file__).with_name("fresh.sh")
EXERCISES = ROOT / "roles/workshop/files/exercises"
LIMIT = 1.15  # times the script
SEAT = "lab-fresh-1"


class Bare:
    """A machine on which nothing has been done yet, with a line of ``mbit`` megabits a second (0: as fast as it goes)."""

    def __init__(self, mbit):
        self.mbit = mbit

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="workshop-fresh-")
        self.machines = Machines({"seats": {"hosts": {SEAT: {}}}}, self.folder.name, ROOT / "inventories/sandbox/group_vars")
        self.machines.__enter__()
        if self.mbit:
            run(["tc", "qdisc", "add", "dev", outer_end(SEAT), "root", "tbf", "rate", f"{self.mbit}mbit", "burst", "256kb", "latency", "400ms"])
        return Fleet(self.machines.inventory, [SEAT], "all")

    def __exit__(self, *error):
        self.machines.__exit__(*error)
        self.folder.cleanup()


def outer_end(name):
    """Return the interface of this machine that is the other end of a container's."""
    index = run(["podman", "exec", name, "cat", "/sys/class/net/eth0/iflink"]).strip()
    return next(path.parent.name for path in pathlib.Path("/sys/class/net").glob("*/ifindex") if path.read_text().strip() == index)


def by_hand(fleet):
    """Type the chapter's commands over one SSH connection; return the seconds after which each part was done."""
    one = fleet.connections[SEAT]
    programs = [f"{name}={one[name + '_checksum']}" for name in ("kubectl", "minikube")]
    registry = one["cluster_registry_mirrors"][0].split("//")[1]
    words = ["sudo", "bash", "-c", SCRIPT.read_text(), "fresh.sh", one["artifact_mirror_url"], one["cluster_kubernetes_version"], registry, *programs]
    done = subprocess.run([*fleet.ssh(SEAT), shlex.join(words)], input=manifests(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=1800, check=False)
    if done.returncode != 0:
        sys.exit(f"fresh.sh failed:\n{done.stdout.decode()}\n{done.stderr.decode()}")
    return {name: int(seconds) for name, seconds in (line.split() for line in done.stdout.decode().splitlines())}


def manifests():
    """Return the chapter's files as a tar archive."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        tar.add(EXERCISES, ".")
    return archive.getvalue()


def measure(mbit, rounds):
    """Return what one line gives: {line_mbit, script_seconds, site_seconds (lists), parts, site_per_script, limit}."""
    found = {"line_mbit": mbit, "script_seconds": [], "site_seconds": [], "parts": [], "limit": LIMIT if mbit else None}
    for number in range(rounds):
        with Bare(mbit) as fleet:
            found["script_seconds"].append(timed(lambda: found["parts"].append(by_hand(fleet)))[0])  # pylint: disable=cell-var-from-loop
        with Bare(mbit) as fleet:
            found["site_seconds"].append(timed(fleet.site)[0])
        one, other = found["script_seconds"][-1], found["site_seconds"][-1]
        print(f"| {mbit or 'no limit'} | {number + 1} | {one:.1f} | {other:.1f} | {other / one:.2f} | "
              f"{', '.join(f'{name} {at}' for name, at in found['parts'][-1].items())} |", flush=True)
    found["site_per_script"] = round(statistics.median(long / short for long, short in zip(found["site_seconds"], found["script_seconds"])), 2)
    return found


def main():
    """Measure, print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--lines", default="0,20", help="Mbit/s")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--assert", action="store_true", dest="limits", help="exit 1 when the limit is passed")
    options = parser.parse_args()
    print("| line, Mbit/s | round | the chapter's commands, s | site.yml, s | ratio | the commands' parts, s |\n|---|---|---|---|---|---|")
    lines = [measure(int(mbit), options.rounds) for mbit in options.lines.split(",")]
    if options.json:
        options.json.write_text(json.dumps(lines, indent=2) + "\n")
    bad = [one for one in lines if one["limit"] and one["site_per_script"] > one["limit"]]
    if bad:
        print(f"Over the limit of {LIMIT}: " + ", ".join(f"{one['line_mbit']} Mbit/s" for one in bad))
    return 1 if options.limits and bad else 0


if __name__ == "__main__":
    sys.exit(main())
