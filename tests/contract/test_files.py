"""Files, directories, modes, locks and settings that commands leave (pkg/minikube/localpath, config, pkg/util/lock)."""

import functools
import hashlib
import http.server
import json
import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DIRECTORIES = {"addons", "cache", "cache/iso", "certs", "config", "files", "logs", "machines"}
MACHINE_KEYS = ("KeepContext EmbedCerts MinikubeISO Memory CPUs DiskSize VMDriver ContainerRuntime HyperkitVpnKitSock HyperkitVSockPorts DockerEnv "
                "InsecureRegistry RegistryMirror HostOnlyCIDR HypervVirtualSwitch KVMNetwork KVMQemuURI KVMGPU KVMHidden DockerOpt DisableDriverMounts "
                "NFSShare NFSSharesRoot UUID NoVTXCheck DNSProxy HostDNSResolver").split()
KUBERNETES_KEYS = ("KubernetesVersion NodeIP NodePort NodeName APIServerName APIServerNames APIServerIPs DNSDomain ContainerRuntime CRISocket NetworkPlugin "
                   "FeatureGates ServiceCIDR ImageRepository ExtraOptions ShouldLoadCachedImages EnableDefaultCNI").split()


@pytest.mark.parametrize("argv", [["version"], ["status"], ["ip"], ["config", "view"]])
def test_every_command_makes_the_directories(user, argv):
    """cmd/root.go, PersistentPreRun."""
    user.run(*argv)
    home = user.path / ".minikube"
    assert {str(p.relative_to(home)) for p in home.rglob("*") if p.is_dir()} == DIRECTORIES


@pytest.mark.parametrize("argv", [[], ["help"], ["--help"], ["start", "--help"], ["version", "--short"]])
def test_help_makes_none(user, argv):
    """cmd/root.go: help and a mistyped flag come before PersistentPreRun."""
    user.run(*argv)
    assert not (user.path / ".minikube").exists()


@pytest.mark.parametrize("value, place", [("{}/elsewhere", "elsewhere/.minikube"), ("{}/x/.minikube", "x/.minikube"), ("", ".minikube")])
def test_minikube_home(user, value, place):
    """pkg/minikube/localpath."""
    user.run("version", env={"MINIKUBE_HOME": value.format(user.path)})
    assert (user.path / place / "machines").is_dir()


def test_home_that_cannot_be_made(user):
    """cmd/root.go: rc 70."""
    done = user.run("version", env={"MINIKUBE_HOME": "/proc/nowhere"})
    assert done.returncode == 70
    assert "X Error creating minikube directory: " in done.stderr


def test_config_file(user):
    """cmd/config: 4-space JSON, numbers for memory and cpus, any order in view."""
    for key, value in (("memory", "3000"), ("cpus", "3"), ("WantUpdateNotification", "false"), ("disk-size", "30000mb")):
        assert user.run("config", "set", key, value).returncode == 0
    assert user.read_json(".minikube/config/config.json") == {"memory": 3000, "cpus": 3, "WantUpdateNotification": False, "disk-size": "30000mb"}
    assert '\n    "cpus": 3' in (user.path / ".minikube/config/config.json").read_text()
    assert set(user.run("config", "view").stdout.splitlines()) == {"- memory: 3000", "- cpus: 3", "- WantUpdateNotification: false", "- disk-size: 30000mb"}
    assert user.run("config", "get", "memory").stdout == "3000\n"
    assert user.run("config", "unset", "memory").returncode == 0
    assert user.run("config", "get", "memory").returncode == 64


@pytest.mark.parametrize("argv, env, stored, found", [
    (["--cpus=0"], {"MINIKUBE_CPUS": "1"}, -1, "cpu count 0"),
    ([], {"MINIKUBE_CPUS": "1"}, -1, "cpu count 1"),
    ([], {}, -1, "cpu count -1")])
def test_precedence(user, argv, env, stored, found):
    """cmd/root.go: flag, environment, config.json, default."""
    user.write(".minikube/config/config.json", {"cpus": stored})
    assert found in user.run("start", "--vm-driver=virtualbox", *argv, env=env).stderr


def test_profile_by_name(user):
    """cmd/config/profile.go: recorded, and created empty if it is new."""
    assert user.run("profile", "two").returncode == 0
    assert user.read_json(".minikube/config/config.json")["profile"] == "two"
    assert user.run("profile").stdout == "* two\n"
    listed = json.loads(user.run("profile", "list", "-o", "json").stdout)
    assert [p["Name"] for p in listed["invalid"]] == ["two"] and listed["valid"] == []


