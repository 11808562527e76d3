"""What a user does: `make lab`, look, run it again."""

import json
import pathlib
import re
import subprocess
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEAT = "lab-seat-1"
# Each is a program more that starts on the seat; on a finished one playbooks/tasks/look.yml has asked for all of them.
OWN_LOOKS = re.compile(r"^TASK \[(proxy : Look|k8suser : Look|artifact : Look|cluster : Look|workshop : Look up)", re.M)
SITE = ["ansible-playbook", "-i", "inventories/sandbox", "site.yml"]


def run(*command, limit=900):
    """Run a command in the checkout and return what it printed; fail with all of it when it fails."""
    done = subprocess.run(command, cwd=ROOT, text=True, errors="replace", timeout=limit, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-12000:]}"
    return done.stdout


def pods():
    """Return name, uid, start time and restarts of each pod of the seat: what a disturbance would change."""
    listing = json.loads(run("podman", "exec", "--user", "k8suser", "--env", "HOME=/home/k8suser", SEAT,
                             "kubectl", "get", "pods", "--all-namespaces", "-o", "json"))
    return sorted(
        (pod["metadata"]["name"], pod["metadata"]["uid"], pod["status"]["startTime"],
         tuple(status["restartCount"] for status in pod["status"]["containerStatuses"]))
        for pod in listing["items"]
    )


@pytest.fixture(scope="module")
def lab():
    """The seat of `make lab`; a seat that was there before the tests stays."""
    state = subprocess.run(["podman", "inspect", SEAT], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    yield run("sandbox/lab.sh", "up")
    if state.returncode != 0:
        run("sandbox/lab.sh", "down")


def test_lab_shows_a_ready_seat(lab):
    """The node is Ready, the Deployment 3/3, and both applications have answered at the addresses that are printed last."""
    assert re.search(r"^minikube\s+Ready\s", lab, re.M)
    assert re.search(r"^default\s+k8s-for-beginners\s+3/3\s", lab, re.M)
    last = lab.splitlines()[-6:]
    assert any(re.search(r"http://\S+:3\d{4}\s+Hello Kubernetes Beginners!", line) for line in last), last
    assert any(re.search(r"http://\S+:3\d{4}\s+Hello, you're visitor #\d+", line) for line in last), last
    assert "Next: 'make shell'" in last[-1]


def test_second_run_changes_and_restarts_nothing(lab):
    """site.yml on the finished seat: changed=0, the same pods, under 40 s; on a slower or busier machine in so many times what one task takes (18 seen)."""
    start = time.monotonic()
    run("ansible", *SITE[1:3], "seats", "-m", "ansible.builtin.ping")
    ping = time.monotonic() - start
    before, start = pods(), time.monotonic()
    output = run(*SITE)
    seconds = time.monotonic() - start
    print(f"second run: {seconds:.1f} s, one task: {ping:.1f} s")
    assert re.search(rf"^{SEAT}\s.*changed=0\s.*failed=0", output, re.M), output[-4000:]
    assert "TASK [Look at everything that the roles keep in place]" in output and not OWN_LOOKS.findall(output), output[-8000:]
    assert pods() == before
    assert seconds < max(40, 25 * ping)


def test_check_mode_on_the_finished_seat(lab):
    """site.yml --check --diff on the finished seat ends without failure and announces nothing."""
    output = run(*SITE, "--check", "--diff")
    assert re.search(rf"^{SEAT}\s.*changed=0\s.*failed=0", output, re.M), output[-4000:]


@pytest.mark.parametrize("options", [[], ["--check"]], ids=["run", "check"])
def test_oldest_ansible_agrees(lab, oldest_ansible, oldest_version, options):
    """The other end of the supported range sees the same finished seat."""
    playbook = str(oldest_ansible / "ansible-playbook")
    assert oldest_version in run(playbook, "--version")
    output = run(playbook, *SITE[1:], *options)
    assert re.search(rf"^{SEAT}\s.*changed=0\s.*failed=0", output, re.M), output[-4000:]
    assert not OWN_LOOKS.findall(output), output[-8000:]
