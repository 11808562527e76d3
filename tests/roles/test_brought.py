"""The sentence of the role brought for packages that did not come: who holds the lock, what dpkg has not finished, or the way to the sources."""

import os
import pathlib
import sys

import pytest
from playbook import play

PLAYBOOK = pathlib.Path(__file__).with_name("brought.yml")
# As the module says it, with its command line, and so with the word Lock, in front.
FAILED = "'/usr/bin/apt-get -y -o \"Dpkg::Options::=--force-confold\" -o DPkg::Lock::Timeout=300 install docker.io' failed: E: "
HELD = "Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (unattended-upgr)"
DPKG = "Sub-process /usr/bin/dpkg returned an error code (1)"
UNFINISHED = "The following packages are only half configured, probably due to problems\nconfiguring them the first time.\n virtualbox-dkms  x86 virtualization"
CASES = {
    "held": (HELD, UNFINISHED, "Process 812 (unattended-upgr) holds the package lock, as unattended-upgrades does just after the start: wait until"),
    "old": ("Could not get lock /var/lib/dpkg/lock-frontend - open (11)", "", "Another program holds the package lock"),
    "half": (DPKG, UNFINISHED, "dpkg has not finished virtualbox-dkms: `sudo dpkg --configure -a` there says why"),
    "network": ("Failed to fetch http://deb.debian.org/x.deb", "", "Look at the network and at /etc/apt/sources.list there; then run the playbook again."),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Fail as each case says. What dpkg says is the case's: by a dpkg that comes first on PATH."""
    base = tmp_path_factory.mktemp("brought")
    for name, (_said, audit, _words) in CASES.items():
        (base / name).mkdir()
        (base / name / "audit").write_text(audit)
        (base / name / "dpkg").write_text(f"#!/bin/sh\ncat {base / name}/audit\n")
        (base / name / "dpkg").chmod(0o755)
    hosts = {name: {"case_said": FAILED + said, "case_path": f"{base / name}:{os.environ['PATH']}"} for name, (said, _audit, _words) in CASES.items()}
    hosts["held"]["case_packages"] = ["bash-completion"]
    common = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    return play(base, PLAYBOOK, {"all": {"vars": common, "hosts": hosts}})


@pytest.mark.parametrize("name", list(CASES))
def test_sentence(run, name):
    """Object, cause, next step, and apt's own words."""
    said, _audit, words = CASES[name]
    message = run.failure(name)
    assert words in message and message.endswith("apt said: " + FAILED + said), message
    whole = "The package bash-completion was not installed on held as it should be." if name == "held" else (
        f"The packages docker.io, conntrack were not installed on {name} as they should be.")
    assert message.startswith(whole), message
