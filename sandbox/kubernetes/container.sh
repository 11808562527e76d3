# shellcheck shell=bash disable=SC2154  # sourced after sandbox/lib.sh
# build_container WORK OPTION... COMMAND...: run the base image with WORK as /work, one at a time per WORK. Ctrl-C ends it:
# process 1 of a container ignores the signal that podman would pass on, so podman takes it and the container is removed here.
build_container() ( # a subshell: lock and trap end with it
  work=$1
  shift
  mkdir -p "$work"
  exec 9> "$work/.lock"
  flock --nonblock 9 || die "Another build is running in $work; wait for it, or end it."
  rm -f "$work/.container"
  trap 'podman rm --force --time 0 --ignore --cidfile "$work/.container" > /dev/null 2>&1 || true' EXIT
  podman run --rm --sig-proxy=false --cidfile "$work/.container" --volume "$work:/work" "$@"
)
