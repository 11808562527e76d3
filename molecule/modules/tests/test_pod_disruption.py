"""pod_disruption on a real cluster: pageview with its redis, killed while it is read; what is reported is compared with what is true."""

import json
import time

import pytest

testinfra_hosts = ["ansible://lab-modules-1"]

SPACE, IMAGE = "disruption-test", "packtworkshops/the-kubernetes-workshop:pageview"


def deployment(name, tier, image, replicas):
    """Return a Deployment."""
    pod = {"metadata": {"labels": {"tier": tier}}, "spec": {"containers": [{"name": name, "image": image, "imagePullPolicy": "IfNotPresent"}]}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": SPACE},
            "spec": {"replicas": replicas, "selector": {"matchLabels": {"tier": tier}}, "template": pod}}


def service(name, tier, port, target, kind):
    """Return a Service."""
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": SPACE},
            "spec": {"type": kind, "selector": {"tier": tier}, "ports": [{"port": port, "targetPort": target}]}}


OBJECTS = [
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": SPACE}},
    deployment("redis", "backend", "redis:3", 1), service("db", "backend", 6379, 6379, "ClusterIP"),
    deployment("pageview", "frontend", IMAGE, 3), service("pageview", "frontend", 80, 8080, "NodePort"),
]


@pytest.fixture(scope="module", autouse=True)
def pageview(seat):
    """The activity's objects in a namespace of their own, ready; gone again in the end."""
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": OBJECTS})
    seat.until("kubectl get --raw=/readyz", user="k8suser")
    seat.student("kubectl apply -f - <<'END'\n%s\nEND" % text)
    scale(seat, 3)
    yield
    seat.student("kubectl delete namespace %s --timeout=120s" % SPACE)


def scale(seat, replicas):
    """Have so many ready pageview pods and a ready redis, and not one more, and an answer."""
    seat.student("kubectl -n %s scale deployment pageview --replicas=%d" % (SPACE, replicas))
    for name in ("redis", "pageview"):
        seat.student("kubectl -n %s rollout status deployment/%s --timeout=180s" % (SPACE, name))
    seat.until("test $(kubectl -n %s get pods -l tier=frontend --no-headers | wc -l) = %d" % (SPACE, replicas), user="k8suser")
    port = seat.student("kubectl -n %s get service pageview -o jsonpath={.spec.ports[0].nodePort}" % SPACE)
    seat.until("curl -s -m 3 http://$(hostname -i | cut -d' ' -f1):%s/ | grep -q visitor" % port)


def names(seat, tier="frontend"):
    """Return the names of the pods that are not being deleted."""
    pods = json.loads(seat.student("kubectl -n %s get pods -l tier=%s -o json" % (SPACE, tier)))["items"]
    return sorted(pod["metadata"]["name"] for pod in pods if not pod["metadata"].get("deletionTimestamp"))


def disrupt(seat, check=False, **more):
    """Call the module as root for the student."""
    arguments = dict({"namespace": SPACE, "selector": {"tier": "frontend"}, "service": "pageview", "user": "k8suser", "interval": 0}, **more)
    if "url" in more:
        del arguments["service"]
    return seat.module("pod_disruption", check=check, **arguments)


def test_check_mode_kills_nothing_and_asks_for_no_page(seat):
    """It says which pods it would kill: all but the first by name."""
    before = names(seat)
    result = disrupt(seat, check=True, kills=2)
    assert result["changed"] and result["would_kill"] == before[1:3] and result["kept"] == before[:1] and result["killed"] == [], result
    assert result["requests"] == 0 and names(seat) == before


