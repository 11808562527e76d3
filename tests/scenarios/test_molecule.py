"""Every molecule scenario is one test; what the two dry runs in it announced is looked at as well."""

import os
import pathlib
import re
import shutil
import subprocess
import time

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
BOTH_ENDS = ["modules", "modules_vm"]
# The longest first: one of them would be the last to end, alone, otherwise. Each of three processes begins with two in this order (xdist, --dist load): a
# long one and a short one.
FIRST = ["modules", "power", "exercises", "k8suser", "modules_vm", "kubectl", "double", "grade", "reset", "cluster", "workshop", "default"]
# These have tests that only `make soak` runs (marked soak).
SOAK_TOO = ["modules", "exercises"]
# Left to `make soak`, since CI has an hour and a half on two cores: an emulated machine, two real clusters behind a mirror, two hundred packages,
# four seats that each run Ansible themselves, one fault after the other on machines and on clusters. In the order of FIRST.
SOAK_FIRST = ["cluster_faults", "upgrade", "faults", "autostart", "virtualbox", "virtualbox_sources", *SOAK_TOO, "mirror", "offline", "pull", "kvm2"]
SOAK = set(SOAK_FIRST) - set(SOAK_TOO)
SCENARIOS = sorted({path.parent.name for path in ROOT.glob("molecule/*/molecule.yml")} - SOAK,
                   key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name))
# Seconds: twice what the slowest scenario takes, three at once on two cores; of soak's half as much again (68 minutes, beside soak-seat).
LIMIT = 6400 if os.environ.get("LAB_SOAK") else 3000


def recaps(output, action, play):
    """Return the summed `changed` of the recap of each run of `action` with a play whose name begins with `play`, in their order."""
    parts = re.split(r"> (\w+)\] Executing\b", output)
    found = []
    for name, text in zip(parts[1::2], parts[2::2]):
        counts = re.findall(r"ok=\d+\s+changed=(\d+)", text)
        if name == action and counts and f"PLAY [{play}" in text:
            found.append(sum(map(int, counts)))
    return found


def sequence(scenario):
    """Return the actions of a scenario's test sequence, without their arguments."""
    common, own = (yaml.safe_load(path.read_text()) for path in (ROOT / ".config/molecule/config.yml", ROOT / "molecule" / scenario / "molecule.yml"))
    return [step.split()[0] for step in own.get("scenario", common["scenario"])["test_sequence"]]


def excerpt(output, limit=6000):
    """Return the lines of molecule's output that say what went wrong, at most `limit` characters: a CI keeps a part of a long output only."""
    lines = [line.strip() for line in output.splitlines()]
    found = [line for line in lines if re.match(r"(E {3}|FAILED |ERROR |_{3,} .* _{3,}$|fatal: |failed: |\[ERROR\]|=+ .*(failed|error).* in )", line)]
    return "\n".join(found or lines[-60:])[:limit]


def molecule(scenario, path, log_name, *action, **more):
    """Run molecule with the Ansible that comes first on `path`; return what it printed, also kept as a log with the second at which each stage began."""
    env = dict(os.environ, **more, PATH=path, MOLECULE_COMMAND_BORDERS="0", NO_COLOR="1", ANSIBLE_NOCOLOR="1", COLUMNS="200")
    command = ["timeout", str(LIMIT), shutil.which("molecule"), *(action or ["test"]), "--scenario-name", scenario]
    log = ROOT / ".cache" / "log" / f"molecule-{log_name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    start, output = time.monotonic(), ""
    with log.open("w", buffering=1) as file, subprocess.Popen(command, cwd=ROOT, env=env, text=True, errors="replace", stdin=subprocess.DEVNULL,
                                                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as run:
        for line in run.stdout:
            if line.rstrip().endswith("] Executing"):
                line = f"{time.monotonic() - start:6.0f} s  {line}"
            file.write(line)
            output += line
    if run.returncode:
        pytest.fail(f"{' '.join(command[2:])}: exit code {run.returncode}\n{excerpt(output)}\nwhole log: {log}", pytrace=False)
    return output


@pytest.mark.parametrize("scenario", SOAK_FIRST if os.environ.get("LAB_SOAK") else SCENARIOS)
def test_scenario(scenario, request):
    """`molecule test` passes; --check announces changes on the bare machine and none on the finished one; a second undo has nothing to do."""
    if scenario in BOTH_ENDS:
        both_ends(scenario, request.getfixturevalue("oldest_ansible"))
        return
    output = molecule(scenario, os.environ["PATH"], scenario)
    for action, play, what in (("check", "", "--check"), ("side_effect", "Undo", "the undo")):
        if action not in sequence(scenario):
            continue
        first, second, *_later = recaps(output, action, play)  # later: an undo of more than the first one was asked to take back
        assert first > 0, f"{what} changed nothing the first time; see .cache/log/molecule-{scenario}.log"
        assert second == 0, f"{what} changed {second} things the second time; see .cache/log/molecule-{scenario}.log"


def both_ends(scenario, oldest):
    """Every module again on the same machine by the oldest Ansible we promise, which sends another AnsibleModule to the seat; a few tests of each
    file: what a module does there is the same code."""
    # `--destroy never` leaves out the first one too: what an interrupted run has left would be taken for this one's machine.
    molecule(scenario, os.environ["PATH"], f"{scenario}-destroy", "destroy")
    try:
        molecule(scenario, os.environ["PATH"], scenario, "test", "--destroy", "never")
        molecule(scenario, f"{oldest}{os.pathsep}{os.environ['PATH']}", f"{scenario}-oldest", "verify", LAB_BRIEF="1")
    finally:
        molecule(scenario, os.environ["PATH"], f"{scenario}-destroy", "destroy")
