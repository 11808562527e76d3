"""Where the sandbox cannot run it says in one sentence what is missing, and changes nothing."""

import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture
def open_path():
    """An empty directory that every user can reach; pytest's own are root's alone."""
    with tempfile.TemporaryDirectory() as name:
        path = pathlib.Path(name)
        path.chmod(0o755)
        yield path


@pytest.fixture
def check(open_path):
    """Run a copy of `host.sh --check` (nobody may read the checkout), with programs replaced by one-line shell scripts."""
    shutil.copytree(ROOT / "sandbox", open_path / "sandbox", ignore=shutil.ignore_patterns("__pycache__"))
    programs, cache = open_path / "bin", open_path / "cache"
    programs.mkdir()
    cache.mkdir()
    cache.chmod(0o777)

    def run(user=None, cache_dir=cache, **fakes):
        for name, body in fakes.items():
            script = programs / name.replace("_", "-")
            script.write_text(f"#!/bin/sh\n{body}\n")
            script.chmod(0o755)
        env = dict(os.environ, PATH=f"{programs}:/usr/sbin:/usr/bin:/sbin:/bin", LAB_CACHE=str(cache_dir))
        command = [str(open_path / "sandbox/host.sh"), "--check"]
        if user:
            command = ["setpriv", f"--reuid={user}", "--clear-groups", *command]
        done = subprocess.run(command, env=env, text=True, capture_output=True, timeout=60)
        return done.returncode, done.stderr

    return run


# A machine on which everything is there: what a fake replaces is then the only thing that is wrong.
GOOD = {"dpkg_query": "echo installed", "podman": "exit 0"}


def test_says_nothing_where_all_is_there(check):
    """The counter-proof of the cases below."""
    assert check(**GOOD) == (0, "")


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        pytest.param({"user": 65534}, "needs root", id="not root"),
        pytest.param({"uname": 'case $1 in -s) echo Darwin ;; *) echo x86_64 ;; esac'}, "needs Linux, this is Darwin", id="macOS"),
        pytest.param({"uname": 'case $1 in -s) echo Linux ;; *) echo aarch64 ;; esac'}, "this machine is aarch64", id="arm64"),
        pytest.param({"df": "printf 'Avail\\n2048\\n'"}, "needs 15 GB of disk below", id="no disk"),
        pytest.param({"dpkg_query": 'case "$*" in *podman*) exit 1 ;; *) echo installed ;; esac'}, "missing packages: podman;", id="no podman"),
        pytest.param({"podman": "echo no storage >&2; [ $1 != info ]"}, "podman is installed but does not run: no storage", id="podman broken"),
    ],
)
def test_says_in_one_sentence_what_is_missing(check, arguments, sentence):
    """Each lack by itself ends the run with its sentence."""
    code, text = check(**{**GOOD, **arguments})
    assert code == 1
    assert sentence in text
    assert len(text.strip().splitlines()) == 1
