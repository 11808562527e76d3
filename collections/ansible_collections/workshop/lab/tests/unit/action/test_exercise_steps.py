"""The action plugin of exercise_steps: one call for each step, a line as it ends, the role's manifests, and every end named by its step."""

import types

import pytest
from ansible.errors import AnsibleConnectionFailure, AnsibleFileNotFound
from ansible_collections.workshop.lab.plugins.action import exercise_steps as plugin

MODULE = "workshop.lab.exercise_steps"
SCALE = {"scale": {"deployment": "web", "replicas": 3}}
UP = {"id": "2.04.up", "title": "Scale up", "figure": "2.39", "do": [SCALE], "checks": [{"id": "2.04.three", "pod": {"labels": {"a": "b"}, "count": 3}}]}
KEPT = {"id": "2.04.look", "title": "Look", "checks": [{"id": "kept", "pod": {"labels": {"a": "b"}, "uids": {"seen": ["2.04.three", "pods", "values"]}}}]}
THREE = {"2.04.three": {"pods": {"web-1": "u1"}}}
MANIFESTS = {"exercises/2.04/a.yaml": "kind: Service\napiVersion: v1\nmetadata: {name: a}\n---\nkind: Service\napiVersion: v1\nmetadata: {name: b}\n---\n",
             "exercises/2.04/empty.yaml": "# nothing\n", "exercises/2.04/broken.yaml": "a: [\n"}


def ok(ident, changed=False, **seen):
    """Return what the module gives for a step that is true."""
    return {"changed": changed, "checks": [{"id": ident, "ok": True}], "all_ok": True, "failed_step": "", "seen": seen, "steps_done": 1, "steps_total": 1}


class Seat:
    """What the plugin asks for: module calls answered from a script, and files."""

    def __init__(self, folder, answers, steps, check=False, **arguments):
        self.answers, self.calls, self.shown, self.options, self.clock = list(answers), [], [], {"reconnection_retries": 2}, 0.0
        self.retries, self.folder = [], folder
        connection = types.SimpleNamespace(_shell=types.SimpleNamespace(tmpdir=None), get_option=self.options.__getitem__, set_option=self.options.__setitem__)
        task = types.SimpleNamespace(async_val=0, check_mode=check, args=dict(arguments, steps=steps), no_log=False, action=MODULE)
        self.action = plugin.ActionModule.__new__(plugin.ActionModule)
        self.action.__dict__.update(_task=task, _connection=connection, _play_context=types.SimpleNamespace(remote_addr="192.0.2.1"),
                                    _execute_module=self.module, _remove_tmp_path=lambda path: None, _find_needle=self.find,
                                    _loader=types.SimpleNamespace(get_real_file=lambda path: path))

    def find(self, kind, name):
        """Find a file of the role."""
        if kind != "files" or name not in MANIFESTS:
            raise AnsibleFileNotFound("Could not find %s" % name)
        path = self.folder / "manifest.yaml"
        path.write_text(MANIFESTS[name])
        return str(path)

    def module(self, module_name=None, module_args=None, task_vars=None):
        """Answer a module call, 2 seconds later."""
        assert module_name == MODULE
        self.calls.append(module_args)
        self.retries.append(self.options["reconnection_retries"])
        self.clock += 2.0
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)

    def run(self):
        """Run the plugin."""
        return self.action.run(task_vars={"inventory_hostname": "lab-seat-1"})


@pytest.fixture
def seat(monkeypatch, tmp_path):
    """Make a Seat."""
    def make(*arguments, **more):
        one = Seat(tmp_path, *arguments, **more)
        monkeypatch.setattr(plugin.ActionBase, "run", lambda self, tmp=None, task_vars=None: {})
        monkeypatch.setattr(plugin, "display", types.SimpleNamespace(display=one.shown.append))
        monkeypatch.setattr(plugin, "time", types.SimpleNamespace(monotonic=lambda: one.clock))
        return one

    return make


def test_one_call_for_each_step_and_a_line_as_it_ends(seat):
    """A step gets what earlier ones saw, as far as it refers to it."""
    one = seat([ok("2.04.three", changed=True, **dict(THREE, other={"pods": {}})), ok("kept", kept={"pods": {}})], [UP, KEPT], user="k8suser", driver="none")
    result = one.run()
    assert result == {"changed": True, "checks": [{"id": "2.04.three", "ok": True}, {"id": "kept", "ok": True}], "all_ok": True, "failed_step": "",
                      "seen": dict(THREE, other={"pods": {}}, kept={"pods": {}}), "steps_done": 2, "steps_total": 2, "would_change": [], "seconds": 4.0}
    options = {"user": "k8suser", "driver": "none"}
    assert one.calls == [dict(options, steps=[UP], seen={}), dict(options, steps=[KEPT], seen=THREE)]
    assert one.shown == ["lab-seat-1: 2.04.up Scale up (figure 2.39) ok 2.0 s", "lab-seat-1: 2.04.look Look ok 2.0 s"]


