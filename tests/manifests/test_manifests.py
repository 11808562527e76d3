"""The manifests a student finds in the home directory: valid for Kubernetes 1.16 and equal to the chapter's facts."""

import pathlib

import kubernetes_validate
import pytest
import yaml

EXERCISES = pathlib.Path(__file__).resolve().parents[2] / "roles" / "workshop" / "files" / "exercises"
# The schema library itself uses names that newer jsonschema releases call deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
IMAGE = "packtworkshops/the-kubernetes-workshop"

# file: kind, name, labels of the pod (or selector of the Service), replicas, image, (type, port, targetPort)
FACTS = {
    "2.02/k8s-for-beginners-pod.yaml": ("Pod", "k8s-for-beginners", None, None, f"{IMAGE}:k8s-for-beginners", None),
    "2.03/k8s-for-beginners-pod1.yaml": (
        "Pod", "k8s-for-beginners", {"tier": "frontend"}, None, f"{IMAGE}:k8s-for-beginners", None),
    "2.03/k8s-for-beginners-svc.yaml": ("Service", "k8s-for-beginners", {"tier": "frontend"}, None, None, ("NodePort", 80, 8080)),
    "2.04/k8s-for-beginners-deploy.yaml": (
        "Deployment", "k8s-for-beginners", {"tier": "frontend"}, 3, f"{IMAGE}:k8s-for-beginners", None),
    "2.05/k8s-for-beginners-deploy2.yaml": (
        "Deployment", "k8s-for-beginners", {"tier": "frontend"}, 1, f"{IMAGE}:k8s-for-beginners", None),
    "activity/k8s-pageview-deploy.yaml": ("Deployment", "k8s-pageview", {"tier": "frontend"}, 1, f"{IMAGE}:pageview", None),
    "activity/k8s-pageview-external-service.yaml": (
        "Service", "k8s-pageview", {"tier": "frontend"}, None, None, ("NodePort", 80, 8080)),
    "activity/k8s-redis-deploy.yaml": ("Deployment", "k8s-redis", {"tier": "backend"}, 1, "redis:3", None),
    "activity/k8s-redis-internal-service.yaml": ("Service", "db", {"tier": "backend"}, None, None, ("ClusterIP", 6379, 6379)),
}


def load(name):
    """Return the one object of a manifest; a second document would be a surprise to a student."""
    (document,) = yaml.safe_load_all((EXERCISES / name).read_text())
    return document


def containers(manifest):
    """Return a Pod's or a Deployment's containers."""
    spec = manifest["spec"]
    return spec["template"]["spec"]["containers"] if manifest["kind"] == "Deployment" else spec["containers"]


def test_no_manifest_without_facts():
    """A new file needs a row above, a lost one is missed. What is no manifest is the exercise's steps or checks."""
    others = ("steps.yml", "checks.yml")
    assert sorted(str(path.relative_to(EXERCISES)) for path in EXERCISES.rglob("*") if path.is_file() and path.name not in others) == sorted(FACTS)


@pytest.mark.parametrize("name", sorted(FACTS))
def test_manifest_is_valid_for_kubernetes_1_16(name):
    """Strict: a misspelt key is an error, not an ignored extra."""
    kubernetes_validate.validate(load(name), "1.16", strict=True)


def test_the_schema_check_can_fail():
    """A manifest with a misspelt key is refused, so the test above says something."""
    manifest = load("2.04/k8s-for-beginners-deploy.yaml")
    manifest["spec"]["replica"] = 3
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(manifest, "1.16", strict=True)


@pytest.mark.parametrize("name", sorted(FACTS))
def test_manifest_equals_the_facts(name):
    """Kind, name, labels, replicas, image and ports, and no namespace: the chapter's commands choose it."""
    kind, title, labels, replicas, image, ports = FACTS[name]
    manifest = load(name)
    spec = manifest["spec"]
    assert (manifest["kind"], manifest["metadata"]["name"]) == (kind, title)
    assert "namespace" not in manifest["metadata"]
    if kind == "Service":
        (port,) = spec["ports"]
        assert spec["selector"] == labels
        assert (spec.get("type", "ClusterIP"), port["port"], port["targetPort"]) == ports
        assert "nodePort" not in port
        return
    assert [(c["name"], c["image"]) for c in containers(manifest)] == [(title, image)]
    if kind == "Pod":
        assert manifest["metadata"].get("labels") == labels
    else:
        assert spec["replicas"] == replicas
        assert spec["selector"]["matchLabels"] == spec["template"]["metadata"]["labels"] == labels


@pytest.mark.parametrize("name", sorted(n for n, fact in FACTS.items() if fact[4]))
def test_images_are_pinned(name):
    """An untagged image is pulled anew at each start of a pod, which a classroom without internet cannot."""
    for container in containers(load(name)):
        assert ":" in container["image"] and not container["image"].endswith(":latest")
