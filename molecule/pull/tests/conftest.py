"""The teacher of the class, who pushes commits and makes the page."""

import json
import os
import re
import subprocess

import pytest
from pull_class import FOLDER, ORIGIN, ROOT, Teacher


@pytest.fixture(scope="session")
def addresses(request):
    """Return how Ansible reaches the origin."""
    inventory = request.config.getoption("--ansible-inventory")
    found = subprocess.run(["ansible-inventory", "--inventory", inventory, "--host", ORIGIN], check=True, text=True, stdout=subprocess.PIPE,
                           env=dict(os.environ, ANSIBLE_CONFIG=str(ROOT / "ansible.cfg")))
    return json.loads(found.stdout)


@pytest.fixture(scope="session")
def teacher(addresses):
    """Return the Teacher, who has pushed nothing yet."""
    return Teacher(addresses)


@pytest.fixture
def page(request):
    """Make the page of the class as a teacher does; return (its seats by name, the page's text)."""
    def make():
        command = ["ansible-playbook", "--inventory", request.config.getoption("--ansible-inventory"), "playbooks/pulled.yml"]
        done = subprocess.run(command, cwd=ROOT, env=dict(os.environ, ANSIBLE_CONFIG=str(ROOT / "ansible.cfg"), ANSIBLE_NOCOLOR="1"), text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, check=False)
        assert done.returncode == 0, done.stdout
        assert all(int(count) == 0 for count in re.findall(r"changed=(\d+)", done.stdout)), done.stdout
        report = json.loads((FOLDER / "report/report.json").read_text())
        return {seat["name"]: seat for seat in report["seats"]}, (FOLDER / "report/index.html").read_text()

    return make
