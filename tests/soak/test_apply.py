"""The workshop's objects applied again and again in turn with another shape: changed exactly when something changes."""

import pathlib

import yaml

EXERCISES = pathlib.Path(__file__).resolve().parents[2] / "roles/workshop/files/exercises"
ROUNDS = 15


def test_changed_exactly_when_something_changes(module):
    """3 copies, again, 1 copy, again ...: changed, not changed, changed, not changed."""
    three, one = (yaml.safe_load((EXERCISES / path).read_text()) for path in ("2.04/k8s-for-beginners-deploy.yaml", "2.05/k8s-for-beginners-deploy2.yaml"))
    try:
        module("kubectl_apply", user="k8suser", definitions=[three])
        for number in range(ROUNDS):
            for definition, expected in ((three, False), (one, True), (one, False), (three, True)):
                found = module("kubectl_apply", user="k8suser", definitions=[definition])
                assert found["changed"] is expected, (number, found)
                assert [entry["ready"] for entry in found["objects"]] == [True], found
    finally:
        module("kubectl_apply", user="k8suser", definitions=[three])
