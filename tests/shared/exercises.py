"""Run playbooks/exercise.yml as a teacher does, kill it in the middle, and look at the seat afterwards. For the scenario and for the soak."""

import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
IDS = ["2.01", "2.02", "2.03", "2.04", "2.05", "activity"]
PARTS = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"]
HEALTHY = [{"id": "node", "node": {"ready": True, "taints": []}}, {"id": "kubelet", "kubelet_unit": {"state": "active"}},
           {"id": "containers", "containers": {"running": PARTS}}, {"id": "pods", "component_pods": {"names": [*PARTS, "coredns", "kube-proxy"]}}]


class Exercises:
    """playbooks/exercise.yml on one seat. ``inventory``: list of inventories that name it in the group seats."""

    def __init__(self, inventory, seat):
        self.inventory = [argument for one in inventory for argument in ("-i", str(one))]
        self.seat = seat
        self.report = tempfile.TemporaryDirectory()  # not the page of whoever runs the tests
        self.env = dict(os.environ, ANSIBLE_CONFIG=str(ROOT / "ansible.cfg"), ANSIBLE_NOCOLOR="1", PYTHONUNBUFFERED="1")

    def start(self, exercise):
        """Start the playbook in a process group of its own and return the process."""
        command = ["ansible-playbook", *self.inventory, "--limit", self.seat, "-e", "exercise=" + exercise, "-e", f"report_dir={self.report.name}",
                   "playbooks/exercise.yml"]
        return subprocess.Popen(command, cwd=ROOT, env=self.env, text=True, errors="replace", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, start_new_session=True)

    def run(self, exercise, succeeds=True, limit=1200):
        """Run exercises to their end and return what was printed; fail with all of it when they end otherwise than wanted."""
        begun = time.monotonic()
        with self.start(exercise) as process:
            try:
                output, _ = process.communicate(timeout=limit)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise AssertionError(f"{exercise} did not end within {limit} seconds:\n{process.communicate()[0][-8000:]}")
        print(f"{exercise}: {time.monotonic() - begun:.1f} s")
        assert (process.returncode == 0) is succeeds, f"{exercise} ended with {process.returncode}:\n{output[-12000:]}"
        return output

    def kill_after(self, exercise, step):
        """Kill the playbook and all its processes (SIGKILL) as soon as it has shown that a step has ended."""
        with self.start(exercise) as process:
            said = []
            for line in process.stdout:
                said.append(line)
                if self._ended(line, step):
                    os.killpg(process.pid, signal.SIGKILL)
                    break
            process.wait(60)
        assert process.returncode == -signal.SIGKILL, f"{step} was never shown:\n{''.join(said)[-8000:]}"

    def seen(self):
        """Return the checks that the last run put on the page."""
        report = json.loads(pathlib.Path(self.report.name, "report.json").read_text())
        (seat,) = [one for one in report["seats"] if one["name"] == self.seat]
        return [check for group in seat["groups"] if group["variable"] == "workshop_exercise_checks" for check in group["checks"]]

    def module(self, name, **arguments):
        """Run workshop.lab.NAME on the seat as root and return its result."""
        with tempfile.TemporaryDirectory() as tree:
            command = ["ansible", *self.inventory, self.seat, "--become", "-m", f"workshop.lab.{name}", "-a", json.dumps(arguments), "--tree", tree]
            done = subprocess.run(command, cwd=ROOT, env=self.env, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=600, check=False)
            assert done.returncode == 0, done.stdout[-8000:]
            return json.loads((pathlib.Path(tree) / self.seat).read_text())

    def assert_healthy(self):
        """Nothing of the control plane is missing, within two minutes (the parts' own pods are the last to be seen)."""
        found = self.module("cluster_check", user="k8suser", driver="none", node_user="root", checks=HEALTHY, timeout=120, interval=1)
        assert found["all_ok"], found["checks"]

    def _ended(self, line, step):
        """Return ok or FAILED when a line says that a step (a regular expression) has ended, None otherwise: long ones have a line at their beginning too."""
        found = re.search(rf"{self.seat}: {step} .*\b(ok|FAILED) [0-9.]+ s\s*$", line)
        return found and found.group(1)

    def assert_all_true(self, output, exercise):
        """At least its start and one more step of an exercise have ended, each with ok."""
        ends = [self._ended(line, re.escape(exercise) + r"\.\S+") for line in output.splitlines()]
        assert [end for end in ends if end] == ["ok"] * max(2, sum(map(bool, ends))), f"{exercise}:\n{output[-12000:]}"
