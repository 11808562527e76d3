"""Each role's variables: the defaults, what argument_specs enforce and what the page says must be one thing (tests/unit/test_docs.py: the page)."""

import pathlib
import re

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir() if path.is_dir())
TYPES = {"str": str, "bool": bool, "int": int, "list": list, "dict": dict, "path": str, "float": float}


def load(role, *names):
    """Return a role's YAML file as data, {} where there is none."""
    path = ROOT.joinpath("roles", role, *names)
    return (yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.exists() else {}


def options(role):
    """Return the options that the role's entry point main enforces."""
    return load(role, "meta", "argument_specs.yml")["argument_specs"]["main"]["options"]


def test_there_are_roles():
    """An empty list would let every test below pass."""
    assert {"artifact", "k8suser", "kubectl", "minikube"} <= set(ROLES)


@pytest.mark.parametrize("role", ROLES)
def test_specs_name_the_defaults(role):
    """Every default is enforced, and every option that is not required has a default."""
    optional = {name for name, option in options(role).items() if not option.get("required")}
    assert set(load(role, "defaults", "main.yml")) == optional


@pytest.mark.parametrize("role", ROLES)
def test_specs_carry_the_default_values(role):
    """The documented default is the real one, templates included; 1 is not true and not "1"."""
    defaults = load(role, "defaults", "main.yml")
    differing = {
        name: (value, options(role)[name].get("default"))
        for name, value in defaults.items()
        if repr(value) != repr(options(role)[name].get("default"))
    }
    assert not differing


@pytest.mark.parametrize("role", ROLES)
def test_defaults_have_the_declared_type(role):
    """A default is of its own type, unless it is null or a template."""
    for name, option in options(role).items():
        value = option.get("default")
        assert option["type"] in TYPES, f"{name}: type {option['type']}"
        assert option.get("description"), f"{name} has no description"
        if value is None or (isinstance(value, str) and "{{" in value):
            continue
        assert type(value) is TYPES[option["type"]], f"{name}: {value!r} is no {option['type']}"
        if "choices" in option:
            chosen = value if isinstance(value, list) else [value]
            assert set(chosen) <= set(option["choices"]), f"{name}: {value!r} is not among its choices"
        if option["type"] == "list":
            assert "elements" in option, f"{name}: a list whose elements can be anything"


@pytest.mark.parametrize("role", ROLES)
def test_defaults_are_prefixed(role):
    """A public variable starts with its role's name: the namespace is shared by all roles and every inventory."""
    wrong = [name for name in load(role, "defaults", "main.yml") if not name.startswith(f"{role}_")]
    assert not wrong


@pytest.mark.parametrize("role", ROLES)
def test_private_variables_are_prefixed(role):
    """vars/ hold _ROLE_x, which says that no inventory sets them."""
    wrong = []
    for path in (ROOT / "roles" / role).glob("vars/**/*.yml"):
        wrong += [
            name
            for name in yaml.safe_load(path.read_text(encoding="utf-8")) or {}
            if not name.startswith(f"_{role}_")
        ]
    assert not wrong


@pytest.mark.parametrize("role", ROLES)
def test_registered_variables_are_prefixed(role):
    """What a task registers is __ROLE_x: seen in a message, it says whose it is."""
    wrong = []
    for path in (ROOT / "roles" / role).glob("**/*.yml"):
        for name in re.findall(r"^\s+register:\s*(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            if not name.startswith(f"__{role}_"):
                wrong.append(f"{path.relative_to(ROOT)}: {name}")
    assert not wrong


@pytest.mark.parametrize("role", ROLES)
def test_defaults_are_commented(role):
    """Above every default, or above the group of defaults it is in, a comment says why."""
    lines = (ROOT / "roles" / role / "defaults" / "main.yml").read_text(encoding="utf-8").splitlines()
    commented, bare = False, []
    for line in lines:
        if line.startswith("#"):
            commented = True
        elif not line.strip() or line == "---":
            commented = False
        elif re.match(r"[a-z]", line) and not commented:
            bare.append(line)
    assert not bare


@pytest.mark.parametrize("role", ROLES)
def test_defaults_are_used(role):
    """A variable that nothing reads is a promise that nothing keeps."""
    text = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "roles" / role).rglob("*")
        if path.is_file() and path.suffix in (".yml", ".j2") and path.parent.name not in ("defaults", "meta")
    )
    unused = [name for name in load(role, "defaults", "main.yml") if not re.search(rf"\b{name}\b", text)]
    assert not unused
