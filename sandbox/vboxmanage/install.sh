#!/usr/bin/env bash
# Installs the stand-in for VBoxManage on a seat, for one user: the program in /usr/local/bin and one sudo rule that lets this user
# run its root half (`VBoxManage --seat ...`), which only knows vboxnetN interfaces, the guest's user and the cluster's files.
#   install.sh USER      install.sh --remove
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=/usr/local/bin/VBoxManage
rule=/etc/sudoers.d/vboxmanage-stand-in

[ "$(id -u)" -eq 0 ] || { echo "install.sh: run it as root on the seat" >&2; exit 1; }
[ $# -eq 1 ] || { echo "install.sh: name the user: install.sh USER (or install.sh --remove)" >&2; exit 64; }
if [ "$1" = --remove ]; then
  rm -f "$program" "$rule"
  exit 0
fi
id -u -- "$1" >/dev/null || { echo "install.sh: there is no user $1 on this seat; create it first" >&2; exit 1; }
for needed in sudo ip systemctl useradd; do
  command -v "$needed" >/dev/null || { echo "install.sh: $needed is missing on this seat; install its package first" >&2; exit 1; }
done
install -o root -g root -m 0755 "$here/VBoxManage" "$program"
printf '%s ALL=(root) NOPASSWD: %s --seat *\n' "$1" "$program" > "$rule.new"
chmod 0440 "$rule.new"
# A rule that does not parse would lock everyone out of sudo: look before it counts (files with a dot are not read).
visudo -c -q -f "$rule.new"
mv "$rule.new" "$rule"
