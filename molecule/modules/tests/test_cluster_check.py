"""cluster_check on the real cluster (driver none): every kind of check true, false and not observable, with the false state really made where it is cheap."""

import json
import re

import pytest

testinfra_hosts = ["ansible://lab-modules-1"]

SPACE = "check-test"
GREETING = "packtworkshops/the-kubernetes-workshop:k8s-for-beginners"
PAGEVIEW = "packtworkshops/the-kubernetes-workshop:pageview"
NUMBER = r"vis(?:i)?tor #(\d+)"
TRUE = [
    {"id": "node", "node": {"ready": True, "role": "master", "taints": [], "unschedulable": False}},
    {"id": "component_pods", "component_pods": {"names": ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy", "coredns"]}},
    {"id": "component_pods.labels", "component_pods": {"labels": {"k8s-app": "kube-dns"}, "count": 2}},
    {"id": "static_pods", "static_pods": {"present": ["etcd.yaml", "kube-apiserver.yaml", "kube-controller-manager.yaml", "kube-scheduler.yaml"],
                                          "absent": ["kube-proxy.yaml", "student.yaml"]}},
    {"id": "kubelet_unit", "kubelet_unit": {"state": "active", "container": False}},
    {"id": "kubelet_config", "kubelet_config": {"static_pod_path": "/etc/kubernetes/manifests"}},
    {"id": "containers", "containers": {"running": ["etcd", "kube-scheduler", "web"], "stopped": ["kubelet"]}},
    {"id": "pod", "pod": {"labels": {"tier": "frontend"}, "controlled": True, "count": 3, "phase": "Running", "ready": True, "scheduled": True, "has_ip": True,
                          "node": "minikube", "image": GREETING}},
    {"id": "pod.pending", "pod": {"name": "nowhere", "phase": "Pending", "scheduled": False, "has_ip": False, "reason": ["Unschedulable"]}},
    {"id": "pod.image", "pod": {"name": "wrong-image", "ready": False, "reason": ["ErrImagePull", "ImagePullBackOff"]}},
    {"id": "labels", "labels": {"kind": "Service", "name": "web", "labels": {"class": "monday"}, "absent": ["tier"]}},
    {"id": "deployment", "deployment": {"name": "web", "replicas": 3, "ready": 3, "updated": 3, "available": 3, "complete": True, "image": GREETING,
                                        "template_labels": {"tier": "frontend"}}},
    {"id": "service", "service": {"name": "web", "type": "NodePort", "port": 80, "target_port": 8080, "selector": {"tier": "frontend"}, "node_port": True}},
    {"id": "endpoints", "endpoints": {"name": "web", "min": 3, "max": 3, "port": 8080, "pods": {"tier": "frontend"}}},
    {"id": "endpoints.none", "endpoints": {"name": "nothing-behind", "max": 0}},
    {"id": "http", "http": {"service": "web", "pattern": "^Hello Kubernetes Beginners!$"}},
    {"id": "http.node", "http": {"pod_labels": {"tier": "frontend"}, "port": 8080, "from": "node", "pattern": "Hello"}},
    {"id": "http.rises", "http": {"service": "pageview", "pattern": NUMBER, "rises": True}},
    {"id": "refused", "refused": {"host": "127.0.0.1", "port": 1, "how": "refused"}},
    {"id": "spread", "spread": {"service": "web", "pods": 3, "requests": 30, "pattern": "Hello"}},
    {"id": "events", "events": {"reason": "FailedScheduling", "kind": "Pod", "name": "nowhere", "type": "Warning", "message": "0/1 nodes are available"}},
    {"id": "events.labels", "events": {"reason": "Scheduled", "labels": {"tier": "frontend"}, "min": 3}},
    {"id": "image", "image": {"name": GREETING}},
    {"id": "object_absent", "object_absent": {"kind": "Pod", "name": "web"}},
    {"id": "command_path", "command_path": {"path": "/usr/local/bin/minikube", "name": "minikube"}},
    {"id": "program_version.minikube", "program_version": {"program": "minikube", "version": "v1.5.2"}},
]
FALSE = {
    # id: (check, words that must stand in what was found or in the hint)
    "node": ({"node": {"role": "worker", "ready": True}}, "roles .*master"),
    "node.name": ({"node": {"name": "other"}}, "no node of this name: minikube"),
    "component_pods": ({"component_pods": {"names": ["etcd", "kube-dashboard"]}}, "kube-dashboard: 0 running of 0"),
    "static_pods": ({"static_pods": {"present": ["kube-proxy.yaml"]}}, "missing in /etc/kubernetes/manifests: kube-proxy.yaml"),
    "kubelet_unit": ({"kubelet_unit": {"state": "inactive"}}, "unit kubelet active"),
    "kubelet_config": ({"kubelet_config": {"static_pod_path": "/etc/manifests"}}, "/etc/kubernetes/manifests"),
    "containers": ({"containers": {"running": ["kubelet"]}}, "kube-scheduler"),
    "pod.count": ({"pod": {"labels": {"tier": "frontend"}, "count": 5}}, "^3: web-"),
    "pod.label": ({"pod": {"labels": {"tier": "front"}}}, "have the labels: .*tier=frontend"),
    "pod.image": ({"pod": {"name": "wrong-image", "ready": True}}, "The image cannot be pulled"),
    "pod.nowhere": ({"pod": {"name": "nowhere", "phase": "Running"}}, "No node takes the pod"),
    "pod.gone": ({"pod": {"name": "web", "controlled": False}}, "no pod"),
    "labels": ({"labels": {"kind": "Service", "name": "web", "labels": {"class": "tuesday"}}}, "class=monday"),
    "deployment": ({"deployment": {"name": "web", "replicas": 5, "ready": 5}}, r"replicas 3, ready 3 \(3 of 3 available\)"),
    "service.port": ({"service": {"name": "wrong-port", "target_port": 8080}}, "target port 9090.*Correct the target port"),
    "service.none": ({"service": {"name": "absent"}}, "no Service absent .*; it has: db, nothing-behind"),
    "endpoints": ({"endpoints": {"name": "nothing-behind", "min": 1}}, "selector is tier=missing, and no pod"),
    "endpoints.pods": ({"endpoints": {"name": "db", "pods": {"tier": "frontend"}}}, "^1 ready"),
    "http": ({"http": {"service": "web", "pattern": "visitor"}}, "Hello Kubernetes Beginners!.*it answers, but"),
    "http.port": ({"http": {"service": "wrong-port"}}, "connection refused.*targetPort"),
    "http.none": ({"http": {"service": "nothing-behind"}}, "no ready pod is behind it.*tier=missing"),
    "http.rises": ({"http": {"service": "web", "pattern": "Hello (.*)", "rises": True}}, "numbers None"),
    "refused": ({"refused": {"api_server": True}}, "it accepts connections"),
    "spread": ({"spread": {"service": "web", "pods": 4}}, "3 of 3 pods are ready, wanted 4; nothing was requested"),
    "spread.one": ({"spread": {"service": "web", "requests": 2}}, r"\b0\b.* of 2"),
    "spread.port": ({"spread": {"service": "wrong-port"}}, "0, 0, 0 of 5; 5 of 5 visits went wrong, the first: connection refused"),
    "events": ({"events": {"reason": "FailedScheduling", "labels": {"tier": "frontend"}}}, "^0; last of these objects"),
    "image": ({"image": {"name": "packtworkshops/the-kubernetes-workshop:nothing"}}, "of this repository: .*k8s-for-beginners"),
    "object_absent": ({"object_absent": {"kind": "Deployment", "name": "web"}}, "kubectl delete deployment web --namespace=check-test"),
    "command_path": ({"command_path": {"path": "/usr/local/bin/VirtualBox"}}, "there is no file"),
    "command_path.mode": ({"command_path": {"path": "/etc/hostname"}}, "may not be executed"),
    "program_version": ({"program_version": {"program": "kubernetes", "version": "v9.9.9"}}, r"kubernetes v1\."),
}
NEED_THE_API = ("node", "pod", "deployment", "http", "spread", "events", "image", "component_pods")


def _pod_template(labels, image, name, **more):
    return {"metadata": {"labels": labels}, "spec": dict({"containers": [{"name": name, "image": image}], "terminationGracePeriodSeconds": 1}, **more)}


def _deployment(name, labels, image, replicas=1):
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name},
            "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": _pod_template(labels, image, name)}}


