"""What breaks: files on the mirror, upstream, the disk, the run itself, the registry. Each is said, and mended by the next run with the least."""

import hashlib
import json
import subprocess
import threading

import pytest

testinfra_hosts = ["ansible://lab-mirror-a"]

FILES = "/srv/workshop-mirror/files/"
KUBECTL = "dl.k8s.io/release/v1.20.2/bin/linux/amd64/kubectl"
BIN = "storage.googleapis.com/kubernetes-release/release/v1.20.2/bin/linux/amd64/"
KUBEADM, KUBELET = BIN + "kubeadm", BIN + "kubelet"
MINIKUBE = "storage.googleapis.com/minikube/releases/v1.5.2/minikube-linux-amd64"


@pytest.fixture(scope="module")
def seat(host):
    """The mirror as a machine on which modules are called."""

    def call(**arguments):
        try:
            return host.ansible("workshop.lab.mirror_stock", json.dumps(arguments), check=False, become=True)
        except host.ansible.AnsibleException as error:
            return error.result

    return call


def test_verify_says_which(teacher, host, asked):
    """One truncated, one altered, one missing: each by its name; nothing else; nobody outside is asked."""
    host.check_output("truncate -s -1 %s%s" % (FILES, KUBECTL))
    host.check_output("sh -c 'printf X | dd of=%s%s bs=1 seek=1000 conv=notrunc status=none'" % (FILES, KUBEADM))
    host.check_output("rm %s%s" % (FILES, KUBELET))
    said = teacher("verify", rc=2)
    assert f"{KUBECTL} is truncated" in said and f"{KUBEADM} is altered" in said and f"{KUBELET} is missing" in said
    assert f"{MINIKUBE} is" not in said and "redis:3 is" not in said and "fetches just these again" in said
    assert asked() == []
    assert "3 of 10 NOT right" in teacher("status")


def test_the_next_run_fetches_just_these(teacher, host, asked):
    """Three files come, of which no byte twice; then all is right."""
    sizes = {path: int(host.check_output("curl -sI http://lab-mirror/%s | tr -d '\\r' | awk 'tolower($1) == \"content-length:\" {print $2}'" % path))
             for path in (KUBECTL, KUBEADM, KUBELET)}
    assert "all right" in teacher("stock")
    assert sorted((one.path[1:], one.status, one.bytes) for one in asked() if one.status != 404) == sorted((path, 200, size) for path, size in sizes.items())


def test_a_damaged_layer(teacher, host, get, lock):
    """One byte of it: its manifest is as it was, and the registry says that it has the layer. Verifying says which; the next run mends just this image."""
    digest = lock()["images"]["docker.io/library/redis:3"]["digest"]
    blobs = "/srv/workshop-mirror/registry/docker/registry/v2/blobs/sha256/%s/%s/data"
    manifest = json.loads(host.file(blobs % (digest[7:9], digest[7:])).content_string)
    layer = manifest["layers"][-1]["digest"]
    place = blobs % (layer[7:9], layer[7:])
    script = "f = open('%s', 'r+b'); f.seek(20); byte = f.read(1)[0]; f.seek(20); f.write(bytes([byte ^ 1]))" % place
    assert host.run("python3 -c %s", script).rc == 0
    said = teacher("verify", rc=2)
    assert f"docker.io/library/redis:3 is altered: its part {layer} has the sha256" in said and f"{KUBECTL} is" not in said
    refused = teacher("export", rc=2, mirror_archive="/media/damaged.tar")
    assert f"The mirror was not exported: the registry's part {layer} is damaged" in refused
    assert "all right" in teacher("stock")
    status, body = get("/v2/library/redis/blobs/" + layer, port=5000)
    assert (status, "sha256:" + hashlib.sha256(body).hexdigest()) == (200, layer)


