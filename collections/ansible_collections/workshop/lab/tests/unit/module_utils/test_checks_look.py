"""One look, and looking again: the exact programs that are started, by a runner that only remembers."""

import json
import threading

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.checks_http import Visit
from ansible_collections.workshop.lab.plugins.module_utils.checks_look import Seat
from ansible_collections.workshop.lab.plugins.module_utils.checks_node import SCRIPT, VISITS, ssh_argv
from ansible_collections.workshop.lab.plugins.module_utils.checks_read import read_checks
from ansible_collections.workshop.lab.plugins.module_utils.checks_run import refusal, run_checks
from ansible_collections.workshop.lab.plugins.module_utils.checks_spread import new_lines
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.kubectl import Kubectl

KUBECTL = ["/usr/local/bin/kubectl", "--context=minikube"]
PODS = ["k8s-for-beginners-bc8876f8f-%s" % word for word in ("lh2vt", "tkjn4", "tpghc")]
REFUSED = "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?\n"
QUESTIONS = (["config", "view"], ["systemctl", "is-active"], ["docker", "ps"], ["minikube", "version"])


def get(resources):
    """The argument list of the one reading of the API server."""
    return KUBECTL + ["get", resources, "--all-namespaces", "-o", "json"]


class World:
    """A seat whose programs answer from recordings and whose network is a function."""

    def __init__(self, fake_runner, text, driver="none", answers=(), visit=None):
        self.text, self.lock, self.visited = text, threading.Lock(), []
        self.runner = fake_runner(list(answers) + [
            (["get"], 0, text("checks/objects.json"), ""), (["version", "-o"], 0, text("checks/kubectl_version.json"), ""),
            (["config", "view"], 0, text("checks/kubeconfig.json"), ""), (["is-active"], 0, "active\n", ""),
            (["docker", "ps"], 0, text("checks/docker_ps.txt"), ""), (["minikube", "version"], 0, "minikube version: v1.5.2\ncommit: 792dbf92\n", "")])
        self.logs = {name: text("checks/log.txt").splitlines() for name in PODS}
        self._visit = visit or (lambda url: Visit(200, "Hello Kubernetes Beginners!\n", "", "", 0.01))
        kubectl = Kubectl(self, KUBECTL[0], "minikube", 60)
        self.seat = Seat(kubectl, driver, self.runner, self.runner, "minikube", visit=self.visit,
                         knock=lambda host, port, timeout: self.visit("%s:%s" % (host, port), timeout), root="/nonexistent")
        self.runner.environment = {}

    def run(self, argv, **more):
        """Answer `kubectl logs` from what the visits wrote, everything else from the recordings."""
        if "logs" in argv:
            with self.lock:
                self.runner.calls.append(list(argv))
                self.runner.answers.insert(0, (["logs", argv[3]], 0, "\n".join(self.logs[argv[3]][-int(argv[-1].split("=")[1]):]) + "\n", ""))
                done = self.runner.run(argv, **more)
                self.runner.answers.pop(0)
                self.runner.calls.pop()
                return done
        with self.lock:
            return self.runner.run(argv, **more)

    def visit(self, url, timeout):
        """Visit, and let one pod after the other write a line."""
        with self.lock:
            self.visited.append(url)
            number = len(self.visited)
            self.logs[PODS[number % 3]].append("2026-11-22T21:40:00.%09dZ Ping" % number)
        return self._visit(url)

    def look(self, *checks, **more):
        """Run checks; return the module's result."""
        clock = iter(range(100000))
        return run_checks(read_checks(list(checks)), self.seat.look, clock=lambda: next(clock) * 0.5, sleep=lambda seconds: None, **more)

    @property
    def calls(self):
        """The programs that were started."""
        return self.runner.calls


@pytest.fixture
def world(fake_runner, text):
    """Make a World."""
    return lambda **more: World(fake_runner, text, **more)


NODE = {"id": "node", "node": {"ready": True}}
PARTS = {"id": "parts", "component_pods": {"names": ["etcd"]}}
POD = {"id": "pod", "pod": {"labels": {"tier": "frontend"}, "count": 3}}
FIVE = {"id": "five", "pod": {"labels": {"tier": "frontend"}, "count": 5}}
DEPLOYMENT = {"id": "deployment", "deployment": {"name": "k8s-for-beginners", "ready": 3}}
SERVICE = {"id": "service", "service": {"name": "k8s-for-beginners"}}
EVENTS = {"id": "events", "events": {"reason": "Scheduled"}}
HTTP = {"id": "http", "http": {"service": "k8s-for-beginners", "pattern": "Hello"}}
SPREAD = {"id": "spread", "spread": {"service": "k8s-for-beginners", "pods": 3, "requests": 6}}
KUBELET = {"id": "kubelet", "kubelet_unit": {}}
API = {"id": "api", "refused": {"api_server": True}}
VERSIONS = [{"id": "v." + program, "program_version": {"program": program, "version": version}} for program, version in (
    ("minikube", "v1.5.2"), ("kubectl", "v1.20.2"), ("kubernetes", "v1.20.2"))]


