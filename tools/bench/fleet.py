#!/usr/bin/env python3
"""Measure what a run of site.yml costs on seats that are finished, and on fresh ones, beside what it replaces. Part of `make bench`.

Usage: fleet.py [--rounds N] [--sizes 1,2,4,8,16,32] [--inventory DIR] [--seat NAME] [--json FILE] [--assert]
First the sandbox's seat with its cluster, in turn: a bash script over SSH that makes the same checks (steady.sh), `ansible -m ping`, and site.yml with
nothing to change. Then classes of containers for the roles that put files in place (proxy, k8suser, kubectl, minikube): so many clusters are too much
for two cores. For each class a fresh run; then, while the machines of the largest stand, for each size in turn a run with nothing to change, the script
on all of them at once, ping. Seconds, and the processor time of the control node; ratios are of neighbouring runs. With --assert the exit status is 1 when
a limit is passed.
"""

import argparse
import contextlib
import json
import pathlib
import re
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

import yaml
from machines import ROOT, Machines, run
from slope import SLOPE_LIMIT, slope

SCRIPT = pathlib.Path(__file__).with_name("steady.sh")
FILES = "always,proxy,k8suser,kubectl,minikube"
# Each machine's systemd takes some of these of the one kernel; Debian allows 128, and at 32 machines the last ones would wait for ever.
INOTIFY, INOTIFY_INSTANCES = pathlib.Path("/proc/sys/fs/inotify/max_user_instances"), 1024
CLASS_ROUNDS = 5  # of what changes nothing
KINDS = ("steady", "script", "ping")  # methods of Fleet
STEADY_LIMIT = 3.0  # times the script


