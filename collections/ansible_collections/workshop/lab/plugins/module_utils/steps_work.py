"""What the module exercise_steps does on the seat: one step after the other, each done and then looked at until all its checks are true."""

import collections
import time

from ansible_collections.workshop.lab.plugins.module_utils import arguments
from ansible_collections.workshop.lab.plugins.module_utils.check import failed
from ansible_collections.workshop.lab.plugins.module_utils.checks_look import Seat
from ansible_collections.workshop.lab.plugins.module_utils.checks_run import run_checks
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.kubectl import open_kubectl
from ansible_collections.workshop.lab.plugins.module_utils.runner import Runner, find_account
from ansible_collections.workshop.lab.plugins.module_utils.seat_lock import Lock, lock_path
from ansible_collections.workshop.lab.plugins.module_utils.steps_act import act
from ansible_collections.workshop.lab.plugins.module_utils.steps_read import examples, read_actions, read_entries, read_steps
from ansible_collections.workshop.lab.plugins.module_utils.steps_report import failure, not_done

POLL = 0.5  # seconds between two looks
BUSY = "Another run is going through an exercise on this seat"
#: What became of a step: changed, checks, seen ({id: what later steps may refer to}), error (text; "" when all of it could be done).
Outcome = collections.namedtuple("Outcome", "changed checks seen error")


def validate(params):
    """Return the Steps; LabError for any bad value, before a program is started."""
    if params["seen"] is not None and not all(isinstance(one, dict) for one in params["seen"].values()):
        arguments.refuse("seen", params["seen"], "the dictionary seen that an earlier call returned")
    arguments.absolute_path("minikube_path", params["minikube_path"])
    arguments.account_name("node_user", params["node_user"])
    arguments.at_least("apiserver_port", params["apiserver_port"], 1, 65535)
    arguments.at_least("lock_timeout", params["lock_timeout"], 0, 3600)
    return read_steps(params["steps"], params["seen"] or {})


class Work:
    """One call of the module. ``params``: its parameters. ``kubectl``: a Kubectl. ``look``: Entries -> (Seen, answers), as Seat.look."""

    def __init__(self, params, kubectl, look, clock=time.monotonic, sleep=time.sleep):
        self.params, self.kubectl, self.look, self.clock, self.sleep = params, kubectl, look, clock, sleep

    def step(self, step, seen):
        """Do a step and look until it is true; return its Outcome. ``seen``: what earlier steps saw. LabError only before anything is done."""
        entries = read_entries(step, dict(seen, **examples(step)))
        if step.unless_true:
            looked = self._until(entries, 0)
            if looked["all_ok"]:
                return Outcome(False, looked["checks"], looked["observed"], "")
        changed, checks, found = False, [], {}
        for action in read_actions(step, seen):
            try:
                acted = act(action, step, self.params, self.kubectl)
            except LabError as error:
                return Outcome(changed or bool(error.result.get("changed")), checks, found, str(error))
            changed, checks = changed or acted.changed, checks + acted.checks
            found.update(acted.seen)
            if failed(acted.checks):
                break
        if not step.checks:
            return Outcome(changed, checks, found, "")
        # What is false already stays so: then the others are looked at once, to tell more, and not waited for.
        result = self._until(read_entries(step, dict(seen, **found)), 0 if failed(checks) else step.timeout)
        return Outcome(changed, checks + result["checks"], dict(found, **result["observed"]), "")

    def would_change(self, step, seen):
        """Say, without doing it, whether a step would change something."""
        if not step.do or not step.unless_true:
            return bool(step.do)
        return not self._until(read_entries(step, dict(seen, **examples(step))), 0)["all_ok"]

    def _until(self, entries, limit):
        return run_checks(entries, self.look, limit, POLL, self.clock, self.sleep)


def go(steps, work, seen, lock, clock=time.monotonic):
    """Go through Steps until one is not true; return the module's result, LabError with it when one is not. ``lock(step)``: see Lock."""
    start = clock()
    result = {"changed": False, "checks": [], "all_ok": True, "failed_step": "", "seen": {}, "steps_done": 0, "steps_total": len(steps), "would_change": []}
    for step in steps:
        begun = clock()
        try:
            with lock(step):
                done = work.step(step, dict(seen, **result["seen"]))
        except LabError as error:
            done = Outcome(False, [], {}, str(error))
        checks = done.checks + ([not_done(step, done.error, clock() - begun)] if done.error else [])
        result.update(changed=result["changed"] or done.changed, checks=result["checks"] + checks, seen=dict(result["seen"], **done.seen),
                      seconds=round(clock() - start, 3))
        if failed(checks):
            raise LabError(failure(step, checks, clock() - begun), **dict(result, all_ok=False, failed_step=step.id))
        result["steps_done"] += 1
    return result


def foresee(steps, work, seen, clock=time.monotonic):
    """Return the result of check mode: nothing is done, and what a step would see after one that would change something cannot be known.

    ``work``: None on a seat that cannot be looked at yet.
    """
    start, would = clock(), []
    for step in steps:
        if step.do and (would or not work or work.would_change(step, seen)):
            would.append(step.id)
    return {"changed": bool(would), "checks": [], "all_ok": None, "failed_step": "", "seen": {}, "steps_done": 0, "steps_total": len(steps),
            "would_change": would, "seconds": round(clock() - start, 3)}


def _there(params):
    """Whether the accounts are there; in check mode a task before this one may be going to make them. LabError for a bad value."""
    open_kubectl(dict(params, user=None))
    arguments.account_name("user", params["user"])
    try:
        return bool(find_account(params["user"]) and find_account(params["node_user"]))
    except LabError:
        return False


def work(params, check_mode=False):
    """Return the module's result; LabError in words for a person."""
    steps = validate(params)
    if check_mode and not _there(params):
        return foresee(steps, None, {})
    kubectl = open_kubectl(params)
    me = find_account()
    owner = Runner(find_account(params["node_user"] or params["user"]))
    seat = Seat(kubectl, params["driver"], Runner(me), owner, params["minikube_path"])
    doing, seen = Work(params, kubectl, seat.look), params["seen"] or {}
    if check_mode:
        return foresee(steps, doing, seen)
    return go(steps, doing, seen, lambda step: Lock(lock_path(me, "exercise"), "step " + step.id, params["lock_timeout"], BUSY))
