"""Driver none on a real cluster, in the order of a cluster's life: each test leaves the cluster as the next one expects it."""

import json
import re

import pytest

testinfra_hosts = ["ansible://double_none"]
START = "minikube start --vm-driver=none --kubernetes-version=v1.20.2"
ALL_WELL = ("Running", "Running", "Running", "Configured")


@pytest.fixture(scope="module")
def started(as_root):
    """The first start's answer."""
    return as_root(START)


def test_first_start(started):
    """Every line of a first start, in order."""
    lines = started.stdout.splitlines()
    assert re.match(r"[*!] minikube v1\.5\.2 on Debian 12", lines[0])
    assert re.match(r"\* Running on localhost \(CPUs=\d+, Memory=\d+MB, Disk=\d+MB\) \.\.\.$", lines[1])
    assert lines[2] == "* OS release is Debian GNU/Linux 12 (bookworm)"
    assert re.match(r"\* Preparing Kubernetes v1\.20\.2 on Docker '[^']+' \.\.\.$", lines[3])
    assert set(lines[4:6]) == {"* Downloading kubelet v1.20.2", "* Downloading kubeadm v1.20.2"}
    assert lines[6:9] == ["* Pulling images ...", "* Launching Kubernetes ... ", "* Configuring local host environment ..."]
    assert lines[-2:] == ["* Waiting for: apiserver", '* Done! kubectl is now configured to use "minikube"']
    assert "! The 'none' driver provides limited isolation" in started.stderr
    assert "  - sudo mv /root/.kube /root/.minikube $HOME" in lines


def test_node_and_pods(started, as_root):
    """The node is called minikube whatever the host is; the services have kubeadm's addresses."""
    as_root.settled()
    node = json.loads(as_root("kubectl get nodes -o json").stdout)["items"]
    assert [n["metadata"]["name"] for n in node] == ["minikube"]
    assert "node-role.kubernetes.io/master" in node[0]["metadata"]["labels"]
    assert not node[0]["spec"].get("taints")
    assert node[0]["status"]["nodeInfo"]["kubeletVersion"] == "v1.20.2"
    pods = as_root("kubectl -n kube-system get pods -o name").stdout
    for name in ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"):
        assert "pod/%s-minikube\n" % name in pods
    as_root.until("test $(kubectl get cs --no-headers | grep -c Healthy) = 3", 60)
    assert as_root("kubectl get service kubernetes -o jsonpath={.spec.clusterIP}").stdout == "10.96.0.1"
    assert as_root("kubectl -n kube-system get service kube-dns -o jsonpath={.spec.clusterIP}").stdout == "10.96.0.10"


@pytest.mark.parametrize("path, mode", [
    ("/root/.kube/config", 0o600), ("/root/.minikube/profiles/minikube/config.json", 0o600), ("/root/.minikube/machines/minikube", 0o700),
    ("/root/.minikube/machines/minikube/config.json", 0o600), ("/root/.minikube/ca.crt", 0o644), ("/root/.minikube/ca.key", 0o600),
    ("/root/.minikube/client.crt", 0o644), ("/root/.minikube/client.key", 0o600), ("/var/lib/minikube/binaries/v1.20.2/kubeadm", 0o755),
    ("/var/lib/minikube/certs/apiserver.crt", 0o644), ("/lib/systemd/system/kubelet.service", 0o644),
    ("/etc/systemd/system/kubelet.service.d/10-kubeadm.conf", 0o644)])
def test_files(host, started, path, mode):
    """Modes of what start leaves on the seat."""
    assert host.file(path).mode == mode


def test_profile_and_addresses(host, started, as_root):
    """Profile, kubeconfig and certificates name the machine's own address."""
    config = json.loads(host.file("/root/.minikube/profiles/minikube/config.json").content_string)
    address = as_root("minikube ip").stdout.strip()
    assert config["KubernetesConfig"]["NodeIP"] == address
    assert address in host.interface("eth0").addresses
    assert "    server: https://%s:8443\n" % address in host.file("/root/.kube/config").content_string
    assert "CN = minikubeCA" in as_root("openssl x509 -noout -subject -in ~/.minikube/ca.crt").stdout
    assert "CN = minikube-user" in as_root("openssl x509 -noout -subject -in ~/.minikube/client.crt").stdout


