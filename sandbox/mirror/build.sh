#!/usr/bin/env bash
# Make the mirror's image: the base machine with nginx and docker-registry. About 15 s, then nothing until its files change.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=sandbox/lib.sh
. "$here/../lib.sh"

base=$LAB_IMAGES/base:bookworm
wanted=$(recipe "$here/Containerfile" "$here"/*.conf "$here"/*.yml)
if ! image_is "$LAB_IMAGES/mirror" "$wanted"; then
  say "Making the mirror's image"
  podman build --quiet --build-arg "BASE=$base" --label "recipe=$wanted" --tag "$LAB_IMAGES/mirror" "$here" 2>&1 |
    progress "mirror image" || die "The mirror's image was not built; see $LAB_CACHE/log/mirror_image.log."
fi
