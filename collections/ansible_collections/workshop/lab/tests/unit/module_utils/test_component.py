"""Parts of the control plane: what is read from real outputs, and which steps are planned from which state."""

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import component
from ansible_collections.workshop.lab.plugins.module_utils.component import COMPONENTS, STATIC, Container, Node
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError


def node(kubelet="active", manifests=STATIC, kept=(), down=(), none=(), sandboxes_down=(), apiserver=True):
    """Make a Node: everything runs but what is named."""
    containers = {name: [Container("new-" + name, name not in down, "Up" if name not in down else "Exited (2) 1 second ago", "box-" + name),
                         Container("old-" + name, False, "Exited (0) 1 hour ago", "box-" + name)] for name in STATIC if name not in none}
    sandboxes = {"box-" + name: name not in sandboxes_down for name in STATIC if name not in none}
    return Node(kubelet, manifests, kept, containers, sandboxes, (apiserver, "ok" if apiserver else "Connection refused"))


def test_a_recorded_list_of_containers(text):
    """The newest container of each name comes first, pause containers are kept apart."""
    containers, sandboxes = component.parse_containers(text("component/ps.txt"))
    assert [one.status for one in containers["kube-scheduler"]] == ["Up About a minute", "Exited (2) About a minute ago"]
    assert [one.up for one in containers["etcd"]] == [True, False]
    assert "POD" not in containers and len(sandboxes) == 7 and set(containers) == {"coredns", "kube-proxy"} | set(STATIC)
    seen = Node("active", set(STATIC) - {"kube-apiserver"}, ["kube-apiserver"], containers, sandboxes, (False, "Connection refused"))
    assert {name: seen.state(name) for name in COMPONENTS} == {
        "kubelet": "started", "etcd": "started", "kube-scheduler": "started", "kube-apiserver": "stopped", "kube-controller-manager": "stopped"}
    assert not seen.healthy()
    assert seen.describe("kube-apiserver") == ("its container is Exited (137) 23 seconds ago, its static pod file is moved away, kubelet is active, "
                                              "its /healthz says Connection refused")


@pytest.mark.parametrize("line", ["nonsense", "a|container|etcd|b", "Error response from daemon"])
def test_lines_that_are_not_understood_are_an_error(line):
    """A container is never overlooked silently."""
    with pytest.raises(LabError, match="not understood"):
        component.parse_containers(line)


def test_paused_is_not_running():
    """Docker says Up for a paused container too."""
    assert not component.parse_containers("a|container|etcd|b|Up 3 minutes (Paused)")[0]["etcd"][0].up


@pytest.mark.parametrize("seen, name, state", [
    (node(), "etcd", "started"),
    (node(kubelet="inactive"), "etcd", "started"),
    (node(kubelet="inactive"), "kubelet", "stopped"),
    (node(kubelet="failed"), "kubelet", "stopped"),
    (node(kubelet="activating"), "kubelet", "partly"),
    (node(down=["etcd"]), "etcd", "stopped"),
    (node(none=["etcd"]), "etcd", "stopped"),
    (node(apiserver=False), "kube-apiserver", "partly"),
    (node(manifests=["etcd"], kept=["kube-scheduler"]), "kube-scheduler", "partly"),
])
def test_states(seen, name, state):
    """Started is more than a running container."""
    assert seen.state(name) == state


SCHEDULER = "kube-scheduler"
OTHERS = [name for name in STATIC if name != SCHEDULER]


@pytest.mark.parametrize("seen, name, method, steps", [
    (node(), "kubelet", "auto", [("unit", "stop")]),
    (node(kubelet="inactive"), "kubelet", "auto", []),
    (node(), SCHEDULER, "auto", [("away", SCHEDULER)]),
    (node(), SCHEDULER, "manifest", [("away", SCHEDULER)]),
    (node(down=[SCHEDULER]), SCHEDULER, "auto", [("away", SCHEDULER)]),  # it crashed, and kubelet would start it again
    (node(manifests=OTHERS, kept=[SCHEDULER]), SCHEDULER, "auto", []),  # kubelet is about to end it
    (node(kubelet="inactive"), SCHEDULER, "auto", [("stop", "new-kube-scheduler")]),
    (node(kubelet="inactive"), SCHEDULER, "container", [("stop", "new-kube-scheduler")]),
    (node(kubelet="inactive", down=[SCHEDULER]), SCHEDULER, "container", []),
    (node(kubelet="inactive"), SCHEDULER, "manifest", [("away", SCHEDULER), ("stop", "new-kube-scheduler")]),
    (node(kubelet="inactive", manifests=OTHERS, kept=[SCHEDULER], down=[SCHEDULER]), SCHEDULER, "manifest", []),
])
def test_how_to_stop(seen, name, method, steps):
    """By its file while kubelet runs, by Docker otherwise."""
    assert component.stop_steps(seen, name, method) == steps


def test_stops_that_are_refused():
    """What kubelet would undo, and what would overwrite a static pod file."""
    with pytest.raises(LabError, match="kubelet runs and would start .* again at once"):
        component.stop_steps(node(), SCHEDULER, "container")
    with pytest.raises(LabError, match="neither is overwritten"):
        component.stop_steps(node(kept=[SCHEDULER]), SCHEDULER, "auto")


@pytest.mark.parametrize("seen, name, comes, steps", [
    (node(), SCHEDULER, False, []),
    (node(), "kubelet", False, []),
    (node(kubelet="failed"), "kubelet", False, [("unit", "start")]),
    (node(manifests=OTHERS, kept=[SCHEDULER], none=[SCHEDULER]), SCHEDULER, False, [("back", SCHEDULER)]),
    (node(kept=[SCHEDULER]), SCHEDULER, False, [("aside", SCHEDULER)]),
    (node(down=[SCHEDULER]), SCHEDULER, False, []),  # kubelet restarts it
    (node(kubelet="inactive", down=[SCHEDULER]), SCHEDULER, False, [("start", "new-kube-scheduler")]),
    (node(kubelet="inactive", down=[SCHEDULER], sandboxes_down=[SCHEDULER]), SCHEDULER, False,
     [("start", "box-kube-scheduler"), ("start", "new-kube-scheduler")]),
    (node(kubelet="inactive", manifests=OTHERS, kept=[SCHEDULER], down=[SCHEDULER]), SCHEDULER, False, [("back", SCHEDULER), ("start", "new-kube-scheduler")]),
    (node(kubelet="inactive", none=[SCHEDULER]), SCHEDULER, True, []),  # kubelet, started in the same run, makes it
])
def test_how_to_start(seen, name, comes, steps):
    """From every state, with the newest container."""
    assert component.start_steps(seen, name, comes) == steps


def test_starts_that_are_impossible():
    """Said with the next step."""
    with pytest.raises(LabError, match="no container of kube-scheduler .* start kubelet"):
        component.start_steps(node(kubelet="inactive", none=[SCHEDULER]), SCHEDULER)
    with pytest.raises(LabError, match="static pod file is neither .* minikube_cluster"):
        component.start_steps(node(manifests=OTHERS), SCHEDULER)


def test_what_makes_kubelet_forget_its_pauses():
    """Only ended containers of a component that kubelet should be running."""
    assert component.forget_steps(node(down=[SCHEDULER]), SCHEDULER) == [("forget", "new-kube-scheduler"), ("forget", "old-kube-scheduler")]
    for seen in (node(), node(kubelet="inactive", down=[SCHEDULER]), node(manifests=OTHERS, kept=[SCHEDULER], down=[SCHEDULER])):
        assert component.forget_steps(seen, SCHEDULER) == []
    assert component.forget_steps(node(), "kubelet") == []
