"""Going through steps: look first, act, look until true, stop at the first that is not, and what a person is told."""

import contextlib

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import steps_work
from ansible_collections.workshop.lab.plugins.module_utils.check import check
from ansible_collections.workshop.lab.plugins.module_utils.checks_seen import Seen
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.steps_act import Acted
from ansible_collections.workshop.lab.plugins.module_utils.steps_read import read_steps
from ansible_collections.workshop.lab.plugins.module_utils.steps_report import begin, end, failure, not_done, title

SCALE = {"scale": {"deployment": "web", "replicas": 3}}


def pod(name):
    """Return a pod with the label tier=frontend."""
    return {"kind": "Pod", "metadata": {"name": name, "namespace": "default", "uid": "u-" + name, "labels": {"tier": "frontend"}}}


def counted(ident, count, **more):
    """Return a check of so many pods."""
    return {"id": ident, "title": "%d pods" % count, "figure": "2.40", "hint": "Wait.", "pod": dict({"labels": {"tier": "frontend"}, "count": count}, **more)}


class Lab:
    """A cluster of pods: ``looks`` are what each look shows (the last for ever), ``does`` what each action answers. Time goes on by sleeping only."""

    def __init__(self, monkeypatch, looks, does=()):
        self.looks, self.does, self.done, self.looked, self.locked, self.now = list(looks), list(does), [], [], [], 0.0
        self.work = steps_work.Work({}, None, self.look, lambda: self.now, self.sleep)
        monkeypatch.setattr(steps_work, "act", self.act)

    def sleep(self, seconds):
        """Pass the time."""
        self.now += seconds

    def look(self, entries):
        """Show the next state."""
        self.looked.append([entry.id for entry in entries])
        names = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        return Seen([pod(name) for name in names]), {}

    def act(self, action, step, params, kubectl):
        """Answer an action."""
        self.done.append((step.id, action.name, action.args))
        answer = self.does.pop(0) if self.does else Acted(True, [], {})
        if isinstance(answer, Exception):
            raise answer
        return answer

    @contextlib.contextmanager
    def lock(self, step):
        """Remember who took the lock."""
        self.locked.append(step.id)
        yield

    def go(self, *values, **seen):
        """Go through steps; return (result, message or "")."""
        try:
            return steps_work.go(read_steps(list(values), seen), self.work, seen, self.lock, lambda: self.now), ""
        except LabError as error:
            return error.result, str(error)


def test_act_then_look_until_true(monkeypatch):
    """Every half second; later steps refer to what was seen."""
    lab = Lab(monkeypatch, ["", "a", "ab", "abc"])
    result, _message = lab.go({"id": "up", "do": [SCALE], "checks": [counted("two", 2)]},
                              {"id": "more", "do": [SCALE], "checks": [counted("kept", 3, uids={"seen": ["two", "pods", "values"]})]})
    assert [one["ok"] for one in result["checks"]] == [True, True] and lab.now == 1.0 and lab.looked == [["two"]] * 3 + [["kept"]]
    assert {key: result[key] for key in ("changed", "all_ok", "failed_step", "steps_done", "steps_total", "would_change", "seconds")} == {
        "changed": True, "all_ok": True, "failed_step": "", "steps_done": 2, "steps_total": 2, "would_change": [], "seconds": 1.0}
    assert result["seen"]["two"] == {"pods": {"a": "u-a", "b": "u-b"}} and lab.locked == ["up", "more"]


def test_unless_true_does_nothing_when_it_is_true(monkeypatch):
    """One look."""
    lab = Lab(monkeypatch, ["ab"])
    result, _message = lab.go({"id": "start", "unless_true": True, "do": [SCALE], "checks": [counted("two", 2)]})
    assert lab.done == [] and len(lab.looked) == 1 and not result["changed"] and result["seen"]["two"]["pods"] == {"a": "u-a", "b": "u-b"}


def test_unless_true_acts_when_it_is_not(monkeypatch):
    """And looks again."""
    lab = Lab(monkeypatch, ["a", "ab"])
    result, _message = lab.go({"id": "start", "unless_true": True, "do": [SCALE, SCALE], "checks": [counted("two", 2)]})
    assert [one[:2] for one in lab.done] == [("start", "scale")] * 2 and result["changed"] and result["all_ok"]


def test_stops_at_the_first_step_that_is_not_true(monkeypatch):
    """The checks of later steps are not among the result; the message has the first check, the others by title."""
    lab = Lab(monkeypatch, ["a"])
    result, message = lab.go({"id": "one", "checks": [counted("a", 1)]},
                             {"id": "2.04.up", "title": "Scale to two pods", "figure": "2.39", "do": [SCALE], "timeout": 5,
                              "checks": [counted("is", 1), counted("two", 2), counted("three", 3)]},
                             {"id": "later", "do": [SCALE], "checks": [counted("x", 1)]})
    assert [(one["id"], one["ok"]) for one in result["checks"]] == [("a", True), ("is", True), ("two", False), ("three", False)]
    assert (result["all_ok"], result["failed_step"], result["steps_done"], result["steps_total"], result["changed"]) == (False, "2.04.up", 1, 3, True)
    assert [one[0] for one in lab.done] == ["2.04.up"] and lab.now == 5.0
    lines = message.split("\n")
    assert lines[0] == "Step 2.04.up Scale to two pods (figure 2.39) is not true after 5.0 seconds."
    assert lines[1].startswith("2 pods (two): expected 2 pods with tier=frontend in namespace default; found a ")
    assert lines[2:] == ["Next step: Wait.", "Not true either: 3 pods (three)."]


