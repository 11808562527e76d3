"""cluster_driver auto: found once a run, on the control node itself as the seat, and seen by every role; any other value asks the machine nothing."""

import json
import sys

import pytest
from playbook import ROOT, play

PLAYBOOK = ROOT / "tests" / "roles" / "driver.yml"
# Whatever this machine is: no VM has that much memory, and what stops driver none or VirtualBox on it is ignored.
TOO_MUCH = {"cluster_memory_mb": 1000000}
NONE_WORKS = ["none.cgroup", "none.systemd", "none.packages", "seat.processors", "seat.memory"]
VIRTUALBOX_WORKS = [*("virtualbox." + name for name in ("source", "container", "processor", "guest", "headers", "kernel", "kvm", "secure_boot",
                                                         "kvm_holders", "version")), "network.host_only", "seat.processors", "seat.memory"]
CASES = {
    # name: (variables of the inventory, extra variables, what the roles see)
    "default": ({}, {}, "cluster=virtualbox owner=k8suser workshop=virtualbox search=False"),
    "kvm2": ({"cluster_driver": "kvm2"}, {}, "cluster=kvm2 owner=k8suser workshop=kvm2 search=True"),
    "none": ({}, {"cluster_driver": "none"}, "cluster=none owner=root workshop=none search=False"),
    "auto-none": ({"cluster_driver": "auto", "preflight_ignore": NONE_WORKS, "preflight_auto_drivers": ["none"]}, {},
                  "cluster=none owner=root workshop=none search=False"),
    # Extra variables are stronger than anything that a play can set.
    "auto-extra": ({"preflight_ignore": NONE_WORKS, **TOO_MUCH, "preflight_auto_drivers": ["kvm2", "none"]}, {"cluster_driver": "auto"},
                   "cluster=none owner=root workshop=none search=False"),
    "auto-virtualbox": ({"cluster_driver": "auto", "preflight_ignore": VIRTUALBOX_WORKS}, {},
                        "cluster=virtualbox owner=k8suser workshop=virtualbox search=False"),
}


def run(tmp_path, variables, extra):
    """Run the playbook on this machine, for a user whom it does not have."""
    host = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, **variables}
    inventory = {"all": {"hosts": {"here": host}}}
    return play(tmp_path, PLAYBOOK, inventory, "--extra-vars", json.dumps(extra))


def looked(done):
    """Whether the machine was asked what can work."""
    return any("which driver can work" in event["task"] for event in done.of("here", "ok"))


@pytest.mark.parametrize("name", CASES)
def test_every_role_sees_the_same_driver(tmp_path, name):
    """In a later play, as site.yml has five; and one line says why."""
    variables, extra, seen = CASES[name]
    done = run(tmp_path, variables, extra)
    assert done.returncode == 0, done.output
    assert "SEEN " + seen in done.output, done.output
    assert looked(done) == name.startswith("auto"), done.output
    told = [line for line in done.output.splitlines() if "here: Driver " in line]
    assert len(told) == (1 if name.startswith("auto") else 0), done.output
    assert not done.changed("here")


def test_nothing_can_work(tmp_path):
    """One sentence, with what is missing for each driver, and the run ends there."""
    done = run(tmp_path, {"cluster_driver": "auto", "preflight_auto_drivers": ["virtualbox", "kvm2"], **TOO_MUCH}, {})
    assert done.returncode == 2, done.output
    message = done.failure("here")
    assert message.startswith("cluster_driver is auto on here. No driver can work here: virtualbox cannot ("), message
    assert "; kvm2 cannot (" in message
    assert "playbooks/preflight.yml" in message
    assert "SEEN" not in done.output


def test_nothing_can_work_and_nothing_is_wanted(tmp_path):
    """The undo of such a machine goes on."""
    done = run(tmp_path, {"cluster_driver": "auto", "cluster_state": "absent", "preflight_auto_drivers": ["virtualbox", "kvm2"], **TOO_MUCH}, {})
    assert "SEEN cluster=none" in done.output, done.output