def test_kills_while_the_page_is_read(seat):
    """Three are killed and replaced, the number never falls, and every request is in exactly one of answers and failures."""
    before = names(seat)
    result = disrupt(seat, kills=3, rate=20)
    assert len(result["killed"]) == 3 and result["changed"] and result["reason"] == "", result
    # The first by name is kept: a new pod with an earlier name takes the place of the one kept before, which may then be killed.
    assert result["kept"] == sorted(result["kept"], reverse=True) and result["kept"][-1] not in result["killed"] and set(result["killed"]) & set(before), result
    now = names(seat)
    assert len(now) == 3 and not set(result["killed"]) & set(now) and before[0] in result["kept"]
    assert result["falls"] == [] and result["duplicates"] == 0, result
    assert result["requests"] == result["answers"] + result["failures"] and result["requests"] > 20
    # Lost requests are few and of one kind: a pod that stopped before the Service knew. One that was counted but not answered leaves a gap in the numbers.
    kinds = ("refused", "reset", "closed", "no connection", "no whole answer")
    assert result["failures"] <= 9 and all(any(kind in one["error"] for kind in kinds) for one in result["lost"]), (result["lost"], result)
    assert result["answers"] <= result["numbers"]["last"] - result["numbers"]["first"] + 1 <= result["requests"], result
    checks = {one["id"]: one["ok"] for one in result["checks"]}
    assert checks == {"disruption.answered": result["failures"] == 0, "disruption.rising": True, "disruption.killed": True}
    assert result["all_ok"] == (result["failures"] == 0)


@pytest.mark.long
def test_with_retries_no_request_is_lost(seat):
    """As a browser does: what found no connection, or one that was closed on it, is answered in the end, and what was tried again is counted."""
    result = disrupt(seat, kills=4, rate=20, connection_retries=5)
    # A pod that went silent in the middle of an answer has counted it, so that it is never asked for again: the one kind that may be lost.
    silent = [one for one in result["lost"] if "no whole answer" in one["error"]]
    assert result["lost"] == silent and len(silent) <= 1 and result["failures"] == len(silent), (result["lost"], result)
    assert (len(result["killed"]), result["falls"], result["reason"]) == (4, [], ""), result
    assert result["retried"] < result["requests"] and result["all_ok"] == (not silent)


@pytest.mark.long
def test_the_number_falls_when_redis_is_killed(seat):
    """The count is only in redis's memory: the module must see that it starts again, and the failures in between."""
    result = disrupt(seat, kills=0, duration_max=1, rate=20)
    assert result["numbers"]["last"] > 5
    seat.student("(sleep 4; kubectl -n %s delete pod -l tier=backend --wait=false) >/dev/null 2>&1 &" % SPACE)
    result = disrupt(seat, kills=0, duration_max=30, rate=5)
    assert result["falls"] and result["falls"][0]["after"] < result["falls"][0]["before"], result
    assert not result["all_ok"] and not result["changed"]
    assert {one["id"]: one["ok"] for one in result["checks"]}["disruption.rising"] is False


def test_a_url_that_never_answers(seat):
    """All requests are failures."""
    result = disrupt(seat, url="http://127.0.0.1:9/", kills=1, rate=10)
    assert result["requests"] == result["failures"] > 0 and result["answers"] == 0 and not result["all_ok"], result
    assert {one["id"]: one["ok"] for one in result["checks"]} == {"disruption.answered": False, "disruption.rising": None, "disruption.killed": True}


def test_another_page_is_no_answer(seat):
    """The labels are shared by other exercises, so that their pages could come instead."""
    result = disrupt(seat, kills=0, duration_max=2, pattern=r"^Hello Kubernetes Beginners(\d)")
    assert result["answers"] == 0 and "another form: Hello, you're" in result["lost"][0]["error"], result


def test_one_replica_is_never_killed(seat):
    """It waits for a second one, within its bound, and says why nothing was killed."""
    scale(seat, 1)
    before, start = names(seat), time.monotonic()
    result = disrupt(seat, kills=2, replace_timeout=5, duration_max=20)
    assert result["killed"] == [] and not result["changed"] and names(seat) == before, result
    assert "1 of 1 pods are ready and 1 must be kept" in result["reason"] and result["seconds"] < 20 and time.monotonic() - start < 60
    assert {one["id"]: one["ok"] for one in result["checks"]}["disruption.killed"] is False
    again = disrupt(seat, check=True, kills=2)
    assert again["would_kill"] == [] and not again["changed"] and "1 of 1" in again["reason"]


@pytest.mark.long
def test_the_whole_time_is_bounded(seat):
    """More kills than there is time for."""
    scale(seat, 2)
    result = disrupt(seat, kills=100, duration_max=8)
    assert result["seconds"] < 20 and 0 < len(result["killed"]) < 100 and result["reason"], result
