"""Option steps: what is accepted, what is refused with its place, and that the documentation says the same."""

import copy
import pathlib

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.steps_read import examples, read_actions, read_entries, read_steps
from ansible_collections.workshop.lab.plugins.module_utils.steps_spec import ACTIONS, DELETABLE, STEP, resource

MODULE = pathlib.Path(__file__).resolve().parents[3] / "plugins" / "modules" / "exercise_steps.py"
SERVICE = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}}
PODS = {"id": "pods", "pod": {"labels": {"tier": "frontend"}}}
GOOD = {"id": "first", "title": "Look", "checks": [PODS]}
DELETE_ONE = {"delete_one": {"labels": {"tier": "frontend"}}}


def refusal(step, before=GOOD):
    """Return the message about steps[1]."""
    with pytest.raises(LabError) as error:
        read_steps([copy.deepcopy(before), step])
    assert "\n" not in str(error.value)
    return str(error.value)


def action(**one):
    """Return a step with one action."""
    return {"id": "second", "do": [one]}


def test_a_step_with_its_defaults():
    """What was not said has a value."""
    step = read_steps([GOOD])[0]
    assert step == ("first", "Look", "", False, [], 30.0, [PODS], "steps[0]")


def test_actions_with_their_defaults():
    """In the given order; texts of templates are converted."""
    step = read_steps([{"id": "s", "do": [{"scale": {"deployment": "web", "replicas": "5"}}, {"component": {"name": "kubelet", "state": "stopped"}},
                                          {"delete": {"objects": ["Pod/web"]}}]}])[0]
    first, second, third = read_actions(step, {})
    assert first == ("scale", {"deployment": "web", "replicas": 5, "namespace": "default"}, "steps[0].do[0].scale")
    assert second.args == {"name": "kubelet", "names": ["kubelet"], "state": "stopped", "method": "auto", "timeout": 300}
    assert third.args == {"objects": ["Pod/web"], "labels": None, "kinds": None, "namespace": "default", "wait": True, "timeout": 120}


def test_references_are_followed_by_what_was_seen():
    """In actions and in checks; what the step itself deletes too."""
    values = [GOOD, {"id": "s", "do": [DELETE_ONE, {"scale": {"deployment": "web", "replicas": {"seen": ["pods", "replicas"]}}}],
                     "checks": [{"id": "kept", "pod": {"labels": {"a": "b"}, "uids": {"seen": ["pods", "pods", "values"]},
                                                       "gone_uids": {"seen": ["s.deleted", "pods", "values"]}}}]}]
    step = read_steps(values)[1]
    seen = {"pods": {"pods": {"web-1": "u1", "web-2": "u2"}, "replicas": 4}, "s.deleted": {"pods": {"web-3": "u3"}}}
    assert read_actions(step, seen)[1].args["replicas"] == 4
    args = read_entries(step, seen)[0].args
    assert args["uids"] == ["u1", "u2"] and args["gone_uids"] == ["u3"]
    assert set(examples(step)) == {"s.deleted", "s.kept"} and examples(read_steps([GOOD])[0]) == {}
    assert read_steps(values[1:], seen={"pods": {}})[0].id == "s"  # the other one was in an earlier call


def test_a_way_that_does_not_exist():
    """Named with what there is."""
    step = read_steps([GOOD, {"id": "s", "checks": [{"id": "x", "pod": {"name": "web", "uids": {"seen": ["pods", "uids"]}}}]}])[1]
    with pytest.raises(LabError, match=r"^steps\[1\]\.checks\[0\]\.pod\.uids refers to uids of pods, which has only: pods\.$"):
        read_entries(step, {"pods": {"pods": {}}})
    with pytest.raises(LabError, match=r"refers to pods, which has not been seen by a step before; seen so far: other\.$"):
        read_entries(step, {"other": {}})


