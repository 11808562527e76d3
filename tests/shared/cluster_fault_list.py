"""The faults of a cluster (driver none): what makes one on a seat, what takes it back, what the run must say, and whether the same run mends it."""

import collections

#: words: patterns that the seat's entry in report.json must hold, and the run's output too where it does not mend the fault itself.
Fault = collections.namedtuple("Fault", "make back words mends")

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
}
