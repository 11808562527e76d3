#!/bin/sh
# repository.sh FOLDER: a throw-away key, and below FOLDER two states of a repository that it signs: one/ and two/, FOLDER/now leads to one/.
# Each has virtualbox-7.2 (7.2.14 in one/, 7.2.16 in two/) and, what nobody wants from there, a bash-completion that is newer than Debian's.
set -eu
folder=$1
mkdir -p "$folder"
chmod 755 "$folder"
cd "$folder"
export GNUPGHOME=$folder/private
mkdir -m 700 -p "$GNUPGHOME"
gpg --batch --quiet --passphrase '' --quick-gen-key 'Throw-away key of a test <test@lab.example>' rsa2048 sign never
gpg --batch --armor --export > key.asc
gpg --batch --with-colons --list-keys | sed -n '/^pub:/,/^fpr:/s/^fpr:*\([0-9A-F]*\):*$/\1/p' > fingerprint

package() {  # package NAME VERSION FILES: a package with a script in /usr/bin for each name that says the version
  root=$(mktemp -d)
  chmod 755 "$root"
  mkdir -p "$root/DEBIAN" "$root/usr/bin"
  printf 'Package: %s\nVersion: %s\nArchitecture: amd64\nMaintainer: nobody <nobody@lab.example>\nDescription: dummy of a test\n' "$1" "$2" > "$root/DEBIAN/control"
  for name in $3; do
    printf '#!/bin/sh\necho %s\n' "$2" > "$root/usr/bin/$name"
    chmod 755 "$root/usr/bin/$name"
  done
  if [ "$1" = virtualbox-7.2 ]; then
    printf '#!/bin/sh\nset -e\ngetent group vboxusers > /dev/null || groupadd --system vboxusers\n' > "$root/DEBIAN/postinst"
    chmod 755 "$root/DEBIAN/postinst"
  fi
  dpkg-deb --build --root-owner-group "$root" "pool/$1_$2_amd64.deb" > /dev/null
  rm -r "$root"
}

for state in one two; do
  mkdir -p "$state/pool" "$state/dists/bookworm/contrib/binary-amd64"
  (
    cd "$state"
    case $state in one) version=7.2.14-174500~Debian~bookworm ;; two) version=7.2.16-175900~Debian~bookworm ;; esac
    package virtualbox-7.2 "$version" "VBoxManage VirtualBox"
    package bash-completion 99:99 "not-wanted"
    apt-ftparchive packages pool > dists/bookworm/contrib/binary-amd64/Packages
    apt-ftparchive -o APT::FTPArchive::Release::Origin='Oracle Corporation' -o APT::FTPArchive::Release::Label='Oracle Corporation' \
      -o APT::FTPArchive::Release::Suite=bookworm -o APT::FTPArchive::Release::Codename=bookworm \
      -o APT::FTPArchive::Release::Components=contrib -o APT::FTPArchive::Release::Architectures=amd64 release dists/bookworm > Release
    mv Release dists/bookworm/Release
    gpg --batch --clearsign --output dists/bookworm/InRelease dists/bookworm/Release
  )
done
ln -s one now
gpgconf --kill all
