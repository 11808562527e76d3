"""The chapter's own commands, typed by the student on a finished seat."""

import json
import re


def service_url(student, namespace, name):
    """Return the URL of a NodePort Service, made of what the API says."""
    node = json.loads(student("kubectl get node minikube -o json"))
    service = json.loads(student(f"kubectl get service -n {namespace} {name} -o json"))
    address = next(a["address"] for a in node["status"]["addresses"] if a["type"] == "InternalIP")
    return f"http://{address}:{service['spec']['ports'][0]['nodePort']}"


def test_programs_are_where_the_chapter_looks(student):
    """Figures 2.3 and 2.6."""
    assert student("which minikube").strip() == "/usr/local/bin/minikube"
    assert student("which kubectl").strip() == "/usr/local/bin/kubectl"


def test_node_is_ready(student):
    """Figure 2.12: one node, minikube, Ready, a master."""
    nodes = json.loads(student("kubectl get node -o json"))["items"]
    assert [node["metadata"]["name"] for node in nodes] == ["minikube"]
    assert {c["type"]: c["status"] for c in nodes[0]["status"]["conditions"]}["Ready"] == "True"
    assert "node-role.kubernetes.io/master" in nodes[0]["metadata"]["labels"]


def test_minikube_reports_a_running_cluster(host):
    """Figure 2.10; with driver none minikube is root's."""
    done = host.run("env HOME=/root minikube status -o json")
    assert done.rc == 0, done
    assert json.loads(done.stdout) == {"Host": "Running", "Kubelet": "Running", "APIServer": "Running", "Kubeconfig": "Configured"}


def test_kubeconfig_is_private(host):
    """The student's own file, which nobody else on a shared machine may read."""
    config = host.file("/home/k8suser/.kube/config")
    assert (config.user, config.group, config.mode) == ("k8suser", "k8suser", 0o600)


def test_greeting_answers_and_is_spread_over_three_pods(student):
    """Figures 2.34, 2.37 and 2.38: 3/3, 30 requests answered, each pod had some."""
    status = json.loads(student("kubectl get deployment k8s-for-beginners -o json"))["status"]
    assert (status["replicas"], status["readyReplicas"]) == (3, 3)

    def served():
        pods = student("kubectl get pods -l tier=frontend -o name").split()
        return {pod: student(f"kubectl logs {pod}").count("Ping from ") for pod in pods}

    url, before = service_url(student, "default", "k8s-for-beginners"), served()
    answers = student(f"for i in $(seq 30); do curl -sS --max-time 5 {url}; done")
    assert answers.splitlines() == ["Hello Kubernetes Beginners!"] * 30
    spread = [count - before[pod] for pod, count in served().items()]
    assert len(spread) == 3 and sum(spread) == 30 and min(spread) > 0, spread


def test_page_counter_counts(student):
    """Activity 2.01: each visit raises the number by one."""
    url = service_url(student, "pageview", "k8s-pageview")
    pages = student(f"for i in 1 2 3; do curl -sS --max-time 5 {url}; done")
    numbers = [int(n) for n in re.findall(r"^Hello, you're visitor #(\d+)\.$", pages, re.M)]
    assert len(numbers) == 3 and numbers == list(range(numbers[0], numbers[0] + 3)), pages


def test_names_resolve_in_a_pod(student):
    """Pageview finds redis by the name `db` alone: cluster DNS and the search list work."""
    assert student("kubectl -n pageview get endpoints db -o 'jsonpath={.subsets[0].ports[0].port}'").strip() == "6379"
