"""playbooks/verify.yml on the finished seat: it passes, and fails with the check that tells what is broken."""

import re

import pytest

# What is broken, by whom (root or the student), the check that must tell it, words of its message, how it is mended.
BROKEN = {
    "scaled to 0": ("k8suser", "kubectl scale deployment k8s-for-beginners --replicas=0", "2.04.pods", "scaled to 0",
                    "kubectl scale deployment k8s-for-beginners --replicas=3"),
    "no store": ("k8suser", "kubectl -n pageview delete service db", "activity.db", "must be named db",
                 "kubectl apply -n pageview -f workshop/activity/k8s-redis-internal-service.yaml"),
    "kubelet": ("root", "systemctl stop kubelet", "tour.kubelet", "sudo systemctl start kubelet", "systemctl start kubelet"),
}
HEALTHY = ("kubectl get node minikube | grep -w Ready && kubectl get deployment k8s-for-beginners | grep 3/3 && kubectl -n pageview get endpoints db | "
           "grep :6379 && test $(kubectl get pods -l tier=frontend --no-headers | wc -l) = 3")


def number(seat):
    """Return how many visits the store has counted."""
    return int(seat.student("kubectl -n pageview exec deployment/k8s-redis -- redis-cli get pv").strip() or 0)


def test_verify_passes(seat, play):
    """Nothing is changed but the page's number, by one visit, and the two addresses are shown with what they answer; a dry run visits no page."""
    before = number(seat)
    done = play("playbooks/verify.yml")
    assert done.returncode == 0 and re.search(r"changed=0 .*failed=0", done.stdout), done.stdout[-8000:]
    assert re.search(r"http://\S+:3\d{4}/  Hello Kubernetes Beginners!", done.stdout), done.stdout[-4000:]
    assert re.search(r"http://\S+:3\d{4}/  Hello, you'+re visitor #%d" % (before + 1), done.stdout), done.stdout[-4000:]
    done = play("playbooks/verify.yml", "--check")
    assert done.returncode == 0 and number(seat) == before + 1, done.stdout[-8000:]


@pytest.mark.parametrize("name", BROKEN)
def test_verify_fails(seat, play, name):
    """With the check's id and hint, and what was seen is left for the report; a seat that may fail is only written down."""
    who, spoil, check, words, mend = BROKEN[name]
    try:
        seat.shell(spoil, user=who)
        if name == "scaled to 0":
            seat.until("test -z \"$(kubectl get pods -l tier=frontend -o name)\"", user="k8suser")
        done = play("molecule/workshop/verify_fact.yml", verify_timeout=1)
        said = " ".join(done.stdout.split())
        assert done.returncode == 2 and f"{check} (" in said and words in said, done.stdout[-8000:]
        seen, wrong = re.search(r"SEEN (\d+) NOT ([\w. ]*)\.", said).groups()
        assert int(seen) > 25 and check in wrong.split(), said[-4000:]
        assert {one.split(".")[0] for one in wrong.split()} == {check.split(".")[0]}, wrong
        done = play("playbooks/verify.yml", verify_timeout=0, verify_fail=False)
        assert done.returncode == 0, done.stdout[-8000:]
    finally:
        seat.shell(mend, user=who)
        seat.until(f"( {HEALTHY} )", user="k8suser")


def test_seat_without_the_account(play):
    """A sentence instead of an error of the module; a dry run of a bare machine ends well."""
    done = play("playbooks/verify.yml", workshop_user="nobody-here")
    assert done.returncode == 2 and "There is no account nobody-here on this seat" in " ".join(done.stdout.split()), done.stdout[-4000:]
    bare = {"workshop_user": "nobody-here", "workshop_kubectl_path": "/nonexistent/kubectl", "workshop_minikube_path": "/nonexistent/minikube"}
    assert play("playbooks/verify.yml", "--check", **bare).returncode == 0
