"""Bringing components to a wanted state: look, plan, act, look again, until the state is really seen or the time is over."""

import time

from ansible_collections.workshop.lab.plugins.module_utils import component
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.waiting import wait_until

LOOK_LIMIT = 30  # seconds that one look at the node may take
ACT_LEAST = 40  # seconds that steps may take, however little of the wait is left: `docker stop` alone waits 10 before it kills


class Change:
    """One run of the module. ``node``: a LocalNode or RemoteNode. ``names``: components in order. ``wanted``: "started" or "stopped"."""

    def __init__(self, node, names, wanted, method="auto", timeout=300, interval=1.0, clock=time.monotonic, sleep=time.sleep):
        self.node, self.names, self.wanted, self.method, self.timeout = node, list(names), wanted, method, timeout
        self.interval, self.clock, self.sleep = interval, clock, sleep
        self.steps, self.problems, self.down_since, self.start = [], {}, {}, clock()
        self.seen = self.first = node.look(LOOK_LIMIT)

    def plan(self):
        """Return the next steps, in the order in which they are to be done; [] when there is only to wait."""
        return self._stop_plan() if self.wanted == "stopped" else self._start_plan()

    def _stop_plan(self):
        """Plan in the given order: what comes after kubelet is stopped without it, what comes before by it."""
        steps, node = [], self.seen
        for place, name in enumerate(self.names):
            if name == component.KUBELET and node.kubelet_up:
                # Only kubelet ends the pods whose files were moved away, so it has to live until they have ended.
                if not all(self.seen.stopped(one) for one in self.names[:place]):
                    break
                steps.append(("unit", "stop"))
                node = node.with_kubelet("inactive")
            else:
                steps += component.stop_steps(node, name, self.method)
        return steps

    def _start_plan(self):
        """Plan files first: a kubelet that starts without them would end the pods."""
        steps, self.problems = [], {}
        for name in self.names:
            try:
                steps += component.start_steps(self.seen, name, kubelet_comes=component.KUBELET in self.names)
            except LabError as error:
                self.problems[name] = str(error)  # the others are mended all the same
        return sorted(steps, key=lambda step: step[0] not in ("back", "aside")) + self._forget_plan()

    def _forget_plan(self):
        """Plan the end of kubelet's growing pauses for what it has not restarted for a while; once for each component."""
        steps = []
        for name in self.names:
            forget = component.forget_steps(self.seen, name)
            if not forget:
                self.down_since.pop(name, None)
            elif self.clock() - self.down_since.setdefault(name, self.clock()) >= component.RESTART_PATIENCE:
                self.down_since[name] = float("inf")
                steps += forget
        return steps

    def reached(self, name):
        """Whether a component is seen in the wanted state."""
        if self.wanted == "started":
            return self.seen.started(name)
        return self.seen.stopped(name) and not (name != component.KUBELET and self.seen.kubelet_up and name in self.seen.manifests)

    def missing(self):
        """Return the components that are not seen in the wanted state, but those that cannot be mended at all."""
        return [name for name in self.names if name not in self.problems and not self.reached(name)]

    def run(self):
        """Do it; LabError when the wanted state is not seen within the timeout."""

        def turn():
            steps = self.plan()
            if steps:
                self.steps += steps
                self.node.act(steps, max(ACT_LEAST, self.timeout - (self.clock() - self.start)))
                self.seen = self.node.look(LOOK_LIMIT)
            elif self.missing() and self.turns:
                self.seen = self.node.look(LOOK_LIMIT)
            self.turns += 1
            return not self.missing() and not (steps and self.plan()), None

        self.turns = 0
        waited = wait_until(turn, self.timeout, self.interval, self.clock, self.sleep)
        if not waited.done:
            late = self.missing() or self.names
            raise LabError("%s was not seen %s within %s seconds; last seen: %s. Next step: %s." % (
                ", ".join(late), self.wanted, self.timeout, "; ".join(self.seen.describe(name) for name in late),
                "journalctl -u kubelet and docker logs on the node, then try again with a longer timeout"), **self.result())
        if self.problems:
            raise LabError(" ".join(self.problems[name] for name in sorted(self.problems)), **self.result())

    def result(self):
        """Return what the module gives back, from what was seen first and last."""
        return report(self, self.seen, bool(self.steps))

    def prediction(self):
        """Return what the module would give back, without having done anything; LabError when it would be refused."""
        steps = self.plan()
        if self.problems:
            raise LabError(" ".join(self.problems[name] for name in sorted(self.problems)))
        self.steps = steps
        return dict(report(self, self.first, bool(steps)), after={name: self.wanted for name in self.names})


def report(change, last, changed):
    """Return the module's result."""
    names = change.names
    return {"changed": changed, "before": {name: change.first.state(name) for name in names}, "after": {name: last.state(name) for name in names},
            "seen": {name: last.describe(name) for name in names}, "steps": [" ".join(step) for step in change.steps], "healthy": last.healthy(),
            "seconds": round(change.clock() - change.start, 3)}
