"""What playbooks/upgrade.yml tells and refuses of itself; what minikube_cluster refuses is in its own tests."""

import json

import pytest
from ansible_collections.workshop.lab.plugins.plugin_utils.upgrade import client_version, numbers, plan

WANTED = {"minikube": "v1.5.2", "kubectl": "v1.16.2", "kubernetes": "v1.16.2"}
# As `kubectl version --client --output=json` of v1.16.2 prints it.
KUBECTL = json.dumps({"clientVersion": {"major": "1", "minor": "16", "gitVersion": "v1.16.2", "gitCommit": "c97fe5036ef3df2967d086711e6c0c405941e14b"}})


def before(minikube="v1.5.2", kubernetes="v1.16.2", state="started", driver="virtualbox"):
    """Return the part of minikube_info's answer that is read."""
    return {"minikube_version": minikube, "state": state, "cluster": {"kubernetes_version": kubernetes, "driver": driver}}


@pytest.mark.parametrize("found, kubectl, line", [
    (before(), KUBECTL, "minikube v1.5.2, kubectl v1.16.2, Kubernetes v1.16.2; the cluster (driver virtualbox, started) stays"),
    (before("v1.4.0", "v1.15.4", "stopped", "none"), "",
     "minikube v1.4.0 -> v1.5.2, kubectl none -> v1.16.2, Kubernetes v1.15.4 -> v1.16.2; the cluster (driver none, stopped) stays"),
    (before("", "", "absent", ""), "sh: kubectl: not found",
     "minikube none -> v1.5.2, kubectl none -> v1.16.2, Kubernetes none -> v1.16.2; there is no cluster yet"),
    # Older than ours and without a cluster, newer and without one: programs are only files.
    (before("v1.9.2", "", "absent", ""), KUBECTL, "minikube v1.9.2 -> v1.5.2, kubectl v1.16.2, Kubernetes none -> v1.16.2; there is no cluster yet"),
    (before(state="broken", driver=""), KUBECTL, "minikube v1.5.2, kubectl v1.16.2, Kubernetes v1.16.2; the cluster (driver unknown, broken) stays"),
])
def test_one_line_and_nothing_against_it(found, kubectl, line):
    """The seat's name is put before it by the role."""
    assert plan(found, kubectl, WANTED, "k8suser") == {"line": line, "refusal": ""}


@pytest.mark.parametrize("newer", ["v1.6.0", "v1.5.3", "v1.10.0", "v2.0.0-beta.1"])
def test_a_cluster_of_a_newer_minikube_is_refused(newer):
    """With what is there, what is wanted, and both ways on."""
    refusal = plan(before(newer), KUBECTL, WANTED, "k8suser")["refusal"]
    assert refusal.startswith("minikube %s has made the cluster of k8suser, and minikube v1.5.2 is wanted" % newer)
    assert "Nothing was changed" in refusal and "`minikube delete` as k8suser" in refusal
    assert "minikube_version (and minikube_checksum) to %s" % newer in refusal


@pytest.mark.parametrize("older", ["v1.5.2", "v1.5.1", "v0.35.0", "v1.4.0", "v1.5.2-beta.0", ""])
def test_a_cluster_of_an_older_one_is_not(older):
    """Nor of one whose program has gone: the run itself sees what its files say."""
    assert plan(before(older), KUBECTL, WANTED, "k8suser")["refusal"] == ""


@pytest.mark.parametrize("text", ["", None, "[]", "{}", '{"clientVersion": null}', "Client Version: v1.16.2"])
def test_a_kubectl_that_tells_nothing(text):
    """It may be none, or another program of that name."""
    assert client_version(text) == ""


def test_versions_are_compared_by_number():
    """Not as texts."""
    assert numbers("v1.10.0") > numbers("v1.9.2") > numbers("v1.5.2") == numbers("1.5.2")
