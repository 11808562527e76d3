"""The activity's promise over many kills."""

import pytest

KILLS = 60


@pytest.fixture
def three_copies(module, student):
    """Pageview with the activity's three copies; afterwards the one that the exercise leaves."""
    student("kubectl", "--context=minikube", "-n", "pageview", "scale", "deployment", "k8s-pageview", "--replicas=3")
    student("kubectl", "--context=minikube", "-n", "pageview", "rollout", "status", "deployment", "k8s-pageview", "--timeout=180s")
    yield
    student("kubectl", "--context=minikube", "-n", "pageview", "scale", "deployment", "k8s-pageview", "--replicas=1")
    student("kubectl", "--context=minikube", "-n", "pageview", "rollout", "status", "deployment", "k8s-pageview", "--timeout=180s")


def test_number_never_falls_over_many_kills(module, three_copies):
    """Every number is higher than the one before; what was lost is printed, not hidden."""
    found = module("pod_disruption", user="k8suser", namespace="pageview", selector={"tier": "frontend"}, service="k8s-pageview",
                   kills=KILLS, rate=10, duration_max=900, connection_retries=5)
    print({name: found[name] for name in ("requests", "answers", "failures", "lost", "retried", "duplicates", "falls", "seconds")})
    assert len(found["killed"]) == KILLS, found["reason"]
    assert found["falls"] == [] and found["duplicates"] == 0
    assert found["failures"] == 0, found["lost"]
