"""What the sandbox's tests share: its cache, and podman called as sandbox/lib.sh says."""

import os
import pathlib
import subprocess
import types

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def lab():
    """The sandbox's settings and `run(*argv)`, which runs a command with podman's settings for this machine."""
    script = (
        ". sandbox/lib.sh; . sandbox/kubernetes/version.sh; . sandbox/images/list.sh;"
        'printf "%s\\n" "$LAB_CACHE" "$CONTAINERS_CONF" "$KUBERNETES_SOURCE_VERSION" "$KUBERNETES_VERSION" "${IMAGES[@]}"'
    )
    done = subprocess.run(["bash", "-euc", script], cwd=ROOT, check=True, text=True, capture_output=True)
    cache, containers_conf, source_version, version, *images = done.stdout.splitlines()
    env = dict(os.environ, LAB_CACHE=cache, CONTAINERS_CONF=containers_conf)

    def run(*argv):
        finished = subprocess.run(argv, cwd=ROOT, env=env, text=True, capture_output=True, timeout=120)
        assert finished.returncode == 0, f"{' '.join(argv)}\n{finished.stdout}{finished.stderr}"
        return finished.stdout.strip()

    cache = pathlib.Path(cache)
    built = cache / "kubernetes" / source_version
    return types.SimpleNamespace(cache=cache, built=built, version=version, images=images, run=run)
