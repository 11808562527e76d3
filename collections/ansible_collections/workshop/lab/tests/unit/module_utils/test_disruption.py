"""Which pods may be killed, the exact kubectl calls, and what is made of the requests."""

import copy
import json

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import disruption
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.kubectl import Kubectl

BASE = ["/usr/local/bin/kubectl", "--context=minikube"]
LIST = BASE + ["get", "pods", "--namespace=pageview", "--selector=app=x,tier=frontend", "-o", "json"]


def pod(name, ready=True, phase="Running", deleted=False, owned=True):
    """Make a pod."""
    meta = {"name": name}
    if deleted:
        meta["deletionTimestamp"] = "2026-11-22T21:40:00Z"
    if owned:
        meta["ownerReferences"] = [{"kind": "ReplicaSet", "controller": True}]
    return {"metadata": meta, "status": {"phase": phase, "conditions": [{"type": "Ready", "status": "True" if ready else "False"}]}}


def listed(*pods):
    """Make kubectl's text of these pods."""
    return json.dumps({"items": list(pods)})


class Time:
    """Time that passes only while somebody sleeps."""

    def __init__(self):
        self.now = 0.0

    def clock(self):
        """Return it."""
        return self.now

    def sleep(self, seconds):
        """Let it pass."""
        assert seconds >= 0
        self.now += seconds


@pytest.fixture
def killer(fake_runner):
    """Make a Killer whose kubectl lists these texts in turn; returns (killer, runner, time)."""

    def make(*texts, **more):
        deleted = more.pop("deleted", 'pod "x" deleted\n')
        runner, time = fake_runner([(["delete"], 0, deleted, ""), (["get", "pods"], 0, list(texts), "")]), Time()
        arguments = dict({"keep": 1, "clock": time.clock, "sleep": time.sleep}, **more)
        return disruption.Killer(Kubectl(runner, BASE[0], "minikube", 60), "pageview", {"tier": "frontend", "app": "x"}, **arguments), runner, time

    return make


def deletions(runner):
    """Return the calls that kill."""
    return [call for call in runner.calls if "delete" in call]


def test_recorded_pods(text):
    """Three ready pods of a ReplicaSet: the first by name is kept."""
    pods = json.loads(text("disruption/pods.json"))["items"]
    names = sorted(one["metadata"]["name"] for one in pods)
    assert len(names) == 3 and disruption.victims(list(reversed(pods)), 1) == names[1:] and disruption.victims(pods, 3) == []
    gone = copy.deepcopy(pods)
    for one in gone:
        one["metadata"]["deletionTimestamp"] = "2026-11-22T21:40:00Z"
    assert disruption.victims(gone, 1) == []


@pytest.mark.parametrize("pods, keep, names", [
    ([], 1, []),
    ([pod("a")], 1, []),
    ([pod("b"), pod("a")], 1, ["b"]),
    ([pod("a", ready=False), pod("b"), pod("c")], 1, ["c"]),
    ([pod("a", deleted=True), pod("b"), pod("c")], 1, ["c"]),
    ([pod("a", phase="Pending"), pod("b")], 1, []),
    ([pod("a"), pod("b"), pod("c")], 2, ["c"]),
    ([pod("a"), pod("b", owned=False), pod("c")], 1, ["c"]),
])
def test_who_may_be_killed(pods, keep, names):
    """Only ready ones beyond those that are kept, and only those that come back."""
    assert disruption.victims(pods, keep) == names


def test_kills_one_after_the_other(killer):
    """The exact calls: a list, a kill, lists until it is replaced, and so on."""
    first, less = listed(pod("a"), pod("b"), pod("c")), listed(pod("a"), pod("b", deleted=True), pod("c"), pod("d", ready=False))
    second, third = listed(pod("a"), pod("c"), pod("d")), listed(pod("a"), pod("d"), pod("e"))
    one, runner, time = killer(first, less, second, second, third)
    assert one.run(2, 1.0, 60, 100) == ""
    assert runner.calls == [
        LIST, BASE + ["delete", "pod", "b", "--namespace=pageview", "--wait=false", "--ignore-not-found"], LIST, LIST, LIST,
        BASE + ["delete", "pod", "c", "--namespace=pageview", "--wait=false", "--ignore-not-found"], LIST]
    assert (one.killed, one.kept, time.now) == (["b", "c"], ["a"], 1.5)


@pytest.mark.parametrize("grace, words", [(None, []), (5, ["--grace-period=5"]), (0, ["--grace-period=0", "--force"])])
def test_the_grace_period(killer, grace, words):
    """kubectl takes 0 only by force."""
    one, runner, _time = killer(listed(), grace=grace)
    one.kill("b")
    assert runner.calls == [BASE + ["delete", "pod", "b", "--namespace=pageview", "--wait=false", "--ignore-not-found"] + words]


def test_a_pod_that_was_gone_is_not_counted(killer):
    """kubectl prints nothing then."""
    one, _runner, _time = killer(listed(), deleted="")
    one.kill("b")
    assert one.killed == []


