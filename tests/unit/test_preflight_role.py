"""What role preflight tells its module of the class: as the roles that install will have it."""

import pathlib

import pytest
import yaml
from ansible.plugins.filter.urlsplit import split_url
from jinja2 import Environment, StrictUndefined

ROLE = pathlib.Path(__file__).resolve().parents[2] / "roles" / "preflight"


def tasks(name):
    """Return the tasks of a file."""
    return yaml.safe_load((ROLE / "tasks" / name).read_text(encoding="utf-8"))


def test_sources_are_asked_with_the_class_proxies():
    """A class with no way out but its proxy would be refused for every source. Python is asked first: a module would end with its SyntaxError."""
    raw, proxies, look = tasks("look.yml")[:3]
    assert "ansible.builtin.raw" in raw
    assert proxies["ansible.builtin.include_role"]["name"] == "proxy"
    assert proxies["ansible.builtin.include_role"]["tasks_from"] == "tell"
    assert "_preflight_python_ok" in proxies["when"]
    assert look["environment"] == "{{ proxy_environment | default({}) }}"


@pytest.mark.parametrize("name", ["look.yml", "driver.yml"])
def test_virtualbox_is_planned_as_it_will_be(name):
    """Source and series are the inventory's: another source has other stops."""
    options = next(task["workshop.lab.preflight_info"] for task in tasks(name) if "workshop.lab.preflight_info" in task)
    assert options["virtualbox_source"] == "{{ virtualbox_source | default('auto') }}"
    assert options["virtualbox_series"] == "{{ virtualbox_series | default('') | string }}"


@pytest.mark.parametrize(("variables", "expected"), [
    ({}, ""),
    ({"mirror_url": "http://mirror.lab.example/"}, "http://mirror.lab.example:3142"),
    ({"mirror_url": "http://mirror.lab.example", "proxy_apt": ""}, ""),
    ({"proxy_apt": "http://cache:3142"}, "http://cache:3142"),
])
def test_apts_proxy(variables, expected):
    """That of role proxy, which has not written it when the preflight looks for the first time."""
    environment = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701  # no page of the web
    environment.filters["urlsplit"] = lambda value, query="": split_url(value, query)
    text = yaml.safe_load((ROLE / "vars" / "main.yml").read_text(encoding="utf-8"))["_preflight_apt_proxy"]
    assert environment.from_string(text).render(**variables).strip() == expected
