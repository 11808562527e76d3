"""One run at a time at a cluster: a second `minikube start` beside the first takes its half made VM for a broken one and deletes it."""

import time

from ansible_collections.workshop.lab.plugins.module_utils.seat_lock import Held, Lock, lock_path

BUSY = "Another run is changing the cluster of %s on this seat"


def in_turn(order, minikube, me, limit, work, lock=Lock):
    """Return what ``work()`` returns, done while no other run is at the cluster; Held when another one is for longer than ``limit`` seconds.

    A dry run changes nothing and needs no turn. The quick look answers with ``pending`` instead of waiting: the wait goes to the background, where it is
    shown. ``order``: minikube_change.Order. ``me``: the Account that this process is.
    """
    if order.check:
        return work()
    account, progress = minikube.account.name, minikube.progress
    # The time, since a process id alone does not tell a person whether it is this morning's.
    doing = "state %s since %s" % (order.goal, time.strftime("%H:%M:%S"))

    def tell(holder):
        progress.begin("waiting for another run (%s)" % holder)

    turn = lock(lock_path(me, "cluster"), doing, 0 if order.quick else limit, BUSY % account, tell)
    if not order.quick:
        with turn:
            return work()
    try:
        with turn:
            result = work()
    except Held:
        limits = minikube.limits
        seconds = 10 * limits["query"] + limits["start"] + 2 * limits["ready"] + limits["stop"] + 3 * limits["delete"]
        result = {"changed": False, "pending": True, "limit": seconds, "doing": "another run", "warnings": []}
    if result.get("pending"):
        result["limit"] += limit
    return result