def test_one_reading_for_all_kinds(world):
    """However many checks there are, kubectl is started once, with the kinds that they need and no other."""
    seat = world()
    result = seat.look(NODE, PARTS, POD, DEPLOYMENT, SERVICE, EVENTS, HTTP, dict(NODE, id="again"), dict(POD, id="pod.again"))
    assert result["all_ok"] and result["tries"] == 1, result
    assert seat.calls == [get("deployments.apps,endpoints,events,nodes,pods,services")]
    assert seat.visited == ["http://10.89.0.83:30010/"]


def test_nothing_is_read_that_nobody_needs(world):
    """A kind of object, and no process where none is needed."""
    seat = world()
    assert seat.look(POD)["all_ok"] and seat.calls == [get("pods")]
    seat = world()
    seat.look({"id": "x", "command_path": {"path": "/bin/sh", "name": "sh"}}, {"id": "u", "http": {"url": "http://10.0.0.1/x"}})
    assert seat.calls == [] and seat.visited == ["http://10.0.0.1/x"]


def test_twenty_five_checks(world, text):
    """The list whose cost is measured: one reading of the API server, one question about kubelet and one to Docker."""
    seat = world(visit=lambda url: Visit(200, "Hello Kubernetes Beginners!\nvisitor #%d" % len(seat.visited), "", "", 0.01))
    checks = json.loads(text("checks/twenty_five.json"))
    result = seat.look(*checks)
    assert len(checks) == 25 and len(result["checks"]) == 25
    # Not recorded: the files of the node, and minikube on the machine of the tests.
    assert set(result["failed_ids"]) <= {"tour.static_pods", "tour.kubelet_config", "2.01.minikube"}, result["failed_ids"]
    assert sorted(seat.calls) == sorted([get("deployments.apps,endpoints,events,nodes,pods,services"), ["systemctl", "is-active", "kubelet"],
                                         ["docker", "ps", "--format", "{{.Names}}"]])
    assert len(seat.visited) == 3


def test_programs(world):
    """Versions by one call of each program; the API server's address without asking it."""
    seat = world()
    result = seat.look(*(VERSIONS + [API, KUBELET, {"id": "c", "containers": {"running": ["etcd"]}}]))
    assert [check["ok"] for check in result["checks"]] == [True, True, True, False, True, True]
    assert sorted(seat.calls) == sorted([KUBECTL + ["version", "-o", "json"], ["minikube", "version"], KUBECTL + ["config", "view", "--minify", "-o", "json"],
                                         ["systemctl", "is-active", "kubelet"], ["docker", "ps", "--format", "{{.Names}}"]])
    assert seat.visited == ["10.89.0.83:8443"]


def test_docker_only_for_containers(world):
    """kubelet's unit alone needs one process."""
    seat = world()
    seat.look(KUBELET)
    assert seat.calls == [["systemctl", "is-active", "kubelet"]]


def test_a_vm(world, text):
    """All facts of the node by one minikube ssh, and one more for a visit from inside."""
    out = "@manifest etcd.yaml\r\n@manifests yes\r\n@kubelet active\r\n@static_pod_path /etc/kubernetes/manifests\r\n@end\r\n"
    inside = "Hello Kubernetes Beginners!\r\n\r\n@lab-status 200 0.012\r\n@lab-exit 0\r\n@lab-end\r\n"
    seat = world(driver="virtualbox", answers=[(ssh_argv("minikube", SCRIPT, "files"), 0, out, ""), (["ssh"], 0, inside, "")])
    visit = {"id": "inside", "http": {"pod": PODS[0], "port": 8080, "from": "node", "pattern": "^Hello Kubernetes Beginners!$"}}
    result = seat.look(KUBELET, {"id": "files", "static_pods": {"present": ["etcd.yaml"]}}, {"id": "config", "kubelet_config": {}}, visit)
    assert result["all_ok"], result
    address = next(one["status"]["podIP"] for one in json.loads(text("checks/objects.json"))["items"] if one["metadata"]["name"] == PODS[0])
    assert seat.calls[2:] == [ssh_argv("minikube", VISITS, "5", "http://%s:8080/" % address)]
    assert sorted(seat.calls[:2]) == sorted([get("pods"), ssh_argv("minikube", SCRIPT, "files")])
    assert seat.visited == []


