# shellcheck shell=bash disable=SC2034  # sourced: its readers use these names
# The one place that says which Kubernetes the sandbox has.

# Debian's source package "kubernetes", as its index names it. A newer revision in Debian makes this one
# disappear; the build then says so, and this line is what to change.
KUBERNETES_SOURCE_VERSION="1.20.5+really1.20.2-1.1+deb12u1"

# The version that the programs report and that kubeadm writes into image names.
KUBERNETES_VERSION="v1.20.2"

KUBERNETES_PROGRAMS=(kube-apiserver kube-controller-manager kube-scheduler kubelet kubeadm kubectl kube-proxy)

# What Kubernetes v1.20.2's kubeadm asks for by name (kubeadm config images list).
ETCD_TAG="3.4.13-0"
PAUSE_TAG="3.2"
COREDNS_TAG="1.7.0"
