"""Every kind of check over what a real cluster said: true, false and not observable."""

import copy
import json
import re

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.checks_http import Visit
from ansible_collections.workshop.lab.plugins.module_utils.checks_network import Answered, spread_pods
from ansible_collections.workshop.lab.plugins.module_utils.checks_plan import HOW, judge, objects_of
from ansible_collections.workshop.lab.plugins.module_utils.checks_read import read_checks
from ansible_collections.workshop.lab.plugins.module_utils.checks_seat import kubectl_versions, look_at_program, minikube_version
from ansible_collections.workshop.lab.plugins.module_utils.checks_seen import Seen, image_name

GREETING = "packtworkshops/the-kubernetes-workshop:k8s-for-beginners"
FRONTEND = {"tier": "frontend"}
DOWN = {"api": "kubectl could not read pods: the API server does not answer", "node": "The node could not be reached", "server": "no kubeconfig"}


@pytest.fixture
def seen(text):
    """What one look at the recorded seat has shown."""
    facts = {"manifests": ["etcd.yaml", "kube-apiserver.yaml"], "kubelet": "active", "static_pod_path": "/etc/kubernetes/manifests",
             "containers": text("checks/docker_ps.txt").split()}
    versions = dict(kubectl_versions(json.loads(text("checks/kubectl_version.json"))), minikube={"version": "v1.5.2", "commit": "792dbf92-dirty"})
    result = Seen(json.loads(text("checks/objects.json"))["items"], facts, versions, ("10.89.0.83", 8443))
    result.programs = {("/usr/local/bin/minikube", "minikube"): (True, True, "/usr/local/bin/minikube"), ("/usr/bin/kubectl", "kubectl"):
                       (False, False, "/usr/local/bin/kubectl"), ("/tmp/new", None): (True, False, None), ("/opt/kubectl", "kubectl"):
                       (True, True, "/usr/local/bin/kubectl")}
    return result


def told(seen, kind, arguments, answered=None):
    """Return the Verdict of one check."""
    return judge(read_checks([{"id": "it", kind: arguments}])[0], seen, answered)


def in_test(**arguments):
    """Return arguments in the namespace of the broken things."""
    return dict(arguments, namespace="check-test")


def body(text, status=200):
    """Return the Visit of an answer."""
    return Visit(status, text, "", "", 0.01)


REFUSED, SILENT, CLOSED = (Visit(None, "", problem, words, 0.01) for problem, words in (
    ("refused", "connection refused"), ("unreachable", "no answer in time"), ("closed", "the connection was closed without an answer")))
HELLO = Answered("http://10.89.0.83:30010/", [body("Hello Kubernetes Beginners!\n")])
RISES = {"service": "x", "rises": True, "pattern": r"^Hello, you're (?:the )?vis(?:i)?tor #(\d+)\s?[.!]?\s*$"}


def visitors(*numbers):
    """Return what pageview answers."""
    return Answered("http://x/", [body("Hello, you're visitor #%s.\n" % number) for number in numbers])