def test_spread(world):
    """Visits between two readings of each log; only new lines count."""
    seat = world()
    result = seat.look(SPREAD)
    assert result["all_ok"] and result["observed"]["spread"]["counts"] == {name: 2 for name in PODS}, result
    assert result["checks"][0]["actual"] == "2, 2, 2 of 6"
    logs = [KUBECTL + ["logs", name, "--namespace=default", "--container=k8s-for-beginners", "--timestamps"] for name in PODS]
    assert seat.calls[0] == get("endpoints,nodes,pods,services")
    assert sorted(seat.calls[1:4]) == [words + ["--tail=1"] for words in logs]
    assert sorted(seat.calls[4:]) == [words + ["--tail=124"] for words in logs]
    assert seat.visited == ["http://10.89.0.83:30010/"] * 6


def test_spread_is_not_tried_in_vain(world):
    """As long as a pod is missing nothing is requested; a log that cannot be read is null."""
    seat = world()
    result = seat.look({"id": "spread", "spread": {"service": "k8s-for-beginners", "pods": 5}})
    assert result["checks"][0]["ok"] is False and "nothing was requested" in result["checks"][0]["actual"]
    assert seat.visited == [] and len(seat.calls) == 1
    seat = world()
    seat.run = lambda argv, **more: seat.runner.run(argv, **more)
    seat.runner.answers.insert(0, (["logs"], 1, "", "Error from server: Get containerLogs: connection refused\n"))
    result = seat.look(SPREAD)
    assert result["checks"][0]["ok"] is None and "could not read the log" in result["checks"][0]["hint"] and seat.visited == []


def test_spread_gives_up(world):
    """After five lost visits no more are made."""
    seat = world(visit=lambda url: Visit(None, "", "unreachable", "no answer in time", 5))
    check = seat.look({"id": "s", "spread": {"service": "k8s-for-beginners", "requests": 30}})["checks"][0]
    assert check["ok"] is False and len(seat.visited) == 5 and "5 of 5 visits went wrong, the first: no answer in time" in check["actual"]


@pytest.mark.parametrize("before, after, number", [
    ([], [], 0), ([], ["a", "b"], 2), (["a"], ["a"], 0), (["a"], ["x", "a", "b", "c"], 2), (["rotated"], ["b", "c"], 2)])
def test_new_lines(before, after, number):
    """After the last line that was there."""
    assert new_lines(before, after) == number


def test_rising_number(world):
    """Two visits, the second one after the first."""
    numbers = iter(range(7, 100))
    seat = world(visit=lambda url: Visit(200, "Hello, you're visitor #%d.\n" % next(numbers), "", "", 0.01))
    result = seat.look({"id": "r", "http": {"service": "k8s-for-beginners", "pattern": r"#(\d+)", "rises": True}})
    assert result["all_ok"] and result["observed"]["r"]["numbers"] == [7, 8] and len(seat.visited) == 2


def test_api_server_that_does_not_answer(world):
    """Null with the reason for what needs it; node, kubectl's own version and `refused` are seen all the same. Nobody is visited."""
    client = json.dumps({"clientVersion": {"gitVersion": "v1.20.2", "gitCommit": "x"}})
    seat = world(answers=[(["get"], 1, "", REFUSED), (["version", "-o"], 1, client, REFUSED)],
                 visit=lambda url: Visit(None, "", "refused", "connection refused", 0))
    result = seat.look(NODE, PARTS, POD, DEPLOYMENT, SERVICE, EVENTS, HTTP, SPREAD, KUBELET, API, *VERSIONS)
    states = {check["id"]: check["ok"] for check in result["checks"]}
    assert states == {"node": None, "parts": None, "pod": None, "deployment": None, "service": None, "events": None, "http": None, "spread": None,
                      "kubelet": True, "api": True, "v.minikube": True, "v.kubectl": True, "v.kubernetes": None}
    assert all("connection refused" in check["hint"] for check in result["checks"] if check["ok"] is None)
    assert seat.visited == ["10.89.0.83:8443"]
    assert result["counts"] == {"true": 4, "false": 0, "null": 9} and not result["all_ok"] and len(result["failed_ids"]) == 9


@pytest.mark.parametrize("answer, words", [
    ((["get"], None, "", ""), "within"), ((["get"], 0, "{", ""), "no JSON"),
    ((["get"], 1, "", "error: context \"minikube\" does not exist\n"), "no such context")])
def test_kubectl_that_fails(world, answer, words):
    """In a person's words."""
    check = world(answers=[answer]).look(POD)["checks"][0]
    assert check["ok"] is None and words in check["hint"]


