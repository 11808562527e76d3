"""What commands say about machines and profiles that are there, by files alone and a VBoxManage that answers as told."""

import http.server
import json
import os
import re
import threading

import pytest

KUBECONFIG = """apiVersion: v1
clusters:
- cluster:
    certificate-authority: /home/u/.minikube/ca.crt
    server: https://192.168.99.100:8443
  name: minikube
- cluster:
    server: "https://other.example:6443"
  name: other
contexts:
- context:
    cluster: minikube
    user: minikube
  name: minikube
current-context: minikube
kind: Config
preferences: {}
users:
- name: minikube
  user:
    client-certificate: /home/u/.minikube/client.crt
"""


@pytest.fixture
def stopped(user):
    """A machine whose VM is switched off."""
    user.profile()
    user.machine()
    user.vboxmanage("poweroff")
    return user


@pytest.fixture
def gone(user):
    """A machine whose VM was removed behind minikube's back."""
    user.profile()
    user.machine()
    user.vboxmanage(None)
    return user


@pytest.mark.parametrize("state, word", [("poweroff", "Stopped"), ("aborted", "Stopped"), ("saved", "Saved"), ("paused", "Paused"), ("gurumeditation", "")])
def test_status_of_a_vm_that_does_not_run(stopped, state, word):
    """cmd/status.go: bit 1, and nothing else is looked at."""
    stopped.vboxmanage(state)
    done = stopped.run("status", "-o", "json")
    assert (done.returncode, done.stdout, done.stderr) == (1, '{"Host":"%s","Kubelet":"","APIServer":"","Kubeconfig":""}' % word, "")


def test_status_when_the_vm_is_gone(gone):
    """cmd/status.go: rc 70."""
    done = gone.run("status")
    assert done.returncode == 70
    assert done.stdout == ""
    assert done.stderr.startswith("* \nX Error getting host status: state: machine does not exist\n* \n* Sorry that minikube crashed.")


def test_stop_of_a_stopped_vm(stopped):
    """cmd/stop.go: the same lines as for a running one."""
    done = stopped.run("stop")
    assert (done.returncode, done.stdout, done.stderr) == (0, '* Stopping "minikube" in virtualbox ...\n* "minikube" stopped.\n', "")


def test_stop_clears_the_default_kubeconfig_whatever_kubeconfig_says(stopped):
    """cmd/stop.go: KUBECONFIG is ignored, other entries stay."""
    default, other = stopped.write(".kube/config", KUBECONFIG), stopped.write("elsewhere", KUBECONFIG)
    assert stopped.run("stop", env={"KUBECONFIG": str(other)}).returncode == 0
    assert 'current-context: ""' in default.read_text()
    assert "https://other.example:6443" in default.read_text()
    assert other.read_text() == KUBECONFIG


def test_stop_leaves_another_current_context(stopped):
    """cmd/stop.go: only this profile's context is cleared."""
    config = stopped.write(".kube/config", KUBECONFIG.replace("current-context: minikube", "current-context: other"))
    before = config.read_text()
    assert stopped.run("stop").returncode == 0
    assert config.read_text() == before


def test_ip_of_a_stopped_vm(stopped):
    """cmd/ip.go."""
    done = stopped.run("ip")
    assert done.returncode == 70
    assert "X Error getting IP: Host is not running\n" in done.stderr


def test_ssh_to_a_stopped_vm(stopped):
    """cmd/ssh.go."""
    done = stopped.run("ssh", "true")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", 'ssh: "minikube" is not running\n')


def test_docker_env_of_a_stopped_vm(stopped):
    """cmd/env.go."""
    assert stopped.run("docker-env").returncode == 69


def test_docker_env_of_a_running_vm(stopped):
    """cmd/env.go: lines for the shell."""
    stopped.vboxmanage("running")
    done = stopped.run("docker-env")
    assert done.returncode == 0
    assert done.stdout == ('export DOCKER_TLS_VERIFY="1"\nexport DOCKER_HOST="tcp://192.168.99.100:2376"\nexport DOCKER_CERT_PATH="%s/.minikube/certs"\n'
                           "# Run this command to configure your shell:\n# eval $(minikube docker-env)\n" % stopped.path)
    assert stopped.run("docker-env", env={"SHELL": ""}).returncode == 70


def test_ip_of_a_running_vm(stopped):
    """cmd/ip.go."""
    stopped.vboxmanage("running")
    done = stopped.run("ip")
    assert (done.returncode, done.stdout, done.stderr) == (0, "192.168.99.100\n", "")