def _service(name, selector, port, target, kind="NodePort", labels=None):
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "labels": labels or {}},
            "spec": {"type": kind, "selector": selector, "ports": [{"port": port, "targetPort": target}]}}


def _pod(name, image, **more):
    template = _pod_template({"made": "by-hand"}, image, name, **more)
    return {"apiVersion": "v1", "kind": "Pod", "metadata": dict(template["metadata"], name=name), "spec": template["spec"]}


OBJECTS = [
    _deployment("web", {"tier": "frontend"}, GREETING, 3), _service("web", {"tier": "frontend"}, 80, 8080, labels={"class": "monday"}),
    _service("wrong-port", {"tier": "frontend"}, 80, 9090), _service("nothing-behind", {"tier": "missing"}, 80, 8080),
    _deployment("pageview", {"tier": "pageview"}, PAGEVIEW), _service("pageview", {"tier": "pageview"}, 80, 8080),
    _deployment("redis", {"tier": "backend"}, "redis:3"), _service("db", {"tier": "backend"}, 6379, 6379, "ClusterIP"),
    _pod("wrong-image", "packtworkshops/the-kubernetes-workshop:nothing"), _pod("nowhere", GREETING, nodeSelector={"there": "is-none"}),
]


def _placed(check):
    """Return a check with the test's namespace in it, where its kind has one."""
    result = dict(check)
    for kind in ("pod", "labels", "deployment", "service", "endpoints", "spread", "events", "object_absent", "http"):
        if kind in result:
            result[kind] = dict({"namespace": SPACE}, **result[kind])
    return result


