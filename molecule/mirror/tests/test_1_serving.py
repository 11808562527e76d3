"""What a seat gets from the mirror and what it does not."""

import hashlib
import json
import subprocess

import pytest

testinfra_hosts = ["ansible://lab-mirror-a"]

FILES = "/srv/workshop-mirror/files/"
KUBECTL = "dl.k8s.io/release/v1.20.2/bin/linux/amd64/kubectl"
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
REDIS = "/v2/library/redis/manifests/3"


def test_every_file_is_what_the_lock_says(get, lock):
    """Over HTTP, as a seat verifies it; and the lock says where each checksum comes from."""
    files = lock()["files"]
    assert len(files) == 8
    for path, one in files.items():
        status, body = get("/" + path)
        assert (status, hashlib.sha256(body).hexdigest(), len(body)) == (200, one["sha256"], one["size"]), path
    assert files[KUBECTL]["source"] == "pinned in the catalogue"
    assert files["storage.googleapis.com/minikube/iso/minikube-v1.5.1.iso"]["source"] == "published by a stand-in"
    assert files["images/k8s.gcr.io/pause_3.2"]["source"] == "made from image digest " + lock()["images"]["k8s.gcr.io/pause:3.2"]["digest"]


def test_a_tar_is_what_docker_load_takes(host):
    """With the name under which the cluster asks for it."""
    text = host.check_output("tar -xOf %simages/k8s.gcr.io/kube-apiserver_v1.20.2 manifest.json" % FILES)
    assert [one["RepoTags"] for one in json.loads(text)] == [["k8s.gcr.io/kube-apiserver:v1.20.2"]]


def test_images_by_docker_hubs_names(get, lock):
    """The manifest that a seat gets is the recorded one, and its layers are there."""
    status, body = get(REDIS, port=5000, accept=MANIFEST)
    assert (status, "sha256:" + hashlib.sha256(body).hexdigest()) == (200, lock()["images"]["docker.io/library/redis:3"]["digest"])
    for layer in json.loads(body)["layers"]:
        status, blob = get("/v2/library/redis/blobs/" + layer["digest"], port=5000)
        assert (status, "sha256:" + hashlib.sha256(blob).hexdigest()) == (200, layer["digest"])


def test_another_tag_is_passed_through_and_kept(get, host):
    """Of a repository of the catalogue; the store does not get it."""
    path = "/v2/packtworkshops/the-kubernetes-workshop/manifests/pageview"
    assert get(path, port=5000, accept=MANIFEST)[0] == 200
    assert host.check_output("find /srv/workshop-mirror/passed -name pageview") != ""
    assert host.check_output("find /srv/workshop-mirror/registry -name pageview") == ""


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_nobody_can_write(get, method, lock):
    """Neither files nor images."""
    before = lock()["files"][KUBECTL]["sha256"]
    assert get("/" + KUBECTL, method)[0] == 405
    assert get("/v2/library/redis/blobs/uploads/", method, port=5000)[0] == 405
    assert get(REDIS, method, port=5000)[0] == 405
    assert hashlib.sha256(get("/" + KUBECTL)[1]).hexdigest() == before


def test_a_push_is_refused(get):
    """By podman, as a student would try it."""
    done = subprocess.run(["podman", "push", "--tls-verify=false", "docker.io/library/redis:3", f"{get.address}:5000/library/redis:mine"], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=120)
    assert done.returncode != 0 and "405" in done.stdout, done.stdout
    assert get("/v2/library/redis/manifests/mine", port=5000, accept=MANIFEST)[0] == 404


def test_the_loopback_registries_are_not_reachable(get):
    """Those that take pushes."""
    for port in (5001, 5002):
        with pytest.raises(OSError, match="refused"):
            get("/v2/", port=port)