def test_a_failed_run_writes_what_it_has(teacher, lock, tmp_path):
    """To the lock file, where a person sees it and may remove it: here the ISO's entry comes back, and of the key that nobody gives there is none."""
    recorded, place = lock(), tmp_path / "lock.json"
    iso = "storage.googleapis.com/minikube/iso/minikube-v1.5.1.iso"
    place.write_text(json.dumps(dict(recorded, files={path: one for path, one in recorded["files"].items() if path != iso})))
    upstreams = {name: {"url": "http://lab-mirror/" + name, "insecure": True} for name in ("dl.k8s.io", "storage.googleapis.com", "github.com")}
    upstreams.update({"docker.io": {"url": "http://lab-mirror:5000", "insecure": True},
                      "k8s.gcr.io": {"url": "http://lab-mirror:5000/k8s.gcr.io", "insecure": True},
                      "www.virtualbox.org": {"url": "http://127.0.0.1:9", "insecure": True}})
    said = teacher("stock", rc=2, mirror_lock_file=str(place), mirror_upstreams=upstreams, mirror_retries=0, mirror_artifacts=[
        "kubectl", "minikube", "kubeadm", "kubelet", "minikube-iso", "docker-machine-driver-kvm2", "virtualbox-key"])
    assert "http://127.0.0.1:9/download/oracle_vbox_2016.asc was not fetched, after 1 of at most 1 tries" in said
    assert json.loads(place.read_text()) == recorded


def test_a_changed_pin_is_refused(teacher, asked, lock):
    """Object, recorded, found, next step; before anything is touched."""
    before = lock()
    said = teacher("stock", rc=2, mirror_checksums={"kubectl": "b" * 64})
    assert f"{KUBECTL} has changed: the lock file records sha256 {before['files'][KUBECTL]['sha256']}" in said and "Next step: find out who changed it" in said
    assert asked() == [] and lock() == before


def test_upstream_altered(seat, host, lock, asked):
    """Another file at the wanted URL: refused, and nothing is at the final path, nor beside it."""
    root, sha256 = "/srv/other/mirror", lock()["files"][KUBECTL]["sha256"]
    result = seat(root=root, reserve_mb=0, retries=2, retry_delay=0, files=[{"path": KUBECTL, "url": "http://lab-mirror/" + MINIKUBE, "sha256": sha256}])
    assert f"expected sha256 {sha256}, found " in result["msg"] and "find out who changed it" in result["msg"]
    assert host.check_output("find %s/files -type f" % root) == "" and len(asked()) == 1
    host.check_output("rm -r /srv/other")


def test_the_disk_is_too_small(seat, host, lock, asked):
    """Seen before anything is fetched, from the size that upstream tells."""
    host.check_output("sh -c 'mkdir -p /srv/small && mount -t tmpfs -o size=30m tmpfs /srv/small'")
    one = {"path": KUBECTL, "url": "http://lab-mirror/" + KUBECTL, "sha256": lock()["files"][KUBECTL]["sha256"]}
    try:
        result = seat(root="/srv/small/mirror", reserve_mb=0, files=[one])
        assert "Nothing was downloaded" in result["msg"] and "make room" in result["msg"]
        assert asked() == []
        # A size that is not true: the disk becomes full while it comes.
        result = seat(root="/srv/small/mirror", reserve_mb=0, files=[dict(one, size=1)])
        assert result["msg"].startswith(f"The disk of /srv/small/mirror became full while {KUBECTL} was written.") and "make room" in result["msg"]
        assert host.check_output("find /srv/small/mirror/files -type f ! -name '*.part'") == ""
        # With room it goes on where it was.
        have = int(host.check_output("stat -c %%s /srv/small/mirror/files/%s.part" % KUBECTL))
        host.check_output("mount -o remount,size=100m /srv/small")
        result = seat(root="/srv/small/mirror", reserve_mb=0, files=[one])
        assert result["received"] == lock()["files"][KUBECTL]["size"] - have and have > 10 ** 7
    finally:
        host.check_output("umount /srv/small")


