"""pod_disruption as a whole: what is refused before anything is started, where the URL comes from, and that check mode only reads."""

import itertools
import json
import threading

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import disruption_work
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.http_watch import Refused
from ansible_collections.workshop.lab.plugins.module_utils.kubectl import Kubectl
from ansible_collections.workshop.lab.plugins.modules import pod_disruption

GOOD = {"namespace": "pageview", "selector": {"tier": "frontend"}, "service": "k8s-pageview"}
BASE = ["/usr/local/bin/kubectl", "--context=minikube"]
SERVICE = BASE + ["get", "service", "k8s-pageview", "--namespace=pageview", "-o", "json"]
VIEW = BASE + ["config", "view", "--minify", "-o", "json"]
PODS = BASE + ["get", "pods", "--namespace=pageview", "--selector=tier=frontend", "-o", "json"]


@pytest.fixture
def client(fake_runner, text, monkeypatch):
    """Return a Kubectl over a FakeRunner with recorded answers, which the module opens too."""
    runner = fake_runner([(["service"], 0, text("disruption/service.json"), ""), (["view"], 0, text("disruption/view.json"), ""),
                          (["get", "pods"], 0, text("disruption/pods.json"), ""), (["delete"], 0, 'pod "x" deleted\n', "")])
    made = Kubectl(runner, BASE[0], "minikube", 60)
    monkeypatch.setattr(pod_disruption.kubectl, "open_kubectl", lambda params: made)
    return made


def params(**more):
    """Return the module's parameters with their defaults."""
    return dict({name: option.get("default") for name, option in pod_disruption.SPEC.items()}, **dict(GOOD, **more))


@pytest.mark.parametrize("wrong, words", [
    ({"namespace": None}, "namespace"),
    ({"namespace": "Page View"}, "namespace is 'Page View'; it must be a namespace's name"),
    ({"namespace": "x; reboot"}, "namespace is 'x; reboot'"),
    ({"namespace": "kube-system"}, "namespace is 'kube-system'; it must be one of the workshop"),
    ({"namespace": "kube-public"}, "kube-public"),
    ({"selector": {}}, "selector is {}; it must be a dictionary of at least one label"),
    ({"selector": {"tier": "a,b"}}, "selector is 'tier=a,b'"),
    ({"selector": {"tier in (a)": ""}}, "selector"),
    ({"service": None}, "one of the following is required: url, service"),
    ({"url": "http://a/"}, "mutually exclusive"),
    ({"service": None, "url": "https://a/"}, "it must be an http URL"),
    ({"service": None, "url": "file:///etc/passwd"}, "url is"),
    ({"service": None, "url": "http://a:99999/"}, "port from 1 to 65535"),
    ({"service": None, "url": "http://a/", "port": 80}, "service"),
    ({"service": "k8s_pageview"}, "service is 'k8s_pageview'"),
    ({"port": 0}, "port is 0; it must be a number from 1 to 65535"),
    ({"pattern": "(unclosed"}, "pattern is '(unclosed'; it must be a regular expression"),
    ({"pattern": "no group"}, "exactly one group"),
    ({"rate": 0}, "rate is 0.0; it must be a number from 0.1 to 50"),
    ({"rate": 51}, "rate is 51"),
    ({"rate": float("nan")}, "rate"),
    ({"kills": -1}, "kills is -1; it must be a number from 0 to 100"),
    ({"kills": 101}, "kills is 101"),
    ({"kills": "many"}, "kills"),
    ({"keep": 0}, "keep is 0; it must be a number from 1 to 100"),
    ({"duration_max": 0}, "duration_max is 0; it must be a number from 1 to 900"),
    ({"duration_max": 901}, "duration_max is 901"),
    ({"request_timeout": 0}, "request_timeout is 0.0"),
    ({"grace_period": -1}, "grace_period is -1"),
    ({"replace_timeout": 0}, "replace_timeout is 0"),
    ({"interval": 61}, "interval is 61"),
    ({"connection_retries": 6}, "connection_retries is 6; it must be a number from 0 to 5"),
])
def test_bad_arguments_are_refused_before_anything_is_started(run_module, client, wrong, words):
    """In one sentence with the option, its value and what is accepted."""
    end = run_module(pod_disruption, {key: value for key, value in dict(GOOD, **wrong).items() if value is not None})
    assert end.failed and words in end.result["msg"], end.result
    assert client.runner.calls == []


def test_the_url_of_a_service(client):
    """Its node port, on the address at which kubectl finds the API server."""
    port = json.loads(client.runner.answers[0][2])["spec"]["ports"][0]["nodePort"]
    assert disruption_work.find_url(client, params()) == "http://10.89.0.82:%d/" % port == disruption_work.find_url(client, params(port=80))
    assert client.runner.calls == [SERVICE, VIEW] * 2
    assert disruption_work.find_url(client, params(url="http://a:1/b")) == "http://a:1/b" and len(client.runner.calls) == 4


