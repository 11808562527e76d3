"""The program file itself."""

import os
import pathlib
import shutil
import subprocess
import time
import zipfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = str(ROOT / "sandbox/minikube/build.sh")


def test_same_bytes_from_another_checkout(tmp_path):
    """A seat's inventory names the program's sha256, so every build must give the same."""
    copy = tmp_path / "elsewhere"
    shutil.copytree(ROOT / "sandbox/minikube", copy, ignore=shutil.ignore_patterns("__pycache__"))
    for path in copy.rglob("*.py"):
        os.utime(path, (1, 1))
    for number, build in enumerate([BUILD, str(copy / "build.sh")]):
        subprocess.run([build, str(tmp_path / str(number))], check=True)
    assert (tmp_path / "0").read_bytes() == (tmp_path / "1").read_bytes()
    assert os.access(tmp_path / "0", os.X_OK)


def test_mirror_is_compiled_in(tmp_path):
    """A build argument, not an environment variable, names the mirror."""
    subprocess.run([BUILD, "--mirror", "http://mirror.example/", str(tmp_path / "m")], check=True)
    with zipfile.ZipFile(tmp_path / "m") as zipped:
        assert "MIRROR = 'http://mirror.example'" in zipped.read("minikube_double/baked.py").decode()


@pytest.mark.parametrize("argv", [[], ["--nonsense", "x"], ["a", "b"]])
def test_build_refuses_wrong_arguments(argv):
    """rc 64 and the accepted form."""
    done = subprocess.run([BUILD, *argv], stderr=subprocess.PIPE, text=True)
    assert done.returncode == 64
    assert "build.sh" in done.stderr


def test_status_is_quick(user):
    """A role asks for the status before it does anything: 0.3 s at most without a machine."""
    user.run("version")
    times = []
    for _ in range(3):
        start = time.monotonic()
        user.run("status")
        times.append(time.monotonic() - start)
    assert min(times) < 0.3


def test_sources_parse_on_python_36():
    """Ubuntu 18.04 has Python 3.6."""
    import ast

    for path in (ROOT / "sandbox/minikube/minikube_double").rglob("*.py"):
        ast.parse(path.read_text(), feature_version=(3, 6))
    ast.parse((ROOT / "sandbox/vboxmanage/VBoxManage").read_text(), feature_version=(3, 6))
