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

case ${1:-} in
  up)
    "$here/build.sh"
    if alive "$seat" && [ -f "$inventory/connection.yml" ]; then
      say "The seat $seat is up already"
    else
      say "Starting the seat $seat"
      rm -f "$inventory/connection.yml"
      remove "$seat"
      ansible-playbook -i "$inventory" "$here/seats/create.yml" "${seat_vars[@]}"
    fi
    say "Running site.yml on it"
    ansible-playbook -i "$inventory" site.yml
    "$here/show.sh" "$seat"
    ;;
  down)
    [ ! -f "$inventory/connection.yml" ] || ansible-playbook -i "$inventory" "$here/seats/destroy.yml" "${seat_vars[@]}"
    remove "$seat"
    # A molecule scenario that runs meanwhile still needs the mirror.
    if [ "$(podman ps --quiet --filter "network=$LAB_NETWORK" --filter "name=^lab-" | wc -l)" -le 1 ]; then
      remove "$LAB_MIRROR"
    fi
    say "The seat is gone. The cache stays: $LAB_CACHE"
    ;;
  *) die "usage: lab.sh up|down" ;;
esac