@pytest.mark.parametrize("more, seconds", [
    ({"timeout": 90}, 90), ({"timeout": 0, "do": [{"disrupt": {"namespace": "a", "selector": {"a": "b"}, "service": "w", "duration_max": 180}}]}, 180)])
def test_a_long_step_has_a_line_at_its_beginning(seat, more, seconds):
    """So that it is not taken for one that hangs."""
    one = seat([ok("2.04.three")], [dict(UP, **more)])
    one.run()
    assert one.shown == ["lab-seat-1: 2.04.up Scale up (figure 2.39) ... (up to %d s)" % seconds, "lab-seat-1: 2.04.up Scale up (figure 2.39) ok 2.0 s"]


def test_nothing_is_shown_with_no_log(seat):
    """Titles could hold what no_log hides."""
    one = seat([ok("2.04.three")], [dict(UP, timeout=90)])
    one.action._task.no_log = True
    assert one.run()["all_ok"] and one.shown == []


def test_it_stops_at_the_first_step_that_is_not_true(seat):
    """With the module's words, and the checks until then."""
    bad = {"failed": True, "msg": "Step 2.04.up is not true", "changed": True, "checks": [{"id": "2.04.three", "ok": False}], "failed_step": "2.04.up"}
    one = seat([ok("a"), bad], [{"id": "first", "checks": [{"id": "a", "pod": {"name": "x"}}]}, UP, KEPT])
    result = one.run()
    assert result["failed"] and result["msg"] == "Step 2.04.up is not true" and [check["id"] for check in result["checks"]] == ["a", "2.04.three"]
    assert (result["steps_done"], result["steps_total"], result["failed_step"], result["all_ok"], result["changed"]) == (1, 3, "2.04.up", False, True)
    assert one.shown[-1] == "lab-seat-1: 2.04.up Scale up (figure 2.39) FAILED 2.0 s" and len(one.calls) == 2


@pytest.mark.parametrize("answer, words", [
    ({"failed": True, "msg": "MODULE FAILURE\nSee stdout/stderr for the exact error", "module_stderr": "Traceback", "rc": 1}, "MODULE FAILURE"),
    ({"failed": True, "module_stderr": "Killed"}, "Killed"),
    ({"failed": True}, "the module ended without a word"),
])
def test_a_crash_names_the_step(seat, answer, words):
    """And is a check that is false."""
    result = seat([answer], [UP, KEPT]).run()
    assert result["failed"] and result["msg"].startswith("Step 2.04.up Scale up (figure 2.39) could not be done: ") and words in result["msg"]
    assert [(check["id"], check["ok"]) for check in result["checks"]] == [("2.04.up", False)] and result["failed_step"] == "2.04.up"
    assert result.get("module_stderr") == answer.get("module_stderr")


def test_a_lost_connection_names_the_step(seat):
    """Whether the step was done nobody can tell. The task failed and the seat is not given up: an `always` has to mend what the steps before did."""
    one = seat([ok("2.04.three"), AnsibleConnectionFailure("Shared connection closed")], [UP, KEPT])
    result = one.run()
    assert result["failed"] and not result["unreachable"] and result["failed_step"] == "2.04.look" and result["steps_done"] == 1
    assert result["msg"] == "Step 2.04.look Look could not be done: The connection was lost: Shared connection closed"
    assert [(check["id"], check["ok"]) for check in result["checks"]] == [("2.04.three", True), ("2.04.look", None)]


def test_ssh_does_not_begin_a_step_twice(seat):
    """What only looks, or looks first, it may."""
    one = seat([ok("2.04.three"), ok("kept"), ok("x")], [UP, KEPT, dict(UP, id="start", unless_true=True, checks=[{"id": "x", "pod": {"name": "x"}}])])
    one.run()
    assert one.retries == [0, 2, 2] and one.options["reconnection_retries"] == 2


def test_ssh_has_its_retries_again_after_a_lost_connection(seat):
    """Other tasks want them. A seat that was never there is unreachable."""
    one = seat([AnsibleConnectionFailure("gone")], [UP])
    result = one.run()
    assert result["unreachable"] and "failed" not in result and one.retries == [0] and one.options["reconnection_retries"] == 2


