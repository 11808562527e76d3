"""Module exercise_steps: its arguments, and its result through Ansible's own entry."""

import json
import os

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import runner as runner_module
from ansible_collections.workshop.lab.plugins.module_utils import seat_lock, steps_work
from ansible_collections.workshop.lab.plugins.module_utils.runner import Done, find_account
from ansible_collections.workshop.lab.plugins.modules import exercise_steps

BASE = ["/usr/local/bin/kubectl", "--context=minikube"]
GET = BASE + ["get", "pods", "--all-namespaces", "-o", "json"]
DELETE = BASE + ["delete", "pods/stray", "--namespace=default", "--ignore-not-found", "--wait=true", "--timeout=120s"]
STEP = {"id": "2.04.clean", "title": "Delete the stray", "do": [{"delete": {"objects": ["Pod/stray"]}}], "timeout": 0,
        "checks": [{"id": "2.04.three", "pod": {"labels": {"tier": "frontend"}, "count": 3}}]}


@pytest.fixture
def lab(monkeypatch, text, tmp_path):
    """Let no program start: answer with the recording. Return the list of calls; the lock is in a folder of the test."""
    calls = []

    def run(self, argv, limit, stdin=None, watch=None, environment=None):
        calls.append(list(argv))
        calls.lock = open(str(tmp_path / "lock")).read() if os.path.exists(str(tmp_path / "lock")) else None
        return Done(list(argv), 0, text("checks/objects.json") if "get" in argv else 'pod "stray" deleted\n', "", 0.1)

    class Calls(list):
        lock = None

    calls = Calls()
    monkeypatch.setattr(runner_module.Runner, "run", run)
    monkeypatch.setattr(steps_work, "lock_path", lambda account, what: str(tmp_path / "lock"))
    return calls


def test_a_step(run_module, lab):
    """One call to act and one to look, under the lock."""
    end = run_module(exercise_steps, {"steps": [STEP]})
    assert not end.failed and end.result["changed"] and end.result["all_ok"] and lab == [DELETE, GET], end.result
    assert set(end.result) == {"changed", "checks", "all_ok", "failed_step", "steps_done", "steps_total", "would_change", "seen", "seconds"}
    assert lab.lock == "%d step 2.04.clean\n" % os.getpid() and len(end.result["seen"]["2.04.three"]["pods"]) == 3
    json.dumps(end.result)


def test_a_step_that_is_not_true_fails_with_all_that_was_seen(run_module, lab):
    """The message says the first check."""
    wrong = dict(STEP, checks=[{"id": "2.04.five", "title": "Five pods", "pod": {"labels": {"tier": "frontend"}, "count": 5}}])
    end = run_module(exercise_steps, {"steps": [wrong]})
    assert end.failed and end.result["msg"].startswith("Step 2.04.clean Delete the stray is not true after ")
    assert "Five pods (2.04.five): expected 5 pods with tier=frontend in namespace default; found 3: " in end.result["msg"]
    assert end.result["changed"] and end.result["failed_step"] == "2.04.clean" and end.result["checks"][0]["ok"] is False


def test_references_to_an_earlier_call(run_module, lab):
    """By option seen."""
    step = {"id": "s", "timeout": 0, "checks": [{"id": "new", "pod": {"labels": {"tier": "frontend"}, "gone_uids": {"seen": ["old", "pods", "values"]}}}]}
    assert run_module(exercise_steps, {"steps": [step], "seen": {"old": {"pods": {"a": "not-there"}}}}).result["all_ok"] is True


def test_check_mode_does_nothing(run_module, lab):
    """And starts nothing for a step that it need not look at."""
    end = run_module(exercise_steps, {"steps": [STEP]}, check=True)
    assert end.result["changed"] and end.result["would_change"] == ["2.04.clean"] and end.result["all_ok"] is None and lab == [] and lab.lock is None
    end = run_module(exercise_steps, {"steps": [dict(STEP, unless_true=True)]}, check=True)
    assert end.result["changed"] is False and lab == [GET]


