"""How the tests speak to a seat."""

import json
import shlex

import pytest

WEB = "packtworkshops/the-kubernetes-workshop:k8s-for-beginners"


class Shell:
    """A user's login shell on a seat."""

    def __init__(self, host, user):
        self.host, self.user = host, user

    def __call__(self, command, rc=0):
        """Run a command; fail, with all that was said, unless it ends with rc (None: any)."""
        done = self.host.run("runuser -l %s -c %s" % (self.user, shlex.quote("export LC_ALL=C; " + command)))
        assert rc is None or done.rc == rc, "%s -> %s, not %s\nstdout: %s\nstderr: %s" % (command, done.rc, rc, done.stdout, done.stderr)
        return done

    def status(self, rc):
        """The four words of `minikube status`, which must end with rc."""
        return tuple(json.loads(self("minikube status -o json", rc).stdout).values())

    def until(self, condition, seconds=120):
        """Wait on the seat until a shell condition holds."""
        script = "until %s >/dev/null 2>&1; do sleep 0.2; done" % condition
        self("timeout %d bash -c %s" % (seconds, shlex.quote(script)))

    def settled(self):
        """Wait until the node and the cluster's DNS are ready."""
        self("kubectl wait --for=condition=ready node/minikube --timeout=180s")
        self("kubectl -n kube-system rollout status deployment/coredns --timeout=180s")


@pytest.fixture(scope="module")
def as_root(host):
    """Root's shell on the seat."""
    return Shell(host, "root")


@pytest.fixture(scope="module")
def as_student(host):
    """The unprivileged user's shell on the seat."""
    return Shell(host, "student")


@pytest.fixture(scope="module")
def web():
    """An image in the mirror's registry that answers HTTP on port 8080."""
    return WEB
