#!/usr/bin/env bash
# What the sandbox needs of this machine: say in one sentence what is missing, or install it where that is ours to do.
#   host.sh            check and install
#   host.sh --check    check only
set -euo pipefail
# shellcheck source=sandbox/lib.sh
. "$(cd "$(dirname "$0")" && pwd)/lib.sh"

# Cold: the Kubernetes build tree and its cache (5 GB), images (2 GB), one seat (4 GB), and as much again for the tests' seats.
need_gb=15

packages=(
  podman netavark aardvark-dns iptables   # containers, their network and its names
  runc                                    # the one runtime that works on cgroup v1 as well
  mmdebstrap debian-archive-keyring       # a Debian machine from nothing, signatures checked
  openssh-client ca-certificates curl python3-venv
  chromium chromium-driver                # the test of the report opens it in a browser
)

[ "$(uname -s)" = Linux ] || die "the sandbox needs Linux, this is $(uname -s): run it in a Debian 12 virtual machine."
[ "$(uname -m)" = x86_64 ] || die "the sandbox builds for x86_64 and this machine is $(uname -m): run it on an x86_64 machine."
[ "$(id -u)" = 0 ] || die "the sandbox needs root, since Docker and a kubelet run inside its seats: run 'sudo make lab'."
command -v dpkg-query apt-get > /dev/null || die "the sandbox needs Debian 12 or Ubuntu 22.04 and later (no apt here): use such a machine or container."

free_gb=$(( $(df --output=avail --block-size=1M "$LAB_CACHE" | tail -n 1) / 1024 ))
[ -f "$LAB_CACHE/mirror/SHA256SUMS" ] || [ "$free_gb" -ge "$need_gb" ] ||
  die "the sandbox needs $need_gb GB of disk below $LAB_CACHE and $free_gb GB are free: free some, or name another place by LAB_CACHE."

mapfile -t missing < <(missing_packages "${packages[@]}")
if [ "${#missing[@]}" -gt 0 ]; then
  [ "${1:-}" != --check ] || die "missing packages: ${missing[*]}; 'make lab' installs them."
  say "Installing what the sandbox needs on this machine: ${missing[*]}"
  install_packages "${missing[@]}"
fi

# Its first call on a machine warns about network plugins that are not used; only a failure is worth showing.
answer=$(podman info 2>&1) || die "podman is installed but does not run: $(tail -n 1 <<< "$answer")"
[ "${1:-}" = --check ] || podman network exists "$LAB_NETWORK" || podman network create "$LAB_NETWORK" > /dev/null