def test_status_of_a_healthy_cluster_is_quick(started, as_root):
    """A role asks for the status before everything else."""
    assert as_root.status(0) == ALL_WELL
    script = "for i in 1 2 3 4 5 6; do s=$(date +%s%N); minikube status >/dev/null; echo $(( ($(date +%s%N)-s)/1000000 )); done"
    times = [int(t) for t in as_root(script).stdout.split()]
    assert min(times) < 300, "milliseconds: %s" % times


def test_service_answers(started, as_root, web):
    """The URL that `service --url` prints answers HTTP, from a pod."""
    as_root("kubectl create deployment web --image=%s" % web)
    as_root("kubectl expose deployment web --type=NodePort --port=80 --target-port=8080")
    as_root("kubectl rollout status deployment/web --timeout=180s")
    url = as_root("minikube service web --url").stdout
    assert re.match(r"^http://[\d.]+:3\d{4}\n$", url)
    as_root.until("curl -fsS --max-time 5 %s" % url.strip(), 60)
    assert as_root("curl -fsS %s" % url).stdout == "Hello Kubernetes Beginners!\n"
    assert as_root("minikube service kubernetes --url").stdout == "* service default/kubernetes has no node port\n"
    missing = as_root("minikube service nosuch --url --wait 1 --interval 1", 70)
    assert 'X Error opening service: Service nosuch was not found in "default" namespace.' in missing.stderr
    table = as_root("minikube service list").stdout
    assert re.search(r"\|  NAMESPACE  \|\s+NAME\s+\|\s+TARGET PORT\s+\| URL \|", table)
    assert re.search(r"\| default     \| web +\| %s +\|" % re.escape(url.strip()), table)
    assert re.search(r"\| kube-system \| kube-dns +\| No node port +\|", table)


def test_other_commands(started, as_root):
    """ssh is refused; logs and kubectl work."""
    assert as_root("minikube ssh true", 64).stderr == "* 'none' driver does not support 'minikube ssh' command\n"
    logs = as_root("minikube logs -n 5").stdout
    assert "* ==> kubelet <==\n" in logs and all(line.startswith("* ") for line in logs.splitlines())
    first = as_root("minikube kubectl -- get nodes -o name").stdout
    assert first.endswith("node/minikube\n") and first.startswith("* Downloading kubectl v1.20.2\n")
    assert as_root("minikube kubectl -- get nodes -o name").stdout == "node/minikube\n"
    as_root("minikube kubectl -- get nosuchthing", 1)


def test_second_start_is_not_a_no_op(host, started, as_root):
    """Certificates are made anew, the authority is kept."""
    before = host.file("/var/lib/minikube/certs/apiserver.crt").sha256sum, host.file("/var/lib/minikube/certs/ca.crt").sha256sum
    lines = as_root(START).stdout.splitlines()
    assert lines[1:5] == ["* Tip: Use 'minikube start -p <name>' to create a new cluster, or 'minikube delete' to delete this one.",
                          '* Using the running none "minikube" VM ...', "* Waiting for the host to be provisioned ...", lines[4]]
    assert lines[4].startswith("* Preparing Kubernetes v1.20.2 on Docker ")
    assert lines[5] == "* Relaunching Kubernetes using kubeadm ... "
    assert lines[-1] == '* Done! kubectl is now configured to use "minikube"'
    after = host.file("/var/lib/minikube/certs/apiserver.crt").sha256sum, host.file("/var/lib/minikube/certs/ca.crt").sha256sum
    assert before[0] != after[0] and before[1] == after[1]
    as_root("kubectl rollout status deployment/web --timeout=180s")


