"""What playbooks/grade.yml says of work that was done by hand: rightly, and wrongly in the ways of students."""

import json
import pathlib

import pytest
import yaml

testinfra_hosts = ["ansible://lab-grade-1"]

SCENES = yaml.safe_load(pathlib.Path(__file__).with_name("scenes.yml").read_text(encoding="utf-8"))
CASES = [(scene, case) for scene in SCENES for case in [None, *scene["cases"]]]
NAMES = [f"{scene['exercise']}-{case['name'].replace(' ', '_') if case else 'right'}" for scene, case in CASES]
# What a change would change. Nodes, Events and Leases change by themselves.
KINDS = "namespaces,pods,services,deployments,replicasets,daemonsets,serviceaccounts,secrets,roles,rolebindings,persistentvolumeclaims"


def settle(seat, student, scene):
    """Wait until the scene is as it should be; show the cluster when it does not come."""
    if "until" in scene:
        try:
            seat.until(f"( {scene['until'].strip()} )", seconds=150, user="k8suser")
        except AssertionError:
            print(student("kubectl get nodes,pods,services,endpoints,deployments -o wide; kubectl get events | tail -20"))
            raise


def act(seat, student, steps, prefix=""):
    """Type what a scene or a case says."""
    for command in steps.get(prefix + "root", ()):
        seat.shell(command)
    for command in steps.get("undo" if prefix else "make", ()):
        student(command)


def wrong_at(run, exercise, case):
    """The steps before are reached, this one is the first that is not, and what stands below it helps."""
    said = run.says(exercise)
    before = [mark for step, mark in said.steps[:[step for step, _ in said.steps].index(case["step"])]]
    assert dict(said.steps)[case["step"]] == ("?" if case.get("unseen") else " "), run.output[-6000:]
    assert before == ["x"] * len(before) and said.first == [case["step"]], run.output[-6000:]
    assert all(word in said.details["hint"] for word in case["hint"]), said.details
    if not case.get("unseen"):
        assert said.details["expected"] and case.get("found", "") in said.details["found"], said.details


@pytest.mark.parametrize(("scene", "case"), CASES, ids=NAMES)
def test_exercise(seat, student, grade, scene, case):
    """A right state is graded right; each wrong one at its step."""
    exercise = scene["exercise"]
    if case is None:
        act(seat, student, scene)
        settle(seat, student, scene)
        run = grade(exercise)
        steps = run.says(exercise).steps
        assert steps and [mark for _step, mark in steps] == ["x"] * len(steps), run.output[-6000:]
        assert f"all {len(steps)} steps reached" in run.output
        return
    try:
        act(seat, student, case)
        if "until" in case:
            seat.until(f"( {case['until']} )", user="k8suser")
        if "until_root" in case:
            seat.until(f"( {case['until_root']} )")
        also = case.get("also")
        run = grade([exercise, also["exercise"]] if also else exercise)
        wrong_at(run, exercise, case)
        if also:
            wrong_at(run, also["exercise"], also)
    finally:
        act(seat, student, case, "undo_")
        settle(seat, student, scene)


def objects(student):
    """Return kind, namespace, name, uid and resource version of everything that a change would touch."""
    items = json.loads(student(f"kubectl get {KINDS} --all-namespaces -o json"))["items"]
    return sorted((one["kind"], one["metadata"].get("namespace", ""), one["metadata"]["name"], one["metadata"]["uid"], one["metadata"]["resourceVersion"])
                  for one in items)


def visits(student):
    """Return the number of the page, as the store has it."""
    return int(student("kubectl exec deployment/k8s-redis -- redis-cli get pv").strip() or 0)


def test_grading_changes_nothing(student, grade, seat):
    """Every object is the one it was, in the same version, and nobody has visited the page; with visits the number rises by three and nothing else."""
    student("curl -sS --max-time 5 http://$(kubectl get service k8s-pageview -o 'jsonpath={.spec.clusterIP}')/")
    before, number = objects(student), visits(student)
    assert number > 0
    grade("all")
    grade("all", "--check")
    assert objects(student) == before
    assert visits(student) == number
    run = grade("activity", workshop_grade_visits=True)
    assert dict(run.says("activity").steps)["activity.counts"] == "x", run.output[-6000:]
    assert visits(student) == number + 3
    assert objects(student) == before


