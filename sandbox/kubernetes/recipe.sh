#!/bin/bash
# Runs inside the build container: Debian's kubernetes source -> static programs in /work/bin.tmp.
# /work is kept on the host between runs (source tree, Go's build cache), so that an interrupted build goes on.
set -euo pipefail

: "${SOURCE_VERSION:?}" "${KUBERNETES_VERSION:?}" "${PROGRAMS:?}"
export DEBIAN_FRONTEND=noninteractive
source=/work/source

# One line every 10 s with the number of lines read so far: a long build must not look like a dead one.
heartbeat() {
    local label=$1 count=0 line next=$((SECONDS + 10)) status
    while :; do
        status=0
        IFS= read -r -t 5 line || status=$?
        if [[ $status -eq 0 ]]; then
            count=$((count + 1))
            printf '%s\n' "$line" >>/work/build.log
        elif [[ $status -le 128 ]]; then # end of input; above 128 it is the 5 s limit
            break
        fi
        if ((SECONDS >= next)); then
            printf '%s: %d lines done, %d s\n' "$label" "$count" "$SECONDS"
            next=$((SECONDS + 10))
        fi
    done
    printf '%s: done, %d lines, %d s\n' "$label" "$count" "$SECONDS"
}

fail() {
    printf 'Kubernetes build: %s\n' "$1" >&2
    exit 1
}

: >/work/build.log

# The source comes through apt's signed index; an index or file that is not authenticated stops the build.
apt_options=(-qq -y -o APT::Get::AllowUnauthenticated=false -o Acquire::AllowInsecureRepositories=false
    -o Acquire::Retries=3 -o Dpkg::Use-Pty=0)
sed -n 's/^deb /deb-src /p' /etc/apt/sources.list >/etc/apt/sources.list.d/source.list
apt-get "${apt_options[@]}" update
apt-get "${apt_options[@]}" install --no-install-recommends \
    golang-go golang-github-modern-go-reflect2-dev make rsync dpkg-dev 2>&1 | heartbeat "build tools"

if [[ ! -d $source ]]; then
    rm -rf /work/unpack
    mkdir /work/unpack
    cd /work/unpack
    apt-get "${apt_options[@]}" source "kubernetes=$SOURCE_VERSION" 2>&1 | heartbeat "source" ||
        fail "apt has no source kubernetes=$SOURCE_VERSION; put the version that 'apt-cache showsrc kubernetes' names into sandbox/kubernetes/version.sh."
    # The vendored reflect2 1.0.1 reads the runtime's private map layout and crashes when built by Go 1.18 or newer;
    # Debian's own package of it does not.
    reflect2=$(echo kubernetes-*/vendor/github.com/modern-go/reflect2)
    find "$reflect2" -name '*.go' -delete -o -name '*.s' -delete
    (cd /usr/share/gocode/src/github.com/modern-go/reflect2 &&
        find . -maxdepth 1 \( -name '*.go' -o -name '*.s' \) ! -name '*_test.go' -exec cp -t "/work/unpack/$reflect2" {} +)
    mv kubernetes-*/ "$source"
    rm -rf /work/unpack
fi

cd "$source"
cat >/work/git-version <<VERSION
KUBE_GIT_COMMIT='debian-$SOURCE_VERSION'
KUBE_GIT_TREE_STATE='archive'
KUBE_GIT_VERSION='$KUBERNETES_VERSION'
KUBE_GIT_MAJOR='1'
KUBE_GIT_MINOR='20'
VERSION
SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -S Timestamp)
export SOURCE_DATE_EPOCH
export KUBE_GIT_VERSION_FILE=/work/git-version
# Everything is vendored, so nothing may be fetched. Go's cache lies in the tree (_output/local/go/cache): a second run resumes.
export CGO_ENABLED=0 GOPROXY=off GOSUMDB=off
# -s -w leaves debug tables out: a third less to copy into each seat.
what=()
for program in $PROGRAMS; do
    what+=("cmd/$program")
done
make WHAT="${what[*]}" GOFLAGS=-v GOLDFLAGS="-s -w" 2>&1 | heartbeat "compiling" || {
    tail -n 20 /work/build.log >&2
    fail "make failed; the lines above are the last of build.log."
}

rm -rf /work/bin.tmp
mkdir /work/bin.tmp
for program in $PROGRAMS; do
    install -m 0755 "_output/local/bin/linux/amd64/$program" /work/bin.tmp/
done
# The tree keeps Go's cache only; its two copies of the programs would take another gigabyte.
rm -rf _output/local/bin _output/local/go/bin
# A program that cannot even say its version is a failed build, whatever make thinks.
/work/bin.tmp/kubeadm version -o short | grep -qxF "$KUBERNETES_VERSION" || fail "the built kubeadm does not say $KUBERNETES_VERSION."
/work/bin.tmp/kubelet --version | grep -qxF "Kubernetes $KUBERNETES_VERSION" || fail "the built kubelet does not say $KUBERNETES_VERSION."
printf 'Kubernetes build: complete, %d s\n' "$SECONDS"
