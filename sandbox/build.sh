#!/usr/bin/env bash
# Everything the sandbox's seats need, built where it is missing and served by the mirror. Cold 10 to 12 minutes on two cores, most
# of it the Kubernetes build; a second or two when there is nothing to do.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=sandbox/lib.sh
. "$here/lib.sh"

# Two builds at once (two targets of make, two checkouts with one cache) would overwrite each other's halves: the second waits.
exec 8> "$LAB_CACHE/build.lock"
flock --nonblock 8 || { say "Another build is running; waiting for it"; flock 8; }

# 8>&-: the mirror lives on after this script and must not keep the lock.
for step in seat/build.sh kubernetes/build.sh images/build.sh mirror/stock.sh mirror/up.sh; do
  "$here/$step" 8>&-
done
