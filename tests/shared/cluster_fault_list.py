"""The faults of a cluster: what makes one on a seat, what takes it back, what the run must say, and whether the same run mends it."""

import collections

#: words: patterns that the seat's entry in report.json must hold, and the run's output too where it does not mend the fault itself. driver: of the cluster.
Fault = collections.namedtuple("Fault", "make back words mends driver", defaults=("none",))

# Nothing of the cluster runs, as after a power cut; it is all there.
CLUSTER_DOWN = "systemctl stop kubelet; docker ps -q | xargs -r docker kill >/dev/null"
# systemd starts the kubelet again and again, and it fails each time: as with a broken binary or a configuration that it does not take.
KUBELET_FAILS = """mkdir -p /etc/systemd/system/kubelet.service.d
printf '[Service]\\nExecStartPre=/bin/false\\n' > /etc/systemd/system/kubelet.service.d/99-fault.conf
systemctl daemon-reload; systemctl stop kubelet"""
KUBELET_BACK = "rm /etc/systemd/system/kubelet.service.d/99-fault.conf; systemctl daemon-reload; systemctl reset-failed kubelet"
MANIFEST = "/etc/kubernetes/manifests/kube-apiserver.yaml"
# Docker's own folder on a disk of 40 MB: the images are gone with it, and there is no room to fetch them.
DISK_FULL = CLUSTER_DOWN + """; systemctl stop docker docker.socket
mount -t tmpfs -o size=40m tmpfs /var/lib/docker; systemctl start docker"""
DISK_BACK = """systemctl stop kubelet docker docker.socket; umount -R /var/lib/docker; systemctl start docker"""
# The VM is off and VirtualBox cannot start it, once or always: a program in front of VBoxManage, where minikube and the toolkit find it first, which says no in
# the words of a real one. minikube's own `start` would delete such a VM and make a new one.
VM_DOES_NOT_START = """runuser --login k8suser --command 'VBoxManage controlvm minikube poweroff'
install --directory --owner k8suser /opt/fault; touch /opt/fault/%s
cat > /usr/local/sbin/VBoxManage <<'END'
#!/bin/sh
if [ "$1" = startvm ] && { [ -e /opt/fault/always ] || rm /opt/fault/once 2>/dev/null; }; then
  echo "VBoxManage: error: The virtual machine 'minikube' has terminated unexpectedly during startup with exit code 1 (0x1)" >&2
  exit 1
fi
exec /usr/local/bin/VBoxManage "$@"
END
chmod 755 /usr/local/sbin/VBoxManage"""
VM_STARTS = "rm -r /usr/local/sbin/VBoxManage /opt/fault"
VM_WORDS = ["VBoxManage startvm minikube", "terminated unexpectedly during startup", "nothing was deleted"]
# To see that the run itself gave the files back.
GIVEN_BACK = 'test -z "$(find ~k8suser/.kube ~k8suser/.minikube ! -user k8suser)"'
GAVE_BACK = "gave back to k8suser what belonged to another account: "

FAULTS = {
    "kubelet_stopped": Fault("systemctl stop kubelet", "true", ["the (kubelet|cluster) was Stopped and runs again"], True),
    "apiserver_killed": Fault(
        "mv %s /root/; docker ps -q --filter name=k8s_kube-apiserver | xargs -r docker kill >/dev/null" % MANIFEST,
        "test -s %s && rm /root/kube-apiserver.yaml" % MANIFEST, ["the API server was .* and runs again"], True),
    "start_fails_always": Fault(KUBELET_FAILS, KUBELET_BACK, ["kubelet does not start", "journalctl -u kubelet"], False),
    "docker_masked": Fault(
        "systemctl stop kubelet docker docker.socket; systemctl mask --runtime docker docker.socket",
        "systemctl unmask --runtime docker docker.socket; systemctl start docker", ["docker.service is masked", "systemctl unmask"], False),
    # What the kernel says is all that can be made here: a machine whose memory is really gone takes the sandbox with it.
    "no_memory": Fault(
        CLUSTER_DOWN + "; sed 's/^MemAvailable:.*/MemAvailable: 204800 kB/; s/^SwapFree:.*/SwapFree: 0 kB/' /proc/meminfo > /root/meminfo; "
        "mount --bind /root/meminfo /proc/meminfo",
        "umount /proc/meminfo; rm /root/meminfo", ["200 MB of memory are free", "close programs"], False),
    "disk_full": Fault(DISK_FULL, DISK_BACK, [r"\d+ MB are free", "/var/lib/docker", "docker system df"], False),
    "vm_start_fails_once": Fault(VM_DOES_NOT_START % "once", VM_STARTS, VM_WORDS, False, "virtualbox"),
    "vm_start_fails_always": Fault(VM_DOES_NOT_START % "always", VM_STARTS, VM_WORDS, False, "virtualbox"),
    # As after `sudo minikube start`, with the student's home.
    "root_owned_machine": Fault(
        "chown -R root: ~k8suser/.minikube/machines/minikube", GIVEN_BACK, [GAVE_BACK + "~/.minikube/machines/minikube"], True, "virtualbox"),
    "files_of_others": Fault(
        "chown -R root: ~k8suser/.kube; chown -R nobody: ~k8suser/.minikube/profiles/minikube", GIVEN_BACK,
        [GAVE_BACK + "~/.minikube/profiles/minikube", r"~/\.kube"], True, "virtualbox"),
}