def test_a_connection_without_such_an_option(seat):
    """As local has none."""
    one = seat([ok("2.04.three")], [UP])
    del one.options["reconnection_retries"]
    one.module = lambda **more: ok("2.04.three")
    one.action._execute_module = one.module
    assert one.run()["all_ok"] and one.options == {}


def test_manifests_of_the_role_become_definitions(seat):
    """Several documents in one file; empty ones are left out."""
    apply = {"files": ["2.04/a.yaml"], "namespace": "shop", "said": {"Service/a": "created"}}
    one = seat([ok("x")], [{"id": "s", "do": [SCALE, {"apply": apply}]}])
    assert one.run()["all_ok"]
    objects = [{"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}} for name in "ab"]
    assert one.calls[0]["steps"] == [{"id": "s", "do": [SCALE, {"apply": {"namespace": "shop", "said": {"Service/a": "created"}, "definitions": objects}}]}]


@pytest.mark.parametrize("steps, words", [
    (None, "steps is None; it must be a list of at least one step"),
    ([UP, UP], "steps[1].id: the id '2.04.up' is that of steps[0].id already"),
    ([KEPT], "steps[0].checks[0].pod.uids refers to 2.04.three, which no earlier step sees"),
    ([UP, {"id": "s", "do": [{"apply": {"files": ["2.04/other.yaml"]}}]}], "steps[1].do[0].apply.files names 2.04/other.yaml, which cannot be read"),
    ([UP, {"id": "s", "do": [{"apply": {"files": ["2.04/broken.yaml"]}}]}], "steps[1].do[0].apply.files names 2.04/broken.yaml, which cannot be read"),
    ([UP, {"id": "s", "do": [{"apply": {"files": ["2.04/empty.yaml"]}}]}], "steps[1].do[0].apply.files names 2.04/empty.yaml, which has no object"),
    ([UP, {"id": "s", "do": [{"apply": {"files": ["../a.yaml"]}}]}], "steps[1].do[0].apply.files[0] is '../a.yaml'"),
    ([UP, {"id": "s", "do": [{"apply": {"files": ["2.04/a.yaml"], "said": {"Service/c": "created"}}}]}], "said names Service/c, which is not among"),
])
def test_wrong_steps_are_refused_before_the_first_is_done(seat, steps, words):
    """With the place."""
    one = seat([], steps)
    result = one.run()
    assert result["failed"] and words in result["msg"] and result["checks"] == [] and one.calls == [] and one.shown == []


def test_check_mode_asks_only_until_something_would_change(seat):
    """What there would be after that nobody knows; it says which steps would change something."""
    start = {"id": "start", "unless_true": True, "do": [SCALE], "checks": [{"id": "x", "pod": {"name": "x"}}]}
    again = dict(start, id="again", checks=[{"id": "y", "pod": {"name": "x"}}])
    one = seat([dict(ok("x"), checks=[])], [start, {"id": "look", "checks": [{"id": "z", "pod": {"name": "x"}}]}, UP, again],
               check=True)
    result = one.run()
    assert result["changed"] and result["would_change"] == ["2.04.up", "again"] and result["all_ok"] is None and result["checks"] == []
    assert [call["steps"][0]["id"] for call in one.calls] == ["start"] and "failed" not in result
    assert one.shown == ["lab-seat-1: 2.04.up Scale up (figure 2.39) would change something", "lab-seat-1: again would change something"]


def test_check_mode_without_a_change(seat):
    """Nothing is said."""
    one = seat([], [{"id": "look", "checks": [{"id": "z", "pod": {"name": "x"}}]}], check=True)
    assert one.run()["changed"] is False and one.shown == [] and one.calls == []


def test_the_interpreter_that_was_found_is_passed_on(seat):
    """Later tasks need not look for it."""
    facts = {"discovered_interpreter_python": "/usr/bin/python3"}
    assert seat([dict(ok("2.04.three"), ansible_facts=facts)], [UP]).run()["ansible_facts"] == facts


def test_a_worker_whose_playbook_was_killed_does_no_further_step(seat, monkeypatch):
    """It outlives a SIGKILL to the playbook's process group; then its parent is another one."""
    one = seat([ok("2.04.three", **THREE), ok("kept")], [UP, KEPT])
    monkeypatch.setattr(plugin.os, "getppid", lambda: 1 if one.calls else 4711)
    result = one.run()
    assert len(one.calls) == 1 and result["failed"] and result["failed_step"] == "2.04.look"
    assert result["msg"] == "The playbook was killed before step 2.04.look; run it again."
