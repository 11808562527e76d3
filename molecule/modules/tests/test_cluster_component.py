"""cluster_component on a real cluster of driver none: every part stopped and started both ways, and mended from states that a killed run leaves."""

import json
import shlex

import pytest

testinfra_hosts = ["ansible://lab-modules-1"]

STATIC = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"]
ALL = STATIC + ["kubelet"]
MANIFESTS, KEPT = "/etc/kubernetes/manifests", "/etc/kubernetes/manifests-stopped"
LABEL = "--filter label=io.kubernetes."
RUNNING = "docker ps -q %sdocker.type=container %spod.namespace=kube-system %scontainer.name=" % (LABEL, LABEL, LABEL)


def component(seat, state, names, **more):
    """Call the module for driver none."""
    which = {"component": names} if isinstance(names, str) else {"components": names}
    return seat.module("cluster_component", driver="none", state=state, timeout=240, **which, **more)


def refused(seat, **arguments):
    """Return the result of the module when it must fail."""
    return seat.refusal("cluster_component", driver="none", **arguments)


def running(seat, name):
    """Whether Docker itself says that a component runs."""
    return bool(seat.shell(RUNNING + name).strip())


def sums(seat):
    """Return mode, owner and sha256 of the four static pod files, wherever they are."""
    return sorted(line.split("/")[-1] + " " + line.split()[0] + line.split()[1] for line in seat.shell(
        "cd /etc/kubernetes; find manifests manifests-stopped -name '*.yaml' 2>/dev/null | while read f; do "
        "echo $(stat -c %a:%u:%g $f) $(sha256sum < $f | cut -c1-64) $f; done").splitlines())


@pytest.fixture(scope="module", autouse=True)
def mended(seat):
    """Whatever a test did: in the end the cluster works, the static pod files are the same, and nothing is left in the folder beside theirs."""
    before = sums(seat)
    assert len(before) == 4, before
    yield
    result = component(seat, "started", ALL)
    assert result["healthy"], result
    seat.until("kubectl wait --for=condition=Ready node/minikube --timeout=2s", seconds=120, user="k8suser")
    seat.until("test $(kubectl -n kube-system get pods -l tier=control-plane --no-headers | grep -c 1/1) = 4", seconds=180, user="k8suser")
    assert sums(seat) == before
    assert seat.shell("ls -A %s 2>/dev/null || true" % KEPT) == ""


@pytest.fixture
def healthy(seat):
    """A test that begins with a cluster that works."""
    result = component(seat, "started", ALL)
    assert result["healthy"], result


def test_a_healthy_cluster_is_left_alone(seat, healthy):
    """All five are started: nothing changes, in check mode or not."""
    for check in (True, False):
        result = component(seat, "started", ALL, check=check)
        assert not result["changed"] and result["steps"] == [] and result["healthy"], result
        assert result["before"] == result["after"] == dict.fromkeys(ALL, "started")


def test_kubelet_stops_and_starts(seat, healthy):
    """Both ways, each twice, and check mode changes nothing."""
    foreseen = component(seat, "stopped", "kubelet", check=True)
    assert foreseen["changed"] and foreseen["after"] == {"kubelet": "stopped"} and seat.shell("systemctl is-active kubelet") == "active\n"
    assert component(seat, "stopped", "kubelet")["changed"]
    assert seat.shell("systemctl is-active kubelet", rc=3) == "inactive\n"
    again = component(seat, "stopped", "kubelet")
    assert not again["changed"] and not again["healthy"]
    assert component(seat, "started", "kubelet")["changed"]
    assert seat.shell("systemctl is-active kubelet") == "active\n"
    assert not component(seat, "started", "kubelet")["changed"]


@pytest.mark.parametrize("name", ["kube-scheduler"] + [
    pytest.param(name, marks=[pytest.mark.long, pytest.mark.soak]) for name in ("kube-controller-manager", "etcd", "kube-apiserver")])
def test_by_manifest_while_kubelet_runs(seat, healthy, name):
    """The file is moved away and comes back; kubelet ends the pod and makes it anew."""
    before = sums(seat)
    foreseen = component(seat, "stopped", name, check=True)
    assert foreseen["changed"] and foreseen["steps"] == ["away " + name] and running(seat, name)
    stopped = component(seat, "stopped", name)
    assert stopped["changed"] and stopped["after"] == {name: "stopped"} and not stopped["healthy"], stopped
    assert not running(seat, name) and sums(seat) == before
    seat.shell("test -f %s/%s.yaml && ! test -e %s/%s.yaml" % (KEPT, name, MANIFESTS, name))
    assert not component(seat, "stopped", name)["changed"]
    started = component(seat, "started", name)
    assert started["changed"] and started["steps"][0] == "back " + name and started["after"] == {name: "started"}, started
    assert running(seat, name) and sums(seat) == before
    assert not component(seat, "started", name)["changed"]


def test_by_container_while_kubelet_is_stopped(seat, healthy):
    """The chapter's way: the same containers stop and start, each twice, and the API refuses connections in between."""
    ids = {name: seat.shell(RUNNING + name) for name in STATIC}
    order = ["kubelet", "kube-scheduler", "kube-controller-manager", "kube-apiserver", "etcd"]
    stopped = component(seat, "stopped", order)
    assert stopped["changed"] and set(stopped["after"].values()) == {"stopped"}, stopped
    assert [step.split()[0] for step in stopped["steps"]] == ["unit", "stop", "stop", "stop", "stop"]
    assert not component(seat, "stopped", order)["changed"]
    assert "refused" in seat.student("kubectl get nodes 2>&1", rc=1)
    for name in STATIC:
        assert not running(seat, name)
        result = component(seat, "started", name)
        assert result["changed"] and result["after"] == {name: "started"}, result
        assert seat.shell(RUNNING + name) == ids[name]
        assert not component(seat, "started", name)["changed"]
    assert component(seat, "started", "kubelet")["healthy"]


