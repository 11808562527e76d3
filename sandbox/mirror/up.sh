#!/usr/bin/env bash
# Start the mirror: the network "lab" and the container "lab-mirror" on it, serving $LAB_CACHE/mirror and $LAB_CACHE/registry
# read-only. A mirror that already runs as wanted is left alone. About 5 s.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=sandbox/lib.sh
. "$here/../lib.sh"
# shellcheck source=sandbox/mirror/registry.sh
. "$here/registry.sh"

for what in mirror/SHA256SUMS registry/.stocked; do
  [ -f "$LAB_CACHE/$what" ] || die "The mirror is not stocked ($LAB_CACHE/$what is missing); run sandbox/mirror/stock.sh first."
done
podman network exists "$LAB_NETWORK" || podman network create "$LAB_NETWORK" > /dev/null

# A mirror from another cache or an older image is replaced: seats would get other files than the inventory's checksums say.
wanted=$(podman image inspect --format '{{.Id}}' "$LAB_IMAGES/mirror")-$LAB_CACHE
present=$(podman container inspect --format '{{index .Config.Labels "wanted"}}' "$LAB_MIRROR" 2>/dev/null || true)
if [ "$present" != "$wanted" ] || ! alive "$LAB_MIRROR"; then
  say "Starting the mirror"
  remove "$LAB_MIRROR"
  podman run --detach --name "$LAB_MIRROR" --hostname "$LAB_MIRROR" --network "$LAB_NETWORK" --systemd=always --label "wanted=$wanted" \
    --volume "$LAB_CACHE/mirror:/srv/mirror:ro" --volume "$LAB_CACHE/registry:/var/lib/docker-registry:ro" "$LAB_IMAGES/mirror" > /dev/null
fi
address=$(podman container inspect --format "{{(index .NetworkSettings.Networks \"$LAB_NETWORK\").IPAddress}}" "$LAB_MIRROR")
wait_for "http://$address/SHA256SUMS" 60 "The mirror's web server (podman exec $LAB_MIRROR journalctl -u nginx tells why)"
wait_for "http://$address:5000/v2/library/redis/tags/list" 60 "The mirror's registry (podman exec $LAB_MIRROR journalctl -u docker-registry tells why)"
say "The mirror serves $(wc -l < "$LAB_CACHE/mirror/SHA256SUMS") files at http://$LAB_MIRROR and images at http://$LAB_MIRROR:5000 (here: $address)"
