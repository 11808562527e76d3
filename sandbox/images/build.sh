#!/usr/bin/env bash
# Build the container images: those that kubeadm names, as docker-archive files in $LAB_CACHE/kubernetes/<source version>/images
# under the names of minikube's own image cache, and the workshop's, which stay in podman's storage for the registry.
# Needs what sandbox/kubernetes/build.sh made. About 2 minutes the first time, then only what changed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=sandbox/lib.sh
. "$here/../lib.sh"
# shellcheck source=sandbox/kubernetes/version.sh
. "$here/../kubernetes/version.sh"
# shellcheck source=sandbox/kubernetes/container.sh
. "$here/../kubernetes/container.sh"
# shellcheck source=sandbox/images/list.sh
. "$here/list.sh"

output=$LAB_CACHE/kubernetes/$KUBERNETES_SOURCE_VERSION
work=$LAB_CACHE/kubernetes/work-$KUBERNETES_SOURCE_VERSION
base=$LAB_IMAGES/base:bookworm
[ -f "$output/bin/.stamp" ] || die "There are no Kubernetes programs in $output/bin; run sandbox/kubernetes/build.sh first."

temporary=$(mktemp -d "$LAB_CACHE/kubernetes/images.XXXXXX")
trap 'rm -rf "$temporary"' EXIT

# 1. The images' own programs.
programs_recipe=$(cat "$here"/programs.sh "$here"/*/*.go "$output/bin/.stamp" | sha256sum | cut -c1-16)
if [ "$(cat "$output/programs/.stamp" 2>/dev/null)" != "$programs_recipe" ]; then
  say "Compiling the images' own programs (cluster DNS, pause, the workshop's two applications)"
  build_container "$work" --volume "$here:/images:ro" --env "PAUSE_TAG=$PAUSE_TAG" "$base" bash /images/programs.sh 2>&1 |
    progress "image programs" || die "The images' programs do not compile; see $LAB_CACHE/log/image_programs.log."
  rm -rf "$output/programs"
  mv "$work/programs.tmp" "$output/programs"
  echo "$programs_recipe" > "$output/programs/.stamp"
fi

# build NAME REFERENCE RECIPE: build the folder NAME as the image REFERENCE, with the program of that name beside its Containerfile.
build() {
  local name=$1 reference=$2 context=$temporary/$1 from
  mkdir "$context"
  cp "$here/$name/Containerfile" "$here/closure" "$context/"
  for from in bin programs; do
    [ ! -f "$output/$from/$name" ] || ln "$output/$from/$name" "$context/"
  done
  say "Image $reference"
  podman build --layers=false --quiet --build-arg "BASE=$base" --label "recipe=$3" --tag "$reference" "$context" 2>&1 |
    progress "image $name" || die "The image $reference was not built."
}

# 2. Every image, if it or its program changed (the large programs change with the stamp of their build only).
for name in "${!IMAGES[@]}"; do
  reference=${IMAGES[$name]} parts=("$here/$name/Containerfile" "$here/closure")
  [ ! -f "$output/bin/$name" ] || parts+=("$output/bin/.stamp")
  [ ! -f "$output/programs/$name" ] || parts+=("$output/programs/$name")
  wanted=$(recipe "${parts[@]}")
  if [[ $reference == docker.io/* ]]; then
    image_is "$reference" "$wanted" || build "$name" "$reference" "$wanted"
    continue
  fi
  archive=$output/images/${reference//:/_}
  if [ ! -f "$archive" ] || [ "$(cat "$output/recipes/$name" 2>/dev/null)" != "$wanted" ]; then
    build "$name" "$reference" "$wanted"
    mkdir -p "${archive%/*}" "$output/recipes"
    podman save --quiet --format docker-archive --output "$temporary/$name.tar" "$reference"
    mv "$temporary/$name.tar" "$archive"
    echo "$wanted" > "$output/recipes/$name"
    podman rmi --force "$reference" > /dev/null # the archive is the product; a second copy would only take disk
  fi
done
podman image prune --force --filter label=recipe > /dev/null # what the new ones replaced
say "Images: $(du -sh "$output/images" | cut -f1) in $output/images, the workshop's in podman"
