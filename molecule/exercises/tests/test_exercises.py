"""What a teacher sees of playbooks/exercise.yml, and what it leaves on the seat. The tests build on one another's states: that is what is tested."""

import json
import re

import pytest
from exercises import IDS, Exercises


@pytest.fixture(scope="module")
def exercises(request):
    """The playbook, on the scenario's seat, with the scenario's inventory."""
    return Exercises([request.config.getoption("--ansible-inventory")], "lab-exercises-1")


def test_all_in_the_chapters_order(exercises, student):
    """From a fresh seat: every step of each exercise is true; then the last states of 2.05 and of the activity are there."""
    output = exercises.run("all")
    for exercise in IDS:
        exercises.assert_all_true(output, exercise)
    assert len(re.findall(r": 2\.05\.[1-8] .* ok [0-9.]+ s", output)) == 8
    assert student("kubectl get deployment k8s-for-beginners -o 'jsonpath={.status.readyReplicas}'").strip() == "1"
    assert student("kubectl get deployment -n pageview k8s-pageview -o 'jsonpath={.status.readyReplicas}'").strip() == "3"
    exercises.assert_healthy()


@pytest.mark.soak
def test_twice_in_a_row(exercises, student):
    """From 2.05's end and then from its own, and the end is the chapter's: two pods."""
    for _time in range(2):
        exercises.assert_all_true(exercises.run("2.04"), "2.04")
        assert student("kubectl get deployment k8s-for-beginners -o 'jsonpath={.status.readyReplicas}'").strip() == "2"


def test_strangers_pod_is_named_and_left_alone(exercises, student):
    """A pod of somebody else's with the chapter's label: the start is refused with its name, and it is still there."""
    student("kubectl run stranger --image=packtworkshops/the-kubernetes-workshop:k8s-for-beginners --labels=tier=frontend")
    try:
        output = " ".join(exercises.run("2.02", succeeds=False).split())
        assert re.search(r"\(2\.02\.start\.strangers\): expected [^;]+; found stranger ", output), output[-6000:]
        assert "stranger" in student("kubectl get pods")
    finally:
        student("kubectl delete pod stranger")


def test_failed_2_05_is_mended(exercises, student):
    """Step 5 fails, for a quota forbids Deployments: the run fails and says so, all parts of the control plane run again, and what was seen is on the page."""
    student("kubectl create quota none --hard=count/deployments.apps=0")
    try:
        output = exercises.run("2.05", succeeds=False)
        assert "2.05.5" in output and "quota" in output
        checks = exercises.seen()
        assert [check["ok"] for check in checks] == [True] * (len(checks) - 1) + [False] and len(checks) > 10
        assert checks[-1]["id"] == "2.05.5" and "quota" in json.dumps(checks[-1])
    finally:
        exercises.assert_healthy()
        student("kubectl delete quota none")


def test_killed_2_05_is_mended_by_the_next_run(exercises, student):
    """Killed while nothing but etcd and the API server runs: the next exercise mends the cluster and is true."""
    exercises.kill_after("2.05", "2.05.4")
    exercises.assert_all_true(exercises.run("2.03"), "2.03")
    exercises.assert_healthy()
    pods = json.loads(student("kubectl get pods -o json"))["items"]
    assert [pod["metadata"]["name"] for pod in pods] == ["k8s-for-beginners"]
