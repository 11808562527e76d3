# shellcheck shell=bash disable=SC2154  # sourced after sandbox/lib.sh and sandbox/images/list.sh, which set what is used here
# stock_registry: push the images into $LAB_CACHE/registry, if they are not in there already: the workshop's from podman under Docker Hub's names, those of
# Kubernetes from their tars below the name of their own registry (k8s.gcr.io/pause), for a class's mirror that is stocked from here.

# wait_for URL SECONDS WHAT: until URL answers with 200; else say what did not and what curl last said.
wait_for() {
  local last
  last=$(curl --silent --show-error --fail --max-time 5 --retry "$2" --retry-delay 1 --retry-all-errors --retry-max-time "$2" \
    --output /dev/null "$1" 2>&1) || die "$3 did not answer within $2 s at $1 (last: ${last##*$'\n'})."
}

stock_registry() {
  local reference container address stocked=""
  for reference in "${IMAGES[@]}"; do
    if [[ $reference == docker.io/* ]]; then
      stocked+="$reference $(podman image inspect --format '{{.Id}}' "$reference")"$'\n'
    else
      stocked+="$reference $(tar -xOf "$LAB_CACHE/mirror/images/${reference//:/_}" manifest.json | sha256sum | cut -c1-64)"$'\n'
    fi
  done
  if [ "$(cat "$LAB_CACHE/registry/.stocked" 2>/dev/null)" = "${stocked%$'\n'}" ]; then
    return 0
  fi
  say "Putting the images into the registry"
  mkdir -p "$LAB_CACHE/registry"
  rm -f "$LAB_CACHE/registry/.stocked"
  container=$(podman run --detach --rm --publish 127.0.0.1::5000 --volume "$LAB_CACHE/registry:/var/lib/docker-registry" \
    "$LAB_IMAGES/mirror" docker-registry serve /etc/docker/registry/registry-writable.yml)
  # shellcheck disable=SC2064  # the container's name is what it is now
  trap "podman rm --force --time 0 $container > /dev/null" EXIT
  address=$(podman port "$container" 5000/tcp)
  wait_for "http://$address/v2/" 30 "The registry that takes the images"
  while IFS= read -r reference; do
    reference=${reference% *}
    [[ $reference == docker.io/* ]] || podman load --quiet --input "$LAB_CACHE/mirror/images/${reference//:/_}" > /dev/null
    podman push --quiet --tls-verify=false --format v2s2 "$reference" "$address/${reference#docker.io/}"
    [[ $reference == docker.io/* ]] || podman rmi "$reference" > /dev/null
  done <<< "${stocked%$'\n'}"
  # The mirror's registry reads as another user.
  chmod -R a+rX "$LAB_CACHE/registry"
  printf %s "$stocked" > "$LAB_CACHE/registry/.stocked"
}