def test_only_the_catalogue_is_served(get, host):
    """Not what somebody puts beside it, nor what the mirror remembers; nor other repositories."""
    host.check_output("sh -c 'echo mine > %sdl.k8s.io/mine; ln -s /etc/passwd %sdl.k8s.io/link'" % (FILES, FILES))
    for path in ("/dl.k8s.io/mine", "/dl.k8s.io/link", "/dl.k8s.io/", "/", "/state/progress.json", "/../state/progress.json", "/%s.part" % KUBECTL,
                 "/mirror.lock.json"):
        assert get(path)[0] in (400, 404), path
    for path in ("/v2/library/nginx/manifests/latest", "/v2/_catalog", "/v2/k8s.gcr.io/pause/manifests/3.2", "/v2/library/redis/manifests/none"):
        assert get(path, port=5000)[0] == 404, path
    host.check_output("rm %sdl.k8s.io/mine %sdl.k8s.io/link" % (FILES, FILES))


def test_a_part_of_a_file(host, get):
    """A seat's download can be resumed."""
    text = host.check_output("curl -s -r 10-19 http://%s/%s | sha256sum" % (get.address, KUBECTL)).split()[0]
    assert text == hashlib.sha256(get("/" + KUBECTL)[1][10:20]).hexdigest()


def test_packages(get):
    """Debian's come through the cache, from another machine; nothing else does, and no tunnel."""
    shell = ["podman", "exec", "lab-mirror-b", "sh", "-c"]
    proxy = f"http://{get.address}:3142"
    done = subprocess.run([*shell, f"cd /tmp && apt-get -o Acquire::http::Proxy={proxy} update -o Acquire::AllowInsecureRepositories=false >/tmp/out 2>&1 && "
                                   f"apt-get -o Acquire::http::Proxy={proxy} download less && ls -s less_*.deb"], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, timeout=300)
    assert done.returncode == 0 and "less_" in done.stdout, done.stdout
    other = subprocess.run([*shell, f"curl -s -o /dev/null -w '%{{http_code}}' -x {proxy} http://lab-mirror/SHA256SUMS; echo; "
                                    f"curl -s -x {proxy} https://deb.debian.org/ -o /dev/null -w '%{{http_connect}}'"], text=True,
                           stdout=subprocess.PIPE, check=False, timeout=60)
    assert other.stdout.split() == ["403", "403"]


def test_the_cache_of_packages_is_no_way_to_more(get, host):
    """Its maintenance asks for a password that root alone knows; other distributions come from nowhere; VirtualBox's repository may be asked."""

    def first_line(words):
        shell = ["podman", "exec", "lab-mirror-b", "sh", "-c", f"curl -s --max-time 60 -o /dev/null -D - {words} | head -n 1"]
        return subprocess.run(shell, text=True, stdout=subprocess.PIPE, check=False, timeout=90).stdout

    proxy = f"http://{get.address}:3142"
    assert get("/acng-report.html?doDelete=x", port=3142)[0] == 401
    secret = host.file("/etc/apt-cacher-ng/zz_workshop_mirror_secret.conf")
    assert (secret.user, secret.group, secret.mode) == ("root", "apt-cacher-ng", 0o640)
    assert "503 Connection refused" in first_line(proxy + "/kali/dists/kali-rolling/Release")
    # Which the sandbox does not have: that it is asked is all that can be seen.
    assert "Forbidden" not in first_line(f"-x {proxy} http://download.virtualbox.org/virtualbox/debian/dists/bookworm/InRelease")
    assert "Forbidden" in first_line(f"-x {proxy} http://download.virtualbox.org/other/InRelease")


def test_status(teacher, get, host):
    """One command: what it holds, its size, when it was verified, what it has saved; the same numbers for seats."""
    size = len(get("/" + KUBECTL)[1])
    for _seat in range(8):
        assert len(get("/" + KUBECTL)[1]) == size
    said = teacher("status")
    for words in ("holds 6 files, 4 images", "size files 290.", "all right", "saved", "seats since 20", "those that seats have asked for"):
        assert words in said, said[-3000:]
    page = json.loads(get("/mirror.json")[1])
    saved = page["savings"]
    assert saved["served"] >= 9 * size and saved["saved"] == max(0, saved["served"] - saved["fetched"]) > 0, page
    assert page["verified"]["problems"] == [] and page["files"] == 6 and page["served"]["packages"] > 0
    assert page["packages"]["files"] > 0
    assert get.address.rpartition(".")[0] not in json.dumps(page)
