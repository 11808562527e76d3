#!/usr/bin/env python3
"""Write docs/benchmarks.md from what the measurements left below .cache: tables, and plots that GitHub and GitLab draw. The end of `make bench`.

Usage: write_page.py [FOLDER]    FOLDER has bench.json, bench-fleet.json, bench-fresh.json, bench-bytes.json; a part whose file is missing is left out.
"""

import datetime
import json
import os
import pathlib
import sys
from statistics import median

from machines import ROOT

PAGE = ROOT / "docs/benchmarks.md"
HEAD = """# What it costs

Written by `make bench` on {day}, in the sandbox: seats, mirror and control node share one machine with {processors} processors, so that seconds say little and
ratios within one run say more. Every figure stands beside what it replaces; pairs are measured in turn, and of several runs the median is shown.
"""
FRESH = """## A bare machine becomes a seat

`site.yml` beside a script that types the chapter's own commands ([fresh.sh](../tools/bench/fresh.sh)): packages, both programs, `minikube start`, the
manifests, until both pages answer. Driver none; programs and images, half a gigabyte, come from the sandbox's mirror over a line of that speed.

| line, Mbit/s | the chapter's commands, s | site.yml, s | ratio | limit |
|---|---|---|---|---|
{rows}
"""
SEAT = """## A finished seat with its cluster: nothing to change

`site.yml` beside one script over SSH that makes the same checks ([steady.sh](../tools/bench/steady.sh)), and beside `ansible -m ping`, which does nothing.
{tasks} tasks run, {module_calls} of them ask the seat something.

| script, s | ansible -m ping, s | site.yml, s | site.yml : script | limit |
|---|---|---|---|---|
| {script} | {ping} | {site} | {ratio} | {limit} |
"""
CLASSES = """## A class

So many clusters are too much for {processors} processors: these are containers, and the roles that put files in place (proxy, k8suser, kubectl, minikube).
Seconds of the whole run; behind the stroke the processor's seconds on the control node for each seat. Fresh machines are a class of their own each time; the
runs with nothing to change are over that many of {most} machines, which all stand all the time, the sizes in turn.

| seats | fresh | nothing to change | script | ansible -m ping |
|---|---|---|---|---|
{rows}

A further seat with nothing to change costs {around_4} s around 4 seats and {at_most} s at {most}: {ratio} times as much (limit: {limit}), the median of what
each round's runs give. Of it the control node's processor {cpu_around_4} and {cpu_at_most} s ({cpu_ratio} times); of the script {script_around_4} and
{script_at_most} s ({script_ratio} times).

```mermaid
xychart-beta
    title "site.yml over a class, nothing to change"
    x-axis "seats" [{sizes}]
    y-axis "seconds"
    line [{steady}]
```

```mermaid
xychart-beta
    title "site.yml over a class, fresh machines"
    x-axis "seats" [{sizes}]
    y-axis "seconds"
    line [{fresh}]
```
"""
MODULES = """## Modules, and the whole chapter

A module beside the command that a person would type instead: as a task of a playbook, as a process on the seat, and without what a module costs that does
nothing.

| measured | as | module, s | command, s | ratio | limit |
|---|---|---|---|---|---|
{rows}
"""
BYTES = """## What a class costs the line to the internet

Bytes that came in from outside the class's network, the mirror empty at the beginning.

| seats | from outside, MB | of it after stocking | given to the seats, MB | beside one seat |
|---|---|---|---|---|
{rows}
"""


def classes(found, processors):
    """Return the part about classes."""
    rows = found["classes"]
    kinds = ("fresh", "steady", "script", "ping")
    lines = [f"| {row['seats']} | " + " | ".join(f"{row[kind]:.1f} / {row[kind + '_cpu'] / row['seats']:.2f}" for kind in kinds) + " |" for row in rows]
    listed = {name: ", ".join(str(row[name]) for row in rows) for name in ("seats", "steady", "fresh")}
    return CLASSES.format(processors=processors, rows="\n".join(lines), sizes=listed["seats"], steady=listed["steady"], fresh=listed["fresh"],
                          most=rows[-1]["seats"], **found["slope"])


def parts(folder, processors):
    """Yield the page's parts."""
    def read(name):
        path = folder / name
        return json.loads(path.read_text()) if path.exists() else None

    fresh, fleet, modules, sizes = (read(name) for name in ("bench-fresh.json", "bench-fleet.json", "bench.json", "bench-bytes.json"))
    if fresh:
        yield FRESH.format(rows="\n".join("| {} | {:.1f} | {:.1f} | {} | {} |".format(
            one["line_mbit"] or "no limit", median(one["script_seconds"]), median(one["site_seconds"]), one["site_per_script"], one["limit"] or "")
            for one in fresh))
    if fleet and "seat" in fleet:
        one = fleet["seat"]
        yield SEAT.format(tasks=one["tasks"], module_calls=one["module_calls"], ratio=one["site_per_script"], limit=one["limit"], **one["seconds"])
    if fleet and "slope" in fleet:
        yield classes(fleet, processors)
    if modules:
        yield MODULES.format(rows="\n".join("| {title} | {how} | {module_seconds:.3f} | {command_seconds:.3f} | {ratio:.2f} | {limit} |".format(
            **dict(one, limit=one["limit"] or "")) for one in modules["rows"]))
    if sizes:
        yield BYTES.format(rows="\n".join("| {seats} | {:.1f} | {:.1f} | {:.1f} | {ratio:.3f} |".format(
            *(number / 1e6 for number in (one["outside_bytes"], one["of_it_for_seats_bytes"], one["mirror"]["served"])), **one) for one in sizes))


def main():
    """Write the page."""
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / ".cache")
    processors = len(os.sched_getaffinity(0))
    head = HEAD.format(day=datetime.date.today().isoformat(), processors=processors)
    PAGE.write_text("\n".join([head, *parts(folder, processors)]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
