"""Run a playbook against an inventory of test cases and hand back what each host answered."""

import json
import os
import pathlib
import subprocess
import sys
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parents[2]
ANSIBLE_PLAYBOOK = pathlib.Path(sys.executable).with_name("ansible-playbook")


@dataclass
class Run:
    """What one run of ansible-playbook did."""

    returncode: int
    output: str
    events: list = field(default_factory=list)

    def of(self, host, status=None):
        """Return a host's results, oldest first, all or those of one status."""
        return [e for e in self.events if e["host"] == host and status in (None, e["status"])]

    def failure(self, host):
        """Return the message of a host's last failure; it is the one that a person reads."""
        failed = self.of(host, "failed")
        assert failed, f"{host} did not fail; the run said:\n{self.output[-6000:]}"
        last = [e["message"] for e in failed if e["task"] == failed[-1]["task"]]  # of a loop, each item's and the sum
        return " ".join(" ".join(last).split())

    def changed(self, host):
        """Return the names of the tasks that changed something on a host."""
        return [e["task"] for e in self.of(host) if e["changed"] and e["status"] == "ok"]


def play(tmp_path, playbook, inventory, *arguments, program=ANSIBLE_PLAYBOOK):
    """Run PLAYBOOK with the project's own ansible.cfg; INVENTORY is data in the form of a YAML inventory."""
    inventory_file, record = tmp_path / "inventory.yml", tmp_path / "record.jsonl"
    inventory_file.write_text(json.dumps(inventory), encoding="utf-8")  # JSON is YAML
    record.write_text("", encoding="utf-8")
    environment = dict(
        os.environ,
        ANSIBLE_CONFIG=str(ROOT / "ansible.cfg"),
        ANSIBLE_HOME=str(tmp_path / "ansible"),
        ANSIBLE_CALLBACK_PLUGINS=str(pathlib.Path(__file__).with_name("callback_plugins")),
        ANSIBLE_CALLBACKS_ENABLED="record",
        ANSIBLE_NOCOLOR="1",
        RECORD_FILE=str(record),
    )
    done = subprocess.run(
        [program, "--inventory", inventory_file, *arguments, playbook],
        cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900, check=False,
    )  # fmt: skip
    events = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    return Run(done.returncode, done.stdout, events)
