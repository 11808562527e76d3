#!/usr/bin/env bash
# Show what a seat offers, asked from outside it as a student's browser would: show.sh SEAT
set -euo pipefail
# shellcheck source=sandbox/lib.sh
. "$(cd "$(dirname "$0")" && pwd)/lib.sh"
seat=$1
address=$(podman inspect --format "{{(index .NetworkSettings.Networks \"$LAB_NETWORK\").IPAddress}}" "$seat")
as_student() { podman exec --user k8suser --env HOME=/home/k8suser "$seat" "$@"; }

# get URL: the page, or a sentence and the end. The seat's own firewall and services are ready when site.yml ends: no waiting here.
get() { curl --silent --show-error --fail --max-time 10 "$1" || die "$1 does not answer; look at: podman exec -it $seat runuser -l k8suser"; }

as_student kubectl get node
as_student kubectl get deployment --all-namespaces
greeting=http://$address:$(as_student kubectl get service k8s-for-beginners -o 'jsonpath={.spec.ports[0].nodePort}')
pageview=http://$address:$(as_student kubectl --namespace pageview get service k8s-pageview -o 'jsonpath={.spec.ports[0].nodePort}')
printf '\n'
say "The seat is ready:"
printf '    %-28s %s\n' "$greeting" "$(get "$greeting")" "$pageview" "$(get "$pageview")"
say "Next: 'make shell' is a terminal on it as k8suser; 'make lab' runs site.yml again; 'make lab-down' removes it."
