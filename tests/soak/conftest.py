"""The soak works on the sandbox's seat (`make soak` brings it up) and leaves it healthy."""

import json
import os
import pathlib
import subprocess
import tempfile

import pytest
from exercises import Exercises

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Another seat of driver none, which is not in use, can be named instead; several inventories are separated by commas.
SEAT = os.environ.get("SOAK_SEAT", "lab-seat-1")
INVENTORY = os.environ.get("SOAK_INVENTORY", "inventories/sandbox").split(",")


@pytest.fixture(scope="session")
def module():
    """Run workshop.lab.NAME on the seat as root and return its result; a failure fails the test with all that was said."""

    def run(name, **arguments):
        with tempfile.TemporaryDirectory() as tree:
            inventory = [word for one in INVENTORY for word in ("-i", one)]
            command = ["ansible", *inventory, SEAT, "--become", "-m", f"workshop.lab.{name}", "-a", json.dumps(arguments), "--tree", tree]
            done = subprocess.run(command, cwd=ROOT, env=dict(os.environ), text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=1200, check=False)
            assert done.returncode == 0, done.stdout[-8000:]
            return json.loads((pathlib.Path(tree) / SEAT).read_text())

    return run


@pytest.fixture(scope="session")
def student():
    """Run a command on the seat as the student and return what it printed."""

    def run(*argv):
        done = subprocess.run(["podman", "exec", "--user", "k8suser", "--env", "HOME=/home/k8suser", SEAT, *argv], text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600, check=False)
        assert done.returncode == 0, f"{argv}: {done.stdout}"
        return done.stdout

    return run


@pytest.fixture(scope="session")
def exercises():
    """playbooks/exercise.yml on the seat."""
    return Exercises(INVENTORY, SEAT)