@pytest.mark.parametrize("spec, more, words", [
    ({"type": "NodePort", "ports": [{"port": 80, "nodePort": 30010}]}, {"port": 81}, "has no port 81; its ports: 80"),
    ({"type": "ClusterIP", "ports": [{"port": 80}]}, {}, "has no node port, since its type is ClusterIP"),
    ({"type": "NodePort"}, {}, "has no port at all; its ports: none"),
])
def test_services_without_a_url(fake_runner, spec, more, words):
    """Said with what there is."""
    runner = fake_runner([(["service"], 0, json.dumps({"spec": spec}), "")])
    with pytest.raises(LabError, match=words):
        disruption_work.find_url(Kubectl(runner, BASE[0], "minikube", 60), params(**more))


def test_check_mode_reads_and_nothing_else(run_module, client):
    """The pods are listed once; no page is asked for, since that would count."""
    end = run_module(pod_disruption, dict(GOOD, kills=1), check=True)
    assert client.runner.calls == [SERVICE, VIEW, PODS]
    names = sorted(pod["metadata"]["name"] for pod in json.loads(client.runner.answers[2][2])["items"])
    assert end.result["changed"] and end.result["would_kill"] == names[1:2] and end.result["kept"] == names[:1] and end.result["killed"] == []
    assert end.result["requests"] == 0 and "checks" not in end.result


class Visits:
    """A get() of a page that counts; it keeps the thread that asks, since other tests of this process leave threads of their own behind."""

    def __init__(self):
        self.numbers, self.thread = itertools.count(1), None

    def __call__(self):
        """Return the next answer."""
        self.thread = threading.current_thread()
        return "Hello, you're visitor #%d.\n" % next(self.numbers)

    def ended(self):
        """Whether a thread beside the test's asked, and is gone."""
        return self.thread is not threading.current_thread() and not self.thread.is_alive()


def test_a_run(client):
    """Two pods are killed, between the first answers and the last; the thread has ended."""
    pods = json.loads(client.runner.answers[2][2])
    names = sorted(pod["metadata"]["name"] for pod in pods["items"])
    turns = [json.dumps(pods)] * 2
    for new in ("z1", "z2"):
        pods["items"] = [pod for pod in pods["items"] if pod["metadata"]["name"] not in names[1:2 if new == "z1" else 3]]
        pods["items"].append(json.loads(json.dumps(pods["items"][0])))
        pods["items"][-1]["metadata"]["name"] = new
        if new == "z2":
            pods["items"].append(dict(pods["items"][-1], metadata=dict(pods["items"][-1]["metadata"], name="z3")))
            pods["items"] = pods["items"][:1] + pods["items"][-2:]
        turns.append(json.dumps(pods))
    client.runner.answers[2] = (["get", "pods"], 0, turns, "")
    visits = Visits()
    result = disruption_work.work(params(kills=2, interval=0, rate=50.0, duration_max=30), False, client, get=visits)
    assert result["killed"] == names[1:] and result["kept"] == names[:1] and result["changed"] and result["all_ok"], result
    assert result["requests"] == result["answers"] >= 4 and result["numbers"]["first"] == 1 and result["reason"] == ""
    deleted = [call for call in client.runner.calls if "delete" in call]
    assert deleted == [BASE + ["delete", "pod", name, "--namespace=pageview", "--wait=false", "--ignore-not-found"] for name in names[1:]]
    assert visits.ended()


def test_a_failure_half_way_ends_the_thread_and_keeps_what_was_seen(client):
    """The API refuses the kill: the message, and beside it the requests until then."""
    client.runner.answers[3] = (["delete"], 1, "", 'Error from server (Forbidden): pods "x" is forbidden')
    visits = Visits()
    with pytest.raises(LabError, match="may not do that.* 0 pods were killed before") as error:
        disruption_work.work(params(kills=1, rate=50.0), False, client, get=visits)
    assert error.value.result["requests"] >= 1 and error.value.result["changed"] is False and visits.ended()


def test_only_watching(client):
    """With no kills it takes its time and kills nothing; what fails is counted."""
    def get():
        raise Refused("Connection refused")

    result = disruption_work.work(params(kills=0, rate=50.0, duration_max=1), False, client, get=get)
    assert result["requests"] == result["failures"] > 3 and not result["changed"] and 1 <= result["seconds"] < 5
    assert [one["ok"] for one in result["checks"]] == [False, None, True]
    assert all("delete" not in call for call in client.runner.calls)
    assert "failed" not in result and len(result["lost"]) == result["failures"]  # Ansible would take it for a failure of the module
