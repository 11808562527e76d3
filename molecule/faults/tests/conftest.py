"""Runs of site.yml over both seats, and what report.json has of each."""

import json
import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
# The roles that put files and packages in place: a fault here is in the way of the same modules as on a seat with a cluster.
TAGS = "always,proxy,k8suser,kubectl,minikube,report"


class Class:
    """The two seats of the scenario as their teacher runs them."""

    def __init__(self, inventory, folder):
        self.inventory, self.report = inventory, folder / "report"
        self.environment = dict(os.environ, ANSIBLE_CONFIG=str(ROOT / "ansible.cfg"), ANSIBLE_NOCOLOR="1", WORKSHOP_RECORD=str(folder / "record.json"))
        self.environment.pop("ANSIBLE_FORCE_COLOR", None)

    def start(self, **more):
        """Begin a run in a process group of its own; its output is a pipe."""
        command = [shutil.which("ansible-playbook"), "--inventory", self.inventory, "--tags", TAGS, "site.yml", "-e", f"report_dir={self.report}"]
        return subprocess.Popen(command, cwd=ROOT, env=dict(self.environment, **more), text=True, errors="replace", stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)

    def run(self):
        """Run to the end; return (exit code, output, {seat: its entry in report.json})."""
        process = self.start()
        output = process.communicate(timeout=600)[0]
        seats = json.loads((self.report / "report.json").read_text())["seats"]
        return process.returncode, output, {seat["name"]: seat for seat in seats}


@pytest.fixture(scope="session")
def runs(request, tmp_path_factory):
    """Return the class."""
    return Class(request.config.getoption("--ansible-inventory"), tmp_path_factory.mktemp("class"))
