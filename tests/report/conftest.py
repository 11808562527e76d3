"""What the report's tests share: their own folder as a place to import from, and playbooks run over seats that are this machine."""

import json
import os
import pathlib
import pty
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(pathlib.Path(__file__).parent))
NEWEST = pathlib.Path(sys.executable).parent


class Fleet:
    """Runs of ansible-playbook in a folder of their own, with the project's ansible.cfg."""

    def __init__(self, folder, programs):
        self.folder, self.programs = folder, programs
        self.report = folder / "report"
        self.record = folder / "record.json"

    def command(self, playbook, seats, *arguments):
        """Write playbook and inventory; return (command, environment). ``seats``: {name: variables}."""
        common = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, "report_dir": str(self.report)}
        (self.folder / "inventory.yml").write_text(json.dumps({"seats": {"vars": common, "hosts": seats}}))  # JSON is YAML
        (self.folder / "play.yml").write_text(playbook.replace("REPORT", str(ROOT / "playbooks/report.yml")))
        env = dict(os.environ, ANSIBLE_CONFIG=str(ROOT / "ansible.cfg"), ANSIBLE_HOME=str(self.folder / "ansible"), ANSIBLE_NOCOLOR="1",
                   WORKSHOP_RECORD=str(self.record))
        return [str(self.programs / "ansible-playbook"), "-i", str(self.folder / "inventory.yml"), str(self.folder / "play.yml"), *arguments], env

    def run(self, playbook, seats, *arguments, code=0, **more):
        """Run off a terminal; return what was printed."""
        command, env = self.command(playbook, seats, *arguments)
        done = subprocess.run(command, cwd=self.folder, env=dict(env, **more), text=True, timeout=180, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        assert done.returncode == code, done.stdout
        return done.stdout

    def on_a_terminal(self, playbook, seats, *arguments, **more):
        """Run on a pseudo-terminal; return (exit status, what was printed)."""
        command, env = self.command(playbook, seats, *arguments)
        env = {name: value for name, value in dict(env, TERM="xterm-256color", COLUMNS="100", LINES="40", **more).items() if name != "ANSIBLE_NOCOLOR"}
        master, slave = pty.openpty()
        process = subprocess.Popen(command, cwd=self.folder, env=env, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
        os.close(slave)
        text = b""
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:  # the last one that had the terminal open has closed it
                break
            if not part:
                break
            text += part
        os.close(master)
        return process.wait(timeout=60), text.decode("utf-8", "replace")

    def data(self):
        """Return report.json."""
        return json.loads((self.report / "report.json").read_text(encoding="utf-8"))

    def states(self):
        """Return {seat: state} of report.json."""
        return {seat["name"]: seat["state"] for seat in self.data()["seats"]}


@pytest.fixture(params=["newest", "oldest"])
def fleet(request, tmp_path):
    """A place to run playbooks, with each end of the range of ansible-core."""
    return Fleet(tmp_path, request.getfixturevalue("oldest_ansible") if request.param == "oldest" else NEWEST)


@pytest.fixture
def newest_fleet(tmp_path):
    """A place to run playbooks with the ansible-core of .venv, which has rich beside it."""
    return Fleet(tmp_path, NEWEST)
