# shellcheck shell=bash disable=SC2034,SC2154  # sourced after sandbox/kubernetes/version.sh
# Each image of the sandbox: the folder that describes it and the name under which the cluster asks for it.
declare -A IMAGES=(
  [kube-apiserver]=k8s.gcr.io/kube-apiserver:$KUBERNETES_VERSION
  [kube-controller-manager]=k8s.gcr.io/kube-controller-manager:$KUBERNETES_VERSION
  [kube-scheduler]=k8s.gcr.io/kube-scheduler:$KUBERNETES_VERSION
  [kube-proxy]=k8s.gcr.io/kube-proxy:$KUBERNETES_VERSION
  [etcd]=k8s.gcr.io/etcd:$ETCD_TAG
  [pause]=k8s.gcr.io/pause:$PAUSE_TAG
  [coredns]=k8s.gcr.io/coredns:$COREDNS_TAG
  [k8s-for-beginners]=docker.io/packtworkshops/the-kubernetes-workshop:k8s-for-beginners
  [pageview]=docker.io/packtworkshops/the-kubernetes-workshop:pageview
  [redis]=docker.io/library/redis:3
)
