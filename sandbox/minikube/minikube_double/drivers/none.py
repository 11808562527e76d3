"""Driver none: the node is this machine (pkg/drivers/none)."""

import shutil
import socket
import subprocess

from minikube_double.errors import MachineError
from minikube_double.node import LocalNode


class NoneDriver:
    """Running means: the kubelet unit is active."""

    kind = "none"

    def __init__(self, name, data):
        self.name, self.data = name, data

    def node(self):
        """This machine."""
        return LocalNode()

    def state(self):
        """Running or Stopped."""
        done = subprocess.run(["systemctl", "is-active", "--quiet", "kubelet"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return "Stopped" if done.returncode else "Running"

    def address(self):
        """The address of the default route's interface; no packet is sent to find it."""
        probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
        except OSError:
            raise MachineError("no default route on this machine")
        finally:
            probe.close()

    def precreate(self):
        """Docker must be installed."""
        if not shutil.which("docker"):
            raise MachineError("precreate: docker cannot be found on the path: exec: \"docker\": executable file not found in $PATH")

    def create(self):
        """Nothing to make: the machine is here."""
        self.data["IPAddress"] = self.address()

    def boot(self):
        """Nothing to start but what provisioning starts."""
        self.data["IPAddress"] = self.address()

    def stop(self):
        """Stop the kubelet and the containers it made."""
        stop_kubernetes(self.node())

    def remove(self):
        """Stop it and take its files away; kubeadm reset has run before if there was a cluster."""
        node = self.node()
        stop_kubernetes(node)
        node.run("sudo rm -rf /var/tmp/minikube /etc/kubernetes/manifests /var/lib/minikube")

    def reachable(self):
        """It is this machine."""


def stop_kubernetes(node):
    """The kubelet first, so that it does not start again what docker stops."""
    node.try_run("sudo systemctl stop kubelet", timeout=60)
    node.run('ids=$(sudo docker ps -q --filter name=k8s_) || exit 1; [ -z "$ids" ] || sudo docker stop $ids >/dev/null', timeout=120)
