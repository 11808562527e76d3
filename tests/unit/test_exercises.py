"""The exercises' data: every step is valid, has its place in the chapter, and every state that the chapter shows is looked at."""

import json
import os
import pathlib
import re
import subprocess
import sys

import pytest
import yaml
from ansible_collections.workshop.lab.plugins.module_utils.checks_read import read_checks
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.steps_read import read_steps

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXERCISES = ROOT / "roles/workshop/files/exercises"
IDS = ["2.01", "2.02", "2.03", "2.04", "2.05", "activity"]
PARTS = {"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet"}
LOAD = [{"hosts": "localhost", "gather_facts": False, "become": False, "tasks": [
    {"name": "Load", "ansible.builtin.include_role": {"name": "workshop", "tasks_from": "steps", "public": True}},
    {"name": "Keep", "ansible.builtin.copy": {"content": "{{ {'steps': _workshop_steps} | to_json }}", "dest": "{{ kept }}", "mode": "0600"}}]}]
# The chapter's figures that show a state of the seat or the cluster: those that are looked at, and why the others are not.
FIGURES = """2.1 2.3 2.4 2.6 2.7 2.8 2.9 2.10 2.11 2.12 2.14 2.15 2.16 2.17 2.19 2.20 2.21 2.23 2.25 2.26 2.27 2.28 2.29 2.30 2.31 2.33 2.34 2.35 2.36
2.37 2.38 2.39 2.40 2.41 2.42 2.43 2.44 2.45 2.50 2.51 2.52 2.53 2.54 2.55 2.56 2.57 2.58 2.60 2.61 2.62 2.65 2.66 2.67 2.68 2.69""".split()
NOT_LOOKED_AT = {
    "2.7": "creating the account: the role k8suser does it",
    "2.8": "logging in as the account: every kubectl of a step runs as it",
    "2.9": "the words of minikube start: the role cluster starts it, and a start takes minutes",
    "2.30": "minikube service prints the address that 2.03.answer visits",
    "2.37": "the answers to the 30 requests: 2.04.spread counts them together with figure 2.38",
    "2.42": "the pods on their way out, between figures 2.41 and 2.43: gone in a second or two",
}


def render(folder, driver):
    """Return the steps of all exercises with their templates filled in, as playbooks/exercise.yml hands them to the module."""
    playbook, kept = folder / "load.yml", folder / "steps.json"
    playbook.write_text(json.dumps(LOAD))
    more = {"exercise": "all", "cluster_driver": driver, "kept": str(kept), "ansible_python_interpreter": sys.executable}
    env = dict(os.environ, ANSIBLE_CONFIG=str(ROOT / "ansible.cfg"), ANSIBLE_HOME=str(folder), ANSIBLE_NOCOLOR="1")
    command = [str(pathlib.Path(sys.executable).with_name("ansible-playbook")), "-i", "localhost,", "-c", "local", "-e", json.dumps(more), str(playbook)]
    done = subprocess.run(command, cwd=ROOT, env=env, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120,
                          check=False)
    assert done.returncode == 0, done.stdout[-6000:]
    return json.loads(kept.read_text())["steps"]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """Return the steps by driver."""
    return {driver: render(tmp_path_factory.mktemp(driver), driver) for driver in ("none", "virtualbox")}


@pytest.fixture(params=["none", "virtualbox"])
def steps(request, rendered):
    """Return the steps for a driver."""
    return rendered[request.param]


def actions(steps, name):
    """Return the arguments of every action of a name."""
    return [action[name] for step in steps for action in step.get("do", []) if name in action]


def without_references(value):
    """Return checks with a value in the place of what an earlier step will have seen."""
    if isinstance(value, dict):
        return ["uid-of-an-earlier-step"] if set(value) == {"seen"} else {key: without_references(one) for key, one in value.items()}
    return [without_references(one) for one in value] if isinstance(value, list) else value


def references(value):
    """Yield every reference of a value to an earlier step."""
    if isinstance(value, dict):
        if set(value) == {"seen"}:
            yield value["seen"]
        else:
            for one in value.values():
                yield from references(one)
    elif isinstance(value, list):
        for one in value:
            yield from references(one)


def test_each_exercise_has_steps():
    """Six folders, each with its steps under the name that the role reads."""
    for exercise in IDS:
        data = yaml.safe_load((EXERCISES / exercise / "steps.yml").read_text())
        assert data["_workshop_steps_" + exercise.replace(".", "_")], exercise


def test_the_engine_accepts_them(steps):
    """The reader that the module itself uses: ids, actions, checks, references to earlier steps. And it would have refused a misspelt one."""
    assert [step.id for step in read_steps(steps)] == [step["id"] for step in steps]
    with pytest.raises(LabError, match="2.04.three"):
        read_steps([step for step in steps if step["id"] != "2.04.apply"])


