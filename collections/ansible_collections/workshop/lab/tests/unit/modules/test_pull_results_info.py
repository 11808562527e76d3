"""pull_results_info: what seats have told, as checks; whatever they have put there."""

import json
import os

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import pull_checks, pull_result
from ansible_collections.workshop.lab.plugins.modules import pull_results_info

NOW = 2000000000


@pytest.fixture
def told(tmp_path):
    """Put a result of seat07 there; return its checks by id and all of them: told(outcome, age, **known)."""
    def tell(content, age=600, most=93600):
        path = tmp_path / "seat07.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        os.utime(str(path), (NOW - age, NOW - age))
        found = pull_results_info.look({"dir": str(tmp_path), "seats": ["seat07"], "max_age": most}, NOW)
        return {check["id"]: check for check in found["checks"]["seat07"]["pull_checks"]}, found

    return tell


def result(outcome="converged", **known):
    """A result of seat07."""
    return pull_result.result("seat07", outcome, "now", **dict({"running": "a" * 40, "wanted": "a" * 40, "changed": 0, "subject": "Monday"}, **known))


def test_a_good_one(told):
    """Three checks that are true, and the seat's own."""
    own = {"groups": [{"variable": "verify_checks", "checks": [{"id": "seat.node", "title": "Node", "ok": True}]},
                      {"variable": "", "checks": [{"id": "x"}]}, {"variable": "report_dir", "checks": []}, 7]}
    checks, found = told(result(report=own))
    assert {name: check["ok"] for name, check in checks.items()} == {"pull.heard": True, "pull.commit": True, "pull.run": True}
    assert checks["pull.heard"]["actual"] == "10 minutes ago" and checks["pull.commit"]["actual"] == "aaaaaaaaaaaa Monday"
    assert sorted(found["checks"]["seat07"]) == ["pull_checks", "pull_verify_checks"]
    assert found["checks"]["seat07"]["pull_verify_checks"][0]["id"] == "seat.node"
    assert found["outcomes"] == {"seat07": "converged"} and found["commits"] == {"seat07": "a" * 40}


@pytest.mark.parametrize("outcome, wrong", [("failed", {"pull.run"}), ("refused", {"pull.commit"}), ("unreachable", {"pull.commit"})])
def test_a_bad_one(told, outcome, wrong):
    """The check that is false has the reason and the next step."""
    checks, _found = told(result(outcome, wanted="b" * 40, reason="no key", next_step="sign it"))
    assert {name for name, check in checks.items() if not check["ok"]} == wrong
    check = checks[wrong.pop()]
    assert "no key" in check["actual"] and check["hint"] == "sign it"


def test_one_that_is_too_old(told):
    """By the clock of the host that took it."""
    checks, _found = told(result(), age=93700)
    assert checks["pull.heard"]["ok"] is False and checks["pull.heard"]["actual"] == "26 hours ago" and checks["pull.run"]["ok"] is True


@pytest.mark.parametrize("content", ["[", "[]", "{}", "[" * 100000, " " * (pull_checks.LARGEST + 1),
                                     json.dumps(result(outcome="splendid")), json.dumps(dict(result(), seat="seat08")), json.dumps(dict(result(), version=2))])
def test_what_is_no_result(told, content):
    """Counts as a seat that tells nothing."""
    checks, found = told(content)
    assert list(checks) == ["pull.heard"] and checks["pull.heard"]["actual"] == "something else" and found["outcomes"] == {"seat07": ""}


@pytest.mark.parametrize("key", ["running", "wanted", "subject", "reason", "next_step", "changed", "report"])
@pytest.mark.parametrize("value", [None, [], {"a": 1}, 7, True, "\x1b[31m\u202e<b>{{ x }}", "x" * 100000])
def test_values_of_any_kind(told, key, value):
    """Become short text, or nothing."""
    for outcome in pull_result.OUTCOMES:
        checks, _found = told(dict(result(outcome), **{key: value}))
        for check in checks.values():
            assert all("\x1b" not in text and "\u202e" not in text and len(text) < 2000 for text in check.values() if isinstance(text, str))


def test_a_link_is_not_followed(tmp_path, told, run_module):
    """It would be read by root."""
    told(result())
    os.symlink("/etc/shadow", str(tmp_path / "seat08.json"))
    done = run_module(pull_results_info, {"dir": str(tmp_path), "seats": ["seat08"]})
    assert done.failed and "The result of seat08" in done.result["msg"] and "cannot be read" in done.result["msg"]


def test_the_module(tmp_path, run_module):
    """A seat that has told nothing; a folder that is not there; a name that is a path."""
    done = run_module(pull_results_info, {"dir": str(tmp_path), "seats": ["seat07"]}, check=True)
    assert not done.failed and not done.result["changed"] and done.result["checks"]["seat07"]["pull_checks"][0]["actual"] == "never"
    assert "There is no folder" in run_module(pull_results_info, {"dir": str(tmp_path / "none"), "seats": []}).result["msg"]
    assert "seats is '../x'" in run_module(pull_results_info, {"dir": str(tmp_path), "seats": ["../x"]}).result["msg"]