TRUE = [
    ("node", {"ready": True, "role": "master", "version": "v1.20.2", "taints": [], "unschedulable": False}, None),
    ("node", {}, None),
    ("component_pods", {"names": ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy", "coredns"]}, None),
    ("component_pods", {"labels": {"k8s-app": "kube-dns"}, "count": 2}, None),
    ("component_pods", {"names": ["kube-dashboard"], "running": False}, None),
    ("static_pods", {"present": ["etcd.yaml"], "absent": ["kube-proxy.yaml"]}, None),
    ("kubelet_unit", {"state": "active", "container": False}, None),
    ("kubelet_config", {}, None),
    ("containers", {"running": ["etcd", "coredns"], "stopped": ["kubelet", "pod"]}, None),
    ("pod", {"labels": FRONTEND, "count": 3, "controlled": True, "phase": "Running", "ready": True, "scheduled": True, "has_ip": True, "node": "minikube",
             "image": "docker.io/" + GREETING}, None),
    ("pod", {"labels": FRONTEND, "min": 2, "max": 3, "uids": ["b4b22b8c-6c73-4a54-8b19-68a30b6081ff"], "gone_uids": ["earlier"]}, None),
    ("pod", {"name": "k8s-for-beginners-bc8876f8f-lh2vt", "only_uids": ["earlier", "b4b22b8c-6c73-4a54-8b19-68a30b6081ff"]}, None),
    ("pod", {"labels": {"tier": "nothing"}, "count": 0}, None),
    ("pod", in_test(name="nowhere", phase="Pending", scheduled=False, has_ip=False, ready=False, reason=["Unschedulable"], controlled=False), None),
    ("pod", in_test(name="wrong-image", reason=["ErrImagePull", "ImagePullBackOff"]), None),
    ("labels", {"kind": "Node", "name": "minikube", "labels": {"kubernetes.io/os": "linux"}, "absent": ["tier"]}, None),
    ("labels", {"kind": "ReplicaSet", "name": "k8s-for-beginners-bc8876f8f", "labels": FRONTEND}, None),
    ("deployment", {"name": "k8s-for-beginners", "replicas": 3, "ready": 3, "updated": 3, "available": 3, "complete": True, "image": GREETING,
                    "template_labels": FRONTEND}, None),
    ("service", {"name": "k8s-for-beginners", "type": "NodePort", "port": 80, "target_port": 8080, "selector": FRONTEND, "node_port": True}, None),
    ("service", {"name": "db", "namespace": "pageview", "node_port": False}, None),
    ("service", {"name": "kube-dns", "namespace": "kube-system", "port": 9153, "target_port": 9153}, None),
    ("endpoints", {"name": "k8s-for-beginners", "min": 3, "max": 3, "port": 8080, "pods": FRONTEND}, None),
    ("endpoints", in_test(name="nothing-behind", max=0), None),
    ("http", {"service": "x", "pattern": "^Hello Kubernetes Beginners!$"}, HELLO),
    ("http", {"service": "x", "status": 503}, Answered("http://x/", [body("busy", 503)])),
    ("http", RISES, visitors(28, 29)),
    ("refused", {"api_server": True}, Answered("10.89.0.83:8443", [REFUSED])),
    ("refused", {"host": "172.17.0.5", "port": 8080, "how": "unreachable"}, Answered("172.17.0.5:8080", [SILENT])),
    ("spread", {"service": "x", "requests": 30, "pods": 3, "pattern": "Hello"}, Answered("http://x/", HELLO.visits * 30, {"a": 9, "b": 10, "c": 11})),
    ("events", in_test(reason="FailedScheduling", kind="Pod", name="nowhere", type="Warning", message="0/1 nodes are available"), None),
    ("events", {"reason": "Scheduled", "labels": FRONTEND, "min": 3, "max": 3}, None),
    ("events", {"reason": "Scheduled", "uid": "b4b22b8c-6c73-4a54-8b19-68a30b6081ff"}, None),
    ("events", {"reason": "FailedScheduling", "max": 0}, None),
    ("image", {"name": GREETING}, None),
    ("image", {"name": "docker.io/library/redis:3"}, None),
    ("object_absent", {"kind": "Pod", "name": "k8s-for-beginners"}, None),
    ("object_absent", {"kind": "Namespace", "name": "exercise"}, None),
    ("command_path", {"path": "/usr/local/bin/minikube", "name": "minikube"}, None),
    ("program_version", {"program": "minikube", "version": "v1.5.2", "commit": "^792dbf92"}, None),
    ("program_version", {"program": "kubectl", "version": "v1.20.2"}, None),
    ("program_version", {"program": "kubernetes", "version": "v1.20.2"}, None),
]
FALSE = [
    ("node", {"version": "v1.16.2"}, None, "version v1.20.2"),
    ("node", {"ready": False}, None, "ready yes"),
    ("node", {"role": "worker"}, None, "roles control-plane, master"),
    ("node", {"taints": ["node.kubernetes.io/unreachable:NoSchedule"]}, None, "taints none"),
    ("node", {"name": "other"}, None, "no node of this name: minikube"),
    ("component_pods", {"names": ["etcd", "kube-addon-manager"]}, None, "etcd: 1 running of 1, kube-addon-manager: 0 running of 0"),
    ("component_pods", {"names": ["etcd"], "running": False}, None, "1 running"),
    ("static_pods", {"present": ["addon-manager.yaml.tmpl"], "absent": ["etcd.yaml"]}, None,
     "missing in /etc/kubernetes/manifests: addon.*not be there: etcd"),
    ("kubelet_unit", {"state": "inactive"}, None, "systemctl stop kubelet"),
    ("kubelet_unit", {"container": True}, None, "no container"),
    ("kubelet_config", {"static_pod_path": "/etc/manifests"}, None, "staticPodPath: /etc/kubernetes/manifests"),
    ("containers", {"running": ["kubelet"]}, None, "kube-scheduler"),
    ("containers", {"stopped": ["kube-scheduler"]}, None, "kube-scheduler"),
    ("pod", {"labels": FRONTEND, "count": 5}, None, "^3: k8s-for"),
    ("pod", {"labels": FRONTEND, "max": 2}, None, "^3: k8s-for"),
    ("pod", {"name": "k8s-for-beginners"}, None, "no pod.*have the labels: .*tier=frontend"),
    ("pod", {"name": "k8s-for-beginners", "namespace": "gone"}, None, "no pod at all in namespace gone"),
    ("pod", {"labels": FRONTEND, "controlled": False}, None, "no pod"),
    ("pod", {"labels": FRONTEND, "uids": ["earlier"]}, None, "the pod with uid earlier is not there any more"),
    ("pod", {"name": "k8s-for-beginners-bc8876f8f-lh2vt", "only_uids": ["earlier"]}, None, "k8s-for-beginners-bc8876f8f-lh2vt is a new one"),
    ("pod", {"labels": FRONTEND, "gone_uids": ["b4b22b8c-6c73-4a54-8b19-68a30b6081ff"]}, None, "k8s-for-beginners-bc8876f8f-lh2vt is still there"),
    ("pod", {"labels": FRONTEND, "image": "nginx"}, None, "its image is packtworkshops"),
    ("pod", in_test(name="nowhere", scheduled=True), None, "on no node.*No node takes the pod"),
    ("pod", in_test(name="wrong-image", phase="Running", ready=True), None, "ImagePullBackOff.*The image cannot be pulled"),
    ("labels", {"kind": "Node", "name": "minikube", "labels": FRONTEND}, None, "kubernetes.io/os=linux"),
    ("labels", {"kind": "Node", "name": "minikube", "absent": ["kubernetes.io/os"]}, None, "kubernetes.io/os=linux"),
    ("labels", {"kind": "Pod", "name": "x", "labels": FRONTEND}, None, "there is no Pod x in namespace default"),
    ("deployment", {"name": "k8s-for-beginners", "replicas": 5}, None, r"replicas 3 \(3 of 3 available\)"),
    ("deployment", {"name": "k8s-for-beginners", "image": "nginx"}, None, "image packtworkshops"),
    ("deployment", {"name": "k8s-for-beginners", "template_labels": {"tier": "front"}}, None, "template tier=frontend"),
    ("deployment", {"name": "web"}, None, "there is no Deployment web in namespace default"),
    ("service", in_test(name="wrong-port", target_port=8080), None, "target port 9090.*Correct the target port of Service wrong-port"),
    ("service", {"name": "db", "namespace": "pageview", "type": "NodePort", "node_port": True}, None, "the type and the node port"),
    ("service", {"name": "k8s-for-beginners", "selector": {"tier": "frontend", "app": "x"}}, None, "selector tier=frontend"),
    ("service", {"name": "web"}, None, "no Service web in namespace default; it has: k8s-for-beginners, kubernetes"),
    ("endpoints", in_test(name="nothing-behind", min=1), None, "0 ready.*selector is tier=missing, and no pod"),
    ("endpoints", {"name": "k8s-for-beginners", "max": 2}, None, "^3 ready"),
    ("endpoints", {"name": "k8s-for-beginners", "min": 1, "port": 9090}, None, "port 8080"),
    ("endpoints", {"name": "db", "namespace": "pageview", "pods": FRONTEND}, None, "^1 ready"),
    ("endpoints", {"name": "web", "min": 1}, None, "no endpoints object.*There is no Service web"),
    ("http", {"service": "x", "pattern": "visitor"}, HELLO, "Hello Kubernetes.*it answers, but not what is expected"),
    ("http", {"service": "x"}, Answered("http://x/", [body("not found", 404)]), "404 'not found'"),
    ("http", {"service": "x"}, Answered("http://x/", [REFUSED]), "connection refused.*targetPort"),
    ("http", {"service": "x"}, Answered("http://x/", [CLOSED]), "closed without an answer.*redis"),
    ("http", RISES, visitors(29, 29), "numbers 29, 29"),
    ("http", RISES, visitors(29, 1), "numbers 29, 1"),
    ("http", RISES, Answered("http://x/", [body("Hello, you're visitor #2."), CLOSED]), "then the connection was closed"),
    ("refused", {"api_server": True}, Answered("10.89.0.83:8443", [Visit(0, "", "", "", 0)]), "it accepts connections"),
    ("refused", {"host": "h", "port": 1, "how": "refused"}, Answered("h:1", [SILENT]), "no answer in time"),
    ("refused", {"host": "h", "port": 1, "how": "unreachable"}, Answered("h:1", [REFUSED]), "connection refused"),
    ("spread", {"service": "x"}, Answered("http://x/", HELLO.visits * 30, {"a": 30, "b": 0}), "^30, 0 of 30"),
    ("spread", {"service": "x", "min_each": 10}, Answered("http://x/", HELLO.visits * 30, {"a": 21, "b": 9}), "^21, 9 of 30"),
    ("spread", {"service": "x"}, Answered("http://x/", HELLO.visits * 29 + [CLOSED], {"a": 30}), "1 of 30 visits went wrong, the first: the connection"),
    ("spread", {"service": "x", "pattern": "visitor"}, Answered("http://x/", HELLO.visits * 30, {"a": 30}), "30 of 30 visits went wrong"),
    ("events", {"reason": "FailedScheduling"}, None, "^0; last of these objects: .*Scheduled"),
    ("events", {"reason": "Scheduled", "labels": {"tier": "none"}}, None, "no pod with tier=none"),
    ("events", {"reason": "Scheduled", "type": "Warning", "labels": FRONTEND}, None, "^0"),
    ("events", {"reason": "Scheduled", "max": 2}, None, "^3"),
    ("events", {"reason": "Scheduled", "uid": "another"}, None, "no other event"),
    ("image", {"name": "redis"}, None, "of this repository: redis:3"),
    ("image", {"name": "redis:3", "node": "other"}, None, "there is no Node other"),
    ("object_absent", {"kind": "Pod", "labels": FRONTEND}, None, "there: k8s-for.*kubectl delete pod k8s-for"),
    ("object_absent", {"kind": "Namespace", "name": "pageview"}, None, "there: pageview.*kubectl delete namespace pageview`"),
    ("command_path", {"path": "/usr/bin/kubectl", "name": "kubectl"}, None, "no file /usr/bin/kubectl; `which kubectl` shows /usr/local/bin/kubectl"),
    ("command_path", {"path": "/opt/kubectl", "name": "kubectl"}, None, "which kubectl` shows /usr/local/bin/kubectl"),
    ("command_path", {"path": "/tmp/new"}, None, "chmod"),
    ("program_version", {"program": "minikube", "version": "v1.5.1"}, None, "minikube v1.5.2, commit 792dbf92-dirty"),
    ("program_version", {"program": "minikube", "version": "v1.5.2", "commit": "^abc"}, None, "792dbf92"),
]


@pytest.mark.parametrize("kind, arguments, answered", TRUE)
def test_true(seen, kind, arguments, answered):
    """What is so."""
    verdict = told(seen, kind, arguments, answered)
    assert verdict.ok is True and verdict.expected and verdict.actual and verdict.hint == "", verdict


@pytest.mark.parametrize("kind, arguments, answered, words", FALSE)
def test_false(seen, kind, arguments, answered, words):
    """What is not so, with what was found and the next step."""
    verdict = told(seen, kind, arguments, answered)
    assert verdict.ok is False and verdict.expected and verdict.actual and verdict.hint, verdict
    assert re.search(words, verdict.actual + " " + verdict.hint), verdict


def test_every_kind_is_tried():
    """Both ways."""
    assert {row[0] for row in TRUE} == {row[0] for row in FALSE} == set(HOW)


@pytest.mark.parametrize("kind, arguments", [(row[0], row[1]) for row in TRUE if row[0] != "command_path"])
def test_null(kind, arguments):
    """Nothing could be read: no kind is true or false by that, and each says why. (A file on the seat can always be looked at.)"""
    down = Seen(errors=dict(DOWN, minikube="minikube cannot be started", kubectl="kubectl cannot be started", kubernetes="no answer"))
    answered = Answered(error="the log cannot be read") if kind == "spread" else Answered(verdict=told(down, "image", {"name": "x"})) if kind in (
        "http", "refused") else None
    verdict = told(down, kind, arguments, answered)
    assert verdict.ok is None and verdict.hint, verdict


def test_strange_object(seen):
    """An object of an unknown form makes its check null, never an exception."""
    seen.objects = [{"kind": "Deployment", "metadata": {"name": "web", "namespace": "default"}, "spec": None, "status": []}]
    verdict = told(seen, "deployment", {"name": "web", "replicas": 1})
    assert verdict.ok is None and "form" in verdict.hint


def change(seen, kind, name):
    """Return a copy of one recorded object in the place of the recorded one."""
    for number, one in enumerate(seen.objects):
        if one["kind"] == kind and one["metadata"]["name"] == name:
            seen.objects[number] = copy.deepcopy(one)
            return seen.objects[number]
    raise AssertionError("nothing recorded is %s %s" % (kind, name))


def test_node_that_is_not_ready(seen):
    """kubelet has not reported: not ready, its taint, and what is known of the component pods is old."""
    node = change(seen, "Node", "minikube")
    next(one for one in node["status"]["conditions"] if one["type"] == "Ready").update(status="Unknown", reason="NodeStatusUnknown")
    node["spec"]["taints"] = [{"key": "node.kubernetes.io/unreachable", "effect": "NoSchedule"}]
    assert told(seen, "node", {"ready": False, "taints": ["node.kubernetes.io/unreachable:NoSchedule"]}).ok is True
    assert told(seen, "node", {"taints": ["node.kubernetes.io/unreachable=x"]}).ok is False
    verdict = told(seen, "node", {"ready": True})
    assert verdict.ok is False and "NodeStatusUnknown" in verdict.hint
    assert told(seen, "component_pods", {"names": ["etcd"]}).ok is None


def test_no_controller_manager(seen):
    """Figures 2.57 and 2.60: 0/1 with nothing updated, then with one."""
    deployment = change(seen, "Deployment", "k8s-for-beginners")
    deployment["spec"]["replicas"], deployment["status"] = 1, {}
    between = {"name": "k8s-for-beginners", "replicas": 1, "ready": 0, "updated": 0, "available": 0, "complete": False}
    assert told(seen, "deployment", between).ok is True
    deployment["status"] = {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "unavailableReplicas": 1}
    assert told(seen, "deployment", between).ok is False
    assert told(seen, "deployment", dict(between, updated=1)).ok is True


def test_pods_on_their_way_out(seen):
    """A terminating pod counts no longer, but is no absent object yet."""
    change(seen, "Pod", "k8s-for-beginners-bc8876f8f-lh2vt")["metadata"]["deletionTimestamp"] = "2026-11-22T21:40:00Z"
    assert told(seen, "pod", {"labels": FRONTEND, "count": 2}).ok is True
    assert told(seen, "object_absent", {"kind": "Pod", "name": "k8s-for-beginners-bc8876f8f-lh2vt"}).ok is False


def test_pods_that_have_ended(seen):
    """A pod that has done its work is not ready: nobody can visit it."""
    change(seen, "Pod", "k8s-for-beginners-bc8876f8f-lh2vt")["status"]["phase"] = "Succeeded"
    assert told(seen, "pod", {"labels": FRONTEND, "ready": True}).ok is False


def test_address_that_is_missing(seen):
    """A ready pod that is not yet behind the Service."""
    change(seen, "Endpoints", "k8s-for-beginners")["subsets"][0]["addresses"].pop()
    assert told(seen, "endpoints", {"name": "k8s-for-beginners", "pods": FRONTEND}).ok is False
    assert told(seen, "endpoints", {"name": "k8s-for-beginners", "min": 2}).ok is True


def test_pods_that_requests_cannot_reach(seen):
    """Nothing is requested while a pod is not ready or not behind the Service yet."""
    args = read_checks([{"id": "s", "spread": {"service": "k8s-for-beginners"}}])[0].args
    assert [len(spread_pods(args, seen)[0]), spread_pods(args, seen)[1]] == [3, None]
    pod = change(seen, "Pod", "k8s-for-beginners-bc8876f8f-lh2vt")
    next(one for one in pod["status"]["conditions"] if one["type"] == "Ready")["status"] = "False"
    assert "2 of 3 pods are ready; nothing was requested" in spread_pods(args, seen)[1].actual
    next(one for one in pod["status"]["conditions"] if one["type"] == "Ready")["status"] = "True"
    change(seen, "Endpoints", "k8s-for-beginners")["subsets"][0]["addresses"].pop()
    assert "not behind the Service yet: k8s-for-beginners" in spread_pods(args, seen)[1].actual


def test_files_that_are_programs(tmp_path, monkeypatch):
    """Everybody must be able to execute it, not only root; the PATH says which one `which` shows."""
    monkeypatch.setattr("ansible_collections.workshop.lab.plugins.module_utils.checks_seat.PATH", str(tmp_path))
    path = tmp_path / "minikube"
    assert look_at_program(str(path), "minikube") == (False, False, None)
    path.write_text("#!/bin/sh\n")
    for mode, executable in ((0o644, False), (0o744, False), (0o755, True)):
        path.chmod(mode)
        assert look_at_program(str(path), None) == (True, executable, None)
    assert look_at_program(str(path), "minikube") == (True, True, str(path))
    assert look_at_program(str(tmp_path), None)[0] is False


def test_image_list_that_is_full(seen):
    """kubelet lists 50 images: one that is not there may be in the node all the same."""
    change(seen, "Node", "minikube")["status"]["images"] = [{"names": ["image:%d" % number]} for number in range(50)]
    verdict = told(seen, "image", {"name": GREETING})
    assert verdict.ok is None and "50" in verdict.hint
    assert told(seen, "image", {"name": "image:7"}).ok is True


def test_docker_that_does_not_answer(seen):
    """Containers cannot be observed; the unit can."""
    seen.node["containers"] = None
    assert told(seen, "containers", {"running": ["etcd"]}).ok is None
    assert told(seen, "kubelet_unit", {"container": False}).ok is None
    assert told(seen, "kubelet_unit", {}).ok is True


def test_node_without_files(seen):
    """No cluster in the node yet."""
    seen.node.update(manifests=None, static_pod_path=None, kubelet="")
    assert [told(seen, kind, arguments).ok for kind, arguments in (
        ("static_pods", {"present": ["etcd.yaml"]}), ("kubelet_config", {}), ("kubelet_unit", {}))] == [False, False, False]


def test_observed(seen):
    """What a later step refers to."""
    pods = told(seen, "pod", {"labels": FRONTEND}).observed["pods"]
    assert len(pods) == 3 and pods["k8s-for-beginners-bc8876f8f-lh2vt"] == "b4b22b8c-6c73-4a54-8b19-68a30b6081ff"
    assert told(seen, "service", {"name": "k8s-for-beginners"}).observed["node_port"] == 30010
    assert told(seen, "http", RISES, visitors(2, 3)).observed == {
        "url": "http://x/", "answers": ["Hello, you're visitor #2.\n", "Hello, you're visitor #3.\n"], "numbers": [2, 3]}


def test_what_is_read():
    """Only the kinds of objects that a check needs."""
    def kinds(**kind):
        return objects_of(read_checks([dict({"id": "x"}, **kind)])[0])

    assert kinds(static_pods={"present": ["x"]}) == kinds(http={"url": "http://x/"}) == kinds(refused={"api_server": True}) == set()
    assert kinds(http={"service": "x"}) == {"Service", "Endpoints", "Pod", "Node"} and kinds(http={"pod": "x", "port": 1}) == {"Pod"}
    assert kinds(labels={"kind": "Job", "name": "x", "absent": ["y"]}) == {"Job"}
    assert kinds(events={"reason": "x"}) == {"Event"} and kinds(events={"reason": "x", "labels": FRONTEND}) == {"Event", "Pod"}


def test_words_of_minikube_version():
    """minikube v1.5.2, with and without the line of the commit; and another program."""
    assert minikube_version("minikube version: v1.5.2\ncommit: 792dbf92a1de583fcee76f8791cff12e0c9440ad-dirty\n") == {
        "version": "v1.5.2", "commit": "792dbf92a1de583fcee76f8791cff12e0c9440ad-dirty"}
    assert minikube_version("minikube version: v1.5.2\n") == {"version": "v1.5.2", "commit": ""}
    assert minikube_version("version: 1\n") is None
    assert set(kubectl_versions({"clientVersion": {"gitVersion": "v1.16.2"}})) == {"kubectl"}


@pytest.mark.parametrize("name, form", [
    ("redis", "redis:latest"), ("docker.io/library/redis:3", "redis:3"), ("localhost:5000/redis", "localhost:5000/redis:latest"),
    ("redis@sha256:ab", "redis@sha256:ab"), ("index.docker.io/a/b:c", "a/b:c")])
def test_names_of_images(name, form):
    """One form for what Docker and containerd say."""
    assert image_name(name) == form
