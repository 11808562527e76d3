#!/bin/sh
# Before the kernel's package makes the first RAM disk: which modules go into it. $1 is the machine's root.
set -eu
install -d "$1/etc/initramfs-tools/conf.d" "$1/usr/share/initramfs-tools/modules.d"
echo 'MODULES=list' > "$1/etc/initramfs-tools/conf.d/machine"
printf 'virtio_pci\nvirtio_blk\next4\ncrc32c\n' > "$1/usr/share/initramfs-tools/modules.d/machine"
