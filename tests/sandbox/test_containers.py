"""A container that died with its monitor (a machine switched off, a session killed) is seen as dead and replaced."""

import os
import signal

import pytest

NAME = "lab-test-orphan"


@pytest.fixture
def orphan(lab):
    """A container whose monitor and init were killed together: podman goes on calling it running."""
    lab.run("podman", "run", "--detach", "--replace", "--name", NAME, "localhost/workshop-lab/base:bookworm", "sleep", "infinity")
    assert lab.run("bash", "-c", f". sandbox/lib.sh; alive {NAME} && echo alive") == "alive"
    for field in ("ConmonPid", "Pid"):
        os.kill(int(lab.run("podman", "inspect", "--format", f"{{{{.State.{field}}}}}", NAME)), signal.SIGKILL)
    yield NAME
    lab.run("bash", "-c", f". sandbox/lib.sh; remove {NAME}")


def test_an_orphan_is_not_alive_and_can_be_removed(lab, orphan):
    """Both are what `make lab` and the mirror's start rely on."""
    assert lab.run("bash", "-c", f". sandbox/lib.sh; alive {orphan} || echo dead") == "dead"
    lab.run("bash", "-c", f". sandbox/lib.sh; remove {orphan}")
    assert lab.run("bash", "-c", f"podman container exists {orphan} || echo gone") == "gone"