def test_addons_are_remembered_globally(user):
    """cmd/config: in config.json, for every profile."""
    user.run("addons", "enable", "ingress")
    assert "- ingress: enabled\n" in user.run("addons", "list", "-p", "other").stdout


def test_completion_works_in_bash(user):
    """cmd/completion.go: bash takes the script and completes a command."""
    script = user.write("complete.sh", user.run("completion", "bash").stdout)
    done = subprocess.run(["bash", "-c", f". {script}; COMP_WORDS=(minikube stat); COMP_CWORD=1; __start_minikube; echo ${{COMPREPLY[*]}}"],
                          stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout == "status\n"


class Mirror:
    """A web server with a mirror's layout, and the program built for it."""

    def __init__(self, folder, homes_make, uid):
        self.files = folder
        handler = functools.partial(Quiet, directory=str(folder))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.home = homes_make(uid)
        address = f"http://127.0.0.1:{self.server.server_address[1]}"
        subprocess.run([str(ROOT / "sandbox/minikube/build.sh"), "--mirror", address, "--backoff", "0.01", str(self.home.program)], check=True)

    def put(self, path, data, sha1=None):
        """A file, with its .sha1 unless that is given as False."""
        target = self.files / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        if sha1 is not False:
            target.with_name(target.name + ".sha1").write_text(sha1 or hashlib.sha1(data).hexdigest())


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Files, without a log."""

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def mirror(homes):
    """A stocked mirror and an unprivileged user's home."""
    folder = Path(tempfile.mkdtemp(prefix="mirror-"))
    made = Mirror(folder, homes, 65534 if os.geteuid() == 0 else os.geteuid())
    subprocess.run([str(ROOT / "sandbox/minikube/extras.sh"), str(folder)], check=True)
    for name in ("kubeadm", "kubelet"):
        made.put(RELEASE + name, name.encode() * 1000)
    for name in IMAGES:
        made.put("images/k8s.gcr.io/" + name, b"image", sha1=False)
    yield made
    made.server.shutdown()
    made.server.server_close()
    shutil.rmtree(folder)


RELEASE = "storage.googleapis.com/kubernetes-release/release/v1.20.2/bin/linux/amd64/"
IMAGES = ["kube-proxy_v1.20.2", "kube-scheduler_v1.20.2", "kube-controller-manager_v1.20.2", "kube-apiserver_v1.20.2", "pause_3.2", "etcd_3.4.13-0",
          "coredns_1.7.0"]
DOWNLOAD = ["start", "--vm-driver=virtualbox", "--kubernetes-version=1.20.2", "--download-only"]


def test_download_only(mirror):
    """cmd/start.go: image, programs, images, the profile; no VirtualBox needed; the lines in this order."""
    done = mirror.home.run(*DOWNLOAD, "--memory=2g", "--registry-mirror=http://m:5000")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1:] == ["* Downloading VM boot image ...", "* Downloading kubelet v1.20.2", "* Downloading kubeadm v1.20.2",
                                            "* Download complete!"]
    assert done.stdout.startswith("* minikube v1.5.2 on "), "releases.json names nothing newer, so the first line does not warn"
    assert "minikube-v1.5.1.iso: " in done.stderr and "100.00%" in done.stderr
    cache = mirror.home.path / ".minikube/cache"
    assert {str(p.relative_to(cache)) for p in cache.rglob("*") if p.is_file()} == {
        "iso/minikube-v1.5.1.iso", "v1.20.2/kubeadm", "v1.20.2/kubelet"} | {"images/k8s.gcr.io/" + name for name in IMAGES}
    path = mirror.home.path / ".minikube/profiles/minikube/config.json"
    assert path.stat().st_mode & 0o777 == 0o600 and path.parent.stat().st_mode & 0o777 == 0o700
    config = json.loads(path.read_text())
    assert list(config) == ["MachineConfig", "KubernetesConfig"]
    assert list(config["MachineConfig"]) == MACHINE_KEYS and list(config["KubernetesConfig"]) == KUBERNETES_KEYS
    machine, kubernetes = config["MachineConfig"], config["KubernetesConfig"]
    assert (machine["Memory"], machine["CPUs"], machine["DiskSize"], machine["VMDriver"]) == (2000, 2, 20000, "virtualbox")
    assert machine["InsecureRegistry"] == ["10.96.0.0/12"] and machine["RegistryMirror"] == ["http://m:5000"]
    assert (kubernetes["KubernetesVersion"], kubernetes["NodeIP"], kubernetes["NodeName"]) == ("v1.20.2", "", "minikube")
    assert '\n    "MachineConfig": {\n        "KeepContext"' in path.read_text()