def look(seat, checks, **more):
    """Run the module as the student, for driver none."""
    return seat.module("cluster_check", user="k8suser", driver="none", checks=[_placed(one) for one in checks], **more)


def one(seat, kind, arguments, **more):
    """Return (check, result) of one check."""
    result = look(seat, [{"id": "it", kind: arguments}], **more)
    return result["checks"][0], result


@pytest.fixture(scope="module")
def scene(seat):
    """The objects above, made by the student, and gone afterwards."""
    dead = ("kubectl config delete-context dead; kubectl config delete-cluster dead; true")
    seat.student("kubectl delete namespace %s --ignore-not-found --timeout=90s" % SPACE)
    seat.student("kubectl create namespace %s && kubectl apply --namespace=%s -f - <<'END'\n%s\nEND" % (
        SPACE, SPACE, json.dumps({"apiVersion": "v1", "kind": "List", "items": OBJECTS})))
    seat.student("kubectl config set-cluster dead --server=https://127.0.0.1:1 && kubectl config set-context dead --cluster=dead --user=minikube")
    seat.until("kubectl --context=minikube wait --namespace=%s --for=condition=available --timeout=5s deployment --all" % SPACE, user="k8suser")
    seat.until("kubectl --context=minikube get events --namespace=%s | grep -q FailedScheduling" % SPACE, user="k8suser")
    seat.until("kubectl --context=minikube get pod --namespace=%s wrong-image | grep -q Image" % SPACE, user="k8suser")
    yield seat
    seat.student(dead)
    seat.student("kubectl delete namespace %s --timeout=120s" % SPACE)


@pytest.fixture(scope="module")
def all_true(scene):
    """The checks that must be true, in one call. The images of a fresh node come into its list within 10 seconds, hence the timeout."""
    return look(scene, TRUE, timeout=60)


@pytest.fixture(scope="module")
def all_false(scene):
    """The checks that must be false, in one call."""
    return look(scene, [dict(check, id=id) for id, (check, _words) in FALSE.items()])


@pytest.mark.parametrize("id", [check["id"] for check in TRUE])
def test_true(all_true, id):
    """Each kind says true of what is so."""
    found = next(check for check in all_true["checks"] if check["id"] == id)
    assert found["ok"] is True and found["hint"] == "" and found["expected"] and found["actual"], found


