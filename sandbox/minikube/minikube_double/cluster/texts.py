"""The files the bootstrapper writes on the node (pkg/minikube/bootstrapper/kubeadm/templates.go)."""

from minikube_double import API_PORT, DNS_IP, NODE_NAME

UNIT_PATH = "/lib/systemd/system/kubelet.service"
DROPIN_PATH = "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf"
CONFIG_PATH = "/var/tmp/minikube/kubeadm.yaml"
PATCHES_PATH = "/var/tmp/minikube/patches"


def unit(binaries):
    """The kubelet's unit."""
    return """[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=http://kubernetes.io/docs/

[Service]
ExecStart=%s/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
""" % binaries


def dropin(binaries, address, cgroup_driver, extra):
    """The drop-in with the kubelet's flags."""
    options = {
        "authorization-mode": "Webhook", "bootstrap-kubeconfig": "/etc/kubernetes/bootstrap-kubelet.conf", "cgroup-driver": cgroup_driver,
        "client-ca-file": "/var/lib/minikube/certs/ca.crt", "cluster-dns": DNS_IP, "cluster-domain": "cluster.local",
        "config": "/var/lib/kubelet/config.yaml", "container-runtime": "docker", "fail-swap-on": "false", "hostname-override": NODE_NAME,
        "kubeconfig": "/etc/kubernetes/kubelet.conf", "network-plugin": "", "node-ip": address, "pod-manifest-path": "/etc/kubernetes/manifests",
    }
    options.update({key: value for component, key, value in extra if component == "kubelet"})
    flags = " ".join('--%s="%s"' % (k, v) if not v else "--%s=%s" % (k, v) for k, v in sorted(options.items()))
    return "[Unit]\nWants=docker.socket\n\n[Service]\nExecStart=\nExecStart=%s/kubelet %s\n\n[Install]\n" % (binaries, flags)


def patches():
    """Patches by file name, which take the startup probes away that kubeadm writes since 1.18: 1.16 had none, and kubelet 1.20 tells the API server of their
    success only when it next looks at the pod, so that a control plane which works is called not ready for up to 90 seconds."""
    remove = '[{"op": "remove", "path": "/spec/containers/0/startupProbe"}]\n'
    return {name + "0+json.json": remove for name in ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")}


def kubeadm(address, version, cgroup_driver, service_cidr, dns_domain, extra):
    """The configuration for kubeadm init. The proxy's conntrack limits are off: their sysctls are read-only in a container."""
    return """apiVersion: kubeadm.k8s.io/v1beta2
kind: InitConfiguration
localAPIEndpoint:
  advertiseAddress: %(address)s
  bindPort: %(port)d
bootstrapTokens:
  - groups:
      - system:bootstrappers:kubeadm:default-node-token
    ttl: 24h0m0s
    usages:
      - signing
      - authentication
nodeRegistration:
  criSocket: /var/run/dockershim.sock
  name: %(node)s
  taints: []
---
apiVersion: kubeadm.k8s.io/v1beta2
kind: ClusterConfiguration
%(components)scertificatesDir: /var/lib/minikube/certs
clusterName: kubernetes
controlPlaneEndpoint: localhost:%(port)d
etcd:
  local:
    dataDir: /var/lib/minikube/etcd
kubernetesVersion: %(version)s
networking:
  dnsDomain: %(domain)s
  podSubnet: ""
  serviceSubnet: %(cidr)s
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: %(cgroup)s
failSwapOn: false
imageGCHighThresholdPercent: 100
evictionHard:
  nodefs.available: "0%%"
  nodefs.inodesFree: "0%%"
  imagefs.available: "0%%"
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
conntrack:
  maxPerCore: 0
  min: 0
  tcpCloseWaitTimeout: 0s
  tcpEstablishedTimeout: 0s
""" % {"address": address, "port": API_PORT, "node": NODE_NAME, "version": version, "domain": dns_domain, "cidr": service_cidr,
       "cgroup": cgroup_driver, "components": _components(extra)}


def _components(extra):
    defaults = {"apiserver": {"enable-admission-plugins": "NamespaceLifecycle,LimitRanger,ServiceAccount,DefaultStorageClass,"
                              "DefaultTolerationSeconds,NodeRestriction,MutatingAdmissionWebhook,ValidatingAdmissionWebhook,ResourceQuota"},
                # kubeadm 1.20 closes these two ports, and `kubectl get cs` then calls both components unhealthy.
                "controller-manager": {"port": "10252"}, "scheduler": {"port": "10251"}}
    text = ""
    for component, section in (("apiserver", "apiServer"), ("controller-manager", "controllerManager"), ("scheduler", "scheduler")):
        arguments = dict(defaults[component])
        arguments.update({key: value for name, key, value in extra if name == component})
        if arguments:
            text += "%s:\n  extraArgs:\n" % section + "".join('    %s: "%s"\n' % pair for pair in sorted(arguments.items()))
    return text
