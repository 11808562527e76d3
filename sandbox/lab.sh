#!/usr/bin/env bash
# Bring up the sandbox's seat and run the main job on it: what `make lab` does after the programs are there.
#   lab.sh up      build what is missing, start the seat, run site.yml on it, show that it answers
#   lab.sh down    remove the seat, and the mirror where nothing else uses it (the cache stays)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=sandbox/lib.sh
. "$here/lib.sh"
cd "$LAB_ROOT"
inventory=inventories/sandbox
seat=lab-seat-1
seat_vars=(-e "seat_state_dir=$LAB_ROOT/.lab" -e "seat_inventory_file=$LAB_ROOT/$inventory/connection.yml")

running() { [ "$(podman inspect --format '{{.State.Running}}' "$seat" 2>/dev/null)" = true ]; }

case ${1:-} in
  up)
    "$here/build.sh"
    if running && [ -f "$inventory/connection.yml" ]; then
      say "The seat $seat is up already"
    else
      say "Starting the seat $seat"
      rm -f "$inventory/connection.yml"
      ansible-playbook -i "$inventory" "$here/seats/create.yml" "${seat_vars[@]}"
    fi
    say "Running site.yml on it"
    ansible-playbook -i "$inventory" site.yml
    "$here/show.sh" "$seat"
    ;;
  down)
    [ ! -f "$inventory/connection.yml" ] || ansible-playbook -i "$inventory" "$here/seats/destroy.yml" "${seat_vars[@]}"
    podman rm --force --ignore --volumes --time 0 "$seat" > /dev/null
    # A molecule scenario that runs meanwhile still needs the mirror.
    if [ "$(podman ps --quiet --filter "network=$LAB_NETWORK" --filter "name=^lab-" | wc -l)" -le 1 ]; then
      podman rm --force --ignore --volumes --time 0 "$LAB_MIRROR" > /dev/null
    fi
    say "The seat is gone. The cache stays: $LAB_CACHE"
    ;;
  *) die "usage: lab.sh up|down" ;;
esac
