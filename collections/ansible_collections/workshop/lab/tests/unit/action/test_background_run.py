"""The action plugin inside a real ansible-playbook on this machine, with a module of the same name that only waits: what mocks cannot tell, since it is
Ansible's own background runs that have to work, in the versions the toolkit supports."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

LAB = pathlib.Path(__file__).parents[3]

MODULE = '''"""A module that waits."""
import os
import time

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.workshop.lab.plugins.module_utils.progress import Progress


def main():
    module = AnsibleModule({"wait": {"type": "float", "default": 0}, "end": {"type": "str", "default": "well"},
                            "only_if_quick": {"type": "bool", "default": False}, "progress_file": {"type": "str", "default": ""}}, supports_check_mode=True)
    wait, quick, path = (module.params[name] for name in ("wait", "only_if_quick", "progress_file"))
    if not wait or module.check_mode:
        module.exit_json(changed=bool(wait), plain=True)
    if quick:
        module.exit_json(changed=False, pending=True, doing="minikube start", limit=60)
    progress = Progress(path or None)
    progress.begin("minikube start")
    for line in ("* Creating", "* Creating", "* Launching"):
        progress.tell(line)
        time.sleep(wait / 3)
    if module.params["end"] == "badly":
        module.fail_json(msg="minikube could not start the cluster", problem={"id": "NO_SPACE"})
    module.exit_json(changed=True, plain=not path, directory=os.path.dirname(path))


if __name__ == "__main__":
    main()
'''


@pytest.fixture
def play(tmp_path):
    """Run tasks against this machine: play([task, ...], options) -> (exit code, output, results of the tasks)."""
    place = tmp_path / "c" / "ansible_collections" / "workshop" / "lab"
    (place / "plugins" / "modules").mkdir(parents=True)
    (place / "plugins" / "modules" / "minikube_cluster.py").write_text(MODULE)
    (place / "galaxy.yml").write_text("namespace: workshop\nname: lab\nversion: 0.0.0\n")
    for name in ("module_utils", "action"):
        (place / "plugins" / name).symlink_to(LAB / "plugins" / name)

    def run(tasks, *options):
        lines = []
        for number, task in enumerate(tasks):
            lines += [{"workshop.lab.minikube_cluster": task, "register": "done%d" % number, "ignore_errors": True}]
        kept = {"ansible.builtin.copy": {"content": "{{ [%s] | to_json }}" % ", ".join("done%d" % number for number in range(len(tasks))),
                                         "dest": str(tmp_path / "results.json")}, "check_mode": False, "diff": False}
        book = [{"hosts": "all", "gather_facts": False, "tasks": lines + [kept]}]
        (tmp_path / "play.yml").write_text(json.dumps(book))
        environment = dict(os.environ, ANSIBLE_COLLECTIONS_PATH=str(tmp_path / "c"), ANSIBLE_CONFIG=str(tmp_path / "none.cfg"), ANSIBLE_NOCOLOR="1",
                           ANSIBLE_PIPELINING="1", ANSIBLE_LOCAL_TEMP=str(tmp_path / "l"), ANSIBLE_REMOTE_TEMP=str(tmp_path / "r"),
                           ANSIBLE_ASYNC_DIR=str(tmp_path / "jobs"))
        (tmp_path / "none.cfg").write_text("")
        words = ["-i", "lab-seat-1,", "-c", "local", "-e", "ansible_python_interpreter=" + sys.executable, str(tmp_path / "play.yml")] + list(options)
        done = subprocess.run([sys.executable, "-m", "ansible", "playbook"] + words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=240)
        assert (tmp_path / "results.json").exists(), done.stdout
        return done.returncode, done.stdout, json.loads((tmp_path / "results.json").read_text())

    run.jobs = tmp_path / "jobs"
    return run


def test_quick_long_and_failing_runs(play):
    """One playbook for all of it: starting Ansible is what costs."""
    code, output, (quick, long, bad) = play([{}, {"wait": 8}, {"wait": 1, "end": "badly"}])
    assert code == 0, output
    assert quick["plain"] is True and quick["changed"] is False, output
    shown = [line for line in output.splitlines() if line.startswith("lab-seat-1: minikube start, ")]
    assert [line.split(": ")[-1] for line in shown] == ["Creating", "Launching"], output
    assert long["changed"] and long["plain"] is False, long
    assert not {"ansible_job_id", "finished", "started", "results_file"} & set(long)
    assert bad["failed"] and bad["msg"] == "minikube could not start the cluster" and bad["problem"] == {"id": "NO_SPACE"}, bad
    assert not os.path.exists(long["directory"]) and list(play.jobs.iterdir()) == [], "nothing is left on the seat"


def test_check_mode_is_one_plain_call(play):
    """Nothing goes into the background."""
    code, output, (done,) = play([{"wait": 30}], "--check")
    assert code == 0 and done["changed"] and done["plain"] is True and "minikube start, " not in output, output
