"""A wrong `-e exercise=...` is refused in one sentence before a seat is touched: the seat here is one that nobody can reach."""

import json

import pytest
from playbook import ROOT, play

UNREACHABLE = {
    "ansible_connection": "ssh",
    "ansible_host": "127.0.0.1",
    "ansible_port": 1,
    "ansible_ssh_retries": 0,
    "ansible_ssh_extra_args": "-o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no -o LogLevel=ERROR",
}
# One host for each value: a list, a text with commas, a number that lost its zero ...
WRONG = {"unknown": "9.99", "zero": 2.1, "twice": "2.04,2.04", "mixed": "all,2.04", "list": ["2.01", "2.06"], "none": "", "mapping": {"2.04": True}}
RIGHT = {"one": "2.04", "commas": "2.01, activity", "some": ["2.03", "2.02"], "every": "all", "number": 2.04}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run the playbook once, for a host with each value."""
    hosts = {name: {"exercise": value} for name, value in {**WRONG, **RIGHT}.items()}
    hosts["left-out"] = {}
    return play(tmp_path_factory.mktemp("exercise"), ROOT / "playbooks/exercise.yml", {"seats": {"vars": UNREACHABLE, "hosts": hosts}})


@pytest.mark.parametrize("host", [*WRONG, "left-out"])
def test_wrong_exercise_is_refused(run, host):
    """One sentence with the option, what was found and what is accepted; the seat was not touched."""
    message = run.failure(host)
    assert not run.of(host, "unreachable")
    assert "exercise is " in message and "2.01, 2.02, 2.03, 2.04, 2.05, activity" in message and "or all" in message
    if host in WRONG and isinstance(WRONG[host], str):
        assert json.dumps(WRONG[host])[1:-1] in message


@pytest.mark.parametrize("host", RIGHT)
def test_right_exercise_gets_as_far_as_the_seat(run, host):
    """Without this one the test above would pass for a playbook that refuses everything."""
    assert run.of(host, "unreachable") and not run.of(host, "failed"), run.output[-3000:]
