"""The collection's unit tests under every Python that is found here: seats run 3.6 (Ubuntu 18.04) to 3.13 (Debian 13)."""

import os
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TESTS = "collections/ansible_collections/workshop/lab/tests/unit"
# The last pytest for each Python. Python 3.6's own pip takes releases that need a newer Python, hence the whole list.
PYTEST = {
    (3, 6): ["pytest==7.0.1", "attrs==22.2.0", "importlib-metadata==4.8.3", "iniconfig==1.1.1", "packaging==21.3", "pluggy==1.0.0", "py==1.11.0",
             "pyparsing==3.0.9", "tomli==1.2.3", "typing-extensions==4.1.1", "zipp==3.6.0"],
    (3, 7): ["pytest==7.4.4"],
    (3, 8): ["pytest==8.3.5"],
}
NEWEST_PYTEST = ["pytest==8.4.2"]
# ansible-core 2.19 needs Python 3.8 on a seat; 2.16 is the newest that manages 3.6 and 3.7.
NEEDS_OLDEST = (3, 8)


def interpreters():
    """Return {(3, minor): path} of all Pythons on the PATH and of pyenv's."""
    folders = os.environ["PATH"].split(os.pathsep)
    folders += [str(path) for path in (pathlib.Path(os.environ.get("PYENV_ROOT", pathlib.Path.home() / ".pyenv")) / "versions").glob("*/bin")]
    found = {}
    for folder in folders:
        for path in sorted(pathlib.Path(folder).glob("python3.*")) if os.path.isdir(folder) and not folder.endswith("/shims") else []:
            match = re.match(r"\Apython3\.(\d+)\Z", path.name)
            if match and (3, 6) <= (3, int(match.group(1))) <= (3, 14):
                found.setdefault((3, int(match.group(1))), str(path))
    return dict(sorted(found.items()))


FOUND = interpreters()
# Each Python with the ansible-core that manages it; the one of .venv with the oldest too, since the modules see another AnsibleModule then.
PAIRS = [(version, "oldest" if version < NEEDS_OLDEST else "newest") for version in FOUND] + [(sys.version_info[:2], "oldest")]


def test_something_was_found():
    """At least the Python that runs this; the list is printed."""
    print("Pythons: " + ", ".join(f"{major}.{minor}" for major, minor in FOUND))
    assert sys.version_info[:2] in FOUND


@pytest.mark.parametrize("version, ansible", PAIRS, ids=[f"{major}.{minor}-{ansible}" for (major, minor), ansible in PAIRS])
def test_units(version, ansible, make_environment, oldest_ansible, plain_environment, tmp_path):
    """All of them pass."""
    name = f"python{version[0]}.{version[1]}"
    bin_dir = make_environment(name, FOUND[version], *PYTEST.get(version, NEWEST_PYTEST))
    # Only the package that Ansible would copy to a seat; the environment has none of its dependencies.
    site = oldest_ansible.parent / "lib" if ansible == "oldest" else pathlib.Path(sys.prefix) / "lib"
    package = next(site.glob("python3.*/site-packages/ansible"))
    (tmp_path / "ansible").symlink_to(package)
    env = dict(plain_environment, PYTHONPATH=str(tmp_path), PYTHONDONTWRITEBYTECODE="1")
    done = subprocess.run([str(bin_dir / "python"), "-m", "pytest", "-q", "-p", "no:cacheprovider", TESTS, "--ignore", f"{TESTS}/action",
                           "--ignore", f"{TESTS}/filter"],
                          cwd=ROOT, env=env, text=True, timeout=600, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout[-8000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed and int(passed.group(1)) > 10, done.stdout[-2000:]
    print(f"{name} with {ansible} ansible-core: {passed.group(0)}")