def test_context_that_is_missing(world):
    """kubectl says nothing then, not even its own version; asked without the kubeconfig it does. The cluster's is not observable, and why is told."""
    client = json.dumps({"clientVersion": {"gitVersion": "v1.20.2", "gitCommit": "x"}})
    seat = world(answers=[(["version", "--client"], 0, client, ""), (["version", "-o"], 1, "", 'error: context "minikube" does not exist')])
    result = seat.look(*VERSIONS)
    assert {check["id"]: check["ok"] for check in result["checks"]} == {"v.minikube": True, "v.kubectl": True, "v.kubernetes": None}
    assert "no such context" in result["checks"][2]["hint"]
    assert [call for call in seat.runner.calls if "version" in call and call[0] == KUBECTL[0]] == [
        KUBECTL + ["version", "-o", "json"], [KUBECTL[0], "version", "--client", "-o", "json"]]


def test_programs_that_are_missing(world):
    """A seat before exercise 2.01: every check is null or false, and none is an exception."""
    seat = world()

    def missing(argv, **more):
        raise LabError("%s cannot be started as k8suser: no such file; install it or name its path." % argv[0])

    seat.run = seat.runner.run = missing
    result = seat.look(*([NODE, POD, KUBELET, API, {"id": "which", "command_path": {"path": "/nonexistent/kubectl", "name": "kubectl-of-nobody"}}] + VERSIONS))
    assert [check["ok"] for check in result["checks"]] == [None, None, None, None, False, None, None, None]
    assert all("cannot be started" in check["hint"] for check in result["checks"] if check["ok"] is None), result


def test_looking_again(world, text):
    """Only what is not yet true is looked at again, with only its kinds; visits that were answered are not repeated."""
    few = json.loads(text("checks/objects.json"))
    seat = world(answers=[(["get", "endpoints,nodes,pods,services"], 0, [text("checks/objects.json")], ""),
                          (["get", "pods"], 0, [json.dumps(few), json.dumps({"items": few["items"] + _more_pods(few)})], "")])
    result = seat.look(NODE, HTTP, FIVE, limit=30)
    assert result["all_ok"] and result["tries"] == 3, result
    assert seat.calls == [get("endpoints,nodes,pods,services"), get("pods"), get("pods")]
    assert len(seat.visited) == 1
    assert [check["id"] for check in result["checks"]] == ["node", "http", "five"]
    assert result["checks"][0]["seconds"] < result["checks"][2]["seconds"]


def _more_pods(objects):
    """Return two more frontend pods."""
    one = next(one for one in objects["items"] if one["metadata"]["name"] == PODS[0])
    return [dict(one, metadata=dict(one["metadata"], name="more-%d" % number, uid="more-%d" % number)) for number in (1, 2)]


def test_waiting_ends(world):
    """At its limit, with what was last seen."""
    seat = world()
    result = seat.look(POD, FIVE, limit=10)
    assert not result["all_ok"] and result["failed_ids"] == ["five"] and result["tries"] > 3
    assert result["checks"][1]["actual"].startswith("3: k8s-for-beginners")


def test_hints(world):
    """The exercise's own hint for what is false; for what could not be observed the reason."""
    assert world().look(dict(FIVE, hint="kubectl scale"))["checks"][0]["hint"] == "kubectl scale"
    assert "refused" in world(answers=[(["get"], 1, "", REFUSED)]).look(dict(FIVE, hint="kubectl scale"))["checks"][0]["hint"]
    assert world().look(dict(POD, hint="kubectl scale"))["checks"][0]["hint"] == ""


def test_refusal(world):
    """Each check that is not true stands in the error, and all of the result beside it."""
    result = world().look(POD, dict(FIVE, title="Five pods", hint="kubectl scale"))
    error = refusal(result)
    assert "1 of 2 checks are not true" in str(error) and "five (Five pods): expected 5 pods with tier=frontend" in str(error) and "kubectl scale" in str(error)
    assert error.result["failed_ids"] == ["five"] and "failed" not in error.result


def test_reading_never_writes(world):
    """Of all that every kind of check starts, each is a question."""
    seat = world()
    everything = [NODE, PARTS, POD, DEPLOYMENT, SERVICE, EVENTS, HTTP, SPREAD, KUBELET, API, {"id": "c", "containers": {"running": ["etcd"]}},
                  {"id": "e", "endpoints": {"name": "k8s-for-beginners", "min": 1}}, {"id": "i", "image": {"name": "redis:3"}},
                  {"id": "a", "object_absent": {"kind": "Job", "name": "x"}}, {"id": "l", "labels": {"kind": "Pod", "name": "x", "absent": ["y"]}}]
    seat.look(*(everything + VERSIONS), limit=2)
    assert len(seat.calls) > 10
    for call in seat.calls:
        words = call[2:] if call[:2] == KUBECTL else call
        assert words[0] in ("get", "logs", "version") or words[:2] in QUESTIONS, call