def test_ssh_key_checks_nothing(user):
    """cmd/ssh-key.go."""
    done = user.run("ssh-key")
    assert (done.returncode, done.stdout) == (0, f"{user.path}/.minikube/machines/minikube/id_rsa\n")


def test_service_of_a_stopped_vm_is_silent(stopped):
    """cmd/service.go."""
    done = stopped.run("service", "x", "--url")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


@pytest.mark.parametrize("address, code, text", [
    ("192.168.99.100", 0, "! minikube IP was already correctly configured for 192.168.99.100\n"),
    ("192.168.99.101", 0, "* minikube IP has been updated to point at 192.168.99.101\n")])
def test_update_context(stopped, address, code, text):
    """cmd/update-context.go: ~/.kube/config, current-context untouched."""
    stopped.machine(ip=address)
    stopped.vboxmanage("running")
    config = stopped.write(".kube/config", KUBECONFIG.replace("current-context: minikube", "current-context: other"), 0o600)
    done = stopped.run("update-context", env={"KUBECONFIG": "/nonexistent"})
    assert (done.returncode, done.stdout, done.stderr) == (code, text, "")
    assert f"server: https://{address}:8443" in config.read_text()
    assert "current-context: other" in config.read_text()


def test_update_context_without_an_entry(stopped):
    """cmd/update-context.go."""
    stopped.vboxmanage("running")
    assert stopped.run("update-context").returncode == 70


def test_delete_of_a_vm_that_is_gone(gone):
    """cmd/delete.go: rc 0, the directory is removed, the kubeconfig's entries stay."""
    config = gone.write(".kube/config", KUBECONFIG)
    done = gone.run("delete")
    assert done.returncode == 0
    assert done.stderr == "! Unable to get the status of the minikube cluster.\n"
    assert done.stdout == (f'! "minikube" cluster does not exist. Proceeding ahead with cleanup.\n* Removing {gone.path}/.minikube/machines/minikube ...\n'
                           '* The "minikube" cluster has been deleted.\n* Successfully deleted profile "minikube"\n')
    assert config.read_text() == KUBECONFIG
    assert not (gone.path / ".minikube/machines/minikube").exists()
    assert not (gone.path / ".minikube/profiles/minikube").exists()


def test_delete_forgets_the_profile_setting(user):
    """cmd/delete.go: config.json is rewritten without "profile"."""
    user.write(".minikube/config/config.json", {"profile": "minikube", "memory": 3000})
    user.run("delete")
    assert user.read_json(".minikube/config/config.json") == {"memory": 3000}


def test_delete_all_and_purge(user):
    """cmd/delete.go."""
    user.profile(name="one")
    user.profile(name="two")
    done = user.run("delete", "--all", "--purge")
    assert done.returncode == 0
    assert '* Successfully deleted profile "one"\n' in done.stdout
    assert "* Successfully deleted all profiles\n" in done.stdout
    assert not (user.path / ".minikube").exists()


@pytest.fixture
def image(user):
    """The VM's image in the cache, so that start gets as far as the VM."""
    user.write(".minikube/cache/iso/minikube-v1.5.1.iso", "x")
    return user


def test_start_without_virtualbox(image):
    """pkg/minikube/problem/err_map.go: a warning, four attempts, VBOX_NOT_FOUND."""
    done = image.run("start", "--vm-driver=virtualbox")
    assert done.returncode == 78
    assert done.stdout.count("* Retriable failure: create: precreate: VBoxManage not found.") == 4
    assert "\nX Unable to start VM\n* Error: [VBOX_NOT_FOUND] " in done.stderr
    assert not (image.path / ".minikube/machines/minikube").exists()


def test_start_cannot_heal_a_vm_that_is_gone(image):
    """Four attempts, MACHINE_DOES_NOT_EXST (sic), and the directory is still there."""
    image.profile()
    image.machine()
    image.vboxmanage(None)
    done = image.run("start", "--vm-driver=virtualbox")
    assert done.returncode == 78
    assert done.stdout.count("* Retriable failure: Error getting state for host: machine does not exist\n") == 4
    assert "* Error: [MACHINE_DOES_NOT_EXST] " in done.stderr
    assert "* Suggestion: Run 'minikube delete' to delete the stale VM\n" in done.stderr
    assert (image.path / ".minikube/machines/minikube").exists()


