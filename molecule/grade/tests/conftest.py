"""A student's home with manifests of their own, and playbooks/grade.yml as a teacher runs it."""

import collections
import re
import shlex

import pytest
import yaml

IMAGES = "packtworkshops/the-kubernetes-workshop:"
#: What was printed of one exercise: its steps as (id, mark: x reached, blank not, ? not seen), and of the first that is not reached what stands below it.
Graded = collections.namedtuple("Graded", "steps first details")


def _deployment(name, labels, image, replicas):
    """Return a Deployment whose pods end at once when they are told to."""
    pod = {"terminationGracePeriodSeconds": 1, "containers": [{"name": name, "image": image}]}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name},
            "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": pod}}}


FILES = {
    "bare.yaml": [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "k8s-for-beginners"}, "spec": {
        "terminationGracePeriodSeconds": 1, "containers": [{"name": "greeting", "image": IMAGES + "k8s-for-beginners"}]}}],
    "greeting.yaml": [_deployment("k8s-for-beginners", {"tier": "frontend"}, IMAGES + "k8s-for-beginners", 3)],
    "pageview.yaml": [_deployment("k8s-redis", {"tier": "backend"}, "redis:3", 1), _deployment("k8s-pageview", {"tier": "frontend"}, IMAGES + "pageview", 3)],
}


class Run:
    """One run of the playbook: returncode, output, and what it printed of each exercise."""

    def __init__(self, done):
        self.returncode, self.output = done.returncode, done.stdout
        self.exercises, current, last = {}, None, None
        for line in self.output.splitlines():
            heading = re.match(r"\s*\S+, (?:exercise (\S+)|(tour) of the components|(activity) 2\.01): ", line)
            step = re.match(r"\s*\[([x ?])\] (\S+)  *\S", line)
            detail = re.match(r"\s*(expected|found|hint): +(.+)", line)
            if heading:
                current = self.exercises.setdefault(next(filter(None, heading.groups())), Graded([], [None], {}))
            elif step and current:
                last = step.group(2)
                current.steps.append((last, step.group(1)))
            elif detail and current:
                current.first[0] = last
                current.details[detail.group(1)] = detail.group(2)

    def says(self, exercise):
        """Return what was printed of an exercise."""
        assert exercise in self.exercises, self.output[-6000:]
        return self.exercises[exercise]


@pytest.fixture(scope="module")
def grade(play):
    """Grade; the run must neither fail nor change anything, whatever the student did."""

    def run(exercise, *options, **variables):
        said = Run(play("playbooks/grade.yml", *options, exercise=exercise, **variables))
        assert said.returncode == 0 and re.search(r"changed=0 .*failed=0", said.output), said.output[-6000:]
        return said

    return run


@pytest.fixture(scope="module")
def student(seat):
    """Type a command as the student, in a folder with the manifests that the student wrote; GREETING is the image of the exercises."""
    seat.student("mkdir -p own")
    for name, objects in FILES.items():
        text = yaml.safe_dump_all(objects)
        seat.student(f"printf %s {shlex.quote(text)} > own/{name}")

    def run(command):
        return seat.student(f"cd own && GREETING={IMAGES}k8s-for-beginners && {command}")

    return run

