"""The role bootstrap installs Python while unattended-upgrades may be at work, which is so for minutes after a fresh machine's first start."""

import json
import pathlib
import sys

import pytest
from playbook import play

PLAYBOOK = pathlib.Path(__file__).with_name("bootstrap.yml")
LOCKED = "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 812 (apt-get)"
AWAY = "E: Failed to fetch http://deb.debian.org/debian/dists/bookworm/InRelease"
# Each call takes a line away: what apt says, nothing for a good end.
CASES = {"held": [LOCKED, LOCKED, ""], "away": [AWAY, ""], "free": [""]}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Install as each case says, without the role's pause between two tries."""
    base = tmp_path_factory.mktemp("bootstrap")
    hosts = {}
    for name, lines in CASES.items():
        (base / name).write_text("".join(line + "\n" for line in lines))
        apt = f"said=$(head -n 1 {base / name}); sed -i 1d {base / name}; [ -z \"$said\" ] && echo installed || {{ echo \"$said\" >&2; exit 100; }}"
        hosts[name] = {"case_apt": apt}
    common = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, "ansible_become": False}
    # Extra variables, which come before a role's own: nothing else keeps the real apt away from this machine.
    own = {"_bootstrap_python_look": "true", "_bootstrap_python_install": "{{ case_apt }}", "_bootstrap_lock_pause": 0}
    done = play(base, PLAYBOOK, {"all": {"vars": common, "hosts": hosts}}, "--extra-vars", json.dumps(own))
    return base, done


def test_a_lock_is_waited_for(run):
    """Until it is free."""
    base, done = run
    assert not done.of("held", "failed") and (base / "held").read_text() == "", done.output


def test_nothing_else_is_tried_again(run):
    """What apt says is shown at once."""
    base, done = run
    assert AWAY in done.output and done.of("away", "failed"), done.output
    assert (base / "away").read_text() == "\n"


def test_without_a_lock(run):
    """Once is enough."""
    assert len(run[1].changed("free")) == 1
