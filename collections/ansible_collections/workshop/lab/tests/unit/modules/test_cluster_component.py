"""cluster_component as a whole: what is refused before anything is started, and the exact programs."""

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import component, component_work
from ansible_collections.workshop.lab.plugins.module_utils.component_node import LocalNode, RemoteNode, act_script, look_script
from ansible_collections.workshop.lab.plugins.modules import cluster_component

GOOD = {"component": "kube-scheduler", "state": "stopped", "user": "k8suser"}


@pytest.fixture
def runners(monkeypatch, fake_runner):
    """Put a FakeRunner in the place of the module's Runner; returns (its answers, the runners made)."""
    answers, made = [], []

    def make(account, environment=None):
        made.append(fake_runner(answers, account))
        return made[-1]

    monkeypatch.setattr(component_work, "Runner", make)
    monkeypatch.setattr(component_work, "find_account", lambda name=None: name)
    return answers, made


@pytest.mark.parametrize("wrong, words", [
    ({"component": "kube-proxy"}, "component"),
    ({"component": "kubelet; reboot"}, "component"),
    ({"components": ["etcd", "coredns"], "component": None}, "components"),
    ({"components": [], "component": None}, "components"),
    ({"components": ["etcd", "etcd"], "component": None}, "names no component twice"),
    ({"components": ["etcd"]}, "mutually exclusive"),
    ({"component": None}, "component"),
    ({"state": "restarted"}, "state"),
    ({"state": None}, "state"),
    ({"method": "kill"}, "method"),
    ({"driver": "docker"}, "driver"),
    ({"driver": "none"}, "user is 'k8suser'; it must be left out, or root, when driver is none"),
    ({"user": "a b; id"}, "user is 'a b; id'"),
    ({"minikube_path": "minikube"}, "minikube_path is 'minikube'; it must be an absolute path"),
    ({"minikube_path": "/usr/../tmp/minikube"}, "without .."),
    ({"apiserver_port": 0}, "apiserver_port is 0; it must be a number from 1 to 65535"),
    ({"apiserver_port": "8443; id"}, "apiserver_port"),
    ({"timeout": 0}, "timeout is 0; it must be a number from 1 to 900"),
    ({"timeout": 901}, "timeout is 901"),
    ({"timeout": "long"}, "timeout"),
])
def test_bad_arguments_are_refused_before_anything_is_started(run_module, runners, wrong, words):
    """In one sentence with the option, its value and what is accepted."""
    end = run_module(cluster_component, {key: value for key, value in dict(GOOD, **wrong).items() if value is not None})
    assert end.failed and words in end.result["msg"], end.result
    assert runners[1] == []


def test_driver_none_needs_root(run_module, runners, monkeypatch):
    """Said before anything is started."""
    monkeypatch.setattr(component_work.os, "geteuid", lambda: 1000)
    end = run_module(cluster_component, {"component": "etcd", "state": "started", "driver": "none"})
    assert end.failed and "only root" in end.result["msg"] and runners[1] == []


def test_reading_in_check_mode_is_one_call_and_writes_nothing(run_module, runners, text):
    """The VM is looked at once as the owner of minikube; what would change is told, with a diff."""
    runners[0].append((["ssh"], 0, text("component/look.txt"), ""))
    end = run_module(cluster_component, GOOD, check=True, diff=True)
    assert not end.failed and end.result["changed"] and end.result["steps"] == ["away kube-scheduler"]
    assert end.result["diff"] == {"before": "kube-scheduler: started\n", "after": "kube-scheduler: stopped\n"}
    assert [(one.account, one.calls) for one in runners[1]] == [("k8suser", [["/usr/local/bin/minikube", "ssh", "--", look_script(8443)]])]


def test_a_stop_in_the_vm_is_three_calls(run_module, runners, text):
    """Look, act, look."""
    stopped = text("component/look.txt").replace("@kubelet active", "@kubelet inactive")
    runners[0].append((["ssh"], 0, [text("component/look.txt"), "@end\r\n", stopped], ""))
    end = run_module(cluster_component, dict(GOOD, component="kubelet", minikube_path="/opt/minikube", apiserver_port=9443))
    assert end.result["changed"] and end.result["after"] == {"kubelet": "stopped"} and end.result["healthy"] is False
    look = ["/opt/minikube", "ssh", "--", look_script(9443)]
    assert runners[1][0].calls == [look, ["/opt/minikube", "ssh", "--", act_script([("unit", "stop")])], look]


def test_driver_none_starts_systemctl_and_docker(run_module, runners, text, monkeypatch):
    """By argument lists, as root, and nothing else when nothing is to be done."""
    monkeypatch.setattr(component_work.os, "geteuid", lambda: 0)
    monkeypatch.setattr(component_work, "LocalNode", lambda runner, port: LocalNode(runner, port, ask=lambda port: (True, "ok")))
    runners[0].extend([(["systemctl"], 3, "inactive\n", ""), (["docker"], 0, text("component/ps.txt"), "")])
    end = run_module(cluster_component, {"components": ["kubelet", "kube-apiserver"], "state": "stopped", "driver": "none"})
    assert not end.failed and not end.result["changed"] and end.result["before"] == {"kubelet": "stopped", "kube-apiserver": "stopped"}
    assert [(one.account, one.calls) for one in runners[1]] == [("root", [["systemctl", "is-active", "kubelet"], component.PS])]


def test_a_vm_that_is_off_fails_with_the_next_step(run_module, runners):
    """minikube's own words are passed on."""
    runners[0].append((["ssh"], 1, "", 'ssh: "minikube" is not running\n'))
    end = run_module(cluster_component, GOOD)
    assert end.failed and 'ssh: "minikube" is not running' in end.result["msg"] and "minikube_cluster" in end.result["msg"]


def test_which_node_a_driver_means(runners, monkeypatch):
    """None is this machine, the others are VMs."""
    monkeypatch.setattr(component_work.os, "geteuid", lambda: 0)
    params = {"minikube_path": "/m", "apiserver_port": 1, "user": None}
    assert isinstance(component_work.open_node(dict(params, driver="none")), LocalNode)
    for driver in ("virtualbox", "kvm2"):
        assert isinstance(component_work.open_node(dict(params, driver=driver)), RemoteNode)
