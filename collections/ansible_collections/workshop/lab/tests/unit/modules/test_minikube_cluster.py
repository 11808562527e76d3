"""minikube_cluster's main(): bad values are refused in one sentence before anything is started, good ones reach the work."""

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import minikube_options, minikube_turn
from ansible_collections.workshop.lab.plugins.module_utils.runner import Account, Runner
from ansible_collections.workshop.lab.plugins.module_utils.seat_lock import Lock
from ansible_collections.workshop.lab.plugins.modules import minikube_cluster
from ansible_collections.workshop.lab.tests.unit.minikube_parts import CLEAN, RUNNING, STATUS, FakeHome, seen

STUDENT = Account("k8suser", 1000, 1000, "/home/k8suser")


@pytest.fixture
def started(monkeypatch):
    """The list of programs that were started; starting one is remembered and refused."""
    calls = []

    def run(self, argv, limit, **more):
        calls.append(argv)
        raise AssertionError(argv)

    monkeypatch.setattr(Runner, "run", run)
    return calls


@pytest.mark.parametrize("arguments, words", [
    ({"state": "running"}, "started, stopped, absent"),
    ({"driver": "vmware"}, "virtualbox, none, kvm2"),
    ({"cpus": 1}, "cpus is 1; it must be a number from 2 to 32"),
    ({"cpus": 33}, "from 2 to 32"),
    ({"cpus": "many"}, "int"),
    ({"memory_mb": 512}, "memory_mb is 512"),
    ({"memory_mb": "2g"}, "int"),
    ({"disk_mb": 100}, "disk_mb is 100"),
    ({"disk_mb": -20000}, "disk_mb is -20000"),
    ({"kubernetes_version": "latest"}, "a version like v1.16.2"),
    ({"kubernetes_version": "1.16.2"}, "a version like v1.16.2"),
    ({"kubernetes_version": "v1.16.2; reboot"}, "a version like v1.16.2"),
    ({"host_only_cidr": "192.168.99.1"}, "private address with its prefix length"),
    ({"host_only_cidr": "8.8.8.1/24"}, "private address"),
    ({"host_only_cidr": "192.168.99.200/24"}, "last number 1 to 99"),
    ({"host_only_cidr": "192.168.99.0/24"}, "last number 1 to 99"),
    ({"host_only_cidr": "192.168.99.1/25"}, "prefix 16 to 24"),
    ({"host_only_cidr": "192.168.300.1/24"}, "private address"),
    ({"host_only_cidr": "10.96.1.1/24"}, "outside 10.96.0.0/12 (Services)"),
    ({"host_only_cidr": "172.17.0.1/16"}, "outside 172.17.0.0/16 (pods)"),
    ({"registry_mirrors": ["lab-mirror:5000"]}, "http(s)://host[:port] without a path"),
    ({"registry_mirrors": ["http://mirror/path"]}, "without a path"),
    ({"registry_mirrors": {"a": "b"}}, "list"),
    ({"insecure_registries": ["http://registry:5000"]}, "without http://"),
    ({"insecure_registries": ["$(id)"]}, "without http://"),
    ({"extra_arguments": ["--nodes=3"]}, "not a flag of minikube start v1.5.2"),
    ({"extra_arguments": ["--memory=8000"]}, "own option"),
    ({"extra_arguments": ["--mount", "; rm -rf /"]}, "--flag=value"),
    ({"user": "k8s user"}, "an account name"),
    ({"user": "../root"}, "an account name"),
    ({"user": "root"}, "an ordinary account"),
    ({"user": "k8suser", "driver": "none"}, "root or left out with driver none"),
    ({"minikube_path": "minikube"}, "an absolute path"),
    ({"kubectl_path": "/opt/../bin/kubectl"}, "without .."),
    ({"progress_file": "progress"}, "an absolute path"),
    ({"lock_timeout": -1}, "lock_timeout is -1"),
    ({"start_timeout": 0}, "start_timeout is 0"),
    ({"stop_timeout": -1}, "stop_timeout is -1"),
    ({"query_timeout": 100000}, "from 1 to 86400"),
    ({"recreate": "perhaps"}, "bool"),
    ({"disk": 1}, "Unsupported"),
])
def test_bad_values(run_module, started, arguments, words):
    """Refused in one sentence, and nothing was started."""
    end = run_module(minikube_cluster, dict({"user": "k8suser"}, **arguments))
    assert end.failed and words in end.result["msg"], end.result
    assert started == []