@pytest.mark.parametrize("id", list(FALSE))
def test_false(all_false, id):
    """Each kind says false of what is not so, and what it found or what to do."""
    found = next(check for check in all_false["checks"] if check["id"] == id)
    assert found["ok"] is False, found
    assert re.search(FALSE[id][1], found["actual"] + " " + found["hint"]) or re.search(FALSE[id][1], found["hint"]), found


def test_result(all_true, all_false):
    """Order, counts and what a later step may refer to."""
    assert [check["id"] for check in all_true["checks"]] == [check["id"] for check in TRUE]
    assert all_true["all_ok"] is True and all_true["failed_ids"] == [] and all_true["counts"] == {"true": len(TRUE), "false": 0, "null": 0}
    assert all_true["changed"] is False and all_false["changed"] is False and all_false["tries"] == 1
    assert all_false["failed_ids"] == list(FALSE) and all_false["counts"]["false"] == len(FALSE)
    assert len(all_true["observed"]["pod"]["pods"]) == 3
    assert sum(all_true["observed"]["spread"]["counts"].values()) == 30
    before, after = all_true["observed"]["http.rises"]["numbers"]
    assert before < after


def test_check_mode_is_the_same(scene):
    """It only reads."""
    result = look(scene, [{"id": "it", "pod": {"labels": {"tier": "frontend"}, "count": 3}}], check=True)
    assert result["all_ok"] and not result["changed"]


def test_nothing_is_changed(scene):
    """No object of the namespace has another version afterwards."""
    def versions():
        every = "jsonpath='{range .items[*]}{.kind}/{.metadata.name}={.metadata.resourceVersion} {end}'"
        # A pod whose image cannot be pulled is written to again and again by kubelet.
        words = scene.student("kubectl get all,endpoints,configmaps --namespace=%s -o %s" % (SPACE, every)).split()
        return [word for word in words if "wrong-image" not in word]

    before = versions()
    look(scene, TRUE)
    assert len(before) > 15 and versions() == before


def test_api_server_does_not_answer(scene):
    """A context at which nobody listens: null with the reason for what needs it, the rest as ever, and `refused` true."""
    chosen = [check for check in TRUE if check["id"] in NEED_THE_API + ("static_pods", "kubelet_unit", "command_path", "program_version.minikube")]
    chosen += [{"id": "refused.api", "refused": {"api_server": True, "how": "refused"}},
               {"id": "client", "program_version": {"program": "kubernetes", "version": "v1.16.2"}}]
    result = look(scene, chosen, context="dead")
    for check in result["checks"]:
        if check["id"] in NEED_THE_API + ("client",):
            assert check["ok"] is None and "connection refused" in check["hint"], check
        else:
            assert check["ok"] is True, check
    assert result["counts"]["null"] == len(NEED_THE_API) + 1


def test_fail_on_false(scene):
    """The module fails and names each check that is not true."""
    failed = scene.refusal("cluster_check", user="k8suser", driver="none", fail_on_false=True, checks=[_placed(one) for one in (
        {"id": "good", "pod": {"labels": {"tier": "frontend"}}}, {"id": "bad", "title": "Five pods", "pod": {"labels": {"tier": "frontend"}, "count": 5}})])
    assert "1 of 2 checks are not true" in failed["msg"] and "bad (Five pods): expected 5 pods with tier=frontend" in failed["msg"]
    assert failed["failed_ids"] == ["bad"] and failed["checks"][0]["ok"] is True


def test_bad_argument_names_its_place(scene):
    """Before anything is looked at."""
    failed = scene.refusal("cluster_check", user="k8suser", checks=[{"id": "a", "node": {}}, {"id": "b", "service": {"name": "$(reboot)"}}])
    assert failed["msg"].startswith("checks[1].service.name is '$(reboot)'; it must be a Kubernetes name")


