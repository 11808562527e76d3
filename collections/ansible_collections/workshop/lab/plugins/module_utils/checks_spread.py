"""Requests to a Service, and the lines that its pods log meanwhile."""

import time
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.workshop.lab.plugins.module_utils.checks_network import Answered, http_address, spread_pods
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.kubectl import explain

MOST_LOST = 5  # lost visits after which no more are made: at 5 seconds each, 30 would be minutes
LATE = 3.0  # seconds that a line may take from the container through Docker to `kubectl logs`


def spread(seat, args, seen, clock=time.monotonic, sleep=time.sleep):
    """Send the requests of one spread check and count the new log lines of each pod; return its Answered.

    ``kubectl logs --since-time`` knows whole seconds only, so the last line before the requests is remembered (its timestamp has nanoseconds, no two
    lines are the same) and those after it are counted.
    """
    pods, verdict = spread_pods(args, seen)
    host, port, nowhere = http_address(args, seen, "spread") if not verdict else (None, None, verdict)
    if nowhere:
        return Answered(verdict=nowhere)
    url = "http://%s:%s%s" % (host, port, args["path"])
    try:
        before = _tails(seat.kubectl, pods, 1)
        visits = []
        while len(visits) < args["requests"] and sum(1 for one in visits if one.status is None) < MOST_LOST:
            visits.append(seat.visit(url, args["timeout"]))
        answered, end = sum(1 for one in visits if one.status is not None), clock() + LATE
        while True:
            after = _tails(seat.kubectl, pods, 4 * args["requests"] + 100)
            counts = {name: new_lines(before[name], after[name]) for name in after}
            if sum(counts.values()) >= answered or clock() >= end:
                return Answered(url, visits, counts)
            sleep(0.2)
    except LabError as error:
        return Answered(url, error=str(error))


def _tails(kubectl, pods, lines):
    """Return {pod's name: its last log lines}, all read at the same time; LabError when one cannot be read."""
    def read(pod):
        name = pod["metadata"]["name"]
        done = kubectl.call(["logs", name, "--namespace=" + pod["metadata"]["namespace"], "--container=" + pod["spec"]["containers"][0]["name"],
                             "--timestamps", "--tail=%d" % lines])
        if done.rc != 0:
            raise explain(done, "read the log of pod " + name)
        return name, done.out.splitlines()

    with ThreadPoolExecutor(max_workers=len(pods)) as pool:
        return dict(pool.map(read, pods))


def new_lines(before, after):
    """Count the lines of ``after`` (list) that follow the last one of ``before``; all, when that one is not among them (rotated away, restarted)."""
    if before and before[-1] in after:
        return len(after) - 1 - max(number for number, line in enumerate(after) if line == before[-1])
    return len(after)