def test_killed_and_resumed(teacher, host, asked, lock):
    """SIGKILL in the middle of the second of two files: the first is not asked for again, of the second only what is missing."""
    host.check_output("rm %s%s %s%s /srv/workshop-mirror/state/progress.json" % (FILES, KUBEADM, FILES, KUBELET))
    killer = ("import json, os, signal, time\n"
              "part, state, end = %r, '/srv/workshop-mirror/state/progress.json', time.monotonic() + 240\n"
              "while time.monotonic() < end:\n"
              "    try:\n"
              "        if os.stat(part).st_size > 1000000:\n"
              "            os.kill(json.load(open(state))['pid'], signal.SIGKILL)\n"
              "            print(os.stat(part).st_size)\n"
              "            break\n"
              "    except (OSError, ValueError):\n"
              "        pass\n") % (FILES + KUBELET + ".part")
    killed = []

    def kill():
        killed.append(subprocess.run(["podman", "exec", "--interactive", "lab-mirror-a", "python3", "-"], input=killer, text=True, stdout=subprocess.PIPE,
                                     check=False, timeout=300).stdout.strip())

    thread = threading.Thread(target=kill)
    thread.start()
    teacher("stock", rc=2, mirror_parallel=1)
    thread.join()
    have, size = int(killed[0]), lock()["files"][KUBELET]["size"]
    assert 10 ** 6 < have < size, (have, size)
    host.check_output("test ! -e %s%s -a -e %s%s" % (FILES, KUBELET, FILES, KUBEADM))
    have = int(host.check_output("stat -c %%s %s%s.part" % (FILES, KUBELET)))
    assert "was not finished: it was interrupted" in teacher("status")
    before = len(asked())
    assert "all right" in teacher("stock")
    again = asked()[before:]
    assert [(one.path[1:], one.status, one.bytes) for one in again] == [(KUBELET, 206, size - have)]


def test_the_registry_is_down(teacher, host, get):
    """Verifying says so, and does not take the images for damaged; files are verified all the same; seats get no wrong answer; the next run starts it again."""
    host.check_output("systemctl stop workshop-mirror-store")
    host.check_output("mv %s%s /srv/kubectl" % (FILES, KUBECTL))
    try:
        assert get("/v2/library/redis/manifests/3", port=5000)[0] in (404, 502)
        said = teacher("verify", rc=2)
        assert "registry at 127.0.0.1:5001 does not answer" in said and "systemctl status workshop-mirror-store" in said and "redis:3 is" not in said
        assert f"{KUBECTL} is missing" in said and "3 of 10 NOT right" in said
        host.check_output("mv /srv/kubectl %s%s" % (FILES, KUBECTL))
        assert "all right" in teacher("stock")
        assert get("/v2/library/redis/manifests/3", port=5000)[0] == 200
    finally:
        host.check_output("systemctl start workshop-mirror-store")


def test_docker_hub_is_away(host, get):
    """What was not stocked is not there then, as it would be without a mirror: 404, which Docker understands, and not 502."""
    host.check_output("systemctl stop workshop-mirror-passed")
    try:
        assert get("/v2/library/redis/manifests/unknown", port=5000)[0] == 404
        assert get("/v2/library/redis/manifests/3", port=5000)[0] == 200
    finally:
        host.check_output("systemctl start workshop-mirror-passed")


def test_two_stockings_at_once(teacher, host):
    """The second is refused while the first works."""
    holder = subprocess.Popen(["podman", "exec", "--interactive", "lab-mirror-a", "flock", "/srv/workshop-mirror/state/lock", "cat"], stdin=subprocess.PIPE)
    try:
        host.check_output("timeout 30 sh -c 'while flock --nonblock /srv/workshop-mirror/state/lock true; do sleep 0.1; done'")
        assert "Another run is stocking" in teacher("stock", rc=2)
    finally:
        holder.stdin.close()
        holder.wait(30)