def test_a_false_word_of_kubectl_is_not_waited_for(monkeypatch):
    """It stays false; the rest of the actions is left, the checks are looked at once."""
    lab = Lab(monkeypatch, [""], [Acted(True, [check("up.said", "kubectl says created", False, "created", "unchanged", "2.33", "Begin anew.")], {})])
    result, message = lab.go({"id": "up", "do": [SCALE, SCALE], "timeout": 300, "checks": [counted("two", 2)]})
    assert [one["id"] for one in result["checks"]] == ["up.said", "two"] and lab.now == 0.0 and len(lab.done) == 1
    assert "kubectl says created (up.said): expected created; found unchanged." in message


def test_an_action_that_cannot_be_done(monkeypatch):
    """Becomes a check with the step's id, so that nobody takes the others for the whole; what changed before is said."""
    lab = Lab(monkeypatch, ["a"], [Acted(True, [], {}), LabError("kubectl could not scale: no. Next step: look at it.", seconds=1)])
    result, message = lab.go({"id": "2.04.up", "title": "Scale", "figure": "2.39", "do": [SCALE, SCALE], "checks": [counted("a", 1)]})
    one, = result["checks"]
    assert (one["id"], one["ok"], one["actual"], one["hint"], one["figure"]) == ("2.04.up", False, "kubectl could not scale: no.", "look at it.", "2.39")
    assert message == "Step 2.04.up Scale (figure 2.39) could not be done: kubectl could not scale: no.\nNext step: look at it."
    assert result["changed"] and not result["all_ok"] and result["failed_step"] == "2.04.up" and lab.looked == []


@pytest.mark.parametrize("told", [True, False])
def test_an_action_that_changed_something_and_failed(monkeypatch, told):
    """As its error says."""
    lab = Lab(monkeypatch, ["a"], [LabError("no", changed=told)])
    assert lab.go({"id": "s", "do": [SCALE]})[0]["changed"] is told


def test_a_lock_that_is_held(monkeypatch):
    """Is a step that could not be done."""
    lab = Lab(monkeypatch, ["a"])

    @contextlib.contextmanager
    def lock(step):
        raise LabError("Another run is going on: process 7.")
        yield

    lab.lock = lock
    result, message = lab.go({"id": "s", "do": [SCALE]})
    assert "process 7" in message and result["failed_step"] == "s" and not result["changed"] and lab.done == []


def test_what_the_steps_own_action_saw(monkeypatch):
    """Its checks may refer to it."""
    lab = Lab(monkeypatch, ["b"], [Acted(True, [], {"s.deleted": {"name": "a", "pods": {"a": "u-a"}}, "s.kept": {"pods": {"b": "u-b"}}})])
    result, message = lab.go({"id": "s", "do": [{"delete_one": {"labels": {"tier": "frontend"}}}], "timeout": 0, "checks": [
        counted("gone", 1, gone_uids={"seen": ["s.deleted", "pods", "values"]}), counted("kept", 1, uids={"seen": ["s.kept", "pods", "values"]})]})
    assert result["all_ok"] and not message and result["seen"]["s.deleted"]["name"] == "a"


def test_a_wrong_reference_is_found_before_anything_is_done(monkeypatch):
    """In the checks too."""
    lab = Lab(monkeypatch, ["a"])
    result, message = lab.go({"id": "s", "do": [SCALE], "checks": [counted("a", 1, uids={"seen": ["old", "uids", "values"]})]}, old={"pods": {}})
    assert lab.done == [] and "steps[0].checks[0].pod.uids refers to uids of old" in message and result["failed_step"] == "s"


def test_check_mode_looks_only_as_far_as_it_can_know(monkeypatch):
    """A step that is true already is none; after one that would change something every step with actions counts."""
    lab = Lab(monkeypatch, ["ab"])
    start = {"id": "start", "unless_true": True, "do": [SCALE], "checks": [counted("two", 2)]}
    steps = read_steps([start, {"id": "look", "checks": [counted("five", 5)]}, {"id": "up", "do": [SCALE]}, dict(start, id="s2", checks=[counted("2", 2)])])
    result = steps_work.foresee(steps, lab.work, {}, lambda: 0.0)
    assert result == {"changed": True, "checks": [], "all_ok": None, "failed_step": "", "seen": {}, "steps_done": 0, "steps_total": 4,
                      "would_change": ["up", "s2"], "seconds": 0.0}
    assert lab.looked == [["two"]] and lab.done == []
    assert steps_work.foresee(steps[:2], lab.work, {})["changed"] is False
    assert steps_work.foresee(steps, None, {})["would_change"] == ["start", "up", "s2"]


def test_lines_for_a_person():
    """With a figure where there is one."""
    step, plain = read_steps([{"id": "2.05.4", "title": "Start the API server", "figure": "2.54", "do": [SCALE]}, {"id": "x", "do": [SCALE]}])
    assert title(step) == "2.05.4 Start the API server (figure 2.54)" and title(plain) == "x"
    assert begin("lab-seat-1", step, 90) == "lab-seat-1: 2.05.4 Start the API server (figure 2.54) ... (up to 90 s)"
    assert end("lab-seat-1", step, "ok", 3.2345) == "lab-seat-1: 2.05.4 Start the API server (figure 2.54) ok 3.2 s"


def test_a_message_names_only_some_of_many():
    """And how many more."""
    step, = read_steps([{"id": "s", "do": [SCALE]}])
    checks = [check("c%d" % number, "Title", None, "", "", hint="") for number in range(7)]
    assert failure(step, checks, 1.0).split("\n") == ["Step s is not true after 1.0 seconds.", "Title (c0): expected -; found -.",
                                                      "Not true either: Title (c1), Title (c2), Title (c3) and 3 more."]
    assert not_done(step, "It broke", 2.0)["title"] == "s"
