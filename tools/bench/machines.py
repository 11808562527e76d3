"""Containers of the sandbox as the machines of a measurement, reached by Ansible like any seat."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(argv, limit=1200, **environment):
    """Run a program of the checkout; return what it printed, and end with it when the program fails."""
    environment = {**os.environ, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_STDOUT_CALLBACK": "default", **environment}
    done = subprocess.run(argv, cwd=ROOT, env=environment, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=limit, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, argv))} failed:\n{done.stdout[-8000:]}")
    return done.stdout


def module(inventory, host, name, arguments, limit=600, **environment):
    """Run a module ad hoc as root on one host; return its result."""
    with tempfile.TemporaryDirectory() as tree:
        run(["ansible", "-i", str(inventory), host, "--become", "-m", name, "-a", json.dumps(arguments), "--tree", tree], limit, **environment)
        return json.loads((pathlib.Path(tree) / host).read_text())


class Machines:
    """Machines of an inventory (groups: {group: {"hosts": {name: variables}}}) as long as the context lasts. ``variables``: a folder of group_vars."""

    def __init__(self, groups, folder, variables, **extra):
        self.folder = pathlib.Path(folder)
        self.inventory = self.folder / "inventory"
        self.inventory.mkdir()
        (self.inventory / "hosts.yml").write_text(json.dumps(groups))
        (self.inventory / "group_vars").symlink_to(variables)
        extra.update(seat_state_dir=str(self.folder), seat_inventory_file=f"{self.inventory}/instances.yml")
        self.playbook = ["ansible-playbook", "-i", str(self.inventory), "-e", json.dumps(extra)]

    def __enter__(self):
        run([*self.playbook, "sandbox/seats/create.yml"])
        return self

    def __exit__(self, *error):
        run([*self.playbook, "sandbox/seats/destroy.yml"])
