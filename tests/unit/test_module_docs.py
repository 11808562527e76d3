"""The modules' documentation: what `ansible-doc` shows is what the module takes and gives."""

import importlib
import json
import pathlib
import subprocess

import pytest
import yaml
from ansible.module_utils import basic

ROOT = pathlib.Path(__file__).resolve().parents[2]
COLLECTION = ROOT / "collections/ansible_collections/workshop/lab"
MODULES = sorted(path.stem for path in (COLLECTION / "plugins/modules").glob("*.py"))
TYPES = {None: "str"}


class Stop(Exception):
    """Raised in place of a module's start."""


@pytest.fixture(scope="module")
def documented():
    """What ansible-doc says of all modules."""
    names = [f"workshop.lab.{name}" for name in MODULES]
    done = subprocess.run(["ansible-doc", "--json", "-t", "module", *names], cwd=ROOT, text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def argument_spec(name, monkeypatch):
    """Return the argument spec that a module gives to AnsibleModule."""
    seen = {}

    def init(self, argument_spec, **more):
        seen.update(argument_spec)
        raise Stop

    monkeypatch.setattr(basic.AnsibleModule, "__init__", init)
    module = importlib.import_module(f"ansible_collections.workshop.lab.plugins.modules.{name}")
    with pytest.raises(Stop):
        module.main()
    return seen


def shape(options, documented, other):
    """Return {option: (type, elements, required, default, choices, suboptions)} of a spec or of a documentation.

    ``other``: the other one of the two. Suboptions count where both have them: cluster_check validates its own, and has a test for that.
    """
    found = {}
    for name, option in options.items():
        inner = option.get("suboptions" if documented else "options")
        beside = (other.get(name) or {}).get("options" if documented else "suboptions")
        found[name] = (TYPES.get(option.get("type"), option.get("type")), option.get("elements"), bool(option.get("required")), option.get("default"),
                       sorted(option.get("choices") or []), shape(inner, documented, beside) if inner and beside else None)
    return found


def test_there_are_modules():
    """An empty list would let every test below pass."""
    assert len(MODULES) >= 6


def test_action_group_names_every_module():
    """`module_defaults: group/workshop.lab.lab` reaches all of them."""
    runtime = yaml.safe_load((COLLECTION / "meta/runtime.yml").read_text())
    assert runtime["action_groups"]["lab"] == MODULES


@pytest.mark.parametrize("name", MODULES)
def test_options_are_those_of_the_code(name, documented, monkeypatch):
    """Names, types, elements, defaults, choices, nested options too."""
    doc = documented[f"workshop.lab.{name}"]["doc"]
    spec = argument_spec(name, monkeypatch)
    assert shape(doc["options"], True, spec) == shape(spec, False, doc["options"])


@pytest.mark.parametrize("name", MODULES)
def test_everything_is_described(name, documented):
    """Options, attributes and return values have words; check mode and diff are declared."""
    entry = documented[f"workshop.lab.{name}"]
    assert {"check_mode", "diff_mode", "platform"} <= set(entry["doc"]["attributes"])
    undescribed = [option for option, about in entry["doc"]["options"].items() if not about.get("description")]
    undescribed += [key for key, about in entry["return"].items() if not (about.get("description") and about.get("returned") and about.get("type"))]
    assert not undescribed
    assert len(entry["return"]) >= 3


@pytest.mark.parametrize("name", MODULES)
def test_examples_are_tasks_that_the_module_accepts(name, documented, monkeypatch):
    """Each has a name, the module's whole name, and options that exist."""
    examples = yaml.safe_load(documented[f"workshop.lab.{name}"]["examples"])
    spec = argument_spec(name, monkeypatch)
    assert len(examples) >= 2
    used = [task for task in examples if f"workshop.lab.{name}" in task]
    assert used, "no example uses the module"
    for task in used:
        assert task["name"]
        assert set(task[f"workshop.lab.{name}"] or {}) <= set(spec), task["name"]