def test_nobody_answers(scene):
    """Packets to an address are really dropped: no answer in time is unreachable, as where curl hangs, and a visit is given up."""
    drop = "OUTPUT --destination 192.0.2.1 --jump DROP"
    try:
        scene.shell("iptables --insert " + drop)
        found, result = one(scene, "refused", {"host": "192.0.2.1", "port": 8080, "how": "unreachable", "timeout": 1})
        assert found["ok"] is True and found["actual"] == "no answer in time" and 1 <= result["seconds"] < 5, result
        found, _result = one(scene, "refused", {"host": "192.0.2.1", "port": 8080, "how": "refused", "timeout": 1})
        assert found["ok"] is False, found
        found, result = one(scene, "http", {"url": "http://192.0.2.1:8080/", "timeout": 1})
        assert found["ok"] is False and "no answer in time" in found["actual"] and result["seconds"] < 5, result
    finally:
        scene.shell("iptables --delete " + drop)


def test_kubelet_stopped(scene):
    """The unit is really stopped; the node's facts say so without the API server."""
    try:
        scene.shell("systemctl stop kubelet")
        found, _result = one(scene, "kubelet_unit", {"state": "active"})
        assert found["ok"] is False and found["actual"] == "unit kubelet inactive" and "systemctl start kubelet" in found["hint"], found
        assert one(scene, "kubelet_unit", {"state": "inactive"})[0]["ok"] is True
    finally:
        scene.shell("systemctl start kubelet")


def test_cordoned_node(scene):
    """Its taint and its mark."""
    try:
        scene.student("kubectl cordon minikube")
        assert one(scene, "node", {"unschedulable": True, "taints": ["node.kubernetes.io/unschedulable:NoSchedule"]}, timeout=20)[0]["ok"] is True
        found, _result = one(scene, "node", {"taints": []})
        assert found["ok"] is False and "node.kubernetes.io/unschedulable:NoSchedule" in found["actual"], found
    finally:
        scene.student("kubectl uncordon minikube")


def test_file_of_a_static_pod(scene):
    """A file that must not be there."""
    try:
        scene.shell("touch /etc/kubernetes/manifests/student.yaml")
        found, _result = one(scene, "static_pods", {"absent": ["student.yaml"]})
        assert found["ok"] is False and "must not be there: student.yaml" in found["hint"], found
    finally:
        scene.shell("rm -f /etc/kubernetes/manifests/student.yaml")


def test_namespace_that_is_gone(scene):
    """False with a reason, and the others go on."""
    result = scene.module("cluster_check", user="k8suser", driver="none", checks=[
        {"id": kind, kind: dict(arguments, namespace="never-made")} for kind, arguments in (
            ("pod", {"name": "web"}), ("deployment", {"name": "web"}), ("service", {"name": "web"}), ("endpoints", {"name": "web", "min": 1}),
            ("http", {"service": "web"}), ("spread", {"service": "web"}), ("events", {"reason": "Scheduled"}))] + [{"id": "node", "node": {"role": "master"}}])
    assert [check["ok"] for check in result["checks"]] == [False] * 7 + [True]
    assert all("never-made" in check["actual"] + check["hint"] for check in result["checks"][:7]), result["checks"]


def test_polling_until_it_is_so(scene):
    """It becomes true while the module waits; old pods are kept and one that is deleted is replaced."""
    kept = sorted(one(scene, "pod", {"labels": {"tier": "frontend"}, "count": 3, "ready": True})[1]["observed"]["it"]["pods"].items())
    scene.student("nohup sh -c 'sleep 5; kubectl scale --namespace=%s deployment web --replicas=4' >/dev/null 2>&1 &" % SPACE)
    found, result = one(scene, "pod", {"labels": {"tier": "frontend"}, "count": 4, "ready": True, "uids": [uid for _name, uid in kept]},
                        timeout=90, interval=0.5)
    assert found["ok"] is True and result["tries"] > 1 and found["seconds"] > 0.4, result
    scene.student("nohup sh -c 'sleep 4; kubectl delete pod --namespace=%s %s' >/dev/null 2>&1 &" % (SPACE, kept[0][0]))
    found, result = one(scene, "pod", {"labels": {"tier": "frontend"}, "count": 4, "ready": True, "gone_uids": [kept[0][1]], "uids": [kept[1][1]]}, retries=60)
    assert found["ok"] is True and result["tries"] > 1, result
    found, result = one(scene, "deployment", {"name": "web", "replicas": 9}, timeout=2)
    assert found["ok"] is False and result["tries"] > 1 and result["seconds"] >= 2, result
