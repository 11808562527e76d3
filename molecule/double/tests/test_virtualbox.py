"""Driver virtualbox as an unprivileged user, by the stand-in for VBoxManage; in the order of a VM's life, as in test_none.py."""

import json
import re

import pytest

testinfra_hosts = ["ansible://double_virtualbox"]
START = "minikube start --vm-driver=virtualbox --kubernetes-version=v1.20.2 --registry-mirror=http://lab-mirror:5000"
ALL_WELL = ("Running", "Running", "Running", "Configured")
ADDRESS = "192.168.99.100"


def test_stand_in_says_so(as_student):
    """Nobody takes it for VirtualBox."""
    version = as_student("VBoxManage --version").stdout
    assert re.match(r"^6\.1\.", version) and "StandIn" in version
    assert "Stand-in" in as_student("VBoxManage --help").stdout


def test_root_half_is_for_the_stand_in_only(as_student):
    """The sudo rule gives no more than the stand-in needs."""
    for arguments in ("adapter eth0 10.0.0.1/8", "adapter vboxnet0 10.0.0.1/24", "remove-adapter eth0", "nonsense"):
        as_student("sudo -n /usr/local/bin/VBoxManage --seat %s" % arguments, 1)
    as_student("sudo -n true", 1)


def test_root_is_refused(as_root):
    """rc 77, on stdout."""
    done = as_root(START, 77)
    assert '* The "virtualbox" driver should not be used with root privileges.\n' in done.stdout


def test_network_that_virtualbox_does_not_allow(host, as_student):
    """Without /etc/vbox/networks.conf VirtualBox >= 6.1.28 allows 192.168.56.0/21 only, and v1.5.2 has no advice for it."""
    assert not host.file("/etc/vbox/networks.conf").exists
    done = as_student(START, 70)
    assert done.stdout.count("* Retriable failure: create: creating: Error setting up host only network on machine start: ") == 4
    assert "Code E_ACCESSDENIED (0x80070005)" in done.stderr
    assert as_student("VBoxManage list vms").stdout == ""
    assert not host.file("/home/student/.minikube/machines/minikube").exists


@pytest.fixture(scope="module")
def started(as_root, as_student):
    """The first start's answer, once the network is allowed."""
    as_root("mkdir -p /etc/vbox && echo '* 192.168.56.0/21 192.168.99.0/24' > /etc/vbox/networks.conf")
    return as_student(START)


def test_first_start(started):
    """Every line of a first start, in order."""
    lines = started.stdout.splitlines()
    assert lines[1] == "* Creating virtualbox VM (CPUs=2, Memory=2000MB, Disk=20000MB) ..."
    assert re.match(r"\* Preparing Kubernetes v1\.20\.2 on Docker '[^']+' \.\.\.$", lines[2])
    assert [line for line in lines if "Downloading" not in line][3:] == [
        "* Pulling images ...", "* Launching Kubernetes ... ", "* Waiting for: apiserver", '* Done! kubectl is now configured to use "minikube"']


def test_vm(host, started, as_student):
    """The files of the machine and what VBoxManage says of it."""
    assert re.match(r'^"minikube" \{[0-9a-f-]{36}\}\n$', as_student("VBoxManage list runningvms").stdout)
    assert 'VMState="running"' in as_student("VBoxManage showvminfo minikube --machinereadable").stdout
    machine = host.file("/home/student/.minikube/machines/minikube/config.json")
    data = json.loads(machine.content_string)
    assert machine.mode == 0o600 and machine.user == "student"
    assert (data["ConfigVersion"], data["DriverName"], data["Name"]) == (3, "virtualbox", "minikube")
    assert (data["Driver"]["IPAddress"], data["Driver"]["SSHUser"], data["Driver"]["CPU"]) == (ADDRESS, "docker", 2)
    assert {"boot2docker.iso", "disk.vmdk", "id_rsa", "id_rsa.pub", "minikube"} <= set(host.file("/home/student/.minikube/machines/minikube").listdir())
    assert host.file("/home/student/.minikube/machines/minikube/minikube/minikube.vbox").exists


def test_ip_and_ssh_key(started, as_student):
    """Both together are a working ssh command line."""
    assert as_student("minikube ip").stdout == ADDRESS + "\n"
    assert as_student("minikube ssh-key").stdout == "/home/student/.minikube/machines/minikube/id_rsa\n"
    assert as_student("ssh -o StrictHostKeyChecking=no -i $(minikube ssh-key) docker@$(minikube ip) id -un").stdout == "docker\n"


def test_ssh_is_a_terminal(started, as_student):
    """One merged stream with CR LF, the remote exit code only in a message, rc 1."""
    assert as_student("minikube ssh -- id -un").stdout == "docker\r\n"
    assert as_student("minikube ssh 'test -t 1 && echo terminal'").stdout == "terminal\r\n"
    done = as_student("minikube ssh 'echo out; echo err >&2; exit 3'", 1)
    assert (done.stdout, done.stderr) == ("out\r\nerr\r\n", "ssh: Process exited with status 3\n")
    assert as_student("minikube ssh sudo whoami").stdout == "root\r\n"