def timed(call):
    """Return (seconds, processor seconds of the control node) of a call."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    call()
    seconds, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class Fleet:
    """Seats of an inventory; ``what``: files or all."""

    def __init__(self, inventory, seats, what):
        self.inventory, self.seats, self.what = str(inventory), list(seats), what
        found = json.loads(run(["ansible-inventory", "-i", self.inventory, "--list"]))["_meta"]["hostvars"]
        self.connections = {seat: found[seat] for seat in self.seats}

    def ssh(self, seat):
        """Return the command that a seat's shell is reached by."""
        one = self.connections[seat]
        return ["ssh", "-F", "none", "-p", str(one.get("ansible_port", 22)), "-i", one["ansible_ssh_private_key_file"],
                *shlex.split(one["ansible_ssh_extra_args"]), f"{one['ansible_user']}@{one['ansible_host']}"]

    def _steady(self, seat):
        """Return the command of the script on one seat."""
        programs = [f"{name}={self.connections[seat][name + '_checksum']}" for name in ("kubectl", "minikube")]
        return [*self.ssh(seat), "sudo", "bash", "-s", self.what, *programs]

    def script(self):
        """Run the script on all seats at once."""
        started = [subprocess.Popen(self._steady(seat), stdin=SCRIPT.open(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                   for seat in self.seats]
        for seat, one in zip(self.seats, started):
            said = one.communicate(timeout=300)[0]
            if one.returncode != 0:
                sys.exit(f"steady.sh is not content with {seat}:\n{said}")

    def ping(self):
        """Run the module that does nothing on all seats."""
        run(["ansible", "-i", self.inventory, ",".join(self.seats), "-m", "ping"])

    def pins(self):
        """Return the variables by which the sandbox's programs are pinned in the catalogue, as the product's are.

        Their checksums are set by hand otherwise (connection.yml), for which a seat is asked the program's version on every run.
        """
        catalogue = yaml.safe_load((ROOT / "roles/artifact/vars/main/catalogue.yml").read_text())["_artifact_catalogue"]
        one = self.connections[self.seats[0]]
        for name in ("kubectl", "minikube"):
            catalogue[name]["sha256"][one.get(name + "_version", next(iter(catalogue[name]["sha256"])))] = {"linux-amd64": one[name + "_checksum"]}
        return json.dumps({"_artifact_catalogue": catalogue, "kubectl_checksum": "", "minikube_checksum": ""})

    def site(self, *options):
        """Run site.yml, shown as a teacher sees it; return what it printed."""
        return run(["ansible-playbook", "-i", self.inventory, "--limit", ",".join(self.seats), "site.yml", "-e", self.pins(),
                    *(["--tags", FILES] if self.what == "files" else []), *options], limit=3600, ANSIBLE_STDOUT_CALLBACK="workshop.lab.fleet")

    def steady(self):
        """Run site.yml where there is nothing to change."""
        said = self.site()
        if sum(map(int, re.findall(r"changed=(\d+)", said))):
            sys.exit(f"site.yml changed something on a finished seat:\n{said[-4000:]}")

    def counts(self):
        """Return (tasks, module calls) a seat of a run with nothing to change."""
        said = self.site("-vvv")
        return len(re.findall(r"(?m)^TASK \[", said)), len(re.findall(r"(?m)^Using module file ", said)) // len(self.seats)


def seat_with_cluster(fleet, rounds):
    """Return the figures of one finished seat."""
    times = {"script": [], "ping": [], "site": []}
    for number in range(rounds + 1):
        for name, call in (("script", fleet.script), ("ping", fleet.ping), ("site", fleet.steady)):
            measured = timed(call)
            if number:  # the first round only warms up
                times[name].append(measured)
    tasks, calls = fleet.counts()
    ratio = statistics.median(site[0] / script[0] for site, script in zip(times["site"], times["script"]))
    return {"seconds": {name: round(statistics.median(one[0] for one in found), 2) for name, found in times.items()},
            "control_node_cpu_seconds": {name: round(statistics.median(one[1] for one in found), 2) for name, found in times.items()},
            "site_per_script": round(ratio, 2), "limit": STEADY_LIMIT, "tasks": tasks, "module_calls": calls}


@contextlib.contextmanager
def room_for_machines():
    """Let the kernel watch files for as many machines as the largest class has; afterwards it is as it was."""
    before = int(INOTIFY.read_text())
    INOTIFY.write_text(str(max(before, INOTIFY_INSTANCES)))
    try:
        yield
    finally:
        INOTIFY.write_text(str(before))


@contextlib.contextmanager
def class_of(size):
    """Have so many machines as long as the context lasts; give a function that returns the first ones of them as a fleet."""
    names = [f"lab-fleet-{number + 1}" for number in range(size)]
    with tempfile.TemporaryDirectory(prefix="workshop-fleet-") as folder, room_for_machines(), \
            Machines({"seats": {"hosts": {name: {} for name in names}}}, folder, ROOT / "inventories/sandbox/group_vars") as machines:
        yield lambda count: Fleet(machines.inventory, names[:count], "files")


def in_turn(fleets):
    """Return {size: {kind: one (seconds, processor seconds) a round}} of fleets ({size: fleet}) where nothing is to change.

    Their machines all stand all the time, and the sizes are run in turn: else the largest class would be the only one measured beside so many machines, and
    at a later hour, on the processors that control node and machines share.
    """
    found = {size: {kind: [] for kind in KINDS} for size in fleets}
    fleets[max(fleets)].steady()  # opens the connections that a run finds open
    for _number in range(CLASS_ROUNDS):
        for size, fleet in fleets.items():
            for kind in KINDS:
                found[size][kind].append(timed(getattr(fleet, kind)))
    return found


def of_classes(sizes):
    """Return (a row of figures for each size, the rounds of in_turn). ``sizes``: the smallest first."""
    fresh = {}
    for size in sizes:
        with class_of(size) as first:
            fresh[size] = timed(first(size).site)
            print(f"{size} fresh machines: {fresh[size][0]:.1f} s", flush=True)
            if size == sizes[-1]:
                rounds = in_turn({one: first(one) for one in sizes})
    rows = []
    for size in sizes:
        runs = dict(rounds[size], fresh=[fresh[size]])
        rows.append({"seats": size, **{kind: round(statistics.median(one[0] for one in found), 2) for kind, found in runs.items()},
                     **{kind + "_cpu": round(statistics.median(one[1] for one in found), 2) for kind, found in runs.items()}})
    return rows, rounds


def main():
    """Measure, print tables, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inventory", default="inventories/sandbox")
    parser.add_argument("--seat", default="lab-seat-1")
    parser.add_argument("--rounds", type=int, default=3, help="0 leaves the seat with its cluster out")
    parser.add_argument("--sizes", default="1,2,4,8,16,32", help="of the classes of containers; empty: none")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--assert", action="store_true", dest="limits", help="exit 1 when a limit is passed")
    options = parser.parse_args()
    result, bad = {}, []
    if options.rounds:
        one = result["seat"] = seat_with_cluster(Fleet(options.inventory, [options.seat], "all"), options.rounds)
        print("| a finished seat | script over SSH | ansible -m ping | site.yml | site.yml : script | tasks | module calls |\n|---|---|---|---|---|---|---|")
        print("| seconds | {script} | {ping} | {site} |".format(**one["seconds"]) + f" {one['site_per_script']} | {one['tasks']} | {one['module_calls']} |",
              flush=True)
        bad += ["site.yml : script"] if one["site_per_script"] > STEADY_LIMIT else []
    sizes = sorted(int(size) for size in options.sizes.split(",") if size)
    if sizes:
        result["classes"], rounds = of_classes(sizes)
        print("\n| seats (files) | fresh, s | nothing to change, s | script, s | ping, s | control node's processor, s |\n|---|---|---|---|---|---|")
        for row in result["classes"]:
            print("| {seats} | {fresh} | {steady} | {script} | {ping} | {fresh_cpu}, {steady_cpu}, {script_cpu}, {ping_cpu} |".format(**row))
    if {2, 8} < set(sizes) and sizes[-1] > 8:
        one = result["slope"] = slope(rounds, sizes)
        for name, words in (("", "with nothing to change"), ("cpu_", "of it the control node's processor"), ("script_", "the script")):
            print(f"A further seat, {words}: {one[name + 'around_4']:.2f} s around 4 seats (2 to 8), {one[name + 'at_most']:.2f} s from {sizes[-2]} to "
                  f"{sizes[-1]}: {one[name + 'ratio']:.2f} times.")
        bad += ["slope"] if one["ratio"] > SLOPE_LIMIT else []
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n")
    if bad:
        print("Over the limit: " + ", ".join(bad))
    return 1 if options.limits and bad else 0


if __name__ == "__main__":
    sys.exit(main())
