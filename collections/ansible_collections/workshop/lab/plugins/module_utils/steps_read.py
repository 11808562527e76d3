"""Reading option ``steps``: each step and action validated, with the place of what is wrong in the message (``steps[0].do[1].scale.replicas``)."""

import collections

from ansible_collections.workshop.lab.plugins.module_utils import disruption_work, manifests, steps_seen
from ansible_collections.workshop.lab.plugins.module_utils.arguments import refuse
from ansible_collections.workshop.lab.plugins.module_utils.checks_read import read_arguments, read_checks
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.steps_spec import ACTIONS, STEP

#: One step. ``do``: list of {action: arguments} and ``checks``: list as given, in which references may stand; ``where``: its place, like "steps[0]".
Step = collections.namedtuple("Step", "id title figure unless_true do timeout checks where")
#: One action with its arguments converted. ``name``: apply, delete ...
Action = collections.namedtuple("Action", "name args where")


def read_steps(values, seen=()):
    """Return the Steps of option ``steps`` (list of dicts); LabError for the first thing that cannot be accepted.

    ``seen``: ids that earlier steps have seen. References are followed only later (read_actions, read_entries), when their values are known.
    """
    if not isinstance(values, list) or not values:
        refuse("steps", values, "a list of at least one step")
    known, places, steps = set(seen), {}, []
    for number, value in enumerate(values):
        where = "steps[%d]" % number
        args = read_arguments(where, STEP, value, "step")
        step = Step(args["id"], args["title"], args["figure"], args["unless_true"], args["do"] or [], args["timeout"], args["checks"] or [], where)
        if not step.do and not step.checks:
            raise LabError("%s has neither do nor checks; it must have at least one of them." % where)
        if step.unless_true and not step.checks:
            raise LabError("%s has unless_true and no checks; it must have some that can be true." % where)
        _unique(step.id, where + ".id", places)
        _references(step, known)
        read_actions(step, None)
        known.update(examples(step))
        for entry in read_entries(step, None):
            _unique(entry.id, where, places)
            known.add(entry.id)
        steps.append(step)
    return steps


def _unique(ident, where, places):
    if ident in places:
        raise LabError("%s: the id '%s' is that of %s already; each step and check must have an id of its own." % (where, ident, places[ident]))
    places[ident] = where


def _references(step, known):
    """Refuse references to what no step before has seen; those of checks may be to what the step's own actions see."""
    for key, own in (("do", {}), ("checks", examples(step))):
        for where, path in steps_seen.references(getattr(step, key), "%s.%s" % (step.where, key)):
            if path[0] not in known and path[0] not in own:
                raise LabError("%s refers to %s, which no earlier step sees." % (where, path[0]))
            if path[0] in own and step.unless_true:
                raise LabError("%s refers to what this step deletes, but with unless_true it looks before it deletes." % where)


def examples(step):
    """Return {id: example} of what a step's own actions will see, which its checks may refer to."""
    pods = {name: steps_seen.SAMPLES[name] for name in ("pods", "name", "uid")}
    return {step.id + "." + word: pods for word in ("deleted", "kept")} if any("delete_one" in one for one in step.do if isinstance(one, dict)) else {}


def read_actions(step, seen):
    """Return the Actions of a step. ``seen``: what earlier steps saw; None puts examples in the place of references."""
    found = []
    for number, value in enumerate(step.do):
        where = "%s.do[%d]" % (step.where, number)
        if not isinstance(value, dict) or len(value) != 1 or list(value)[0] not in ACTIONS:
            refuse(where, value, "a dictionary with exactly one action: " + ", ".join(sorted(ACTIONS)))
        name = list(value)[0]
        where += "." + name
        given = steps_seen.sampled(value[name]) if seen is None else steps_seen.resolve(value[name], seen, where)
        args = read_arguments(where, ACTIONS[name], given, "action")
        _together(name, args, where)
        found.append(Action(name, args, where))
    return found


def _together(name, args, where):
    """Refuse what is fine each by itself but not together; complete an action's arguments."""
    if name == "apply" and args["refused"] and args["said"]:
        raise LabError("%s has both said and refused; what is refused says nothing else." % where)
    if name == "apply" and args["definitions"]:
        objects = manifests.prepare(args["definitions"], args["namespace"], args["owner"], where + ".definitions")
        missing = sorted(set(args["said"] or ()) - {"%s/%s" % (obj["kind"], obj["metadata"]["name"]) for obj in objects})
        if missing:
            raise LabError("%s.said names %s, which is not among the manifests." % (where, ", ".join(missing)))
    if name == "delete" and args["kinds"] and not args["labels"]:
        raise LabError("%s.kinds is given without labels; objects have their kind before the name." % where)
    if name == "component":
        args["names"] = args["names"] or [args["name"]]
        if len(set(args["names"])) != len(args["names"]):
            refuse(where + ".names", args["names"], "a list that names no component twice")
    if name == "disrupt":
        if args["port"] is not None and not args["service"]:
            raise LabError("%s.port is given without service." % where)
        try:
            disruption_work.validate(args)
        except LabError as error:
            raise LabError("%s.%s" % (where, error))  # its messages begin with the option's name


def read_entries(step, seen):
    """Return the Entries of a step's checks, as checks_read makes them. ``seen``: as in read_actions."""
    if not step.checks:
        return []
    given = steps_seen.sampled(step.checks) if seen is None else steps_seen.resolve(step.checks, seen, step.where + ".checks")
    try:
        return read_checks(given)
    except LabError as error:
        raise LabError("%s.%s" % (step.where, error))  # its messages begin with checks[...]