@pytest.mark.parametrize("version, text, code, mark", [
    ("WARNING: The vboxdrv kernel module is not loaded.", "We support Virtualbox starting with version 5", 78, "[VBOX_DRV_NOT_LOADED]"),
    ("WARNING: The character device /dev/vboxdrv does not exist.", "We support Virtualbox starting with version 5", 78, "[VBOX_DEVICE_MISSING]"),
    ("4.2.1r1", 'Your VirtualBox install is "4.2.1r1"', 70, "X Unable to start VM: create: precreate: We support")])
def test_start_reads_the_version(image, version, text, code, mark):
    """drivers/virtualbox: kernel module warnings land inside the quoted version."""
    image.program_in_path("VBoxManage", f"[ \"$1\" != --version ] || echo '{version}'\n")
    done = image.run("start", "--vm-driver=virtualbox")
    assert done.returncode == code, done.stderr
    assert text in done.stdout
    assert mark in done.stderr


def test_failed_start_deletes_an_existing_vm(image):
    """cmd/start.go: a VM that does not start loses its data."""
    image.profile()
    image.machine()
    log = image.path / "calls"
    image.program_in_path("VBoxManage", f'echo "$*" >> {log}\ncase "$1" in showvminfo) echo \'VMState="poweroff"\';; list) :;; '
                          'startvm) echo "VBoxManage: error: no" >&2; exit 1;; hostonlyif) echo "Interface \'vboxnet0\' was successfully created";; '
                          "--version) echo 6.1.50r1;; createvm) exit 1;; esac\n")
    done = image.run("start", "--vm-driver=virtualbox", "--no-vtx-check")
    assert done.returncode in (70, 78)
    assert "unregistervm --delete minikube" in log.read_text()
    assert '* Starting existing virtualbox VM for "minikube" ...\n' in done.stdout
    assert not (image.path / ".minikube/machines/minikube").exists()


def test_driver_conflict(stopped):
    """cmd/start.go."""
    done = stopped.run("start", "--vm-driver=none")
    assert done.returncode == 78
    assert ('! The existing "minikube" VM that was created using the "virtualbox" driver, and is incompatible with the "none" driver.\n') in done.stderr
    assert done.stderr.endswith("X Exiting due to driver incompatibility\n")


def test_profile_driver_is_reused(stopped):
    """cmd/start.go: with a profile and no flag there is no health check and no message."""
    done = stopped.run("start", "--cpus=1")
    assert done.returncode == 64
    assert "Automatically selected" not in done.stdout


def test_selection(user):
    """cmd/start.go."""
    user.vboxmanage("poweroff")
    done = user.run("start", "--cpus=1")
    assert re.search(r"\n\* Automatically selected the 'virtualbox' driver( \(alternates: \[none\]\))?\n", done.stdout)


@pytest.mark.parametrize("old, new, code, text", [
    ("v1.16.2", "v1.15.0", 78, "X Error: You have selected Kubernetes v1.15.0, but the existing cluster for your profile is running Kubernetes v1.16.2. "
     "Non-destructive downgrades are not supported, "),
    ("v1.16.2", "1.10.0", 65, "X Sorry, Kubernetes 1.10.0 is not supported by this release of minikube\n")])
def test_version_against_the_profile(stopped, old, new, code, text):
    """cmd/start.go; not skippable for a downgrade."""
    stopped.profile(version=old)
    done = stopped.run("start", "--kubernetes-version", new)
    assert done.returncode == code
    assert text in done.stderr
    if code == 78:
        assert stopped.run("start", "--force", "--kubernetes-version", new).returncode == code


def test_corrupt_profile(user):
    """cmd/start.go."""
    user.write(".minikube/profiles/minikube/config.json", "{")
    done = user.run("start", "--vm-driver=virtualbox")
    assert done.returncode == 65
    assert done.stderr.startswith("X Unable to load config: ")


def test_profile_list(user):
    """cmd/config/profile_list.go: files only, nothing about the VM, no newline."""
    user.profile()
    user.write(".minikube/profiles/broken/config.json", "{")
    done = user.run("profile", "list", "-o", "json")
    assert done.returncode == 0 and not done.stdout.endswith("\n")
    data = json.loads(done.stdout)
    assert [(p["Name"], p["Config"]["MachineConfig"]["VMDriver"]) for p in data["valid"]] == [("minikube", "virtualbox")]
    assert data["invalid"] == [{"Name": "broken", "Config": None}]
    table = user.run("profile", "list")
    assert table.returncode == 0
    assert "| Profile  | VM Driver  |     NodeIP     | Node Port | Kubernetes Version |" in table.stdout
    assert "| minikube | virtualbox | 192.168.99.100 |      8443 | v1.16.2            |" in table.stdout