def test_kubelet_stopped(started, as_root):
    """For driver none the kubelet is the host: bit 1."""
    as_root("systemctl stop kubelet")
    assert as_root.status(1) == ("Stopped", "", "", "")
    as_root("systemctl start kubelet")
    assert as_root.status(0) == ALL_WELL


def test_apiserver_stopped(started, as_root):
    """Bit 2."""
    as_root("mv /etc/kubernetes/manifests/kube-apiserver.yaml /root/")
    as_root.until("! pgrep kube-apiserver")
    assert as_root.status(2) == ("Running", "Running", "Stopped", "Configured")
    as_root("mv /root/kube-apiserver.yaml /etc/kubernetes/manifests/")
    as_root.until("minikube status")
    as_root.settled()


def test_stale_kubeconfig(started, as_root):
    """Bit 4, and update-context as its remedy."""
    as_root("kubectl config set-cluster minikube --server=https://192.0.2.1:8443")
    assert as_root.status(4) == ("Running", "Running", "Running", "Misconfigured")
    assert "! Warning: Your kubectl is pointing to stale minikube-vm.\n" in as_root("minikube status", 4).stderr
    address = as_root("minikube ip").stdout.strip()
    assert as_root("minikube update-context").stdout == "* minikube IP has been updated to point at %s\n" % address
    assert as_root("minikube update-context").stdout == "! minikube IP was already correctly configured for %s\n" % address
    assert as_root.status(0) == ALL_WELL


def test_stop_and_start_keep_pods_and_data(started, as_root):
    """The same pod and the same object after a stop."""
    as_root("kubectl create configmap kept --from-literal=a=b")
    pod = as_root("kubectl get pods -l app=web -o name").stdout
    assert as_root("minikube stop").stdout == '* Stopping "minikube" in none ...\n* "minikube" stopped.\n'
    assert as_root.status(1) == ("Stopped", "", "", "")
    assert as_root("docker ps -q --filter name=k8s_").stdout == ""
    assert as_root("kubectl config view -o jsonpath={.current-context}").stdout == ""
    assert '* Starting existing none VM for "minikube" ...\n' in as_root(START).stdout
    as_root("kubectl wait --for=condition=ready %s --timeout=180s" % pod.strip())
    assert as_root("kubectl get pods -l app=web -o name").stdout == pod
    assert as_root("kubectl get configmap kept -o jsonpath={.data.a}").stdout == "b"
    url = as_root("minikube service web --url").stdout.strip()
    as_root.until("curl -fsS --max-time 5 %s" % url)


def test_delete(host, started, as_root):
    """What goes and what stays."""
    config = host.file("/root/.kube/config").content_string
    assert as_root("minikube delete").stdout.splitlines() == [
        "* Uninstalling Kubernetes v1.20.2 using kubeadm ...", '* Deleting "minikube" in none ...', '* The "minikube" cluster has been deleted.',
        '* Successfully deleted profile "minikube"']
    assert as_root.status(1) == ("", "", "", "")
    for path in ("/var/lib/minikube", "/var/tmp/minikube", "/etc/kubernetes/manifests", "/root/.minikube/machines/minikube",
                 "/root/.minikube/profiles/minikube"):
        assert not host.file(path).exists, path
    assert host.file("/root/.kube/config").content_string == config, "the entries stay: a fault of v1.5.2 that the double has too"
    assert host.file("/root/.minikube/cache/v1.20.2/kubeadm").exists
    assert as_root("docker ps -q --filter name=k8s_").stdout == ""


def test_start_after_delete(started, as_root):
    """Delete leaves nothing that breaks a later start, and the cluster is a new one."""
    out = as_root(START + " --wait=true").stdout
    assert "Downloading" not in out
    assert "* Waiting for: apiserver proxy etcd scheduler controller dns\n" in out
    assert as_root.status(0) == ALL_WELL
    assert as_root("kubectl get configmap kept", 1)
    as_root("minikube delete")
