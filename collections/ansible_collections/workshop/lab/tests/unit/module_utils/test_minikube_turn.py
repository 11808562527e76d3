"""Two runs at one cluster: the second waits, shows for whom, and then finds what the first one made."""

import collections
import types

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.minikube_turn import in_turn
from ansible_collections.workshop.lab.plugins.module_utils.runner import Account
from ansible_collections.workshop.lab.plugins.module_utils.seat_lock import Held

Order = collections.namedtuple("Order", "goal check quick")
ROOT = Account("root", 0, 0, "/root")
LIMITS = {"query": 60, "start": 1800, "stop": 180, "delete": 300, "ready": 300}


class Held30:
    """A lock that another run holds for 30 seconds."""

    made = []

    def __init__(self, path, doing, limit, busy, tell):
        self.limit, self.busy, self.tell = limit, busy, tell
        Held30.made.append((path, doing.split(" since ")[0], limit))

    def __enter__(self):
        self.tell("process 7, state started")
        if self.limit < 30:
            raise Held(self.busy)

    def __exit__(self, *_error):
        pass


def turn(check=False, quick=False, limit=1800):
    """Return (the result, what progress showed, the locks that were made)."""
    shown, Held30.made = [], []
    minikube = types.SimpleNamespace(account=Account("k8suser", 1000, 1000, "/home/k8suser"), limits=LIMITS, progress=types.SimpleNamespace(begin=shown.append))
    return in_turn(Order("started", check, quick), minikube, ROOT, limit, lambda: {"changed": False}, Held30), shown, Held30.made


def test_it_waits_and_shows_for_whom():
    """Then the work is done."""
    assert turn() == ({"changed": False}, ["waiting for another run (process 7, state started)"],
                      [("/run/workshop-lab.cluster", "state started", 1800)])


def test_a_dry_run_needs_no_turn():
    """It changes nothing."""
    assert turn(check=True) == ({"changed": False}, [], [])


def test_the_quick_look_does_not_wait():
    """What the background may take: the other run's time, and its own if that one fails."""
    result, _shown, made = turn(quick=True, limit=100)
    assert result["pending"] and not result["changed"] and result["limit"] == 600 + 1800 + 600 + 180 + 900 + 100 and made[0][2] == 0


def test_over_the_limit():
    """Whose cluster it is."""
    with pytest.raises(Held, match="Another run is changing the cluster of k8suser on this seat"):
        turn(limit=10)