def test_checks_are_valid(steps):
    """Each check is one that cluster_check takes, with a title and, but for the start's, a figure; ids are unique and begin with their exercise's."""
    checks = [check for step in steps for check in step.get("checks", [])]
    assert len(read_checks(without_references(checks))) == len(checks) > 60
    for step in steps:
        assert step.get("checks"), f"{step['id']} looks at nothing"
        for check in step["checks"]:
            assert check.get("title"), check["id"]
            assert step.get("unless_true") or re.fullmatch(r"2\.[0-9]+", check.get("figure", "")), check["id"]
            assert check["id"].startswith(f"{exercise_of(step)}."), check["id"]


def exercise_of(step):
    """Return the exercise that a step belongs to, by its id."""
    return next(exercise for exercise in IDS if step["id"].startswith(exercise + "."))


def test_steps_have_a_place_in_the_chapter(steps):
    """A unique id that begins with the exercise's, a title that begins with a verb's capital, a figure, a limit; the exercises in the chapter's order."""
    ids = [step["id"] for step in steps]
    assert len(set(ids)) == len(ids) > 25
    assert list(dict.fromkeys(exercise_of(step) for step in steps)) == IDS
    for step in steps:
        assert re.match(r"[A-Z][a-z]+ ", step["title"]), step["id"]
        assert step.get("unless_true") or re.fullmatch(r"2\.[0-9]+", step["figure"]), step["id"]
        assert 0 <= step["timeout"] <= 300, step["id"]


def test_each_exercise_begins_by_mending(steps):
    """Its first step is the start, which is skipped when all is well, and begins with the whole control plane: the exercise before may have been killed."""
    firsts = {}
    for step in steps:
        firsts.setdefault(exercise_of(step), step)
    for exercise, step in firsts.items():
        assert step["id"] == f"{exercise}.start" and step["unless_true"] is True
        first = step["do"][0]["component"]
        assert set(first["names"]) == PARTS and first["state"] == "started"
        kinds = [key for check in step["checks"] for key in check]
        assert {"node", "kubelet_unit", "containers"} <= set(kinds), f"{exercise} would not notice a stopped part"
    assert sum(1 for step in steps if step.get("unless_true")) == len(IDS)


def test_manifests_are_there(steps):
    """Every file that is applied is one of the exercises' manifests, and what it must say names objects of these files."""
    applied = actions(steps, "apply")
    assert len(applied) >= 8
    for one in applied:
        objects = [yaml.safe_load((EXERCISES / name).read_text()) for name in one["files"]]
        assert set(one.get("said", {})) <= {f"{object['kind']}/{object['metadata']['name']}" for object in objects}


def test_only_the_chapters_objects_are_deleted(steps):
    """What a student made under another name is never touched."""
    names = {f"{data['kind']}/{data['metadata']['name']}" for data in map(yaml.safe_load, (path.read_text() for path in EXERCISES.rglob("*.yaml")))}
    deleted = [name for one in actions(steps, "delete") for name in one["objects"]]
    assert deleted and set(deleted) <= names
    assert all(set(one) <= {"objects", "namespace", "wait"} for one in actions(steps, "delete"))


def test_references_lead_back(steps):
    """A step refers to checks of its own exercise that come before it."""
    known, found = {}, 0
    for step in steps:
        mine = known.setdefault(exercise_of(step), set())
        if any("delete_one" in action for action in step.get("do", [])):
            mine.update({f"{step['id']}.deleted", f"{step['id']}.kept"})
        for reference in references(step):
            found += 1
            assert reference[0] in mine, f"{step['id']} refers to {reference}"
        mine.update(check["id"] for check in step["checks"])
    assert found >= 6


def test_every_figure_is_covered(rendered):
    """Each of the chapter's states is looked at on a seat with VirtualBox, or is listed with the reason why not; and none is both."""
    seen = set()
    for step in rendered["virtualbox"]:
        seen |= {step.get("figure")} | {check.get("figure") for check in step["checks"]}
    assert sorted(set(FIGURES) - seen - set(NOT_LOOKED_AT)) == []
    assert sorted(seen - set(FIGURES) - {None}) == []
    assert sorted(seen & set(NOT_LOOKED_AT)) == []


def test_a_driver_without_a_machine_leaves_out_what_it_cannot_show(rendered):
    """With driver none the host is the node: its addresses do not hang, and VirtualBox is not there."""
    with_machine, without = ({check["id"] for step in rendered[driver] for check in step["checks"]} for driver in ("virtualbox", "none"))
    assert with_machine - without == {"2.01.virtualbox", "2.02.host"} and not without - with_machine
