"""The raw command by which the role bootstrap decides whether a machine needs its first packages."""

import pathlib
import subprocess

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("there", "said"), [((), ""), (("python3",), ""), (("sudo",), ""), (("python3", "sudo"), "python3")])
def test_python_without_sudo_is_not_enough(tmp_path, there, said):
    """As Debian's installer leaves a machine whose root has a password: the rule of sudo could not even be looked at by visudo."""
    for name in there:
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    look = yaml.safe_load((ROOT / "roles/bootstrap/vars/main.yml").read_text())["_bootstrap_python_look"]
    done = subprocess.run(["/bin/sh", "-c", look], env={"PATH": str(tmp_path)}, text=True, stdout=subprocess.PIPE, check=True)
    assert done.stdout.strip() == said
