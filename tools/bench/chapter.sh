#!/usr/bin/env bash
# What a person would type for the whole chapter: the exercises' commands with the same waits, kills and requests as playbooks/exercise.yml -e exercise=all,
# from whatever state the exercises left. Runs on a seat of driver none as root, since kubelet and Docker are root's there.
# Usage: chapter.sh [USER]    prints the seconds of each exercise and of all
set -euo pipefail
user=${1:-k8suser}
home=$(getent passwd "$user" | cut -d: -f6)
export KUBECONFIG=$home/.kube/config LC_ALL=C
cd "$home/workshop"
greeting="Hello Kubernetes Beginners!"
host=$(kubectl config view -o 'jsonpath={.clusters[?(@.name=="minikube")].cluster.server}' | sed 's/.*\/\///; s/:.*//')

k() { kubectl --context=minikube "$@"; }
quiet() { "$@" > /dev/null; }
# Waits until a command is true, at most $1 seconds.
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@" > /dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || { echo "not true in time: $*" >&2; exit 1; }
    sleep 0.5
  done
}
port_of() { k get service "$@" -o 'jsonpath={.spec.ports[0].nodePort}'; }
says() { curl -sS --max-time 5 "$1" | grep -q "$2"; }
container() { docker ps --all --quiet --latest --filter "name=k8s_$1_"; }
is_not_ready() { k get node minikube --no-headers | grep -q NotReady; }
is_tainted() { k get node minikube -o 'jsonpath={.spec.taints[*].key}' | grep -q unreachable; }
updated_one() { [ "$(k get deployment k8s-for-beginners -o 'jsonpath={.status.updatedReplicas}')" = 1 ]; }
saw_taint() { k describe pod --selector=tier=frontend | grep -q 'FailedScheduling.*taint'; }
not_running() { [ -z "$(docker ps --quiet --filter "name=k8s_$1_")" ]; }

clean_default() { quiet k delete deployment,service,pod k8s-for-beginners --ignore-not-found; }
clean_activity() {
  quiet k delete -n pageview --ignore-not-found deployment/k8s-pageview deployment/k8s-redis service/k8s-pageview service/db
}
no_frontend() { [ -z "$(k get pods "$@" --selector=tier=frontend -o name)" ]; }

exercise_2_01() {
  clean_default
  clean_activity
  quiet which minikube kubectl
  quiet minikube version
  quiet minikube status
  quiet k version --short
  quiet k get node
  quiet docker ps
  quiet systemctl status kubelet
  quiet grep staticPodPath /var/lib/kubelet/config.yaml
  quiet ls /etc/kubernetes/manifests
}

exercise_2_02() {
  quiet k apply -f 2.02/k8s-for-beginners-pod.yaml
  quiet k wait --for=condition=Ready pod/k8s-for-beginners --timeout=300s
  quiet k get pod -o wide
  until_true 30 says "http://$(k get pod k8s-for-beginners -o 'jsonpath={.status.podIP}'):8080" "$greeting"
}

exercise_2_03() {
  quiet k apply -f 2.03/k8s-for-beginners-pod1.yaml
  quiet k get pod --show-labels
  quiet k apply -f 2.03/k8s-for-beginners-svc.yaml
  quiet k get service
  until_true 60 says "http://$host:$(port_of k8s-for-beginners)" "$greeting"
}

exercise_2_04() {
  local number pod port
  quiet k apply -f 2.04/k8s-for-beginners-deploy.yaml
  quiet k rollout status deployment k8s-for-beginners --timeout=300s
  quiet k get deployment
  quiet k delete pod k8s-for-beginners
  quiet k get pod
  port=$(port_of k8s-for-beginners)
  for number in $(seq 30); do
    says "http://$host:$port" "$greeting" || { echo "request $number was lost" >&2; exit 1; }
  done
  for pod in $(k get pods --selector=tier=frontend -o name); do
    quiet k logs "$pod"
  done
  quiet k scale deployment k8s-for-beginners --replicas=5
  quiet k rollout status deployment k8s-for-beginners --timeout=300s
  quiet k get pod
  quiet k scale deployment k8s-for-beginners --replicas=2
  quiet k rollout status deployment k8s-for-beginners --timeout=60s
  quiet k get pod
  quiet k delete "$(k get pods --selector=tier=frontend --field-selector=status.phase=Running -o name | head -n 1)"
  quiet k rollout status deployment k8s-for-beginners --timeout=120s
  quiet k get pod
}

exercise_2_05() {
  local part
  clean_default
  until_true 180 no_frontend
  systemctl stop kubelet
  until_true 120 is_not_ready
  until_true 30 is_tainted
  for part in kube-scheduler kube-controller-manager kube-apiserver; do
    quiet docker stop "$(container "$part")"
    until_true 30 not_running "$part"
  done
  { k apply -f 2.05/k8s-for-beginners-deploy2.yaml 2>&1 || true; } | grep -q refused
  quiet docker start "$(container kube-apiserver)"
  until_true 60 k get --raw /healthz
  quiet k get node
  quiet k apply -f 2.05/k8s-for-beginners-deploy2.yaml
  quiet k get deployment
  quiet k get pod 2> /dev/null
  quiet docker start "$(container kube-controller-manager)"
  until_true 60 updated_one
  quiet k get deployment
  quiet k get pod -o wide
  quiet docker start "$(container kube-scheduler)"
  until_true 60 saw_taint
  systemctl start kubelet
  quiet k rollout status deployment k8s-for-beginners --timeout=180s
  quiet k get pod -o wide
}

exercise_activity() {
  local killed number port pod reader
  quiet k apply -n pageview -f activity/
  quiet k rollout status -n pageview deployment k8s-redis --timeout=300s
  quiet k rollout status -n pageview deployment k8s-pageview --timeout=300s
  port=$(port_of -n pageview k8s-pageview)
  until_true 60 says "http://$host:$port" 'visitor\|vistor'
  quiet k scale -n pageview deployment k8s-pageview --replicas=3
  quiet k rollout status -n pageview deployment k8s-pageview --timeout=300s
  for number in $(seq 30); do
    says "http://$host:$port" 'visitor\|vistor' || { echo "request $number was lost" >&2; exit 1; }
  done
  for pod in $(k get pods -n pageview --selector=tier=frontend -o name); do
    quiet k logs -n pageview "$pod"
  done
  (while sleep 0.2; do curl -s --retry 3 --retry-connrefused --max-time 5 "http://$host:$port" > /dev/null || true; done) &
  reader=$!
  for killed in 1 2 3 4; do
    [ "$killed" = 1 ] || sleep 1
    quiet k delete -n pageview "$(k get pods -n pageview --selector=tier=frontend --field-selector=status.phase=Running -o name | tail -n 1)"
    quiet k rollout status -n pageview deployment k8s-pageview --timeout=60s
  done
  kill "$reader"
  wait "$reader" 2> /dev/null || true
  quiet curl -sS --max-time 5 "http://$host:$port"
}

begun=$(date +%s.%N)
for exercise in 2_01 2_02 2_03 2_04 2_05 activity; do
  start=$(date +%s.%N)
  "exercise_$exercise"
  printf '%s %.1f\n' "${exercise/_/.}" "$(awk "BEGIN {print $(date +%s.%N) - $start}")"
done
awk "BEGIN {printf \"all %.1f\n\", $(date +%s.%N) - $begun}"
