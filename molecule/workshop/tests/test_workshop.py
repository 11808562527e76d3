"""What the student finds in the home directory and in the cluster."""

import json
import pathlib
import re

import pytest

EXERCISES = pathlib.Path(__file__).resolve().parents[3] / "roles" / "workshop" / "files" / "exercises"
MANIFESTS = sorted(str(path.relative_to(EXERCISES)) for path in EXERCISES.rglob("*.yaml"))


def page(host, student, namespace, name):
    """Return what the NodePort Service answers, within a minute: test_verify restarts the kubelet, which takes each pod with a readiness probe for not ready
    until its next probe. CoreDNS is one, and pageview ends the connection (curl 52) when it cannot look up db."""
    node = json.loads(student("kubectl get node minikube -o json"))
    service = json.loads(student(f"kubectl get service -n {namespace} {name} -o json"))
    address = next(a["address"] for a in node["status"]["addresses"] if a["type"] == "InternalIP")
    return host.check_output("curl -sS --max-time 10 --retry 60 --retry-delay 1 --retry-max-time 60 --retry-all-errors http://%s:%s",
                             address, str(service["spec"]["ports"][0]["nodePort"]))


@pytest.mark.parametrize("name", MANIFESTS)
def test_manifest_is_the_students_own(host, name):
    """It is there, unchanged, and the student may edit it."""
    manifest = host.file(f"/home/k8suser/workshop/{name}")
    assert (manifest.user, manifest.group, manifest.mode) == ("k8suser", "k8suser", 0o644)
    assert manifest.content == (EXERCISES / name).read_bytes()
    assert host.file(str(pathlib.PurePosixPath(manifest.path).parent)).user == "k8suser"


@pytest.mark.parametrize(("namespace", "name", "replicas"), [
    ("default", "k8s-for-beginners", 3), ("pageview", "k8s-pageview", 1), ("pageview", "k8s-redis", 1)])
def test_deployment_is_complete(student, namespace, name, replicas):
    """Figure 2.34, and the activity as its manifests say."""
    deployment = json.loads(student(f"kubectl get deployment -n {namespace} {name} -o json"))
    assert deployment["spec"]["replicas"] == replicas
    assert deployment["status"]["readyReplicas"] == replicas


def test_greeting_answers(host, student):
    """Figure 2.31."""
    assert page(host, student, "default", "k8s-for-beginners").strip() == "Hello Kubernetes Beginners!"


def test_counter_counts(host, student):
    """Each visit raises the number by one, which needs redis behind the name db."""
    first, second = (int(re.search(r"#(\d+)", page(host, student, "pageview", "k8s-pageview")).group(1)) for _ in range(2))
    assert second == first + 1


def test_exercises_do_not_take_each_others_visitors(student):
    """Both Services select tier=frontend; in one namespace each would send visitors to the other's pods."""
    for namespace, name, pods in (("default", "k8s-for-beginners", 3), ("pageview", "k8s-pageview", 1)):
        endpoints = json.loads(student(f"kubectl get endpoints -n {namespace} {name} -o json"))
        targets = [address["targetRef"]["name"] for subset in endpoints["subsets"] for address in subset["addresses"]]
        assert len(targets) == pods and all(target.startswith(f"{name}-") for target in targets)


def test_student_can_repeat_by_hand(student):
    """Applying the installed manifest changes nothing: it is the one that was applied."""
    assert student("kubectl apply -f workshop/2.04/k8s-for-beginners-deploy.yaml").strip().endswith("unchanged")
