"""kubeadm on a node: prepare its files, launch or relaunch Kubernetes, wait for it, remove it."""

import time

from minikube_double import NODE_NAME
from minikube_double.cluster import api, binaries, texts
from minikube_double.errors import MachineError

# The sandbox's seats are containers: kernel modules, swap and sysctls are their host's, so every preflight check may fail there.
_PATCHES = " --experimental-patches " + texts.PATCHES_PATH
_INIT = "sudo %s/kubeadm init --config %s --ignore-preflight-errors=all" + _PATCHES
_PHASES = (("certs all", ""), ("kubeconfig all", ""), ("control-plane all", _PATCHES), ("etcd local", _PATCHES))
_PODS = {"proxy": "k8s-app=kube-proxy", "etcd": "component=etcd", "scheduler": "component=kube-scheduler",
         "controller": "component=kube-controller-manager", "dns": "k8s-app=kube-dns"}


class Bootstrap:
    """One cluster on one node."""

    def __init__(self, node, address, kubernetes, extra):
        self.node, self.address, self.version, self.extra = node, address, kubernetes["KubernetesVersion"], extra
        self.cidr, self.domain = kubernetes["ServiceCIDR"], kubernetes["DNSDomain"]
        self.binaries = binaries.node_dir(self.version)

    def prepare(self):
        """Stop the kubelet, put programs, unit and kubeadm's configuration in place, start the kubelet."""
        binaries.transfer(self.node, self.version)
        driver = self.node.run("sudo docker info --format '{{.CgroupDriver}}'").strip() or "cgroupfs"
        self.node.try_run("sudo systemctl stop kubelet")
        self.node.write(texts.UNIT_PATH, texts.unit(self.binaries))
        self.node.write(texts.DROPIN_PATH, texts.dropin(self.binaries, self.address, driver, self.extra))
        self.node.write(texts.CONFIG_PATH, texts.kubeadm(self.address, self.version, driver, self.cidr, self.domain, self.extra), "0640")
        for name, text in sorted(texts.patches().items()):
            self.node.write("%s/%s" % (texts.PATCHES_PATH, name), text)
        self.node.run("sudo mkdir -p /etc/kubernetes/manifests && sudo systemctl daemon-reload && sudo systemctl start kubelet")

    def launch(self):
        """kubeadm init on a node without a cluster."""
        self.node.run(_INIT % (self.binaries, texts.CONFIG_PATH), timeout=600)
        self._allow_kube_system()

    def relaunch(self):
        """kubeadm's phases over an existing cluster."""
        base = "sudo %s/kubeadm init phase %%s --config %s" % (self.binaries, texts.CONFIG_PATH)
        for phase, options in _PHASES:
            self.node.run(base % phase + options, timeout=300)
        if self.node.try_run("sudo test -s /var/lib/kubelet/config.yaml")[0]:
            self.node.run(base % "kubelet-start", timeout=300)
        # Only after the kubelet has acted on rewritten manifests does an answer come from the server that stays.
        self.wait_healthy()
        end = time.monotonic() + 120
        while True:
            try:
                self.node.run(base % "addon all", timeout=300)
                return
            except MachineError:
                if time.monotonic() > end:
                    raise
                time.sleep(1)

    def wait_healthy(self):
        """Process, healthz and the API server's own pod, each with the limit the real one has."""
        _until(180, "apiserver process never appeared", lambda: not self.node.try_run("sudo pgrep kube-apiserver")[0])
        _until(240, "apiserver healthz never reported healthy", lambda: api.healthz(self.address, 5) == "Running")
        client = api.Client(self.address)
        _until(480, "apiserver: timed out waiting for the condition",
               lambda: client.get("/api/v1/namespaces/kube-system/pods/kube-apiserver-" + NODE_NAME))

    def wait_pods(self, name, seconds):
        """All pods of a component are Running (--wait=true)."""
        client, path = api.Client(self.address), "/api/v1/namespaces/kube-system/pods?labelSelector=" + _PODS[name]

        def running():
            pods = client.get(path)["items"]
            return pods and all(pod["status"].get("phase") == "Running" for pod in pods)

        _until(seconds, "%s: timed out waiting for the condition" % name, running)

    def _allow_kube_system(self):
        path = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
        body = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "minikube-rbac"},
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
                "subjects": [{"kind": "ServiceAccount", "name": "default", "namespace": "kube-system"}]}
        client = api.Client(self.address)
        try:
            client.get(path + "/minikube-rbac")
        except api.NotFound:
            client.call("POST", path, body)

    def reset(self):
        """kubeadm reset; the kubelet's unit stays, as with the real one."""
        rc, stdout, stderr = self.node.try_run("sudo %s/kubeadm reset --force" % self.binaries, timeout=300)
        if rc:
            raise MachineError("kubeadm reset: %s%s: Process exited with status %d" % (stdout, stderr, rc))


def _until(seconds, message, condition):
    end, last = time.monotonic() + seconds, None
    while True:
        try:
            if condition():
                return
        except MachineError as error:
            last = error
        if time.monotonic() > end:
            raise MachineError(message if last is None else "%s (last: %s)" % (message, last))
        time.sleep(0.5)
