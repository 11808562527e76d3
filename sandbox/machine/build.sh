#!/usr/bin/env bash
# Make the disk of the emulated machine: Debian sid with a kernel of its own and an SSH server, as an installer leaves it, without VirtualBox.
# sid, because no Debian release has VirtualBox's packages. Used by the scenarios that need what a container cannot have: kernel modules, a reboot, a VM.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=sandbox/lib.sh
. "$here/../lib.sh"
suite=sid
dir=$LAB_CACHE/machine

exec 8> "$LAB_CACHE/machine.lock"
flock --nonblock 8 || { say "The machine's disk is being made by another run; waiting for it"; flock 8; }

mapfile -t missing < <(missing_packages qemu-system-x86 qemu-utils e2fsprogs)
if [ "${#missing[@]}" -gt 0 ]; then
  say "Installing the emulator: ${missing[*]}"
  install_packages "${missing[@]}"
fi

# sid moves every day; a week-old list of packages ends in 404.
stamp=$(recipe "$0" "$here"/hooks/*)-$(( $(date +%s) / 604800 ))
[ "$(cat "$dir/stamp" 2>/dev/null)" != "$stamp" ] || exit 0
say "Making the disk of the emulated machine (about 2 minutes)"
rm -rf "$dir"
mkdir -p "$dir"
root=$(mktemp -d "$LAB_CACHE/machine.XXXXXX")
trap 'rm -rf "$root"' EXIT
# Without recommends: firmware, the manual pages and a second init have no part in it. In the first RAM disk only what the machine's disk needs: an emulated
# processor unpacks a usual one for several seconds at each start.
mmdebstrap --quiet --variant=minbase --skip=cleanup/apt/lists --components=main,contrib --aptopt='Acquire::Check-Valid-Until "false"' \
  --include=systemd,systemd-sysv,libpam-systemd,dbus,udev,python3,python3-apt,sudo,iproute2,ca-certificates,procps,kmod,openssh-server,initramfs-tools,linux-image-amd64 \
  --essential-hook="$here/hooks/essential.sh" --customize-hook="$here/hooks/customize.sh" "$suite" "$root/fs" 2>&1 | progress "debian $suite"
cp "$root"/fs/boot/vmlinuz-* "$dir/vmlinuz"
cp "$root"/fs/boot/initrd.img-* "$dir/initrd.img"
cut -d' ' -f1,2 "$root/fs/etc/ssh/ssh_host_ed25519_key.pub" > "$dir/host_key"
truncate --size=8G "$dir/disk.raw" # sparse
mke2fs -q -t ext4 -L root -E lazy_itable_init=0 -d "$root/fs" "$dir/disk.raw"
echo "$stamp" > "$dir/stamp"
say "The emulated machine's disk is $(du -sh "$dir/disk.raw" | cut -f1)"