@pytest.mark.parametrize("step, words", [
    ("apply", "steps[1] is 'apply'; it must be a dictionary of the step's arguments"),
    ({"checks": [PODS]}, "steps[1].id is missing; this step needs it."),
    ({"id": "a b", "checks": [PODS]}, "steps[1].id is 'a b'; it must be a name of letters"),
    ({"id": "second"}, "steps[1] has neither do nor checks"),
    ({"id": "second", "doo": []}, "steps[1].doo is no argument of this step; it must be one of checks, do, figure, id, timeout, title, unless_true."),
    ({"id": "second", "do": {}}, "steps[1].do is {}; it must be a list"),
    ({"id": "second", "checks": "none"}, "steps[1].checks is 'none'; it must be a list"),
    ({"id": "second", "checks": [{"id": "x", "pod": {"name": "web"}}], "timeout": 901}, "steps[1].timeout is 901.0; it must be a number from 0 to 900"),
    ({"id": "second", "checks": [{"id": "x", "pod": {"name": "web"}}], "timeout": "long"}, "steps[1].timeout is 'long'; it must be a number"),
    ({"id": "second", "checks": [{"id": "x", "pod": {"name": "web", "count": "many"}}]}, "steps[1].checks[0].pod.count is 'many'; it must be a whole number"),
    ({"id": "second", "checks": [{"id": "x", "pods": {}}]}, "steps[1].checks[0] has the keys pods beside id"),
    ({"id": "first", "checks": [{"id": "x", "pod": {"name": "web"}}]}, "steps[1].id: the id 'first' is that of steps[0].id already"),
    ({"id": "second", "checks": [PODS]}, "steps[1]: the id 'pods' is that of steps[0] already"),
    ({"id": "second", "unless_true": True, "do": [DELETE_ONE]}, "steps[1] has unless_true and no checks"),
    (action(), "steps[1].do[0] is {}; it must be a dictionary with exactly one action: apply, component, delete, delete_one, disrupt, scale"),
    (action(reboot={}), "steps[1].do[0] is {'reboot': {}}; it must be"),
    (action(delete={"objects": ["Pod/a"]}, scale={}), "steps[1].do[0] is "),
    (action(scale={"deployment": "web"}), "steps[1].do[0].scale.replicas is missing; this action needs it."),
    (action(scale={"deployment": "web", "replicas": -1}), "steps[1].do[0].scale.replicas is -1; it must be a number from 0 to 50"),
    (action(scale={"deployment": "we b", "replicas": 1}), "steps[1].do[0].scale.deployment is 'we b'"),
    (action(scale={"deployment": "web", "replicas": 1, "namespace": "kube-system"}), "scale.namespace is 'kube-system'; it must be one of the workshop"),
    (action(scale={"deployment": "web", "replica": 1}), "scale.replica is no argument of this action; it must be one of deployment, namespace, replicas."),
    (action(apply={}), "steps[1].do[0].apply has none; it must have exactly one of files, definitions"),
    (action(apply={"files": ["../secret.yaml"]}), "apply.files[0] is '../secret.yaml'; it must be a manifest below files/exercises"),
    (action(apply={"files": ["/etc/passwd.yaml"]}), "apply.files[0] is '/etc/passwd.yaml'"),
    (action(apply={"files": []}), "apply.files is []; it must be a list of at least one"),
    (action(apply={"definitions": [{"kind": "Service"}]}), "apply.definitions[0].apiVersion is ''"),
    (action(apply={"definitions": [SERVICE], "said": {"Service/other": "created"}}), "apply.said names Service/other, which is not among the manifests"),
    (action(apply={"definitions": [SERVICE], "said": {"Service/web": "made"}}), "apply.said.Service/web is 'made'; it must be one of created"),
    (action(apply={"definitions": [SERVICE], "said": {"web": "created"}}), "apply.said is 'web'; it must be KIND/NAME"),
    (action(apply={"definitions": [SERVICE], "said": {"Service/web": "created"}, "refused": True}), "apply has both said and refused"),
    (action(apply={"definitions": [SERVICE], "timeout": 0}), "apply.timeout is 0; it must be a number from 1 to 900"),
    (action(delete={"objects": ["Namespace/default"]}), "delete.objects[0] is 'Namespace/default'; it must be KIND/NAME with a KIND of ConfigMap"),
    (action(delete={"objects": ["Pod/--all"]}), "delete.objects[0] is 'Pod/--all'"),
    (action(delete={"objects": ["Pod/a"], "labels": {"a": "b"}}), "delete has both labels and objects; it must have exactly one of objects, labels"),
    (action(delete={"objects": ["Pod/a"], "kinds": ["Pod"]}), "delete.kinds is given without labels"),
    (action(delete={"labels": {"a": "b"}, "kinds": ["Node"]}), "delete.kinds[0] is 'Node'; it must be one of ConfigMap"),
    (action(delete={"labels": {}}), "delete.labels is {}; it must be a dictionary of labels"),
    (action(delete_one={}), "delete_one.labels is missing"),
    (action(component={"state": "stopped"}), "component has none; it must have exactly one of name, names"),
    (action(component={"name": "coredns", "state": "stopped"}), "component.name is 'coredns'; it must be one of kubelet"),
    (action(component={"names": ["etcd", "etcd"], "state": "stopped"}), "component.names is ['etcd', 'etcd']; it must be a list that names no component twice"),
    (action(component={"names": ["etcd; id"], "state": "stopped"}), "component.names[0] is 'etcd; id'; it must be one of kubelet"),
    (action(component={"name": "etcd", "state": "restarted"}), "component.state is 'restarted'; it must be one of stopped, started"),
    (action(disrupt={"namespace": "a", "selector": {"a": "b"}}), "disrupt has none; it must have exactly one of url, service"),
    (action(disrupt={"namespace": "a", "selector": {"a": "b"}, "service": "web", "kills": 101}), "steps[1].do[0].disrupt.kills is 101; it must be a number"),
    (action(disrupt={"namespace": "kube-system", "selector": {"a": "b"}, "service": "web"}), "disrupt.namespace is 'kube-system'"),
    (action(disrupt={"namespace": "a", "selector": {"a": "b"}, "url": "http://a/", "port": 1}), "disrupt.port is given without service"),
    ({"id": "second", "checks": [{"id": "x", "pod": {"name": "web", "uids": {"seen": ["nothing", "pods"]}}}]},
     "steps[1].checks[0].pod.uids refers to nothing, which no earlier step sees."),
    ({"id": "second", "checks": [{"id": "x", "pod": {"name": "web", "uids": {"seen": ["x", "pods"]}}}]}, "refers to x, which no earlier step sees"),
    ({"id": "second", "checks": [{"id": "x", "pod": {"name": "web", "uids": {"seen": "pods"}}}]}, "pod.uids.seen is 'pods'; it must be a list of"),
    (action(scale={"deployment": "web", "replicas": {"seen": ["second.kept", "pods"]}}), "do[0].scale.replicas refers to second.kept, which no earlier"),
    ({"id": "second", "unless_true": True, "do": [DELETE_ONE],
      "checks": [{"id": "x", "pod": {"name": "w", "uids": {"seen": ["second.kept", "pods", "values"]}}}]},
     "refers to what this step deletes, but with unless_true it looks before"),
])
def test_refused(step, words):
    """One sentence with the place, the value and what is accepted."""
    assert words in refusal(step)


