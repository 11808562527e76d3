#!/usr/bin/env bash
# Writes what the minikube double downloads besides programs and images, below a mirror's directory: the stand-in for the VM image
# with its checksum, and releases.json, in which v1.5.2 is the newest release; and a stand-in for the program of minikube's driver
# kvm2, which the role kvm2 installs. Same bytes every time.
#   extras.sh MIRROR_DIRECTORY
set -euo pipefail

[ $# -eq 1 ] || { echo "extras.sh: name the mirror's directory: extras.sh MIRROR_DIRECTORY" >&2; exit 64; }
base=$1/storage.googleapis.com/minikube
driver=$1/github.com/kubernetes/minikube/releases/download/v1.5.2/docker-machine-driver-kvm2
image=minikube-v1.5.1.iso

# put FILE: standard input becomes FILE below the mirror, whole or not at all.
put() {
  mkdir -p "$(dirname "$base/$1")"
  cat > "$base/$1.new"
  chmod 0644 "$base/$1.new"
  mv "$base/$1.new" "$base/$1"
}

# 64 KiB: enough that a transfer cut short is noticed. No guest boots from it; the stand-in for VBoxManage needs none.
{ echo "The sandbox's stand-in for $image: not a bootable image."; head -c 65536 /dev/zero; } | put "iso/$image"
sha256sum < "$base/iso/$image" | cut -d' ' -f1 | put "iso/$image.sha256"
echo '[{"name": "v1.5.2", "checksums": {}}]' | put releases.json

# Answers the one question that minikube and the role ask; on its commit line it says what it is.
mkdir -p "${driver%/*}"
cat > "$driver.new" <<'STAND_IN'
#!/bin/sh
# The sandbox's stand-in for minikube's docker-machine-driver-kvm2: it makes no VM.
[ "${1:-}" = version ] || { echo "docker-machine-driver-kvm2: this is the sandbox's stand-in, which only answers version" >&2; exit 1; }
echo "version: v1.5.2"
echo "commit: the sandbox's stand-in"
STAND_IN
chmod 0644 "$driver.new"
mv "$driver.new" "$driver"
