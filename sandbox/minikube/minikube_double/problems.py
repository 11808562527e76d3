"""The known problems of pkg/minikube/problem/err_map.go that a lab can meet: an error text becomes an ID and an advice."""

import re

from minikube_double import out

ISSUES = "https://github.com/kubernetes/minikube/issues"
_VTX = ("Virtualization support is disabled on your computer. If you are running minikube within a VM, try '--vm-driver=none'. "
        "Otherwise, consult your systems BIOS manual for how to enable virtualization.")
_VBOX_DOC = "https://minikube.sigs.k8s.io/docs/reference/drivers/virtualbox/"
_REINSTALL = "Reinstall VirtualBox and reboot. Alternatively, try the kvm2 driver: https://minikube.sigs.k8s.io/docs/reference/drivers/kvm2/"
_PROXY = "https://minikube.sigs.k8s.io/docs/reference/networking/proxy/"
_DELETE_STALE = "Run 'minikube delete' to delete the stale VM"

# id, regular expression, advice, documentation, issue numbers
_TABLE = (
    ("VBOX_NOT_FOUND", r"VBoxManage not found. Make sure VirtualBox is installed and VBoxManage is in the path",
     "Install VirtualBox, or select an alternative value for --vm-driver", "https://minikube.sigs.k8s.io/docs/start/", (3784,)),
    ("VBOX_DRV_NOT_LOADED", r"vboxdrv kernel module is not loaded", _REINSTALL, _VBOX_DOC, (4043,)),
    ("VBOX_DEVICE_MISSING", r"vboxdrv does not exist", _REINSTALL, _VBOX_DOC, (3974,)),
    ("VBOX_VTX_DISABLED", r"This computer doesn't have VT-X/AMD-v enabled", _VTX, "", (3900, 4730)),
    ("VERR_VERR_VMX_DISABLED", r"VT-x is disabled.*VERR_VMX_MSR_ALL_VMX_DISABLED", _VTX, "", (5282, 5456)),
    ("VBOX_VERR_VMX_NO_VMX", r"VT-x is not available.*VERR_VMX_NO_VMX", _VTX, "", (1994, 5326)),
    ("VBOX_HOST_ADAPTER", r"The host-only adapter we just created is not visible",
     "Reboot to complete VirtualBox installation, and verify that VirtualBox is not blocked by your system", _VBOX_DOC, (3614, 4222)),
    ("VBOX_IP_CONFLICT", r"VirtualBox is configured with multiple host-only adapters with the same IP",
     "Use VirtualBox to remove the conflicting VM and/or network interfaces", "", (3584,)),
    ("VBOX_HOST_NETWORK", r"Error setting up host only network on machine start.*Unspecified error",
     "VirtualBox cannot create a network, probably because it conflicts with an existing network that minikube no longer knows about. "
     "Try running 'minikube delete'", "", (5260,)),
    ("VBOX_NO_VM", r"Could not find a registered machine named",
     "The VM that minikube is configured for no longer exists. Run 'minikube delete'", "", (4694,)),
    ("HOST_CIDR_CONFLICT", r"host-only cidr conflicts with the network address of a host interface",
     "Specify an alternate --host-only-cidr value, such as 172.16.0.1/24", "", (3594,)),
    ("MACHINE_NOT_FOUND", r"Machine does not exist for api.Exists",
     "Your minikube VM is not running, try 'minikube start'.", "", (4889,)),
    ("MACHINE_DOES_NOT_EXST", r"Error getting state for host: machine does not exist", _DELETE_STALE, "", (3864,)),
    ("IP_NOT_FOUND", r"Error getting ssh host name for driver: IP not found",
     "The minikube VM is offline. Please run 'minikube start' to start it again.", "", (3849, 3648)),
    ("SYSTEMCTL_EXIT_1", r"(Failed to enable container runtime: .*)?sudo systemctl start docker: exit status 1",
     "Either systemctl is not installed, or Docker is broken. Run 'sudo systemctl start docker' and 'journalctl -u docker'",
     "https://minikube.sigs.k8s.io/docs/reference/drivers/none", (2704, 4498)),
    ("INVALID_PROXY_HOSTNAME", r"dial tcp: lookup.*: no such host",
     "Verify that your HTTP_PROXY and HTTPS_PROXY environment variables are set correctly.", _PROXY, ()),
    ("DOWNLOAD_IO_TIMEOUT", r"Error downloading .*timeout",
     "A firewall is likely blocking minikube from reaching the internet. You may need to configure minikube to use a proxy.", _PROXY, (3846,)),
    ("DOWNLOAD_RESET_BY_PEER", r"Error downloading .*connection reset by peer",
     "A firewall is likely blocking minikube from reaching the internet. You may need to configure minikube to use a proxy.", _PROXY, (3909,)),
    ("ISO_DOWNLOAD_FAILED", r"iso: failed to download",
     "A firewall is likely blocking minikube from reaching the internet. You may need to configure minikube to use a proxy.", _PROXY, (3922,)),
    ("APISERVER_NEVER_APPEARED", r"apiserver process never appeared",
     "Check that the provided apiserver flags are valid", "", (4536,)),
    ("APISERVER_TIMEOUT", r"apiserver: timed out waiting for the condition",
     "A VPN or firewall is interfering with HTTP access to the minikube VM. Alternatively, try a different VM driver: "
     "https://minikube.sigs.k8s.io/docs/start/", "", (4302,)),
    ("DNS_TIMEOUT", r"dns: timed out waiting for the condition",
     "Run 'kubectl describe pod coredns -n kube-system' and check for a firewall or DNS conflict", "", ()),
    ("KUBECONFIG_WRITE_FAIL", r"Failed to setup kubeconfig: writing kubeconfig",
     "Unset the KUBECONFIG environment variable, or verify that it does not point to an empty or otherwise invalid path", "", (5268,)),
    ("SERVICE_NOT_FOUND", r"Could not find finalized endpoint being pointed to by",
     "Please make sure the service you are looking for is deployed or is in the correct namespace.", "", (4599,)),
)


class Problem:
    """One row of the table, printed as problem.Display does."""

    def __init__(self, row):
        self.id, self.pattern, self.advice, self.url, self.issues = row

    def show(self, message, error):
        """Print message, ID with error, advice, links."""
        out.err(message, out.FATAL)
        out.err("Error: [%s] %s" % (self.id, error))
        out.err("Suggestion: " + self.advice)
        if self.url:
            out.err("Documentation: " + self.url)
        if self.issues:
            out.err("Related issues:")
            for number in self.issues[:3]:
                out.err("%s/%d" % (ISSUES, number), out.OPTION)
        out.err()
        out.err("If the above advice does not help, please let us know: ")
        out.err(ISSUES + "/new/choose", out.OPTION)


def find(error):
    """Return the first problem whose pattern is in the error text, or None."""
    for row in _TABLE:
        if re.search(row[1], error):
            return Problem(row)
    return None
