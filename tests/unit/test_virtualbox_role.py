"""The order and the words of role virtualbox, where only a broken machine would show them."""

import pathlib

import jinja2
import pytest
import yaml
from ansible.plugins.filter.urlsplit import split_url
from ansible.plugins.test import core

ROLE = pathlib.Path(__file__).resolve().parents[2] / "roles" / "virtualbox"


def tasks(name):
    """Return the tasks of a file, those in blocks included, as {name: task} in their order."""
    found = {}

    def add(entries):
        for entry in entries:
            found[entry["name"]] = entry
            for part in ("block", "rescue", "always"):
                add(entry.get(part, []))

    add(yaml.safe_load((ROLE / "tasks" / (name + ".yml")).read_text(encoding="utf-8")))
    return found


def render(text, **variables):
    """Return what Ansible makes of a text, for the filters and tests that it has of its own."""
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701  # no page of the web
    environment.filters["urlsplit"] = lambda value, query="": split_url(value, query)
    environment.tests.update(core.TestModule().tests())
    return environment.from_string(text).render(**variables)


def variables():
    """Return the role's own variables."""
    return yaml.safe_load((ROLE / "vars" / "main.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "task"), [
    ("sources", "Ask what the sources have"),
    ("extension_pack", "Ask which extension packs are there"),
    ("secure_boot", "Import the key with the one-time password"),
])
def test_what_is_read_is_asked_for_in_english(name, task):
    """A German apt says "Installationskandidat" where the role looks for "Candidate", and the seat would be refused."""
    assert tasks(name)[task]["environment"] == {"LC_ALL": "C"}


def test_nothing_is_removed_before_the_other_source_is_known():
    """A wrong key or no network must leave a seat that works as it is; what is broken already gives way at once."""
    names = list(tasks("sources"))
    way = "Let the other source's packages give way"
    assert names.index("Add the repository") < names.index("Refuse a source without the package") < names.index(way) == len(names) - 1
    assert "_virtualbox_plan.remove | length > 0" in tasks("sources")["Ask what the sources have"]["when"]
    broken = "_virtualbox_machine.dpkg_broken | length "
    assert tasks("sources")[way]["when"].endswith(broken + "== 0")
    assert tasks("mend")["Let packages give way that cannot be configured"]["when"].endswith(broken + "> 0")
    everywhere = [path.name for path in ROLE.glob("tasks/*.yml") if "--force-depends" in path.read_text(encoding="utf-8")]
    assert everywhere == ["give_way.yml"]


@pytest.mark.parametrize(("source", "uri", "expected"), [
    ("oracle", "https://download.virtualbox.org/virtualbox/debian", 'origin "download.virtualbox.org"'),
    ("oracle", "http://download.virtualbox.org/virtualbox/debian", 'origin "download.virtualbox.org"'),
    ("oracle", "http://mirror.lab.example:8081/virtualbox", "release o=Oracle Corporation"),
    ("fasttrack", "https://fasttrack.debian.net/debian-fasttrack/", 'origin "fasttrack.debian.net"'),
])
def test_pin(source, uri, expected):
    """The host only where it is the publisher's own: a mirror in the house may have Debian's packages as well, and none of them could be installed any more."""
    own = {"oracle": "https://download.virtualbox.org/virtualbox/debian", "fasttrack": uri}[source]
    plan = {"source": source, "repository": {"uri": own}}
    host = render(variables()["_virtualbox_host"], _virtualbox_repository={"uri": uri})
    assert render(variables()["_virtualbox_pinned"], _virtualbox_plan=plan, _virtualbox_host=host).strip() == expected


@pytest.mark.parametrize(("ignored", "expected"), [
    (["virtualbox.xen", "seat.clock", "virtualbox.headers"], "['virtualbox.xen', 'virtualbox.headers']"), ([], "[]"), (None, "[]"),
])
def test_what_the_preflight_lets_pass(ignored, expected):
    """Passes in the role as well."""
    default = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text(encoding="utf-8"))["virtualbox_ignore"]
    assert render(default, preflight_ignore=ignored) == expected
    assert render(default) == "[]"


def test_reason_of_mokutil_is_told_and_the_password_is_not():
    """no_log hides the reason of a task that fails: so it does not fail, and the next one says why."""
    found = tasks("secure_boot")
    work, report = found["Import the key with the one-time password"], found["Report why the key was not imported"]["ansible.builtin.assert"]
    assert (work["no_log"], work["failed_when"]) == (True, False)
    result = {"rc": 1, "stdout": "", "stderr": "Failed to enroll new keys\npassword geheim-1234 is too simple", "msg": "non-zero return code"}
    said = render(report["fail_msg"], __virtualbox_import=result, virtualbox_mok_password="geheim-1234", inventory_hostname="seat-1",
                  _virtualbox_machine={"mok_key": "/k.der"})
    assert "Failed to enroll new keys" in said
    assert "geheim" not in said


@pytest.mark.parametrize(("why", "words", "missing"), [
    ({"msg": "VirtualBox is not installed here; install its packages first."}, "E: Unable to locate package virtualbox", "not installed here"),
    ({"msg": "It could not be built: [KERNEL_TOO_NEW]", "diagnosis": {"id": "KERNEL_TOO_NEW"}}, "KERNEL_TOO_NEW", "nothing"),
    ({"msg": "`dkms autoinstall` did not end within 1800 seconds."}, "did not end within", "nothing"),
    ({}, "E: Unable to locate package virtualbox", "nothing"),
])
def test_reason_of_apt_is_told(why, words, missing):
    """Beside why the module does not build, where that is the reason."""
    found = tasks("packages")
    assert found["Find out why the installation failed"]["failed_when"] is False
    apt = {"results": [{"changed": False}, {"msg": "E: Unable to locate package virtualbox"}]}
    said = render(found["Report why the installation failed"]["ansible.builtin.fail"]["msg"], __virtualbox_apt=apt, __virtualbox_why=why,
                  inventory_hostname="seat-1")
    assert "E: Unable to locate package virtualbox" in said
    assert words in said
    assert missing not in said


@pytest.mark.parametrize(("why", "words"), [
    ("VirtualBox's module could not be built for Linux 6.17. Next step: purge.", "for Linux 6.17"), ("", "purge them (`apt-get purge mysql-server`)"),
])
def test_broken_packages_have_a_way_out(why, words):
    """Another one than the command that has just failed."""
    said = render(tasks("mend")["Refuse to go on with broken packages"]["ansible.builtin.assert"]["fail_msg"], inventory_hostname="seat-1",
                  _virtualbox_machine={"dpkg_broken": ["mysql-server"]}, __virtualbox_info={"dpkg_why": why},
                  __virtualbox_configure={"rc": 1, "stdout": "", "stderr": "dpkg: error processing package mysql-server"})
    assert words in said
    assert "--configure" not in said