def test_by_container_is_refused_while_kubelet_runs(seat, healthy):
    """It says why and what to do, and stops nothing."""
    failure = refused(seat, component="kube-scheduler", state="stopped", method="container")
    assert "kubelet runs" in failure["msg"] and running(seat, "kube-scheduler")


@pytest.mark.long
def test_by_manifest_and_container_outlasts_kubelet(seat, healthy):
    """With method manifest on a stopped kubelet the scheduler stays stopped when kubelet comes back."""
    component(seat, "stopped", "kubelet")
    component(seat, "stopped", "kube-scheduler", method="manifest")
    component(seat, "started", "kubelet")
    seat.until("kubectl wait --for=condition=Ready node/minikube --timeout=2s", user="k8suser")
    assert not running(seat, "kube-scheduler")
    assert component(seat, "started", "kube-scheduler")["healthy"]


BROKEN = {
    "manifest moved": "mkdir -p {kept}; mv {manifests}/kube-scheduler.yaml {kept}/",
    "container stopped by kill": "docker kill $({running}kube-controller-manager)",
    "kubelet stopped": "systemctl stop kubelet",
    "kubelet and containers stopped": "systemctl stop kubelet; docker stop $({running}kube-apiserver) $({running}kube-scheduler)",
    "containers removed": "systemctl stop kubelet; docker rm -f $({running}kube-scheduler)",
    "sandbox stopped": "systemctl stop kubelet; docker stop $({running}kube-scheduler) $(docker ps -q --filter name=k8s_POD_kube-scheduler)",
    "all at once": "mkdir -p {kept}; mv {manifests}/*.yaml {kept}/; systemctl stop kubelet; "
                   "for n in " + " ".join(STATIC) + "; do c=$({running}$n); [ -z \"$c\" ] || docker stop $c; done",
    "kubeadm wrote a second file": "mkdir -p {kept}; cp -p {manifests}/etcd.yaml {kept}/etcd.yaml",
}


# Others of this file come to the same states on their way.
ALSO_ELSEWHERE = ["manifest moved", "kubelet stopped", "kubelet and containers stopped"]


@pytest.mark.long
@pytest.mark.parametrize("how", [pytest.param(how, marks=[pytest.mark.soak] if how in ALSO_ELSEWHERE else []) for how in BROKEN])
def test_started_mends(seat, healthy, how):
    """From a state that a killed run, or a student, has left: one call, a working cluster, and the second call finds nothing to do."""
    seat.shell(BROKEN[how].format(manifests=MANIFESTS, kept=KEPT, running=RUNNING))
    result = component(seat, "started", ALL)
    assert result["healthy"] and set(result["after"].values()) == {"started"}, result
    assert component(seat, "started", ALL)["steps"] == []
    if how == "kubeadm wrote a second file":
        assert seat.shell("ls %s" % KEPT) == "etcd.yaml.older\n"
        seat.shell("rm %s/etcd.yaml.older" % KEPT)


@pytest.mark.long
def test_started_mends_a_sandbox_without_kubelet(seat, healthy):
    """One component alone, with kubelet stopped: its sandbox comes first, and the same container after it."""
    before = seat.shell(RUNNING + "kube-scheduler")
    seat.shell(BROKEN["sandbox stopped"].format(running=RUNNING))
    assert component(seat, "started", "kube-scheduler")["after"] == {"kube-scheduler": "started"}
    assert seat.shell(RUNNING + "kube-scheduler") == before


@pytest.mark.long
def test_a_crashed_controller_manager_is_not_waited_for_minutes(seat, healthy):
    """After the API server was away for long, kubelet restarts what crashed only after growing pauses; started does not wait for them."""
    component(seat, "stopped", "kube-apiserver")
    seat.until("test $(docker ps -aq --filter label=io.kubernetes.container.name=kube-controller-manager --filter status=exited | wc -l) -ge 1", seconds=60)
    kill = "for i in 1 2; do until c=$(%skube-controller-manager) && [ \"$c\" ]; do sleep 0.2; done; docker kill $c; done" % RUNNING
    seat.shell("timeout 60 bash -c %s" % shlex.quote(kill), rc=None)
    result = component(seat, "started", ALL)
    assert result["healthy"] and result["seconds"] < 120, result


@pytest.mark.long
def test_what_cannot_be_mended_is_said_and_the_rest_is_mended(seat, healthy):
    """A static pod file that is gone: kubelet is started all the same, and the message tells the next step."""
    seat.shell("systemctl stop kubelet; cp -p {0}/kube-scheduler.yaml /root/; rm {0}/kube-scheduler.yaml".format(MANIFESTS))
    try:
        failure = refused(seat, components=ALL, state="started")
        assert "kube-scheduler" in failure["msg"] and "minikube_cluster" in failure["msg"] and failure["after"]["kubelet"] == "started", json.dumps(failure)
    finally:
        seat.shell("cp -p /root/kube-scheduler.yaml %s/; rm /root/kube-scheduler.yaml" % MANIFESTS)
