"""Bringing a cluster to its wanted state: read, plan, refuse or predict, do, read again."""

import collections
import os
import time

from ansible_collections.workshop.lab.plugins.module_utils import minikube_prestart
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.minikube_act import DELETING, Actor
from ansible_collections.workshop.lab.plugins.module_utils.minikube_files import find_rivals
from ansible_collections.workshop.lab.plugins.module_utils.minikube_foresee import PLANNED, pending, predicted
from ansible_collections.workshop.lab.plugins.module_utils.minikube_plan import make_plan
from ansible_collections.workshop.lab.plugins.module_utils.minikube_state import AS_LEFT, shown
from ansible_collections.workshop.lab.plugins.module_utils.minikube_survey import survey
from ansible_collections.workshop.lab.plugins.module_utils.runner import no_account
from ansible_collections.workshop.lab.plugins.module_utils.waiting import wait_until

#: What the module was asked for: goal (started, stopped, absent), wanted (Wanted), recreate, check and quick (only_if_quick; bool).
Order = collections.namedtuple("Order", "goal wanted recreate check quick")
#: A Plan that may be carried out, and in a dry run what stands in its way as yet: warnings (list of texts), problems (list of Problem).
Decision = collections.namedtuple("Decision", "plan warnings problems")

SETTLING = 30  # seconds that the API server may take to answer `minikube status` again after the last step


def bring(order, minikube, home, can_own=None, rivals=find_rivals, actor=None):
    """Bring the cluster to ``order`` and return the module's result; LabError when that is refused or fails.

    ``can_own`` (bool), ``rivals`` (function of driver and account, see find_rivals) and ``actor`` are this process's own unless a test says otherwise.
    """
    start = time.monotonic()
    can_own = os.geteuid() == 0 if can_own is None else can_own
    actor = actor or Actor(minikube, home, order.wanted)

    def look():
        return survey(minikube, home, order.goal, order.wanted)

    def plan_for(state):
        return make_plan(order.goal, order.wanted, state, order.recreate, can_own, minikube.account.name)

    def result(changed, after, differences, healed, decision, planned):
        return {"changed": changed, "before": before, "after": after, "differences": differences, "healed": healed, "stdout_lines": actor.lines,
                "steps": minikube.commands, "planned": planned, "seconds": round(time.monotonic() - start, 3), "lost": actor.lost,
                "warnings": decision.warnings + ([actor.lost + "."] if actor.lost else []),
                "problems": [dict(one._asdict()) for one in decision.problems]}

    state = look()
    before = shown(state)
    plan = plan_for(state)
    long = pending(plan, minikube.limits) if order.quick and not order.check else None
    if long:
        return dict(long, before=before, steps=minikube.commands, seconds=round(time.monotonic() - start, 3), warnings=[])
    decision = _decide(order, minikube, actor, state, plan, rivals)
    if order.check:
        steps = decision.plan.steps
        return result(bool(steps), predicted(order, state, decision.plan), plan.differences, [step.healing for step in steps if step.healing], decision,
                      [PLANNED[step.kind] for step in steps])
    healed = []
    if plan.steps and plan.steps[0].kind == "own":
        healed.append(plan.steps[0].healing)
        for _ in range(2):  # which of a VM's files are libvirt's own, a record says that may have to be given back first
            if state.foreign:
                actor.do(plan.steps[0])
                state = look()
        if state.foreign:
            raise LabError("%s of %s still belong to another account; give them back by hand and run again." % (
                ", ".join(state.foreign[:4]), minikube.account.name))
        plan = plan_for(state)
        _decide(order, minikube, actor, state, plan, rivals)
    if plan.steps:
        try:
            healed += _carry_out(order, actor, plan, state)
            state = _settle(order, minikube, actor, look, plan_for)
        except LabError as error:
            if not actor.lost:
                raise
            raise LabError("%s.\n%s" % (actor.lost, error), lost=actor.lost, **error.result)
    return result(bool(healed or plan.steps), shown(state), plan.differences, healed, decision, [])


def _carry_out(order, actor, plan, state):
    """Do the steps of the plan for a State; return what was healed, and what was lost of it."""
    actor.found = state if state.exists and not DELETING & {step.kind for step in plan.steps} else None
    if plan.steps[0].kind not in ("forget", "use_context"):
        actor.prepare()
    for step in plan.steps:
        actor.do(step)
    if order.goal == "absent" and any(step.kind == "delete" for step in plan.steps):
        actor.tidy()
    return [step.healing for step in plan.steps if step.healing] + ["kept %s" % path for path in actor.kept] + ([actor.lost] if actor.lost else [])


def _settle(order, minikube, actor, look, plan_for):
    """Return the State when a second run would have nothing to do; LabError when it would."""
    def question():
        state = look()
        rest = plan_for(state)
        return not (rest.steps or rest.refusals), (state, rest)

    waited = wait_until(question, SETTLING if order.goal == "started" else 0, 2.0, actor.clock, actor.sleep)
    state, rest = waited.seen
    if not waited.done:
        raise LabError("The cluster of %s is not as wanted after all steps: %s. Next step: read `minikube logs` as %s and run again." % (
            minikube.account.name, "; ".join(rest.refusals) or "; ".join("%s is %s, wanted is %s" % (
                one["name"], one["found"], one["wanted"]) for one in rest.differences) or ", ".join(step.kind for step in rest.steps), minikube.account.name),
                       differences=rest.differences, start=actor.lines)
    return state


def _decide(order, minikube, actor, state, plan, rivals):
    """Return the Decision; LabError for what is refused, before anything is changed."""
    if plan.refusals and order.check and not state.program and order.goal == "started":
        # An earlier task of the same dry run only predicted that it would install minikube.
        steps = make_plan("started", order.wanted, state._replace(program=True), order.recreate, True, minikube.account.name).steps
        return Decision(plan._replace(steps=steps, refusals=[]), plan.refusals, [])
    if plan.refusals:
        raise LabError("\n".join(plan.refusals), differences=plan.differences, before=shown(state))
    if not any(step.kind == "start" for step in plan.steps):
        return Decision(plan, [], [])
    others = [] if state.exists else rivals(order.wanted.driver, minikube.account)
    if others:
        raise LabError("%s has a cluster of driver %s on this machine already, and one machine holds one cluster; run once with state absent, driver %s and "
                       "user %s (all that runs in it is lost), then with started." % (others[0][0], others[0][1], others[0][1], others[0][0]),
                       differences=[{"name": "driver", "found": others[0][1], "wanted": order.wanted.driver}], before=shown(state))
    problems = actor.look(plan, state)
    if problems and not order.check:
        error = minikube_prestart.refusal(problems)
        raise LabError(str(error), differences=plan.differences, before=shown(state), **error.result)
    # In a dry run an earlier task may only have predicted that it would mend this.
    warnings = ["As the machine is now, the start would fail: [%s] %s. Next step: %s." % (one.id, one.cause, one.step) for one in problems]
    return Decision(plan, warnings, problems)


def without_account(order):
    """Return the result on a machine where the cluster's owner does not exist; LabError when a cluster is wanted there, but for a dry run."""
    wanted = order.goal == "started"
    if wanted and not order.check:
        raise no_account(order.wanted.user)
    state = shown(AS_LEFT)
    differences = [{"name": "host", "found": "absent", "wanted": "Running"}] if wanted else []
    return {"changed": wanted, "before": state, "after": state, "differences": differences, "healed": [], "stdout_lines": [], "steps": [],
            "planned": [PLANNED["start"]] if wanted else [], "seconds": 0.0, "lost": "", "warnings": [], "problems": []}