def test_check_mode_on_a_seat_without_the_account(run_module, lab):
    """A task before this one may be going to make it."""
    end = run_module(exercise_steps, {"steps": [dict(STEP, unless_true=True)], "user": "nobodyhere"}, check=True)
    assert not end.failed and end.result["would_change"] == ["2.04.clean"] and lab == []


def test_lock_of_another_run(run_module, lab, tmp_path):
    """Nothing is started."""
    with seat_lock.Lock(str(tmp_path / "lock"), "step 2.05.1", 0, "Another run"):
        end = run_module(exercise_steps, {"steps": [STEP], "lock_timeout": 0})
    assert end.failed and "process %d, step 2.05.1" % os.getpid() in end.result["msg"] and lab == []
    assert end.result["checks"][0]["id"] == "2.04.clean" and end.result["checks"][0]["ok"] is False


@pytest.mark.parametrize("driver, node_user", [("none", "root"), ("virtualbox", None)])
def test_node_is_looked_at_as_its_driver_says(run_module, lab, driver, node_user, monkeypatch):
    """By minikube ssh in a VM, here with driver none."""
    seats = []
    monkeypatch.setattr(steps_work, "Seat", lambda *arguments: seats.append(arguments) or (_ for _ in ()).throw(steps_work.LabError("enough")))
    run_module(exercise_steps, {"steps": [STEP], "driver": driver, "node_user": node_user, "minikube_path": "/m"})
    (kubectl, found, here, owner, minikube), = seats
    assert (found, minikube, here.account) == (driver, "/m", find_account()) and owner.account == find_account(node_user) and kubectl.base == BASE


@pytest.mark.parametrize("arguments, words", [
    ({}, "missing required arguments: steps"),
    ({"steps": []}, "steps is []; it must be a list of at least one step"),
    ({"steps": [{"id": "s"}]}, "steps[0] has neither do nor checks"),
    ({"steps": [dict(STEP, retries=3)]}, "steps[0].retries is no argument of this step"),
    ({"steps": [STEP], "seen": {"old": 1}}, "seen is {'old': 1}; it must be the dictionary"),
    ({"steps": [STEP], "driver": "docker"}, "value of driver must be one of: none, virtualbox, kvm2, got: docker"),
    ({"steps": [STEP], "minikube_path": "minikube; reboot"}, "minikube_path is 'minikube; reboot'; it must be an absolute path"),
    ({"steps": [STEP], "node_user": "-x"}, "node_user is '-x'; it must be an account name"),
    ({"steps": [STEP], "apiserver_port": 0}, "apiserver_port is 0; it must be a number from 1 to 65535"),
    ({"steps": [STEP], "lock_timeout": -1}, "lock_timeout is -1.0; it must be a number from 0 to 3600"),
    ({"steps": [STEP], "kubectl_path": "../kubectl"}, "kubectl_path is '../kubectl'; it must be an absolute path"),
    ({"steps": [STEP], "context": "$(id)"}, "context is '$(id)'; it must be a context's name"),
    ({"steps": [STEP], "user": "root; id"}, "user is 'root; id'; it must be an account name"),
    ({"steps": [STEP], "user": "nobodyhere"}, "There is no account nobodyhere on this machine"),
    ({"steps": [STEP], "query_timeout": 0}, "query_timeout is 0; it must be a number of at least 1"),
])
def test_bad_arguments(run_module, lab, arguments, words):
    """Refused in one sentence, before any program is started."""
    end = run_module(exercise_steps, arguments)
    assert end.failed and words in end.result["msg"], end.result
    assert lab == [] and lab.lock is None


@pytest.mark.parametrize("wrong", [{"user": "root; id"}, {"kubectl_path": "../kubectl"}, {"context": "$(id)"}])
def test_bad_arguments_in_check_mode(run_module, lab, wrong):
    """Too."""
    assert run_module(exercise_steps, dict({"steps": [STEP]}, **wrong), check=True).failed