def test_service_answers(started, as_student, web):
    """The URL that `service --url` prints answers HTTP, from a pod whose image came by the registry mirror."""
    as_student.settled()
    as_student("kubectl create deployment web --image=%s" % web)
    as_student("kubectl expose deployment web --type=NodePort --port=80 --target-port=8080")
    as_student("kubectl rollout status deployment/web --timeout=180s")
    url = as_student("minikube service web --url").stdout.strip()
    assert re.match(r"^http://192\.168\.99\.100:3\d{4}$", url)
    as_student.until("curl -fsS --max-time 5 %s" % url, 60)
    assert as_student("curl -fsS %s" % url).stdout == "Hello Kubernetes Beginners!\n"
    port = url.rsplit(":", 1)[1]
    assert as_student("minikube service web --url --format '{{.IP}}/{{.Port}}'").stdout == "%s/%s\n" % (ADDRESS, port)
    assert as_student("minikube service web --url --https").stdout == "https://%s:%s\n" % (ADDRESS, port)


def test_second_start(started, as_student):
    """A running VM is used, and provisioned again."""
    out = as_student(START).stdout
    assert '\n* Using the running virtualbox "minikube" VM ...\n' in out
    assert "\n* Relaunching Kubernetes using kubeadm ... \n" in out
    assert as_student.status(0) == ALL_WELL


def test_kubelet_stopped(started, as_student):
    """The word is empty, not Stopped: bit 2."""
    as_student("minikube ssh sudo systemctl stop kubelet")
    assert as_student.status(2) == ("Running", "", "Running", "Configured")


def test_kubelet_and_apiserver_stopped(started, as_student):
    """Bit 2 once, whatever is missing."""
    as_student("minikube ssh 'sudo docker stop $(sudo docker ps -q --filter name=k8s_kube-apiserver)'")
    assert as_student.status(2) == ("Running", "", "Stopped", "Configured")
    as_student("minikube ssh sudo systemctl start kubelet")
    as_student.until("minikube status")
    as_student.settled()


def test_stale_kubeconfig(started, as_student):
    """Bit 4, and update-context as its remedy."""
    as_student("kubectl config set-cluster minikube --server=https://192.0.2.1:8443")
    assert as_student.status(4) == ("Running", "Running", "Running", "Misconfigured")
    assert as_student("minikube update-context").stdout == "* minikube IP has been updated to point at %s\n" % ADDRESS
    assert as_student.status(0) == ALL_WELL


def test_stop_and_start_keep_pods_and_data(host, started, as_student):
    """The same pod and the same object after a stop; stopping twice is fine."""
    as_student("kubectl create configmap kept --from-literal=a=b")
    pod = as_student("kubectl get pods -l app=web -o name").stdout
    assert as_student("minikube stop").stdout == '* Stopping "minikube" in virtualbox ...\n* "minikube" stopped.\n'
    assert as_student.status(1) == ("Stopped", "", "", "")
    assert ADDRESS not in host.run("ip -4 address").stdout
    assert as_student("minikube ssh true", 1).stderr == 'ssh: "minikube" is not running\n'
    assert "X Error getting IP: Host is not running\n" in as_student("minikube ip", 70).stderr
    assert as_student("minikube stop").stdout == '* Stopping "minikube" in virtualbox ...\n* "minikube" stopped.\n'
    assert '\n* Starting existing virtualbox VM for "minikube" ...\n' in as_student(START).stdout
    as_student("kubectl wait --for=condition=ready %s --timeout=180s" % pod.strip())
    assert as_student("kubectl get pods -l app=web -o name").stdout == pod
    assert as_student("kubectl get configmap kept -o jsonpath={.data.a}").stdout == "b"


def test_delete_keeps_the_kubeconfig(host, started, as_student):
    """The VM and its files go; kubeconfig entries and the host-only network stay."""
    done = as_student("minikube delete")
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        '* Deleting "minikube" in virtualbox ...', '* The "minikube" cluster has been deleted.', '* Successfully deleted profile "minikube"']
    assert as_student.status(1) == ("", "", "", "")
    assert "name: minikube" in host.file("/home/student/.kube/config").content_string
    assert as_student("VBoxManage list vms").stdout == ""
    assert "vboxnet" in as_student("VBoxManage list hostonlyifs").stdout, "the network stays, as with the real one"
    assert not host.file("/var/lib/minikube").exists
    assert not host.user("docker").exists


def test_vm_removed_behind_its_back(started, as_student):
    """status 70; start cannot heal it and says to delete."""
    as_student(START)
    as_student("VBoxManage controlvm minikube poweroff && VBoxManage unregistervm minikube --delete")
    done = as_student("minikube status", 70)
    assert "X Error getting host status: state: machine does not exist\n" in done.stderr
    done = as_student(START, 78)
    assert done.stdout.count("* Retriable failure: Error getting state for host: machine does not exist\n") == 4
    assert "* Error: [MACHINE_DOES_NOT_EXST] " in done.stderr
    done = as_student("minikube delete")
    assert "! Unable to get the status of the minikube cluster.\n" in done.stderr
    assert as_student.status(1) == ("", "", "", "")