def test_locks(mirror):
    """pkg/util/lock: 0600 files in TMPDIR that block another user, rc 70."""
    mirror.home.run(*DOWNLOAD)
    lock = mirror.home.tmp / "juju-minikube-config-json"
    assert lock.stat().st_mode & 0o777 == 0o600
    if os.geteuid() == 0:
        shared = mirror.home.write("shared/juju-minikube-config-json", "", 0o600)
        mirror.home.own = lambda: None
        os.chown(shared, 0, 0)
        done = mirror.home.run(*DOWNLOAD, env={"TMPDIR": str(shared.parent)})
        assert done.returncode == 70
        assert f"unable to open {shared}: permission denied" in done.stderr


def test_second_download_verifies_nothing(mirror):
    """pkg/minikube/machine/cache_binaries.go: what is in the cache is taken as it is."""
    mirror.home.run(*DOWNLOAD)
    altered = mirror.home.write(".minikube/cache/v1.20.2/kubeadm", "altered")
    done = mirror.home.run(*DOWNLOAD)
    assert done.returncode == 0 and "Downloading" not in done.stdout
    assert altered.read_text() == "altered"


def test_wrong_sha1_leaves_no_file(mirror):
    """pkg/minikube/machine/cache_binaries.go: both digests are named."""
    mirror.put(RELEASE + "kubeadm", b"altered", sha1="0" * 40)
    done = mirror.home.run(*DOWNLOAD)
    assert done.returncode == 70
    assert "Error downloading kubeadm v1.20.2: " in done.stderr and "0" * 40 in done.stderr and hashlib.sha1(b"altered").hexdigest() in done.stderr
    assert sorted(p.name for p in (mirror.home.path / ".minikube/cache/v1.20.2").iterdir()) == ["kubelet"]


def test_version_the_mirror_has_not(mirror):
    """A failed download: rc 70."""
    done = mirror.home.run("start", "--vm-driver=virtualbox", "--kubernetes-version=v1.19.0", "--download-only")
    assert done.returncode == 70
    assert "Error downloading kubelet v1.19.0: " in done.stderr and "404" in done.stderr


def test_missing_image_does_not_fail_a_download(mirror):
    """cmd/start.go: rc 0 and a glog line."""
    (mirror.files / "images/k8s.gcr.io/pause_3.2").unlink()
    done = mirror.home.run(*DOWNLOAD)
    assert done.returncode == 0
    assert "* Download complete!" in done.stdout and "Error caching images: " in done.stderr


def test_newer_release_warns(mirror):
    """pkg/minikube/notify."""
    (mirror.files / "storage.googleapis.com/minikube/releases.json").write_text('[{"name": "v1.6.0"}]')
    done = mirror.home.run(*DOWNLOAD)
    assert done.stdout.startswith("! minikube v1.5.2 on ")
    assert "* minikube 1.6.0 is available! Download it: https://github.com/kubernetes/minikube/releases/tag/v1.6.0\n" in done.stderr
    quiet = mirror.home.run(*DOWNLOAD, env={"MINIKUBE_WANTUPDATENOTIFICATION": "false"})
    assert quiet.stdout.startswith("* minikube v1.5.2 on ")


def test_unknown_mirror_name_is_a_known_problem(homes):
    """pkg/minikube/problem/err_map.go: a name that does not resolve reads as a wrong proxy."""
    home = homes(65534 if os.geteuid() == 0 else os.geteuid())
    subprocess.run([str(ROOT / "sandbox/minikube/build.sh"), "--mirror", "http://mirror.invalid", str(home.program)], check=True)
    done = home.run("start", "--vm-driver=virtualbox", env={"MINIKUBE_WANTUPDATENOTIFICATION": "false"})
    assert done.returncode == 78
    assert "* Error: [INVALID_PROXY_HOSTNAME] " in done.stderr
