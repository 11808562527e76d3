#!/usr/bin/env bash
# The chapter's own way to a finished seat: its commands, typed by a script on a bare machine, with the waits that they need and no look at anything that
# is there already. Driver none, since the measurement's machines are containers; the manifests come on standard input, as a tar archive.
# Usage, as root: fresh.sh MIRROR KUBERNETES REGISTRY name=sha256 ...    REGISTRY: host:port of a registry mirror. Prints what took how long.
set -euo pipefail
mirror=$1 kubernetes=$2 registry=$3
shift 3
user=k8suser
begun=$SECONDS
said() { echo "$1 $((SECONDS - begun))"; }

apt-get -qq update > /dev/null
DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends docker.io conntrack socat iptables bash-completion curl > /dev/null 2>&1
said packages
for pair in "$@"; do
  program=${pair%%=*}
  case $program in
    kubectl) address=$mirror/dl.k8s.io/release/$kubernetes/bin/linux/amd64/kubectl ;;
    minikube) address=$mirror/storage.googleapis.com/minikube/releases/v1.5.2/minikube-linux-amd64 ;;
  esac
  curl -fsSLo "/tmp/$program" "$address"
  echo "${pair#*=}  /tmp/$program" | sha256sum --check --quiet
  install "/tmp/$program" "/usr/local/bin/$program"
done
said programs
useradd --create-home --shell /bin/bash $user
home=$(getent passwd $user | cut -d: -f6)
mkdir -p "$home/workshop" "$home/.kube"
tar -xf - -C "$home/workshop"
printf '{"registry-mirrors": ["http://%s"], "insecure-registries": ["%s"]}\n' "$registry" "$registry" > /etc/docker/daemon.json
systemctl restart docker
export HOME=/root
# As in root's own login: minikube gives its lock files in /tmp to sudo's caller, and root may not open them again (fs.protected_regular).
unset SUDO_UID SUDO_GID SUDO_USER
minikube start --vm-driver=none --kubernetes-version="$kubernetes" > /dev/null
said start
kubectl config view --raw --flatten --minify > "$home/.kube/config"
chmod 600 "$home/.kube/config"
chown -R $user: "$home"
export KUBECONFIG=$home/.kube/config
kubectl wait --for=condition=Ready node/minikube --timeout=300s > /dev/null
kubectl -n kube-system rollout status deployment/coredns --timeout=300s > /dev/null
said ready
cd "$home/workshop"
kubectl apply -f 2.03/k8s-for-beginners-svc.yaml -f 2.04/k8s-for-beginners-deploy.yaml > /dev/null
kubectl create namespace pageview > /dev/null
for manifest in activity/k8s-*.yaml; do kubectl apply -n pageview -f "$manifest" > /dev/null; done
kubectl rollout status deployment/k8s-for-beginners --timeout=600s > /dev/null
for name in k8s-redis k8s-pageview; do kubectl -n pageview rollout status "deployment/$name" --timeout=600s > /dev/null; done
said applied
host=$(kubectl config view -o 'jsonpath={.clusters[0].cluster.server}' | sed 's/.*\/\///; s/:.*//')
# A container that is running may not listen yet.
answers() { # answers TEXT SERVICE...
  local text=$1 end=$((SECONDS + 60))
  shift
  until curl -sS --max-time 5 "http://$host:$(kubectl get service "$@" -o 'jsonpath={.spec.ports[0].nodePort}')" 2> /dev/null | grep -q "$text"; do
    [ "$SECONDS" -lt "$end" ] || { echo "no answer: $*" >&2; exit 1; }
    sleep 0.5
  done
}
answers "Hello Kubernetes Beginners!" k8s-for-beginners
answers "visitor" -n pageview k8s-pageview
said answers
