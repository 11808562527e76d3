"""What grading looks for: every files/exercises/ID/checks.yml, with its variables filled in, is what module cluster_check accepts and helps a student."""

import inspect
import pathlib
import re

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.workshop.lab.plugins.module_utils.checks_read import read_checks

ROLE = pathlib.Path(__file__).resolve().parents[2] / "roles" / "workshop"
FILES = sorted(ROLE.glob("files/exercises/*/checks.yml"))
IDS = [path.parent.name for path in FILES]
# Sets of variables of an inventory: all defaults, and everything that changes which checks there are or what they are called.
SETTINGS = {
    "defaults": {},
    "none": {"cluster_driver": "none", "verify_components": ["etcd", "kube-apiserver"], "workshop_grade_visits": True},
    "own names": {"workshop_grade_namespace": "mine", "workshop_grade_activity_namespace": "pages", "workshop_grade_labels": {"app": "x", "class": "y"}},
}
# From ansible-core 2.19 on, only what is said to be ours is taken for a template.
OURS = {"trusted_as_template": True} if "trusted_as_template" in inspect.signature(DataLoader.load_from_file).parameters else {}


def checks(exercise, settings):
    """Return the list that the role hands to the module."""
    loader, variables = DataLoader(), {}
    for path in (ROLE / "defaults" / "main.yml", ROLE / "vars" / "main.yml", ROLE / "files" / "exercises" / exercise / "checks.yml"):
        variables.update(loader.load_from_file(str(path), **OURS))
    variables.update(SETTINGS[settings])
    return Templar(loader=loader, variables=variables).template(variables["_workshop_checks_" + exercise.replace(".", "_")])


def test_every_exercise_can_be_graded():
    """Those that the role offers are those that have a file."""
    offered = DataLoader().load_from_file(str(ROLE / "vars" / "main.yml"))["_workshop_grade_ids"]
    assert sorted(offered) == sorted(IDS) and {"2.01", "2.02", "2.03", "2.04", "2.05", "activity", "tour"} == set(IDS)


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("exercise", IDS)
def test_checks_are_accepted(exercise, settings):
    """By the module's own reading; each has an id of its exercise, a title, a figure of the chapter, and a hint that says what to type or to write."""
    found = checks(exercise, settings)
    entries = read_checks(found)
    assert len(entries) >= 5
    for given, entry in zip(found, entries, strict=True):
        assert re.fullmatch(re.escape(exercise) + r"\.[a-z_]+", entry.id)
        assert given["title"] and given["title"][0] not in "`'" and not given["title"].endswith(".")
        assert re.fullmatch(r"2\.\d{1,2}", entry.figure), entry.id
        assert len(entry.hint) > 40 and "`" in entry.hint and "{{" not in entry.hint and "\n" not in entry.hint, entry.id


def test_ids_are_unique():
    """All exercises may be graded in one call."""
    ids = [check["id"] for exercise in IDS for check in checks(exercise, "none")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("exercise", IDS)
def test_figures_rise(exercise):
    """Steps are in the order in which a student meets them: an earlier one that is wrong explains the later ones."""
    figures = [int(check["figure"].split(".")[1]) for check in checks(exercise, "defaults")]
    if exercise not in ("2.05", "tour"):  # first the node, without which the rest cannot be; the pods' readiness last, which needs kubelet
        assert figures == sorted(figures)


def test_names_are_the_students():
    """With other names no check and no hint asks for the chapter's."""
    for exercise in ("2.03", "2.04", "2.05"):
        for check in checks(exercise, "own names"):
            assert "tier" not in str(check) and "namespace default" not in check["hint"], check
            assert "mine" in str(check) or "node" in check or "kubelet_unit" in check or "containers" in check, check


def test_visits_only_on_request():
    """A visit of the page raises the student's number; the greeting only writes a line of its log."""
    assert not [check["id"] for check in checks("activity", "defaults") if "http" in check or "spread" in check]
    assert [check["id"] for check in checks("activity", "none") if "http" in check] == ["activity.answer", "activity.counts"]


def test_virtualbox_only_with_its_driver():
    """Figure 2.1 is of seats that have VirtualBox."""
    assert [name for name in ("defaults", "none") if any(check["id"] == "2.01.virtualbox" for check in checks("2.01", name))] == ["defaults"]
