#!/usr/bin/env bash
# An emulated machine: QEMU's software emulation with AMD-V emulated, so that VirtualBox's modules load and a VM starts where there is no hypervisor.
#   machine.sh up DIR MEMORY_MB    start it with its state below DIR; print the SSH server's address and port
#   machine.sh down DIR            stop it and remove its disk
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=sandbox/lib.sh
. "$here/../lib.sh"
base=$LAB_CACHE/machine

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

running() { [ -s "$1/pid" ] && grep -qs qemu-system "/proc/$(cat "$1/pid")/cmdline"; }

up() {
  local dir=$1 memory=$2 port key
  ! running "$dir" || die "$dir: its machine runs already (pid $(cat "$dir/pid"))"
  mkdir -p "$dir"
  rm -f "$dir"/{disk.qcow2,console.log,pid}
  qemu-img create -q -f qcow2 -F raw -b "$base/disk.raw" "$dir/disk.qcow2"
  port=$(free_port)
  # systemd takes the administrator's key from the firmware's tables (credential tmpfiles.extra): the disk is the same for everybody.
  key=$(printf 'f~ /home/ansible/.ssh/authorized_keys 0600 ansible ansible - %s\n' "$(base64 --wrap=0 "$dir/id_ed25519.pub")" | base64 --wrap=0)
  # Without nested paging: QEMU's emulation of it does not work, and VirtualBox would wait for its first VM in vain. Without fast string moves (erms): the
  # kernel would clear each page by 4096 emulated steps, and not by 512. Without five-level page tables (la57) and smap: each address that the emulator looks up
  # would cost one more step, each copy to a program one more piece of translated code. Without mitigations: nobody attacks an emulated processor.
  # cache=unsafe: a power cut of the host may lose this disk, which lives as long as a test.
  qemu-system-x86_64 -name "${dir##*/}" -accel tcg,thread=multi -cpu max,-npt,-erms,-la57,-smap -smp 2 -m "$memory" -display none -daemonize -pidfile "$dir/pid" \
    -serial "file:$dir/console.log" -device virtio-rng-pci \
    -drive "file=$dir/disk.qcow2,if=virtio,cache=unsafe,discard=unmap" \
    -netdev "user,id=net,hostfwd=tcp:127.0.0.1:$port-:22" -device virtio-net-pci,netdev=net \
    -smbios "type=11,value=io.systemd.credential.binary:tmpfiles.extra=$key" \
    -kernel "$base/vmlinuz" -initrd "$base/initrd.img" -append "root=/dev/vda rw console=ttyS0 net.ifnames=0 quiet mitigations=off" 8>&-
  echo "127.0.0.1:$port"
}

down() {
  local dir=$1 pid
  if running "$dir"; then
    pid=$(cat "$dir/pid") # QEMU removes the file when it ends
    kill "$pid"
    timeout 20 tail --pid="$pid" -f /dev/null || kill -KILL "$pid" 2>/dev/null || true
  fi
  rm -f "$dir"/{disk.qcow2,pid}
}

case ${1:-} in
  up) up "$2" "$3" ;;
  down) down "$2" ;;
  *) die "usage: machine.sh up DIR MEMORY_MB | down DIR" ;;
esac
