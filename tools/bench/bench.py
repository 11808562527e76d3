#!/usr/bin/env python3
"""Measure what the modules cost on a ready seat, as ratios within one run: `make bench`.

Usage: bench.py [--inventory DIR] [--seat NAME] [--rounds N] [--chapter-rounds N] [--json FILE] [--assert]
Each measurement sets a module beside the command that a person would type instead: as an Ansible task of either (what a playbook pays; this has the
limit), and as processes on the seat itself (the module with Python's start and AnsiballZ's unpacking, then without what a module that does nothing
costs). Times are medians; a ratio is the median of the ratios of neighbouring runs. With --assert the exit status is 1 when a limit is passed.
At the end the whole chapter, all six exercises with their checks, beside a bash script that types its commands (chapter.py); --chapter-rounds 0: not.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import sys
import time

import chapter
import machines
from machines import ROOT

CHECKS = ROOT / "collections/ansible_collections/workshop/lab/tests/unit/fixtures/checks/twenty_five.json"
KUBECTL = ["runuser", "-u", "k8suser", "--", "env", "HOME=/home/k8suser", "/usr/local/bin/kubectl", "--context=minikube"]
STATUS = ["env", "HOME=/root", "LC_ALL=C", "/usr/local/bin/minikube", "status", "-o", "json"]


class Seat:
    """A seat of an inventory, spoken to through Ansible."""

    def __init__(self, inventory, name):
        self.inventory, self.name = inventory, name

    def ansible(self, module, arguments, limit=600, **environment):
        """Run a module ad hoc as root and return its result; end the program with all that was said when it fails."""
        return machines.module(self.inventory, self.name, module, arguments, limit, **environment)

    def leave(self, module, arguments, folder):
        """Run a module once, leave its file on the seat and return (how to run it again, its result)."""
        result = self.ansible(module, arguments, ANSIBLE_KEEP_REMOTE_FILES="1", ANSIBLE_PIPELINING="False", ANSIBLE_REMOTE_TMP=folder)
        name = f"AnsiballZ_{module.rsplit('.', 1)[-1]}.py"
        found = self.ansible("ansible.builtin.find", {"paths": folder, "patterns": name, "recurse": True, "hidden": True})["files"]
        newest = max(found, key=lambda file: file["mtime"])["path"]
        return ["/usr/bin/python3", newest], result

    def time(self, commands, rounds):
        """Return {name: [seconds]} of commands run in turn on the seat itself."""
        script = (pathlib.Path(__file__).parent / "on_seat.py").read_text()
        spec = json.dumps({"commands": commands, "rounds": rounds})
        return json.loads(self.ansible("ansible.builtin.command", {"argv": ["/usr/bin/python3", "-c", script, spec]})["stdout"])


def row(title, how, modules, commands, limit=None):
    """Return one line of the table from the times of a module and of the command it is measured by."""
    ratio = statistics.median(one / other for one, other in zip(modules, commands))
    return {"title": title, "how": how, "module_seconds": round(statistics.median(modules), 3), "command_seconds": round(statistics.median(commands), 3),
            "ratio": round(ratio, 2), "limit": limit, "within": limit is None or ratio <= limit}


def as_tasks(seat, pairs, rounds):
    """Return {title: (module's seconds, command's seconds)}, each a whole `ansible` ad hoc call, in turn."""
    times = {title: ([], []) for title in pairs}
    for number in range(rounds + 1):
        for title, calls in pairs.items():
            for place, (module, arguments) in enumerate(calls):
                start = time.perf_counter()
                seat.ansible(module, arguments)
                if number:  # the first round only warms up
                    times[title][place].append(time.perf_counter() - start)
    return times


def measure(seat, rounds):
    """Return the rows of the table."""
    folder = f"/tmp/workshop-bench-{os.getpid()}"
    checks = json.loads(CHECKS.read_text())
    wanted = {"driver": "none", "kubernetes_version": kubernetes_version(seat)}
    listed = {"checks": checks, "driver": "none", "user": "k8suser", "node_user": "root"}
    many, healthy = f"{len(checks)} checks in one call : kubectl get all -A -o json", "minikube_cluster, healthy : minikube status"
    try:
        check, result = seat.leave("workshop.lab.cluster_check", listed, folder)
        if not result["all_ok"]:
            sys.exit(f"The seat {seat.name} is not ready, so its checks cannot be measured; false: {', '.join(result['failed_ids'])}")
        cluster, result = seat.leave("workshop.lab.minikube_cluster", wanted, folder)
        if result["changed"]:
            sys.exit(f"minikube_cluster changed a healthy cluster: {result}")
        print(f"programs that minikube_cluster started on the healthy cluster: {len(result['steps'])}: {result['steps']}")
        get_all = [*KUBECTL, "get", "all", "-A", "-o", "json"]
        tasks = as_tasks(seat, {
            many: [("workshop.lab.cluster_check", listed), ("ansible.builtin.command", {"argv": get_all})],
            healthy: [("workshop.lab.minikube_cluster", wanted), ("ansible.builtin.command", {"argv": STATUS})]}, rounds)
        ping, _pong = seat.leave("ansible.builtin.ping", {"data": "pong"}, folder)
        alone = seat.time({"get all": get_all, "check": check, "status": STATUS, "cluster": cluster, "ping": ping}, rounds)
        return [row(many, "task", *tasks[many], limit=2.0), *processes(many, alone, "check", "get all"),
                row(healthy, "task", *tasks[healthy], limit=1.5), *processes(healthy, alone, "cluster", "status")]
    finally:
        seat.ansible("ansible.builtin.file", {"path": folder, "state": "absent"})


def processes(title, times, module, command):
    """Return two lines: the module's whole process, and what it costs beyond a module that does nothing (ping)."""
    beyond = [one - floor for one, floor in zip(times[module], times["ping"])]
    return [row(title, "process", times[module], times[command]), row(title, "process beyond ping", beyond, times[command])]


def kubernetes_version(seat):
    """Return the Kubernetes version of the seat's cluster."""
    return seat.ansible("workshop.lab.minikube_info", {"user": "root"})["cluster"]["kubernetes_version"]


def main():
    """Measure, print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inventory", default="inventories/sandbox")
    parser.add_argument("--seat", default="lab-seat-1")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--chapter-rounds", type=int, default=1, help="0 leaves the whole chapter out (it takes minutes)")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--assert", action="store_true", dest="limits", help="exit 1 when a limit is passed")
    options = parser.parse_args()
    if not shutil.which("ansible"):
        sys.exit("ansible is not on the PATH; use `make bench`.")
    seat = Seat(options.inventory, options.seat)
    rows = measure(seat, options.rounds) if options.rounds else []
    if options.chapter_rounds:
        title = "all six exercises with checks : the chapter's commands typed"
        rows.append(row(title, "playbook", *chapter.measure(seat, KUBECTL, options.chapter_rounds), limit=chapter.LIMIT))
    print("| measured | as | module, s | command, s | ratio | limit |\n|---|---|---|---|---|---|")
    for one in rows:
        print("| {title} | {how} | {module_seconds:.3f} | {command_seconds:.3f} | {ratio:.2f} | {limit} |".format(**dict(one, limit=one["limit"] or "")))
    if options.json:
        options.json.write_text(json.dumps({"rounds": options.rounds, "rows": rows}, indent=2) + "\n")
    return 1 if options.limits and not all(one["within"] for one in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