def test_profile_list_of_a_fresh_home(user):
    """cmd/config/profile_list.go."""
    done = user.run("profile", "list", "-o", "json")
    assert done.returncode == 1
    assert done.stdout == '{"error":{"Op":"open","Path":"%s/.minikube/profiles","Err":2}}' % user.path


def test_root_is_refused_for_a_vm(root):
    """cmd/start.go: 77, all of it on stdout; --force goes on but still says it."""
    done = root.run("start", "--vm-driver=virtualbox")
    lines = ['* The "virtualbox" driver should not be used with root privileges.',
             "* If you are running minikube within a VM, consider using --vm-driver=none:",
             "*   https://minikube.sigs.k8s.io/docs/reference/drivers/none/"]
    assert done.returncode == 77
    assert done.stdout.splitlines()[1:] == lines
    assert "root privileges" not in done.stderr
    forced = root.run("start", "--vm-driver=virtualbox", "--force")
    assert forced.returncode == 70 and forced.stdout.splitlines()[1:4] == lines


def test_cache_add_without_a_machine(user):
    """cmd/cache.go: it fails and is not recorded."""
    user.write(".minikube/cache/images/redis_3", "x")
    assert user.run("cache", "add", "redis:3").returncode == 70
    assert user.run("cache", "list").stdout == ""


def test_none_driver_refuses_ssh_and_docker_env(user):
    """cmd/ssh.go, cmd/env.go."""
    user.profile("none")
    user.machine("none")
    done = user.run("ssh", "true")
    assert (done.returncode, done.stderr) == (64, "* 'none' driver does not support 'minikube ssh' command\n")
    assert user.run("docker-env").returncode == 64


@pytest.fixture
def api(user, tmp_path):
    """A TLS server on port 8443 whose /healthz answers with the status: its address, and the status in a list.

    The address is this process's own one of loopback: the port is fixed, and another test process, of another checkout too, serves at the same time.
    """
    import ssl
    import subprocess

    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout", str(tmp_path / "k"), "-out", str(tmp_path / "c")],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    status = [200]

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status[0])
            self.end_headers()

        def log_message(self, *_):
            pass

    address = f"127.{os.getpid() >> 16 & 255}.{os.getpid() >> 8 & 255}.{os.getpid() & 255}"
    server = http.server.ThreadingHTTPServer((address, 8443), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "c", tmp_path / "k")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield address, status
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("kubelet, answer, address, code, words", [
    (0, 200, "its own", 0, ("Running", "Running", "Running", "Configured")),
    (3, 200, "its own", 2, ("Running", "", "Running", "Configured")),
    (0, 500, "its own", 2, ("Running", "Running", "Error", "Configured")),
    (0, 200, "10.1.1.1", 4, ("Running", "Running", "Running", "Misconfigured")),
    (3, 200, "10.1.1.1", 6, ("Running", "", "Running", "Misconfigured")),
    (0, 200, None, 4, ("Running", "Running", "Running", "Misconfigured"))])
def test_status_bits(user, api, kubelet, answer, address, code, words):
    """cmd/status.go: 2 for kubelet or API server, 4 for the kubeconfig; the kubelet comes over ssh."""
    own, status = api
    status[0] = answer
    user.machine(ip=own)
    user.vboxmanage("running")
    user.program_in_path("ssh", "echo active\n" if kubelet == 0 else f"echo inactive; exit {kubelet}\n")
    if address:
        user.write("kube", KUBECONFIG.replace("192.168.99.100", own if address == "its own" else address))
    done = user.run("status", "-o", "json", env={"KUBECONFIG": str(user.path / "kube")})
    assert tuple(json.loads(done.stdout).values()) == words
    assert done.returncode == code
    text = user.run("status", env={"KUBECONFIG": str(user.path / "kube")})
    assert ("! Warning: Your kubectl is pointing to stale minikube-vm.\n" in text.stderr) == (words[3] == "Misconfigured")
    assert bool(re.search(r"(?m)^E\d{4} .* Error kubeconfig status: ", text.stderr)) == (address is None)


def test_apiserver_without_a_listener_is_stopped(user):
    """cmd/status.go: no connection."""
    user.machine(ip="127.0.0.2")
    user.vboxmanage("running")
    user.program_in_path("ssh", "echo active\n")
    user.write(".kube/config", KUBECONFIG.replace("192.168.99.100", "127.0.0.2"))
    done = user.run("status", "-o", "json")
    assert json.loads(done.stdout)["APIServer"] == "Stopped"
    assert done.returncode == 2
    assert os.path.exists(user.path / ".minikube")
