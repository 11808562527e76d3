"""Measure the whole chapter: playbooks/exercise.yml -e exercise=all beside a bash script that types the same commands with the same waits."""

import pathlib
import time

from machines import run

SCRIPT = pathlib.Path(__file__).with_name("chapter.sh")
LIMIT = 1.3
MOST = 1800  # seconds that either may take
# What both begin with: a cluster without the exercises' objects.
CLEAN = [["delete", "deployment,service,pod", "k8s-for-beginners", "--ignore-not-found"],
         ["delete", "-n", "pageview", "--ignore-not-found", "deployment/k8s-pageview", "deployment/k8s-redis", "service/k8s-pageview", "service/db"]]
GONE = [{"id": f"{namespace}.{tier}", "object_absent": {"kind": "Pod", "labels": {"tier": tier}, "namespace": namespace}}
        for namespace, tier in (("default", "frontend"), ("pageview", "frontend"), ("pageview", "backend"))]


def measure(seat, kubectl, rounds):
    """Return (seconds of the playbook, seconds of the script), each a list of ``rounds``, run in turn from the same state."""
    playbook, script = [], []
    for _round in range(rounds):
        _clean(seat, kubectl)
        script.append(_script(seat))
        _clean(seat, kubectl)
        playbook.append(_playbook(seat))
    return playbook, script


def _clean(seat, kubectl):
    """Remove what the exercises left; not measured."""
    for words in CLEAN:
        seat.ansible("ansible.builtin.command", {"argv": [*kubectl, *words]})
    seat.ansible("workshop.lab.cluster_check", {"checks": GONE, "user": "k8suser", "driver": "none", "timeout": 120, "fail_on_false": True})


def _script(seat):
    """Run the script on the seat in one call; return its own seconds, and print those of each exercise."""
    said = seat.ansible("ansible.builtin.command", {"argv": ["bash", "-c", SCRIPT.read_text(), "chapter.sh"]}, limit=MOST)["stdout"]
    seconds = dict(line.split() for line in said.splitlines())
    print("chapter.sh, seconds: %s" % ", ".join(f"{name} {value}" for name, value in seconds.items()))
    return float(seconds["all"])


def _playbook(seat):
    """Run the playbook; return its seconds with everything: Ansible's own start, validation, connection."""
    command = ["ansible-playbook", "-i", seat.inventory, "--limit", seat.name, "playbooks/exercise.yml", "-e", "exercise=all"]
    begun = time.perf_counter()
    run(command, limit=MOST)
    return time.perf_counter() - begun
