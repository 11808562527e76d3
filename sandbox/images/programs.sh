#!/bin/bash
# Runs inside a build container: compile the images' own programs into /work/programs.tmp.
# /work is the Kubernetes build's directory: its source tree has client-go and a DNS library vendored, its cache has most compiled.
set -euo pipefail

export DEBIAN_FRONTEND=noninteractive CGO_ENABLED=0 GOPROXY=off GOSUMDB=off GO111MODULE=off
# The tree and the cache of the Kubernetes build: client-go and most of what it needs are compiled already.
export GOPATH=/work/source/_output/local/go GOCACHE=/work/source/_output/local/go/cache
apt-get -qq update
apt-get -qq -y install --no-install-recommends golang-go gcc libc6-dev

rm -rf /work/programs.tmp
mkdir /work/programs.tmp
for name in k8s-for-beginners pageview; do
    echo "compiling $name"
    go build -trimpath -ldflags '-s -w' -o "/work/programs.tmp/$name" "/images/$name/main.go"
done

echo "compiling pause"
gcc -Os -Wall -static -s -DVERSION="${PAUSE_TAG:?}" -o /work/programs.tmp/pause /work/source/build/pause/linux/pause.c

echo "compiling and testing coredns"
tree=$GOPATH/src/k8s.io/kubernetes
rm -rf "$tree/cmd/workshop-dns"
cp -r /images/coredns "$tree/cmd/workshop-dns"
cd "$tree/cmd/workshop-dns"
# Kubernetes' own tags: without them nothing in the cache fits and client-go is compiled again.
tags=selinux,notest
unformatted=$(gofmt -l /images)
[ -z "$unformatted" ] || { echo "gofmt would change: $unformatted" >&2; exit 1; }
go build -tags "$tags" -ldflags '-s -w' -o /work/programs.tmp/coredns .
go test -tags "$tags" -vet=all . || {
    echo "The DNS program does not pass its own tests." >&2
    exit 1
}
