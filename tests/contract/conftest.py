"""The built double, run as a user would: a subprocess with a home of its own."""

import json
import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOBODY = 65534


@pytest.fixture(scope="session")
def double(tmp_path_factory):
    """The program, with a mirror that answers nothing and no pauses between attempts."""
    folder = tmp_path_factory.mktemp("program")
    subprocess.run([str(ROOT / "sandbox/minikube/build.sh"), "--mirror", "http://127.0.0.1:9", "--backoff", "0.01", str(folder / "minikube")], check=True)
    return folder / "minikube"


class Home:
    """One user's home: files before, commands, files after."""

    def __init__(self, path, program, uid):
        self.path, self.program, self.uid = path, program, uid
        self.bin = path / "path"
        self.bin.mkdir()
        self.tmp = path / "tmp"
        self.tmp.mkdir()

    def own(self):
        """Give everything in the home to the user."""
        for folder, folders, names in os.walk(self.path):
            for name in [""] + folders + names:
                os.lchown(os.path.join(folder, name), self.uid, self.uid)

    def run(self, *argv, env=None):
        """Run minikube; the answer has returncode, stdout, stderr as text."""
        self.own()
        environment = {"HOME": str(self.path), "PATH": f"{self.bin}:/usr/bin:/bin", "LC_ALL": "C", "TMPDIR": str(self.tmp), "SHELL": "/bin/bash"}
        environment.update(env or {})
        uid = self.uid

        def become():
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)

        done = subprocess.run([str(self.program), *argv], env=environment, cwd=self.path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=30, preexec_fn=become if os.geteuid() == 0 else None)
        done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
        return done

    def write(self, name, data, mode=0o644):
        """Put text, or data as JSON, at a path in the home."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(data if isinstance(data, str) else json.dumps(data))
        path.chmod(mode)
        return path

    def read_json(self, name):
        """The JSON at a path in the home."""
        return json.loads((self.path / name).read_text())

    def program_in_path(self, name, script):
        """A program that this user has in PATH."""
        return self.write(f"path/{name}", "#!/bin/sh\n" + script, 0o755)

    def profile(self, driver="virtualbox", version="v1.16.2", ip="192.168.99.100", name="minikube"):
        """A saved profile."""
        self.write(f".minikube/profiles/{name}/config.json",
                   {"MachineConfig": {"VMDriver": driver}, "KubernetesConfig": {"KubernetesVersion": version, "NodeIP": ip, "NodePort": 8443}})

    def machine(self, driver="virtualbox", ip="192.168.99.100", name="minikube"):
        """A stored machine."""
        key = str(self.path / f".minikube/machines/{name}/id_rsa")
        self.write(f".minikube/machines/{name}/config.json",
                   {"ConfigVersion": 3, "Name": name, "DriverName": driver, "HostOptions": {}, "Driver": {
                       "IPAddress": ip, "SSHPort": 22, "SSHKeyPath": key, "NoVTXCheck": False, "HostOnlyCIDR": "192.168.99.1/24"}})

    def vboxmanage(self, state):
        """A VBoxManage whose VM is in this state; None: the VM is not registered."""
        if state is None:
            answer = "echo \"VBoxManage: error: Could not find a registered machine named 'minikube'\" >&2; exit 1"
        else:
            answer = f"echo 'VMState=\"{state}\"'"
        self.program_in_path("VBoxManage", f'case "$1" in --version) echo 6.1.50r161033;; showvminfo) {answer};; esac\n')


@pytest.fixture
def homes(double):
    """Make homes outside pytest's own 0700 directory, so that an unprivileged user can enter them."""
    import tempfile

    made = []

    def make(uid):
        path = pathlib.Path(tempfile.mkdtemp(prefix="double-"))
        path.chmod(0o755)
        made.append(path)
        program = path / "minikube"
        shutil.copy(double, program)
        return Home(path, program, uid)

    yield make
    for path in made:
        shutil.rmtree(path)


@pytest.fixture
def user(homes):
    """An unprivileged user's home."""
    return homes(NOBODY if os.geteuid() == 0 else os.geteuid())


@pytest.fixture
def root(homes):
    """Root's home, where the tests run as root."""
    if os.geteuid() != 0:
        pytest.skip("needs root")
    return homes(0)
