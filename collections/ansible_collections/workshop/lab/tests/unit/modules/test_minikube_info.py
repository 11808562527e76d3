"""minikube_info: what it says of every state; it only ever asks."""

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.minikube import Minikube
from ansible_collections.workshop.lab.plugins.module_utils.minikube_report import report
from ansible_collections.workshop.lab.plugins.module_utils.runner import Runner
from ansible_collections.workshop.lab.plugins.modules import minikube_info
from ansible_collections.workshop.lab.tests.unit.minikube_parts import (
    CLEAN,
    EMPTY,
    KUBECTL,
    MINIKUBE,
    MISCONFIGURED,
    NOTHING,
    RUNNING,
    STATUS,
    STOPPED,
    VANISHED,
    FakeHome,
    fixture,
    seen,
)

VERSION = "minikube version: v1.5.2\ncommit: 792dbf92a1de583fcee76f8791cff12e0c9440ad-dirty\n"
QUESTIONS = [STATUS, [MINIKUBE, "version"], [MINIKUBE, "profile", "list", "-o", "json"]]


def ask(fake_runner, found, answer, program=True):
    """Return (the result, what was started)."""
    runner = fake_runner([(["status"],) + answer, (["version"], 0, VERSION, ""), (["profile"], 0, fixture("vm/profile-list.json"), "")])
    minikube = Minikube(runner, runner, MINIKUBE, KUBECTL, {"query": 60})
    minikube.installed = lambda: program
    return report(minikube, FakeHome(runner.account, found)), runner.calls


@pytest.mark.parametrize("found, answer, word, reason", [
    (seen(), (0, RUNNING, ""), "started", ""),
    (seen(), (4, MISCONFIGURED, ""), "started", "old address"),
    (seen(), (1, STOPPED, ""), "stopped", ""),
    (seen(), (1, STOPPED.replace("Stopped", "Saved"), ""), "stopped", ""),
    (EMPTY, (1, NOTHING, ""), "absent", ""),
    (seen(machine=None, names=None), (1, NOTHING, ""), "absent", ""),
    (seen(), (70, "", VANISHED), "broken", "behind minikube's back"),
    (seen(machine=None), (70, "", "X Error getting host"), "broken", "no config.json"),
    (seen(profile="{"), (0, RUNNING, ""), "broken", "cannot read its profile"),
    (seen(), (2, RUNNING.replace('"APIServer":"Running"', '"APIServer":"Stopped"'), ""), "broken", "the API server Stopped"),
    (seen(), (1, NOTHING, ""), "broken", "no state that minikube has a word for"),
    (seen(), (None, "", ""), "broken", "did not answer"),
])
def test_states(fake_runner, found, answer, word, reason):
    """One word and one sentence; three questions, none of which writes."""
    result, calls = ask(fake_runner, found, answer)
    assert (result["state"], result["changed"]) == (word, False) and reason in result["reason"] and bool(reason) == bool(result["reason"])
    assert calls == QUESTIONS
    assert result["minikube_version"] == "v1.5.2" and result["profiles"] == {"valid": ["minikube"], "invalid": []}


@pytest.mark.parametrize("found, program, reason", [(CLEAN, True, ""), (CLEAN, False, "not installed"), (EMPTY, False, "not installed")])
def test_nothing_is_asked_where_nothing_is(fake_runner, found, program, reason):
    """minikube would make ~/.minikube."""
    result, calls = ask(fake_runner, found, (1, NOTHING, ""), program)
    assert (result["state"], calls) == ("absent", []) and reason in result["reason"]


@pytest.mark.parametrize("arguments, words", [
    ({"user": "a b"}, "an account name"), ({"user": "A"}, "an account name"), ({"user": "x" * 40}, "an account name"), ({"user": "$(id)"}, "an account name"),
    ({"minikube_path": "bin/minikube"}, "an absolute path"), ({"minikube_path": "/a/../b"}, "without .."), ({"query_timeout": 0}, "query_timeout is 0"),
    ({"query_timeout": "soon"}, "int"), ({"profile": "x"}, "Unsupported"),
])
def test_bad_values(run_module, monkeypatch, arguments, words):
    """Refused, and nothing was started."""
    calls = []
    monkeypatch.setattr(Runner, "run", lambda self, argv, limit, **more: calls.append(argv))
    end = run_module(minikube_info, arguments)
    assert end.failed and words in end.result["msg"] and calls == []


def test_no_account(run_module):
    """A machine without the account has no cluster of it."""
    end = run_module(minikube_info, {"user": "nobody-of-that-name"})
    assert not end.failed and end.result["state"] == "absent" and "There is no account" in end.result["reason"]
    assert set(end.result) == {"changed", "state", "reason", "cluster", "current_context", "profiles", "minikube_version", "foreign_files"}
