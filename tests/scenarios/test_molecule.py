"""Every molecule scenario is one test; what the two dry runs in it announced is looked at as well."""

import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIOS = sorted(path.parent.name for path in ROOT.glob("molecule/*/molecule.yml"))
LIMIT = 1500  # seconds; the slowest scenario takes a third of it on two cores


def recaps(output, action):
    """Return the summed `changed` of the play recap of each run of `action`, in the order of the runs."""
    parts = re.split(r"➜ (\w+): Executing\b", output)
    found = []
    for name, text in zip(parts[1::2], parts[2::2]):
        counts = re.findall(r"ok=\d+\s+changed=(\d+)", text)
        if name == action and counts:
            found.append(sum(map(int, counts)))
    return found


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_scenario(scenario):
    """`molecule test` passes; --check announces changes on the bare machine and none on the finished one."""
    env = dict(os.environ, MOLECULE_COMMAND_BORDERS="0", NO_COLOR="1", ANSIBLE_NOCOLOR="1", COLUMNS="200")
    command = ["molecule", "test", "--scenario-name", scenario]
    done = subprocess.run(command, cwd=ROOT, env=env, text=True, errors="replace", timeout=LIMIT, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    log = ROOT / ".cache" / "log" / f"molecule-{scenario}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(done.stdout)
    assert done.returncode == 0, f"{done.stdout[-12000:]}\nwhole log: {log}"
    checks = recaps(done.stdout, "check")
    if checks:
        bare, finished = checks
        assert bare > 0, f"--check on the bare machine announced no change; whole log: {log}"
        assert finished == 0, f"--check on the finished machine announced {finished} changes; whole log: {log}"
