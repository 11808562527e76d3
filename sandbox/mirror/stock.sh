#!/usr/bin/env bash
# Lay out what the mirror serves: files in $LAB_CACHE/mirror (a mirrored URL is the mirror's address + upstream host + upstream
# path), the workshop's images in $LAB_CACHE/registry. Changes only what differs, so a running mirror may be stocked.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=sandbox/lib.sh
. "$here/../lib.sh"
# shellcheck source=sandbox/kubernetes/version.sh
. "$here/../kubernetes/version.sh"
# shellcheck source=sandbox/images/list.sh
. "$here/../images/list.sh"
# shellcheck source=sandbox/mirror/registry.sh
. "$here/registry.sh"

built=$LAB_CACHE/kubernetes/$KUBERNETES_SOURCE_VERSION
mirror=$LAB_CACHE/mirror
release=storage.googleapis.com/kubernetes-release/release/$KUBERNETES_VERSION/bin/linux/amd64
minikube=storage.googleapis.com/minikube/releases/v1.5.2/minikube-linux-amd64
declare -A wanted=()

# changing: from here to the end the list of checksums is out of date; without it an interrupted run starts its end again.
changing() { rm -f "$mirror/SHA256SUMS"; }

# put SOURCE PATH: let PATH below the mirror be SOURCE, as a hard link: the programs exist once on disk.
put() {
  local target=$mirror/$2
  [ -f "$1" ] || die "The mirror lacks $2: there is no $1; run sandbox/kubernetes/build.sh and sandbox/images/build.sh first."
  wanted[$2]=1
  [ ! "$1" -ef "$target" ] || return 0
  changing
  mkdir -p "${target%/*}"
  ln -f "$1" "$target.new"
  chmod a+r "$target.new"
  rm -f "$target.sha1"
  mv -f "$target.new" "$target"
}

# put_sha1 PATH: what minikube compares its downloads with, 40 hex digits without a line end, as upstream has them.
put_sha1() {
  wanted[$1.sha1]=1
  [ ! -s "$mirror/$1.sha1" ] || return 0 # put removed it if the program is another one now
  changing
  printf %s "$(sha1sum "$mirror/$1" | cut -c1-40)" > "$mirror/$1.sha1.new"
  mv -f "$mirror/$1.sha1.new" "$mirror/$1.sha1"
}

"$here/build.sh"
mkdir -p "$mirror"

# The double of minikube and what it downloads are made each time (a second) and compared, so that their makers alone know what
# they depend on; the same bytes keep the same files.
double=$LAB_CACHE/minikube
rm -rf "$double.new"
"$here/../minikube/build.sh" "$double.new/$minikube"
"$here/../minikube/extras.sh" "$double.new"
if diff --recursive --brief "$double.new" "$double" > /dev/null 2>&1; then
  rm -rf "$double.new"
else
  rm -rf "$double"
  mv "$double.new" "$double"
fi
while IFS= read -r -d '' path; do
  put "$double/$path" "$path"
done < <(find "$double" -type f -printf '%P\0')

put "$built/bin/kubectl" "dl.k8s.io/release/$KUBERNETES_VERSION/bin/linux/amd64/kubectl"
for program in kubeadm kubelet; do
  put "$built/bin/$program" "$release/$program"
  put_sha1 "$release/$program"
done
for reference in "${IMAGES[@]}"; do
  [[ $reference == docker.io/* ]] || put "$built/images/${reference//:/_}" "images/${reference//:/_}"
done

# What an earlier version left.
while IFS= read -r -d '' path; do
  if [ -z "${wanted[$path]:-}" ] && [ "$path" != SHA256SUMS ]; then
    changing
    rm "$mirror/$path"
  fi
done < <(find "$mirror" -type f -printf '%P\0')
find "$mirror" -mindepth 1 -type d -empty -delete

if [ ! -f "$mirror/SHA256SUMS" ]; then
  say "Checksums of the mirror's ${#wanted[@]} files"
  (cd "$mirror" && find . -type f ! -name SHA256SUMS ! -name '*.new' -printf '%P\0' | sort -z | xargs -0 sha256sum) > "$LAB_CACHE/SHA256SUMS.new"
  chmod a+r "$LAB_CACHE/SHA256SUMS.new"
  mv -f "$LAB_CACHE/SHA256SUMS.new" "$mirror/SHA256SUMS"
fi

stock_registry
say "The mirror is stocked: ${#wanted[@]} files, $(du -shL "$mirror" | cut -f1), and $(wc -l < "$LAB_CACHE/registry/.stocked") images in the registry"
