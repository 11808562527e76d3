#!/bin/sh
# What an installer would have asked: the administrator, the network, the package sources. $1 is the machine's root.
set -eu
root=$1
chroot "$root" useradd --create-home --shell /bin/bash ansible
echo 'ansible ALL=(ALL) NOPASSWD: ALL' > "$root/etc/sudoers.d/ansible"
chmod 0440 "$root/etc/sudoers.d/ansible"
# Who owns the VMs. Role k8suser has a scenario of its own: here it would only send ten modules to an emulated processor.
chroot "$root" useradd --create-home --shell /bin/bash k8suser
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
# A desktop and a compiler, as lab machines have them, and nothing of VirtualBox and no kernel headers: what VirtualBox and headers need besides themselves.
# Unpacked here by this machine's own processor; by an emulated one it takes three minutes.
wanted='virtualbox virtualbox-dkms virtualbox-qt linux-headers-amd64'
# shellcheck disable=SC2086  # words
libraries=$(APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get --simulate --no-install-recommends install $wanted | awk '$1 == "Inst" && $2 !~ /^(virtualbox|linux-)/ {print $2}')
# shellcheck disable=SC2086
APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get --quiet --yes --no-install-recommends -o DPkg::Chroot-Directory="$root" install $libraries
# A list from the archive's past is all that some mirrors have.
echo 'Acquire::Check-Valid-Until "false";' > "$root/etc/apt/apt.conf.d/90machine"
# Emulated processors take minutes for what only saves disk.
printf 'force-unsafe-io\npath-exclude=/usr/share/man/*\npath-exclude=/usr/share/doc/*\n' > "$root/etc/dpkg/dpkg.cfg.d/90machine"
# Nor is a module's debugging data of use (-g0 leaves it out), nor its extract for BPF, for which the headers bring the kernel's own (vmlinux;
# without that file the kernel's makefiles skip the step, with it and -g0 they fail). What DKMS starts below sudo takes the variable from sudo.
echo 'path-exclude=/usr/src/linux-headers-*/vmlinux' >> "$root/etc/dpkg/dpkg.cfg.d/90machine"
echo 'KCFLAGS=-g0' > "$root/etc/sudo.environment"
echo 'Defaults env_file=/etc/sudo.environment' > "$root/etc/sudoers.d/machine"
chmod 0440 "$root/etc/sudoers.d/machine"
# What Ansible sends is compiled once and not at every call.
here=$(dirname "$0")
install -m 0644 "$here/machine_bytecode.py" "$root/usr/lib/python3/dist-packages/machine_bytecode.py"
echo 'import machine_bytecode' > "$root/usr/lib/python3/dist-packages/machine_bytecode.pth"
install -d -m 0755 "$root/var/cache/machine-bytecode"
# depmod, which DKMS calls at each installation and removal, unpacks every module: a lab machine's hardware, which an emulated one has not.
release=$(ls "$root/lib/modules")
for part in sound drivers/comedi drivers/gpu drivers/hid drivers/hwmon drivers/iio drivers/infiniband drivers/input drivers/media drivers/mtd drivers/net/ethernet \
  drivers/net/wireless drivers/platform drivers/scsi drivers/staging drivers/usb net/bluetooth net/mac80211 net/wireless; do
  rm -rf "$root/lib/modules/$release/kernel/$part"
done
chroot "$root" depmod "$release"
