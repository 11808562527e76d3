"""A mirror that has been tampered with, lacks a file, is off, or stops in the middle of a run and comes back: what a seat has afterwards, and what it says.

One seat is enough, and its cluster runs on: what is taken away here is a program and files of minikube's cache.
"""

import json
import subprocess
import threading

import pytest

testinfra_hosts = ["lab-offline-1"]
MIRROR = "lab-offline-mirror"
RELEASE = "storage.googleapis.com/kubernetes-release/release/v1.20.2/bin/linux/amd64/"
CACHE = ("playbooks/cluster.yml", "cache")
VM = {"cache_driver": "virtualbox", "cache_extra_images": ["k8s.gcr.io/pause:3.2"]}
# What on the mirror, where on the seat, by which playbook and tag, with which variables. The layout of a VM's cache is tried as files: no VM is here.
THINGS = {
    "kubectl": ("dl.k8s.io/release/v1.20.2/bin/linux/amd64/kubectl", "/usr/local/bin/kubectl", ("playbooks/provision.yml", "kubectl"), {}),
    "kubelet": (RELEASE + "kubelet", "/root/.minikube/cache/v1.20.2/kubelet", CACHE, {}),
    "image": ("images/k8s.gcr.io/pause_3.2", "/root/.minikube/cache/images/k8s.gcr.io/pause_3.2", CACHE, {}),
    "boot image": ("storage.googleapis.com/minikube/iso/minikube-v1.5.1.iso", "/home/k8suser/.minikube/cache/iso/minikube-v1.5.1.iso", CACHE, VM),
}
QUICK = {"artifact_retries": 1, "artifact_retry_delay": 0}


