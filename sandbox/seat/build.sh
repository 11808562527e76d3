#!/usr/bin/env bash
# Make the seat image: a Debian 12 machine as an installer leaves it, with systemd as init and an SSH server.
# base = what mmdebstrap makes; seat = base + the administrator's account and what a container needs to pass for a machine.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=sandbox/lib.sh
. "$here/../lib.sh"
suite=bookworm
base=$LAB_IMAGES/base:$suite seat=$LAB_IMAGES/seat:$suite

# The package lists are part of the image; a week later the archive has moved on and installs from them would fail with 404.
week=$(( $(date +%s) / 604800 ))
base_recipe=$(recipe "$0")-$week
if ! image_is "$base" "$base_recipe"; then
  say "Making the base image of a Debian $suite machine (about 30 s)"
  tmp=$(mktemp -d "$LAB_CACHE/seat.XXXXXX")
  trap 'rm -rf "$tmp"' EXIT
  # python3-apt, sudo: what Ansible needs on a managed machine. libpam-systemd: sessions as on a real one.
  # shellcheck disable=SC2016 # mmdebstrap's own shell expands $1
  mmdebstrap --quiet --variant=minbase --customize-hook='rm -f "$1"/etc/ssh/ssh_host_*' \
    --include=systemd,systemd-sysv,libpam-systemd,dbus,python3,python3-apt,sudo,iproute2,iputils-ping,ca-certificates,procps,kmod,openssh-server,curl,less \
    "$suite" "$tmp/base.tar" 2>&1 | progress "debian $suite"
  podman import --quiet --change "LABEL recipe=$base_recipe" --change 'CMD ["/lib/systemd/systemd"]' "$tmp/base.tar" "$base" > /dev/null
fi

seat_recipe=$(recipe "$here"/*)-$base_recipe
if ! image_is "$seat" "$seat_recipe"; then
  say "Making the seat image"
  podman build --quiet --build-arg "BASE=$base" --label "recipe=$seat_recipe" --tag "$seat" "$here" 2>&1 | progress "seat image"
fi