def test_own_names(student, grade, seat):
    """Everything called otherwise, made by kubectl alone, is graded right with the variables, and wrong at the first step without them."""
    image = "packtworkshops/the-kubernetes-workshop"
    for command in (
            "kubectl create namespace mine",
            "kubectl -n mine run hello --image=$GREETING --labels=app=hello",
            "kubectl -n mine expose pod hello --name=way-in --type=NodePort --port=80 --target-port=8080",
            "kubectl -n mine create deployment many --image=$GREETING --replicas=2",
            "kubectl -n mine expose deployment many --type=NodePort --port=80 --target-port=8080",
            "kubectl -n mine create deployment store --image=redis:3",
            "kubectl -n mine expose deployment store --name=db --port=6379",
            f"kubectl -n mine create deployment page --image={image}:pageview --replicas=3",
            "kubectl -n mine expose deployment page --name=counter --type=NodePort --port=80 --target-port=8080"):
        student(command)
    for condition in ("kubectl -n mine get pod hello | grep 1/1", "kubectl -n mine get deployment many | grep '2/2  *2  *2'",
                      "kubectl -n mine get deployment store | grep 1/1", "kubectl -n mine get deployment page | grep '3/3  *3  *3'"):
        seat.until(condition, user="k8suser")
    own = {"workshop_grade_namespace": "mine", "workshop_grade_pod": "hello", "workshop_grade_service": "way-in", "workshop_grade_labels": {"app": "hello"},
           "workshop_grade_activity_namespace": "mine", "workshop_grade_pageview": "page", "workshop_grade_pageview_service": "counter",
           "workshop_grade_pageview_labels": {"app": "page"}, "workshop_grade_redis": "store", "workshop_grade_redis_labels": {"app": "store"},
           "workshop_grade_visits": True}
    run = grade("2.02,2.03,activity", **own)
    marks = {mark for exercise in ("2.02", "2.03", "activity") for _step, mark in run.says(exercise).steps}
    assert marks == {"x"}, run.output[-6000:]
    many = dict(own, workshop_grade_deployment="many", workshop_grade_service="many", workshop_grade_labels={"app": "many"}, workshop_grade_pod="bare")
    assert {mark for _step, mark in grade("2.04", **many).says("2.04").steps} == {"x"}
    run = grade("2.02,2.04")
    assert (run.says("2.02").first, run.says("2.04").first) == (["2.02.pod"], ["2.04.deployment"]), run.output[-6000:]


def test_account_that_is_missing(grade):
    """Told plainly, nothing is claimed to be wrong, and nobody fails."""
    run = grade("2.03", workshop_user="nobody-here")
    said = run.says("2.03")
    assert {mark for _step, mark in said.steps} == {"?"} and len(said.steps) == 8, run.output[-6000:]
    assert "There is no account nobody-here on this seat" in said.details["hint"]


def test_must_pass(play):
    """For machines: the same lines, and the seat fails, naming the steps."""
    done = play("playbooks/grade.yml", exercise="2.02", workshop_grade_must_pass=True)
    assert done.returncode == 2 and "has not reached 2.02.pod" in " ".join(done.stdout.split()), done.stdout[-6000:]
    assert "[ ] 2.02.pod" in done.stdout


@pytest.mark.parametrize("exercise", ["2.06", "", "2.03,2.03", "tour,2.9"])
def test_exercise_that_does_not_exist(play, exercise):
    """Refused before the seat is touched, with those that exist."""
    done = play("playbooks/grade.yml", exercise=exercise)
    said = " ".join(done.stdout.split())
    assert done.returncode == 2 and "2.01, tour, 2.02, 2.03, 2.04, 2.05, activity" in said and "-e exercise=2.03" in said, done.stdout[-4000:]
