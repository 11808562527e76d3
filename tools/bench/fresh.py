#!/usr/bin/env python3
"""Measure what site.yml costs on a bare machine beside a script that types the chapter's own commands there (fresh.sh). Part of `make bench`.

Usage: fresh.py [--rounds N] [--json FILE] [--assert]
In turn, each on a container of its own that is removed afterwards: nothing is there but the system, the programs and images come from the sandbox's mirror.
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
from machines import ROOT, Machines

SCRIPT = pathlib.Path(__file__).with_name("fresh.sh")
EXERCISES = ROOT / "roles/workshop/files/exercises"
LIMIT = 1.15  # times the script
SEAT = "lab-fresh-1"


class Bare:
    """A machine on which nothing has been done yet."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="workshop-fresh-")
        self.machines = Machines({"seats": {"hosts": {SEAT: {}}}}, self.folder.name, ROOT / "inventories/sandbox/group_vars")
        self.machines.__enter__()
        return Fleet(self.machines.inventory, [SEAT], "all")

    def __exit__(self, *error):
        self.machines.__exit__(*error)
        self.folder.cleanup()


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


def main():
    """Measure, print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--assert", action="store_true", dest="limits", help="exit 1 when the limit is passed")
    options = parser.parse_args()
    script, site, parts = [], [], []
    print("| round | the chapter's commands, s | site.yml, s | ratio | the commands' parts, s |\n|---|---|---|---|---|")
    for number in range(options.rounds + 1):
        with Bare() as fleet:
            one = timed(lambda: parts.append(by_hand(fleet)))[0]  # pylint: disable=cell-var-from-loop  # called at once
        with Bare() as fleet:
            other = timed(fleet.site)[0]
        if number:  # the first round only warms the mirror up
            script.append(one)
            site.append(other)
            print(f"| {number} | {one:.1f} | {other:.1f} | {other / one:.2f} | {', '.join(f'{name} {at}' for name, at in parts[-1].items())} |", flush=True)
    ratio = statistics.median(long / short for long, short in zip(site, script))
    print(f"\nA fresh seat by site.yml takes {ratio:.2f} times as long as the chapter's commands (limit {LIMIT}).")
    if options.json:
        found = {"script_seconds": script, "site_seconds": site, "parts": parts[1:], "site_per_script": round(ratio, 2), "limit": LIMIT}
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    return 1 if options.limits and ratio > LIMIT else 0


if __name__ == "__main__":
    sys.exit(main())
