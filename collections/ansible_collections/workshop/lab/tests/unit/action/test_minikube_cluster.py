"""The action plugin: one plain call when nothing long is due, else a second one in the background whose lines are shown and whose traces are removed."""

import types

import pytest
from ansible.errors import AnsibleConnectionFailure
from ansible_collections.workshop.lab.plugins.action import minikube_cluster as plugin

MODULE = "workshop.lab.minikube_cluster"
PENDING = {"changed": False, "pending": True, "doing": "minikube start", "limit": 900}
JOB = {"ansible_job_id": "j1.2", "started": 1, "finished": 0, "results_file": "/root/.ansible_async/j1.2", "changed": True}
DONE = {"changed": True, "host": "Running", "finished": 1, "started": 1, "ansible_job_id": "j1.2", "results_file": "/root/.ansible_async/j1.2"}


class Seat:
    """What the plugin asks for: module calls and commands, answered from scripts."""

    def __init__(self, modules, texts=(), check=False, asynchronous=0, arguments=None):
        self.modules, self.texts, self.calls, self.commands, self.shown, self.resets = list(modules), list(texts), [], [], [], 0
        self.clock = 0.0
        shell = types.SimpleNamespace(tmpdir=None)
        connection = types.SimpleNamespace(has_native_async=False, _shell=shell, reset=self.reset)
        task = types.SimpleNamespace(async_val=asynchronous, check_mode=check, args=dict(arguments or {"state": "started"}), no_log=False, environment=[],
                                     action=MODULE, diff=False, collections=[], delegate_to=None)
        self.action = plugin.ActionModule.__new__(plugin.ActionModule)
        self.action.__dict__.update(_task=task, _connection=connection, _play_context=types.SimpleNamespace(remote_addr="192.0.2.1"),
                                    _execute_module=self.module, _low_level_execute_command=self.command, _remove_tmp_path=lambda path: None)

    def reset(self):
        """A connection made anew."""
        self.resets += 1

    def module(self, module_name=None, module_args=None, task_vars=None, wrap_async=False):
        """Answer a module call."""
        self.calls.append((module_name, module_args, wrap_async, self.action._task.async_val))
        answer = self.modules.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)

    def command(self, command, sudoable=True):
        """Answer a command."""
        self.commands.append(command)
        if command == "mktemp -d":
            return {"rc": 0, "stdout": "/tmp/tmp.AbC123\r\n"}
        if command.startswith("rm "):
            return {"rc": 0, "stdout": ""}
        answer = self.texts.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {"rc": 0, "stdout": answer}

    def run(self):
        """Run the plugin."""
        return self.action.run(task_vars={"inventory_hostname": "lab-seat-1"})


@pytest.fixture
def seat(monkeypatch):
    """Make a Seat whose clock goes on by 10 seconds a pause."""
    made = []

    def make(*arguments, **more):
        one = Seat(*arguments, **more)
        made.append(one)
        monkeypatch.setattr(plugin.ActionBase, "run", lambda self, tmp=None, task_vars=None: {})
        monkeypatch.setattr(plugin, "display", types.SimpleNamespace(display=one.shown.append, vv=lambda text: None))
        monkeypatch.setattr(plugin, "time", types.SimpleNamespace(monotonic=lambda: one.clock, sleep=lambda seconds: setattr(one, "clock", one.clock + 10)))
        return one

    return make


def test_healthy_cluster_costs_one_plain_call(seat):
    """No directory, no command, no background."""
    one = seat([{"changed": False, "host": "Running"}])
    assert one.run() == {"changed": False, "host": "Running"}
    assert one.calls == [(MODULE, {"state": "started", "only_if_quick": True}, False, 0)] and one.commands == []


def test_refusal_of_the_first_call_is_the_answer(seat):
    """A failed call is not repeated."""
    one = seat([{"failed": True, "msg": "no", "pending": True}])
    assert one.run() == {"failed": True, "msg": "no", "pending": True} and len(one.calls) == 1


@pytest.mark.parametrize("more", [{"check": True}, {"arguments": {"state": "started", "only_if_quick": True}}, {"arguments": {"progress_file": "/tmp/x"}}])
def test_check_mode_and_internal_options_are_one_call_as_asked(seat, more):
    """Nothing is added to the arguments."""
    one = seat([dict(PENDING)], **more)
    assert one.run() == PENDING
    assert one.calls == [(MODULE, one.action._task.args, False, 0)] and one.commands == []


def test_task_with_async_is_left_to_ansible(seat):
    """It polls by itself."""
    one = seat([dict(JOB)], asynchronous=600)
    assert one.run()["ansible_job_id"] == "j1.2"
    assert one.calls == [(MODULE, None, True, 600)] and one.commands == []


