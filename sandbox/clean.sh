#!/usr/bin/env bash
# Remove everything the sandbox keeps outside the checkout: containers, images, the network and the cache.
set -euo pipefail
# shellcheck source=sandbox/lib.sh
. "$(cd "$(dirname "$0")" && pwd)/lib.sh"
# shellcheck source=sandbox/kubernetes/version.sh
. "$LAB_ROOT/sandbox/kubernetes/version.sh"
# shellcheck source=sandbox/images/list.sh
. "$LAB_ROOT/sandbox/images/list.sh"
mapfile -t containers < <(podman ps --all --quiet --filter "network=$LAB_NETWORK")
[ "${#containers[@]}" = 0 ] || podman rm --force --volumes --time 0 "${containers[@]}" > /dev/null
# The workshop's images have their publishers' names: those that were built here are known by their label, one that was pulled is left alone.
mapfile -t images < <({
  podman images --quiet --filter "reference=$LAB_IMAGES/*"
  for reference in "${IMAGES[@]}"; do podman images --quiet --filter "reference=$reference" --filter label=recipe; done
} | sort -u)
[ "${#images[@]}" = 0 ] || podman rmi --force "${images[@]}" > /dev/null
! podman network exists "$LAB_NETWORK" || podman network rm "$LAB_NETWORK" > /dev/null
rm -rf "${LAB_CACHE:?}"
say "The sandbox is gone. Packages that 'make lab' installed stay; README.md names them."