def test_one_ready_pod_is_waited_with_and_never_killed(killer):
    """Until there are two, or the patience is over, which is said."""
    one, runner, time = killer(listed(pod("a"), pod("b", ready=False)))
    assert one.run(3, 0, 5, 100) == ("1 of 2 pods are ready and 1 must be kept, so that at least 2 are needed; scale the Deployment, or look at its pods")
    assert deletions(runner) == [] and 5 <= time.now < 6


def test_pods_without_a_controller_are_said(killer):
    """Nobody would make them again."""
    one, runner, _time = killer(listed(pod("a", owned=False), pod("b", owned=False)))
    assert "belong to no controller" in one.run(3, 0, 5, 100) and deletions(runner) == []


def test_a_pod_that_is_not_replaced_ends_the_killing(killer):
    """After one."""
    one, runner, time = killer(listed(pod("a"), pod("b"), pod("c")), listed(pod("a"), pod("c")))
    assert one.run(3, 0, 5, 100).startswith("b was killed and not replaced by a ready pod within 5 seconds; 2 pods are ready, and 3 were before")
    assert len(deletions(runner)) == 1 and time.now < 6


def test_the_deadline_ends_the_killing(killer):
    """However patient it is."""
    one, runner, time = killer(listed(pod("a"), pod("b")), listed(pod("a")))
    assert "not replaced" in one.run(3, 0, 600, 8) and 8 <= time.now <= 9
    one, runner, time = killer(listed(pod("a"), pod("b")), listed(pod("a"), pod("c")))
    assert one.run(3, 10, 60, 8) == "the time was over after 1 of 3 kills" and len(deletions(runner)) == 1


def test_an_api_that_stays_away_is_an_error(fake_runner):
    """In kubectl's words, after the patience."""
    time, runner = Time(), fake_runner([([], 1, "", "The connection to the server 10.0.0.1:8443 was refused - did you specify the right host or port?")])
    one = disruption.Killer(Kubectl(runner, BASE[0], "minikube", 60), "x", {"a": "b"}, 1, None, time.clock, time.sleep)
    with pytest.raises(LabError, match="does not answer at its address"):
        one.run(1, 0, 3, 100)
    assert 3 <= time.now <= 4


def records(*numbers, **more):
    """Make a record for each number; a text is an error."""
    return [{"at": float(place), "number": None if isinstance(one, str) else one, "error": one if isinstance(one, str) else "",
             "retried": more.get("retried", 0)} for place, one in enumerate(numbers)]


def test_what_the_requests_say():
    """Falls, repetitions and failures, with their places."""
    result = disruption.summary(records(4, 5, "Connection refused", 7, 7, 1, 2))
    assert result == {"requests": 7, "answers": 6, "failures": 1, "lost": [{"at": 2.0, "error": "Connection refused"}], "retried": 0, "duplicates": 1,
                      "falls": [{"before": 7, "after": 1}], "numbers": {"first": 4, "last": 2, "seen": [4, 5, 7, 7, 1, 2]}}


def test_lists_are_bounded():
    """Counts are not."""
    result = disruption.summary(records(*(["refused"] * 150 + list(range(300, 0, -1)))))
    assert (result["failures"], len(result["lost"]), len(result["falls"]), len(result["numbers"]["seen"])) == (150, 100, 100, 100)
    assert disruption.summary([])["numbers"] == {"first": None, "last": None, "seen": []}


@pytest.mark.parametrize("numbers, killed, reason, oks", [
    ((1, 2, 4), ["a"], "", (True, True, True)),
    ((1, "Connection refused", 2), ["a"], "", (False, True, True)),
    ((3, 2), ["a"], "", (True, False, True)),
    ((3, 3), ["a"], "", (True, False, True)),
    ((3,), ["a"], "", (True, None, True)),
    (("no", "no"), ["a"], "", (False, None, True)),
    ((), ["a"], "", (None, None, True)),
    ((1, 2), [], "too few", (True, True, False)),
    ((1, 2), ["a"], "not replaced", (True, True, False)),
])
def test_the_checks(numbers, killed, reason, oks):
    """Each can be true, false, and not observed."""
    result = dict(disruption.summary(records(*numbers)), killed=killed)
    checks = disruption.judge(result, 1, reason, 2.0)
    assert [one["id"] for one in checks] == ["disruption.answered", "disruption.rising", "disruption.killed"]
    assert tuple(one["ok"] for one in checks) == oks
    assert all(one["hint"] for one in checks if one["ok"] is not True)


def test_a_check_s_words():
    """What was tried again is not hidden, and a lost request is explained."""
    result = dict(disruption.summary(records(1, 2, retried=1)), killed=["a"])
    assert disruption.judge(result, 1, "", 2.0)[0]["actual"] == "2 of 2 answered, 2 tried again"
    result = dict(disruption.summary(records(1, "Connection reset by peer")), killed=["a"])
    assert "preStop" in disruption.judge(result, 1, "", 2.0)[0]["hint"]
