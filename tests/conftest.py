"""What several test folders share: the oldest ansible-core we promise, beside the newest one in .venv."""

import fcntl
import os
import pathlib
import subprocess
import sys

import pytest
from xdist.scheduler import LoadGroupScheduling

ROOT = pathlib.Path(__file__).resolve().parents[1]
OLDEST = "2.16.19"


class FileOfRoles(LoadGroupScheduling):
    """A file of tests/roles is one process's: its tests look at one run of a playbook, which each process would make for itself.

    By the tests' names, since xdist 3.8 writes its groups where pytest 9 does not look for them.
    """

    def _split_scope(self, nodeid):
        return nodeid.split("::")[0] if nodeid.startswith("tests/roles/") else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Hand out the tests in that way where groups were asked for (`make unit`)."""
    return FileOfRoles(config, log) if config.getvalue("dist") == "loadgroup" else None


def environment(folder, python, *packages):
    """Make a virtual environment with these packages, once, also when several test processes want it; return its bin/."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = "\n".join(packages)
        ready = folder / "ready"
        if not (ready.exists() and ready.read_text() == wanted):
            for command in ([python, "-m", "venv", "--clear", str(folder / "venv")],
                            [str(folder / "venv/bin/pip"), "install", "--quiet", "--disable-pip-version-check", *packages]):
                done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=600)
                assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}"
            ready.write_text(wanted)
    return folder / "venv/bin"


@pytest.fixture(scope="session")
def make_environment():
    """Make a virtual environment: make_environment(name, python, *packages) -> its bin/; kept in the checkout's .cache."""
    return lambda name, python, *packages: environment(ROOT / ".cache" / "environments" / name, python, *packages)


@pytest.fixture(scope="session")
def oldest_ansible(make_environment):
    """Return bin/ of an environment with the oldest ansible-core."""
    return make_environment(f"ansible-{OLDEST}", sys.executable, f"ansible-core=={OLDEST}")


@pytest.fixture(scope="session")
def oldest_version():
    """Return the oldest ansible-core's version."""
    return OLDEST


@pytest.fixture(scope="session")
def plain_environment():
    """Return os.environ without what pytest and its plugins set for their own children."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV_"))}