def test_root_may_not_own_a_vm(run_module, started, monkeypatch):
    """user left out, as root."""
    monkeypatch.setattr(minikube_options, "find_account", lambda name: Account("root", 0, 0, "/root"))
    end = run_module(minikube_cluster, {})
    assert end.failed and "user is left out" in end.result["msg"] and started == []


@pytest.fixture
def seat(fake_runner, monkeypatch, tmp_path):
    """A seat with a running cluster; returns the runner and the home. Its lock is in the test's folder."""
    runner, home = fake_runner([(["status"], 0, RUNNING, "")], STUDENT), FakeHome(STUDENT, seen())
    real = minikube_cluster.open_minikube

    def open_minikube(*arguments):
        minikube = real(*arguments)
        minikube.reader = minikube.writer = runner
        minikube.installed = lambda: True
        return minikube

    monkeypatch.setattr(minikube_cluster, "open_minikube", open_minikube)
    monkeypatch.setattr(minikube_cluster, "Home", lambda account: home)
    monkeypatch.setattr(minikube_turn, "lock_path", lambda account, what: str(tmp_path / what))
    monkeypatch.setattr(minikube_options, "find_account", lambda name: STUDENT)
    return runner, home


SHAPE = {"user": "k8suser", "kubernetes_version": "v1.20.2", "registry_mirrors": ["http://lab-mirror:5000"]}


@pytest.mark.parametrize("check", [False, True])
def test_healthy(run_module, seat, check):
    """One program, nothing changed, the diff says so."""
    end = run_module(minikube_cluster, SHAPE, check=check, diff=True)
    assert not end.failed and not end.result["changed"] and end.result["diff"]["before"] == end.result["diff"]["after"] == end.result["after"]
    assert seat[0].calls == [STATUS]
    assert set(end.result) == {"changed", "before", "after", "differences", "healed", "stdout_lines", "steps", "planned", "seconds", "lost", "problems", "diff"}


def test_only_if_quick(run_module, seat):
    """What would take long is told and not done."""
    seat[1].found = [CLEAN]
    end = run_module(minikube_cluster, dict(SHAPE, only_if_quick=True), diff=True)
    assert end.result["pending"] and not end.result["changed"] and end.result["doing"] == "minikube start" and end.result["limit"] > 1800 + 1800
    assert seat[0].calls == []


def test_another_run_is_at_the_cluster(run_module, seat, tmp_path):
    """Nothing is asked meanwhile; the quick look hands the wait to the background, a dry run needs no turn."""
    with Lock(str(tmp_path / "cluster"), "state started since 18:02:11", 0, ""):
        end = run_module(minikube_cluster, dict(SHAPE, lock_timeout=0))
        assert end.failed and "Another run is changing the cluster of k8suser on this seat" in end.result["msg"] and "since 18:02:11" in end.result["msg"]
        quick = run_module(minikube_cluster, dict(SHAPE, only_if_quick=True))
        assert quick.result["pending"] and quick.result["doing"] == "another run" and quick.result["limit"] > 3600 and seat[0].calls == []
        assert not run_module(minikube_cluster, SHAPE, check=True).failed
    assert not run_module(minikube_cluster, dict(SHAPE, lock_timeout=0)).failed


def test_warnings_of_a_dry_run(run_module, seat, monkeypatch):
    """No account yet: an earlier task would have made it."""
    monkeypatch.setattr(minikube_options, "find_account", lambda name: (_ for _ in ()).throw(minikube_options.LabError("no account")))
    end = run_module(minikube_cluster, SHAPE, check=True)
    assert end.result["changed"] and seat[0].calls == []
    assert "no account k8suser" in run_module(minikube_cluster, SHAPE).result["msg"]
    assert not run_module(minikube_cluster, dict(SHAPE, state="absent")).result["changed"]
