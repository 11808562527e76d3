# shellcheck shell=bash
# What every sandbox script shares: where things are, how podman must be called on this machine, and how to speak.
# Source it; it changes nothing on the machine but files below $LAB_CACHE.

LAB_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Everything built or downloaded; safe to delete, dear to make again (the Kubernetes build takes minutes).
LAB_CACHE=${LAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/workshop-lab}
LAB_IMAGES=localhost/workshop-lab
LAB_NETWORK=lab
LAB_MIRROR=lab-mirror
export LAB_ROOT LAB_CACHE LAB_IMAGES LAB_NETWORK LAB_MIRROR

say() { printf '\033[1m[lab %(%H:%M:%S)T]\033[0m %s\n' -1 "$*"; }
die() { printf '[lab] %s\n' "$*" >&2; exit 1; }

# progress LABEL: a filter for long commands. It counts the lines it reads and prints one line every ten seconds, so that a slow
# step is never silent and a log never floods. The full text goes to $LAB_CACHE/log/LABEL.log, named when the step fails.
progress() {
  local label=$1 log
  log=$LAB_CACHE/log/${label//[^a-zA-Z0-9._-]/_}.log
  mkdir -p "${log%/*}"
  python3 -u -c '
import os, select, sys, time
label, path = sys.argv[1:]
start = shown = time.monotonic()
lines, last, pending = 0, "", b""
with open(path, "wb") as log:
    while True:
        ready = select.select([0], [], [], 1)[0]
        if ready:
            data = os.read(0, 65536)
            if not data:
                break
            log.write(data)
            log.flush()
            *whole, pending = (pending + data).split(b"\n")
            lines += len(whole)
            last = next((t for t in (w.decode(errors="replace").strip() for w in reversed(whole)) if t), last)
        if time.monotonic() - shown >= 10:
            shown = time.monotonic()
            print(f"[lab] {label}: {shown - start:.0f} s, {lines} lines, now: {last[:90]}", flush=True)
print(f"[lab] {label}: {time.monotonic() - start:.0f} s (log: {path})", flush=True)
' "$label" "$log"
}

# recipe FILE...: one hash over files; stored as a label on what is built from them, so that a change builds it again.
recipe() { cat -- "$@" | sha256sum | cut -c1-16; }

# image_is IMAGE RECIPE: true if IMAGE exists and was built from RECIPE.
image_is() { [ "$(podman image inspect --format '{{index .Labels "recipe"}}' "$1" 2>/dev/null)" = "$2" ]; }

# alive CONTAINER: true if something runs in it. Podman's own "running" stays after conmon and the container were killed together.
alive() { podman exec "$1" true > /dev/null 2>&1; }

# remove CONTAINER: with its volumes, if it is there. After conmon's own death podman 4.3 needs a second call: the first only notices.
remove() {
  podman rm --force --ignore --volumes --time 5 "$1" > /dev/null 2>&1 || podman rm --force --ignore --volumes --time 5 "$1" > /dev/null
}

# missing_packages PACKAGE...: those of them that are not installed on this machine, a line each.
missing_packages() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query --showformat '${db:Status-Status}' --show "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}

# install_packages PACKAGE...
install_packages() {
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@"; } 2>&1 | progress "apt-get install"
}

# Podman's defaults assume cgroup v2 and CAP_SYS_RESOURCE. Look for both and write what this machine needs instead:
# - on cgroup v1 and hybrid crun refuses to start, runc works;
# - without CAP_SYS_RESOURCE limits cannot be raised above this process's own hard limits, and podman's default (1048576) is above.
write_containers_conf() {
  local conf=$LAB_CACHE/containers.conf runtime="" limits=""
  mkdir -p "$LAB_CACHE"
  [ "$(stat -fc %T /sys/fs/cgroup 2>/dev/null)" = cgroup2fs ] || runtime='runtime = "runc"'
  if ! has_sys_resource; then
    limits="default_ulimits = [\"nofile=$(at_most 65536 "$(ulimit -Hn)")\", \"nproc=$(at_most 32768 "$(ulimit -Hu)")\"]"
  fi
  printf '[containers]\n%s\n[engine]\n%s\n' "$limits" "$runtime" > "$conf.$$"
  if cmp -s "$conf.$$" "$conf"; then rm -f "$conf.$$"; else mv "$conf.$$" "$conf"; fi
  export CONTAINERS_CONF=$conf
}

# at_most N LIMIT: "M:M" with the smaller of both, LIMIT being a number or "unlimited".
at_most() { if [ "$2" = unlimited ] || [ "$2" -gt "$1" ]; then echo "$1:$1"; else echo "$2:$2"; fi; }

# CAP_SYS_RESOURCE is bit 24 of the effective capabilities.
has_sys_resource() { (( (0x$(sed -n 's/^CapEff:\s*//p' /proc/self/status) >> 24) & 1 )); }

write_containers_conf
