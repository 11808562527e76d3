"""A program for a seat: it runs with nothing but Python, is the same every time, and holds nothing that a seat does not have."""

import pathlib
import subprocess
import sys

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.digest import sha256_of
from ansible_collections.workshop.lab.plugins.plugin_utils import seat_program

FOLDER = pathlib.Path(seat_program.__file__).resolve().parents[1] / "module_utils"


def test_it_runs_alone(tmp_path):
    """Without this checkout and without Ansible on the path."""
    program = tmp_path / "boot.pyz"
    program.write_bytes(seat_program.build(str(FOLDER), "cluster_boot"))
    done = subprocess.run([sys.executable, "-I", str(program), "start", "/nonexistent"], cwd=tmp_path, env={}, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=60, check=False)
    assert done.returncode == 1 and "run site.yml" in done.stdout, done.stdout


def test_it_is_the_same_every_time():
    """Else every run would copy it again."""
    first, second = (seat_program.build(str(FOLDER), "cluster_boot") for _ in range(2))
    assert first == second and len(sha256_of([first])) == 64


def test_it_has_what_it_imports_and_no_more():
    """The modules of minikube_cluster, none of the mirror's or the report's."""
    names = seat_program.sources(str(FOLDER), "cluster_boot")
    assert {"cluster_boot", "minikube_change", "prestart_virtualbox", "seat_lock"} <= set(names)
    assert not [name for name in names if name.startswith(("mirror", "report", "steps"))]


@pytest.mark.parametrize("source, found", [
    ("import os\n", []),
    (f"from {seat_program.PACKAGE} import b, a\n", ["a", "b"]),
    (f"def f():\n    from {seat_program.PACKAGE}.deep import thing\n", ["deep"]),
])
def test_imports(source, found):
    """Both forms, also inside a function."""
    assert seat_program.imported(source) == found


def test_ansible_is_refused(tmp_path):
    """A seat does not have it; the message names the file."""
    (tmp_path / "one.py").write_text(f"from {seat_program.PACKAGE} import two\n")
    (tmp_path / "two.py").write_text("from ansible.module_utils.basic import AnsibleModule\n")
    with pytest.raises(ValueError, match="two imports ansible.module_utils.basic, which a seat does not have"):
        seat_program.sources(str(tmp_path), "one")