class Mirror:
    """The mirror's container."""

    def run(self, script, *words):
        """Run a shell script in it; return what it printed."""
        done = subprocess.run(["podman", "exec", MIRROR, "sh", "-c", script, "sh", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=60, check=False)
        assert done.returncode == 0, done
        return done.stdout

    def path(self, key):
        """Return where it keeps what it serves as ``key``."""
        found = self.run('find / -xdev -type f -path "*/$1" -not -path "/proc/*"', key).split()
        assert len(found) == 1, found
        return found[0]


@pytest.fixture
def mirror():
    """The mirror, healthy again afterwards."""
    one = Mirror()
    yield one
    one.run("systemctl reset-failed nginx; systemctl restart nginx; systemctl is-active nginx")


@pytest.fixture
def run(play, mirror, host):
    """Run the playbook of a thing on the seat and return (exit code, output)."""

    def call(name, **more):
        _key, _path, (playbook, tag), variables = THINGS[name]
        done = play(playbook, "--tags", tag, **dict(QUICK, **variables, **more))
        return done.returncode, " ".join(done.stdout.split())

    return call


def remains(host, path):
    """Return what is in the folder of a file that was not to come."""
    folder, _, name = path.rpartition("/")
    return [one for one in host.run("ls -A %s", folder).stdout.split() if name in one]


@pytest.mark.parametrize("name", THINGS)
def test_tampered_file_never_gets_its_name(mirror, run, host, name):
    """One byte of it is another one; the message has both checksums. Whole again on the mirror, it comes, and a further run changes nothing."""
    key, target, _where, _variables = THINGS[name]
    path = mirror.path(key)
    good = mirror.run('sha256sum "$1"', path).split()[0]
    host.run("rm -f %s", target)
    mirror.run('cp -a "$1" "$1.kept" && printf X | dd of="$1" bs=1 seek=100 conv=notrunc 2> /dev/null', path)
    bad = mirror.run('sha256sum "$1"', path).split()[0]
    try:
        assert bad != good
        code, said = run(name)
        assert code != 0, said
        assert "expected sha256 %s, found %s" % (good, bad) in said, said[-3000:]
        assert remains(host, target) == []
    finally:
        mirror.run('mv -f "$1.kept" "$1"', path)
    code, said = run(name)
    assert code == 0, said[-3000:]
    assert host.file(target).sha256sum == good
    code, said = run(name)
    assert code == 0 and "changed=0" in said, said[-3000:]


def test_truncated_and_missing(mirror, run, host):
    """Half a file is no file; one that is not there is said to be not there, after one try. A wrong file in the cache is named."""
    key, target, _where, _variables = THINGS["image"]
    path = mirror.path(key)
    host.run("echo a damaged copy > %s", target)
    mirror.run('cp -a "$1" "$1.kept" && truncate -s 1000 "$1"', path)
    try:
        code, said = run("image")
        assert code != 0 and "(1000 bytes)" in said and "which is not the wanted one either" in said, said[-3000:]
        mirror.run('rm "$1"', path)
        code, said = run("image")
        assert code != 0 and "HTTP status 404" in said and "after 1 of at most 2 tries" in said and "playbooks/mirror.yml" in said, said[-3000:]
    finally:
        mirror.run('mv -f "$1.kept" "$1"', path)
    code, said = run("image")
    assert code == 0, said[-3000:]
    assert host.file(target).sha256sum == mirror.run('sha256sum "$1"', path).split()[0]


def test_mirror_is_off(mirror, run, host):
    """Named as such, with the next step; the publisher is asked only where a variable says so, and here nobody answers there either."""
    target = THINGS["kubelet"][1]
    host.run("rm -f %s", target)
    mirror.run("systemctl stop nginx")
    code, said = run("kubelet")
    assert code != 0 and "kubelet was not put in place" in said and "connection refused" in said, said[-3000:]
    assert "Look whether %s is switched on" % MIRROR in said, said[-3000:]
    assert "from https://storage.googleapis.com" not in said and not host.file(target).exists
    code, said = run("kubelet", mirror_fallback_upstream=True)
    assert code != 0 and "connection refused" in said and "from https://storage.googleapis.com" in said, said[-3000:]
    host.run("rm -f /usr/local/bin/kubectl")
    code, said = run("kubectl")
    assert code != 0 and "kubectl v1.20.2 was not installed on lab-offline-1" in said and "Connection refused" in said, said[-3000:]
    mirror.run("systemctl start nginx")
    for name in ("kubelet", "kubectl"):
        code, said = run(name)
        assert code == 0 and host.file(THINGS[name][1]).exists, said[-3000:]


def test_registries_are_down(mirror, play, host, student):
    """Files come, images do not: the run ends at its limit, with the image and the reason; when they are back the next run has everything running."""
    units = "workshop-mirror-store workshop-mirror-passed"
    gone = "kubectl delete deployment -n pageview k8s-redis --wait && kubectl wait -n pageview --for=delete pod -l tier=backend --timeout=120s || true"
    student(gone)
    host.run("timeout 60 sh -c 'until docker rmi --force redis:3; do sleep 1; done'")
    assert "redis" not in host.check_output("docker images --format '{{.Repository}}'").split()
    mirror.run("systemctl stop $1 $2", *units.split())
    try:
        done = play("playbooks/workshop.yml", workshop_ready_timeout=60)
        said = " ".join(done.stdout.split())
        assert done.returncode != 0 and "redis:3" in said and "ImagePull" in said and "or the mirror in its place" in said, said[-4000:]
        assert "source.docker-hub" in play("playbooks/preflight.yml").stdout
    finally:
        mirror.run("systemctl start $1 $2", *units.split())
    done = play("playbooks/workshop.yml")
    assert done.returncode == 0, done.stdout[-4000:]
    assert student("kubectl get deployment -n pageview k8s-redis -o 'jsonpath={.status.readyReplicas}'").strip() == "1"


def test_mirror_stops_in_the_middle_and_comes_back(mirror, run, host):
    """The download hangs, is cut, is refused; the mirror returns, and the same run ends well."""
    target = THINGS["kubelet"][1]
    host.run("rm -f %s", target)
    mirror.run("pkill -STOP nginx")  # in the middle: the connection is there, the bytes do not come
    result = {}
    thread = threading.Thread(target=lambda: result.update(done=run("kubelet", cache_retries=20, cache_retry_delay=2, cache_timeout=30)))
    thread.start()
    try:
        waiting = host.run("timeout 120 sh -c 'until ss -Htn state established dst :80 | grep -q .; do sleep 0.2; done'")
        mirror.run("systemctl kill --signal=KILL nginx; systemctl stop nginx")
        assert waiting.rc == 0, "nobody asked the mirror"
        assert host.run("sleep 3; test -e %s", target).rc == 1
    finally:
        mirror.run("systemctl reset-failed nginx; systemctl start nginx")
        thread.join(240)
    code, said = result["done"]
    assert code == 0 and host.file(target).exists, said[-3000:]


def test_settings_of_a_vm(host):
    """After the boot image's test: the layout that minikube looks for, the student's own; the image that minikube would not load is in its settings."""
    home = "/home/k8suser/.minikube/"
    assert json.loads(host.file(home + "config/config.json").content_string) == {"WantUpdateNotification": False, "cache": {"k8s.gcr.io/pause:3.2": None}}
    owners = set(host.run("find %s -printf '%%u\n'" % home).stdout.split())
    assert owners == {"k8suser"}
    assert host.file(home + "cache/v1.20.2/kubeadm").mode == 0o755 and host.file(home + "cache/images/k8s.gcr.io/etcd_3.4.13-0").is_file


def test_cluster_never_noticed(student):
    """None of it touched what runs."""
    assert "Ready" in student("kubectl get node minikube --no-headers")