@pytest.mark.parametrize("value", [[], None, {"id": "x"}, "steps"])
def test_no_list_of_steps(value):
    """Nothing to do would always be true."""
    with pytest.raises(LabError, match=r"^steps is .*; it must be a list of at least one step\.$"):
        read_steps(value)


def test_resources_name_their_group():
    """Two groups have (or had) Deployments."""
    assert [resource(one) for one in ("Deployment/web", "Pod/a.b", "Service/db")] == ["deployments.apps/web", "pods/a.b", "services/db"]
    assert not {"Namespace", "Node", "PersistentVolume"} & set(DELETABLE)


def test_documentation_is_the_table():
    """Names, types, defaults and choices of steps and actions stand in the documentation as the code has them."""
    yaml = pytest.importorskip("yaml")  # not among what is copied to a seat
    text = MODULE.read_text(encoding="utf-8").split('DOCUMENTATION = r"""')[1].split('"""')[0]
    steps = yaml.safe_load(text)["options"]["steps"]["suboptions"]
    compare(steps, STEP, {"do": "list", "checks": "list"})
    assert set(steps["do"]["suboptions"]) == set(ACTIONS)
    for name, spec in ACTIONS.items():
        if name != "disrupt":  # those of pod_disruption
            compare(steps["do"]["suboptions"][name]["suboptions"], spec, {"definitions": "list", "said": "dict"})
    assert tuple(steps["do"]["suboptions"]["delete"]["suboptions"]["kinds"]["choices"]) == DELETABLE


def compare(options, spec, raw):
    """Compare the documented options with a Kind. ``raw``: types of those that have none in the table."""
    assert set(options) == set(spec.fields)
    for name, field in spec.fields.items():
        option = options[name]
        assert option["type"] == {"number": "float", "raw": raw.get(name)}.get(field.type, field.type), name
        assert option.get("default") == field.default and option.get("required", False) == field.required and len(option["description"]) > 5, name
        assert tuple(field.choices or ()) in ((), tuple(option.get("choices", ()))), name


def test_examples_are_accepted():
    """Every example of the documentation."""
    yaml = pytest.importorskip("yaml")
    examples_text = MODULE.read_text(encoding="utf-8").split('EXAMPLES = r"""')[1].split('"""')[0]
    tasks = [task["workshop.lab.exercise_steps"] for task in yaml.safe_load(examples_text)]
    assert len(tasks) >= 3
    for task in tasks:
        read_steps(task["steps"])
