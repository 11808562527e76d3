#!/usr/bin/env bash
# What a person would check on a finished seat by hand: the same facts that a run of site.yml looks at, in one script over one SSH connection.
# Usage, as root on the seat: steady.sh files|all [name=sha256 ...]    files: account and programs only. Prints what is wrong; exit code 1 if anything is.
set -uo pipefail
what=$1
shift
user=k8suser
wrong=0
is() { # is WHAT WANTED FOUND
  [ "$2" = "$3" ] || { echo "$1: wanted $2, found $3"; wrong=1; }
}

home=$(getent passwd $user | cut -d: -f6)
is "shell" /bin/bash "$(getent passwd $user | cut -d: -f7)"
is "home's mode" "750 $user" "$(stat -c '%a %U' "$home")"
is "sudo" "" "$(ls /etc/sudoers.d/*$user* 2>/dev/null)"
is "own group" "$user" "$(id -gn $user)"
for pair in "$@"; do
  program=${pair%%=*}
  is "$program" "${pair#*=} 755 root" "$(sha256sum "/usr/local/bin/$program" | cut -d' ' -f1) $(stat -c '%a %U' "/usr/local/bin/$program")"
  is "$program's completion" "644 root" "$(stat -c '%a %U' "/usr/local/share/bash-completion/completions/$program")"
done
kubectl version --client > /dev/null || is "kubectl" runs "does not run"
minikube version > /dev/null || is "minikube" runs "does not run"
[ "$what" = all ] || exit $wrong

is "packages" 4 "$(dpkg-query --show --showformat='${db:Status-Abbrev}\n' docker.io conntrack socat iptables | grep -c '^ii')"
python3 -m json.tool /etc/docker/daemon.json > /dev/null || is daemon.json "JSON" "no JSON"
is "Docker" "active enabled" "$(systemctl is-active docker) $(systemctl is-enabled docker)"
is "minikube" '{"Host":"Running","Kubelet":"Running","APIServer":"Running","Kubeconfig":"Configured"}' "$(HOME=/root minikube status -o json | tr -d ' \n')"
export KUBECONFIG=$home/.kube/config
is "kubeconfig's mode" "600 $user" "$(stat -c '%a %U' "$KUBECONFIG")"
is "context" minikube "$(kubectl config current-context)"
is "node" "True" "$(kubectl get node minikube -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}')"
is "system's pods" 0 "$(kubectl get pods -n kube-system --no-headers | grep -vc Running)"
applied() { # applied NAMESPACE MANIFEST...: what the server would make of it is what it has
  local namespace=$1 manifest
  shift
  for manifest in "$@"; do
    kubectl diff -n "$namespace" -f "$manifest" > /dev/null 2>&1 || is "$manifest" "as applied" "different"
  done
}
applied default "$home"/workshop/2.04/*.yaml
applied pageview "$home"/workshop/activity/*.yaml
is "2.04's pods" 3 "$(kubectl get deployment k8s-for-beginners -o 'jsonpath={.status.readyReplicas}')"
is "the activity's" "1 1" "$(kubectl get deployment -n pageview k8s-pageview k8s-redis -o 'jsonpath={.items[*].status.readyReplicas}')"
host=$(kubectl config view -o 'jsonpath={.clusters[?(@.name=="minikube")].cluster.server}' | sed 's/.*\/\///; s/:.*//')
port() { kubectl get service "$@" -o 'jsonpath={.spec.ports[0].nodePort}'; }
page=$(curl -sS --max-time 5 "http://$host:$(port k8s-for-beginners)")
is "2.04's page" "Hello Kubernetes Beginners!" "$page"
for pod in $(kubectl get pods --selector=tier=frontend -o name); do kubectl logs "$pod" --tail=1 > /dev/null || is "$pod" "logs" none; done
before=$(curl -sS --max-time 5 "http://$host:$(port -n pageview k8s-pageview)" | grep -o '[0-9]*\.$')
after=$(curl -sS --max-time 5 "http://$host:$(port -n pageview k8s-pageview)" | grep -o '[0-9]*\.$')
is "the counter" $((${before%.} + 1)). "$after"
exit $wrong
