#!/bin/sh
# What an installer would have asked: the administrator, the network, the package sources. $1 is the machine's root.
set -eu
root=$1
chroot "$root" useradd --create-home --shell /bin/bash ansible
echo 'ansible ALL=(ALL) NOPASSWD: ALL' > "$root/etc/sudoers.d/ansible"
chmod 0440 "$root/etc/sudoers.d/ansible"
mkdir -m 0700 "$root/home/ansible/.ssh"
chroot "$root" chown ansible:ansible /home/ansible/.ssh
echo machine > "$root/etc/hostname"
echo '127.0.0.1 localhost machine' > "$root/etc/hosts"
echo '/dev/vda / ext4 errors=remount-ro 0 1' > "$root/etc/fstab"
# QEMU's user network: fixed addresses, its own resolver.
cat > "$root/etc/systemd/network/10-machine.network" <<'END'
[Match]
Name=eth0
[Network]
Address=10.0.2.15/24
Gateway=10.0.2.2
END
echo 'nameserver 10.0.2.3' > "$root/etc/resolv.conf"
chroot "$root" systemctl enable systemd-networkd.service
chroot "$root" systemctl mask systemd-networkd-wait-online.service apt-daily.timer apt-daily-upgrade.timer systemd-resolved.service
# A list from the archive's past is all that some mirrors have.
echo 'Acquire::Check-Valid-Until "false";' > "$root/etc/apt/apt.conf.d/90machine"
# Emulated processors take minutes for what only saves disk.
printf 'force-unsafe-io\npath-exclude=/usr/share/man/*\npath-exclude=/usr/share/doc/*\n' > "$root/etc/dpkg/dpkg.cfg.d/90machine"
