"""workshop.lab.role_variables with both ends of the ansible-core that we support: it uses insides of theirs."""

import json
import pathlib

import pytest
from playbook import ANSIBLE_PLAYBOOK, ROOT, play

SECRET = "correct-horse-battery-staple"
UNREACHABLE = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1}
HOSTS = {
    "right": {},
    "wrong-type": {"cluster_cpus": "two"},
    "wrong-value": {"cluster_memory_mb": 512},
    "wrong-item": {"proxy_exclude": [".school.example", "192.168.99.*"]},
    "wrong-import": {"workshop_grade_replicas": 0},
    "undefined": {"report_title": "{{ nowhere_defined }}"},
    "password": {"k8suser_password_hash": SECRET},
}


@pytest.fixture(scope="module", params=["newest", "oldest"])
def run(tmp_path_factory, request):
    """playbooks/validate.yml for all hosts."""
    program = ANSIBLE_PLAYBOOK if request.param == "newest" else pathlib.Path(request.getfixturevalue("oldest_ansible")) / "ansible-playbook"
    inventory = {"seats": {"vars": UNREACHABLE, "hosts": HOSTS}}
    return play(tmp_path_factory.mktemp("validate"), ROOT / "playbooks/validate.yml", inventory, "-v", program=program)


def test_right_values_pass_without_a_connection(run):
    """Nobody was asked, and the roles are told that it is done."""
    assert [one["status"] for one in run.of("right")] == ["ok"], run.output[-3000:]
    assert "variables_are_validated: true" in run.output and not [one for one in run.events if one["status"] == "unreachable"]


@pytest.mark.parametrize(("host", "words"), [
    ("wrong-type", "cluster_cpus"), ("wrong-value", "at least 2000"), ("wrong-item", "192.168.99.*"), ("wrong-import", "1 to 20"),
    ("undefined", "nowhere_defined"), ("password", "$5$, $6$ or $y$")])
def test_wrong_values(run, host, words):
    """The message is the role's own, once."""
    assert words in run.failure(host) and len(run.of(host)) == 1


def test_password_is_told_nobody(run):
    """Not even with -v."""
    assert SECRET not in run.output


@pytest.mark.parametrize("which", ["newest", "oldest"])
def test_a_class_is_validated_once(tmp_path, which, request):
    """Thirty seats take hardly longer than one; one that differs is looked at by itself, and so is a template that another host fills otherwise."""
    program = ANSIBLE_PLAYBOOK if which == "newest" else pathlib.Path(request.getfixturevalue("oldest_ansible")) / "ansible-playbook"
    role = tmp_path / "roles/counting/tasks"
    role.mkdir(parents=True)
    # A lookup leaves its trace on the control node: whether a validation has run is counted there.
    (role / "validate.yml").write_text(json.dumps([{"name": "Count", "ansible.builtin.assert": {"that": (
        "lookup('ansible.builtin.pipe', 'echo ' ~ inventory_hostname ~ ' >> %s; echo ' ~ colour) != 'wrong'" % (tmp_path / "trace"))}}]))
    (tmp_path / "play.yml").write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": [
        {"name": "Validate", "workshop.lab.role_variables": {"roles": ["counting"]}}]}]))
    hosts = {f"seat{number}": {"ansible_host": f"192.0.2.{number}"} for number in range(6)}
    hosts.update(other={"colour": "red"}, bad={"colour": "wrong"}, worse={"colour": "wrong"}, named={"colour": "{{ inventory_hostname }}"},
                 called={"colour": "{{ inventory_hostname }}"})
    (tmp_path / "run").mkdir()
    run = play(tmp_path / "run", tmp_path / "play.yml", {"all": {"vars": dict(UNREACHABLE, colour="blue"), "hosts": hosts}}, program=program)
    trace = (tmp_path / "trace").read_text().split()
    assert len([name for name in trace if name.startswith("seat")]) == 1, trace
    assert sorted(name for name in trace if not name.startswith("seat")) == ["bad", "called", "named", "other", "worse"]
    assert {one["host"] for one in run.events if one["status"] == "failed"} == {"bad", "worse"}


@pytest.mark.parametrize("which", ["newest", "oldest"])
def test_what_went_well_is_remembered(tmp_path, which, request):
    """Until a variable or a file of the role changes; never what failed, what looks at files, or a variable that asks for more than variables."""
    program = ANSIBLE_PLAYBOOK if which == "newest" else pathlib.Path(request.getfixturevalue("oldest_ansible")) / "ansible-playbook"
    role, trace = tmp_path / "roles/counting/tasks", tmp_path / "trace"
    role.mkdir(parents=True)

    def counting(name, more=""):
        # A lookup leaves its trace on the control node: whether a validation has run is counted there.
        (role / f"{name}.yml").write_text(json.dumps([{"name": "Count", "ansible.builtin.assert": {"that": (
            "lookup('ansible.builtin.pipe', 'echo %s >> %s; echo ' ~ colour) != 'wrong'" % (name + more, trace))}}]))

    counting("validate")
    (tmp_path / "play.yml").write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": [
        {"name": "Validate", "workshop.lab.role_variables": {"roles": ["counting"]}}]}]))

    def ran(colour="blue"):
        """Return what has run in one run, and whether it went well."""
        trace.write_text("")
        run = play(tmp_path, tmp_path / "play.yml", {"all": {"vars": dict(UNREACHABLE, colour=colour), "hosts": {"seat": {}}}}, program=program)
        return trace.read_text().split(), run.returncode == 0

    assert [ran(), ran(), ran("red"), ran()] == [(["validate"], True), ([], True), (["validate"], True), ([], True)]
    assert [ran("wrong"), ran("wrong")] == [(["validate"], False)] * 2
    asking = "{{ lookup('ansible.builtin.env', 'HOME') }}"
    assert [ran(asking), ran(asking)] == [(["validate"], True)] * 2
    counting("validate", "-again")
    assert [ran(), ran()] == [(["validate-again"], True), ([], True)]
    counting("validate_files")
    assert [ran(), ran()] == [(["validate-again"], True), (["validate_files"], True)]


def test_other_tasks_are_refused(tmp_path):
    """A validation that would ask the host is a mistake of the role's."""
    role = tmp_path / "roles/asking/tasks"
    role.mkdir(parents=True)
    (role / "validate.yml").write_text(json.dumps([{"name": "Ask", "ansible.builtin.ping": {}}]))
    (tmp_path / "play.yml").write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": [
        {"name": "Validate", "workshop.lab.role_variables": {"roles": ["asking"]}}]}]))
    (tmp_path / "run").mkdir()
    run = play(tmp_path / "run", tmp_path / "play.yml", {"all": {"vars": UNREACHABLE, "hosts": {"seat": {}}}})
    assert "asking : Ask uses ansible.builtin.ping; a validation may use assert and validate_argument_spec only" in run.failure("seat")
