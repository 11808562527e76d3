#!/usr/bin/env bash
# Build Kubernetes' programs from Debian's source package into $LAB_CACHE/kubernetes/<source version>/bin.
# About 7 minutes on two cores the first time; nothing (well under a second) while the recipe stays the same.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=sandbox/lib.sh
. "$here/../lib.sh"
# shellcheck source=sandbox/kubernetes/version.sh
. "$here/version.sh"
# shellcheck source=sandbox/kubernetes/container.sh
. "$here/container.sh"

output=$LAB_CACHE/kubernetes/$KUBERNETES_SOURCE_VERSION
work=$LAB_CACHE/kubernetes/work-$KUBERNETES_SOURCE_VERSION
wanted=$(recipe "$here/recipe.sh" "$here/version.sh")

# The stamp is written last, so an interrupted build never looks like a finished one.
if [ "$(cat "$output/bin/.stamp" 2>/dev/null)" = "$wanted" ]; then
  say "Kubernetes $KUBERNETES_VERSION is built ($output/bin)"
  exit 0
fi

say "Building Kubernetes $KUBERNETES_VERSION from Debian's source $KUBERNETES_SOURCE_VERSION (about 7 minutes on two cores)"
mkdir -p "$output"
build_container "$work" --volume "$here/recipe.sh:/recipe.sh:ro" \
  --env "SOURCE_VERSION=$KUBERNETES_SOURCE_VERSION" --env "KUBERNETES_VERSION=$KUBERNETES_VERSION" \
  --env "PROGRAMS=${KUBERNETES_PROGRAMS[*]}" "$LAB_IMAGES/base:bookworm" bash /recipe.sh ||
  die "Kubernetes was not built. The full output is in $work/build.log; run the same command again to go on from there."

rm -rf "${output:?}/bin"
mv "$work/bin.tmp" "$output/bin"
echo "$wanted" > "$output/bin/.stamp"
# Trees of earlier versions are gigabytes that nobody reads again.
find "$LAB_CACHE/kubernetes" -mindepth 1 -maxdepth 1 -type d ! -path "$work" ! -path "$output" -exec rm -rf {} +
say "Kubernetes $KUBERNETES_VERSION: $(du -sh "$output/bin" | cut -f1) in $output/bin"