def test_long_run_goes_on_in_the_background_and_is_shown(seat):
    """Each line once; at the end the result without Ansible's own words, and nothing left on the seat."""
    first, second = "0.1\tminikube start\t* Creating virtualbox VM ...\n", "12.0\tminikube start\t* Launching Kubernetes ... \n"
    one = seat([PENDING, JOB, DONE], [first + "%%running\n", first + second + "%%running\n", (first + second).replace("\n", "\r\n") + "%%ended\r\n"])
    assert one.run() == {"changed": True, "host": "Running"}
    assert one.shown == ["lab-seat-1: minikube start, 0:00: Creating virtualbox VM ...", "lab-seat-1: minikube start, 0:12: Launching Kubernetes ..."]
    assert one.calls == [
        (MODULE, {"state": "started", "only_if_quick": True}, False, 0),
        (MODULE, {"state": "started", "progress_file": "/tmp/tmp.AbC123/progress"}, True, 960),
        ("ansible.legacy.async_status", {"jid": "j1.2", "mode": "status", "_async_dir": "/root/.ansible_async"}, False, 0)]
    assert one.commands[0] == "mktemp -d" and one.commands[-1] == "rm -rf -- /tmp/tmp.AbC123 /root/.ansible_async/j1.2" and len(one.commands) == 5


def test_failure_in_the_background_is_the_tasks_failure(seat):
    """With all that the module told."""
    one = seat([PENDING, JOB, dict(DONE, failed=True, msg="minikube could not start the cluster", problem={"id": "X"}, changed=False)], ["%%ended\n"])
    assert one.run() == {"failed": True, "msg": "minikube could not start the cluster", "problem": {"id": "X"}, "changed": False, "host": "Running"}
    assert one.commands[-1].startswith("rm -rf")


@pytest.mark.parametrize("launch", [{"failed": True, "msg": "could not create directory"}, {}])
def test_without_a_background_run_the_module_is_called_plainly(seat, launch):
    """Progress is an extra."""
    one = seat([PENDING, launch, {"changed": True, "host": "Running"}])
    assert one.run() == {"changed": True, "host": "Running"}
    assert one.calls[-1] == (MODULE, {"state": "started"}, False, 0) and one.commands == ["mktemp -d", "rm -rf -- /tmp/tmp.AbC123"]


def test_without_a_directory_the_module_is_called_plainly(seat):
    """Nor is it in the background then."""
    one = seat([PENDING, {"changed": True}])
    one.action._low_level_execute_command = lambda command, sudoable=True: {"rc": 1, "stdout": "mktemp: failed"}
    assert one.run() == {"changed": True} and len(one.calls) == 2


def test_job_is_asked_now_and_then_whatever_its_file_looks_like(seat):
    """After a minute."""
    one = seat([PENDING, JOB, dict(JOB), DONE], ["%%running\n"] * 30)
    assert one.run()["host"] == "Running"
    assert 10 < len(one.commands) < 20


def test_run_that_does_not_end_is_given_up_and_left_alone(seat):
    """Its files stay, since it still writes to them."""
    one = seat([PENDING] + [JOB] * 200, ["%%running\n"] * 200)
    result = one.run()
    assert result["failed"] and "lab-seat-1" in result["msg"] and "960 seconds" in result["msg"] and "Next step" in result["msg"]
    assert one.clock > 900 and not one.commands[-1].startswith("rm")


def test_connection_that_drops_out_for_a_moment(seat):
    """The run on the seat goes on, and so does the looking."""
    one = seat([PENDING, JOB, DONE], [AnsibleConnectionFailure("gone")] * 3 + ["%%ended\n"])
    assert one.run()["changed"] and one.resets == 3


def test_connection_that_stays_away(seat):
    """The task is unreachable then."""
    one = seat([PENDING, JOB], [AnsibleConnectionFailure("gone")] * 20)
    with pytest.raises(AnsibleConnectionFailure):
        one.run()
    assert one.resets == plugin.LOST


def test_nothing_is_shown_with_no_log(seat):
    """Lines could hold what no_log hides."""
    one = seat([PENDING, JOB, DONE], ["1\tminikube start\t* Line\n%%running\n", "%%ended\n"])
    one.action._task.no_log = True
    one.run()
    assert one.shown == []


def test_words_of_minikube_that_look_like_ours(seat):
    """Only the last mark counts."""
    one = seat([PENDING, JOB, DONE], ["1\tminikube start\t* Using the running VM 100%%running\n%%ended\n"])
    assert one.run()["host"] == "Running" and "100%%running" in one.shown[0]
