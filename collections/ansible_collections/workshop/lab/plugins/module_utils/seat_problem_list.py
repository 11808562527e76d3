"""What VirtualBox, Docker and the seat say inside minikube's errors, as data. minikube has no or only a vague word for these problems.

Sources: machine-drivers/machine drivers/virtualbox and drivers/none, VirtualBox's error names, its installer (vboxdrv.sh) and its issues 81, 141, 711, 713.
"""

REMAKE = "run with recreate true, or with state absent and then started (all that runs in the cluster is lost)"
MODULE = ("build and load VirtualBox's kernel module for the running kernel: install linux-headers-$(uname -r), run /sbin/vboxconfig (Oracle's package) or "
          "`dpkg-reconfigure virtualbox-dkms` (the distribution's), then `modprobe vboxdrv`; /var/log/vbox-setup.log tells why it fails")
FIRMWARE = "switch VT-x or AMD-V on in the seat's firmware (in a VM: nested virtualisation on its host), or use driver none"
KVM = ("stop the VMs of other hypervisors (KVM, libvirt). Linux 6.12 and later give the processor to KVM at load time: with VirtualBox before 7.2.10 write "
       "`options kvm enable_virt_at_load=0` to a file in /etc/modprobe.d and restart the seat; with 7.2.10 and later on Linux 6.16 and later that line must "
       "not be there")

# Problems that minikube has no or only a vague word for: (id, pattern, meaning, next step). The first that fits counts, also before minikube's own id:
# minikube matches its list in random order, and what VirtualBox says inside names the cause more exactly. {1} is the pattern's first group.
OWN = (
    ("VBOX_E_ACCESSDENIED", r"(?i)(?:hostonly|host only|host-only|HostNetwork)[\s\S]*E_ACCESSDENIED|E_ACCESSDENIED[\s\S]*(?:hostonly|host only|HostNetwork)",
     "VirtualBox 6.1.28 and later only make host-only networks that /etc/vbox/networks.conf allows (without that file: 192.168.56.0/21)",
     "write the line `* 192.168.56.0/21 192.168.99.0/24`, with the network of host_only_cidr, to /etc/vbox/networks.conf, or set host_only_cidr to "
     "192.168.59.1/24, "
     "and run again"),
    ("VBOX_VMX_ROOT_MODE", r"VERR_VMX_IN_VMX_ROOT_MODE", "another hypervisor (usually KVM) holds the processor's VT-x", KVM),
    ("VBOX_SVM_IN_USE", r"VERR_SVM_IN_USE", "another hypervisor (usually KVM) holds the processor's AMD-V", KVM),
    ("VBOX_SVME_NOT_ENABLED", r"VERR_SVM_HOST_SVME_NOT_ENABLED", "VirtualBox 7.2.10 and later use the processor through KVM, and KVM has not enabled it",
     "remove `enable_virt_at_load=0` from /etc/modprobe.d and from the kernel's command line, and restart the seat"),
    ("VBOX_SVM_DISABLED", r"VERR_SVM_DISABLED|VERR_SVM_NO_SVM", "the processor's AMD-V is off or not there", FIRMWARE),
    ("VBOX_VMX_DISABLED", r"VERR_VMX_MSR_(?:ALL_)?VMX(?:ON)?_DISABLED|VERR_VMX_MSR_LOCKED_OR_DISABLED", "the processor's VT-x is switched off in the firmware",
     FIRMWARE),
    ("VBOX_MODULE_UNSIGNED", r"Required key not available|Key was rejected by service",
     "Secure Boot is on and VirtualBox's kernel module is not signed with a key that the seat trusts",
     "import the key (`mokutil --import /var/lib/shim-signed/mok/MOK.der`), restart the seat and choose Enroll MOK at its screen, or switch Secure Boot off"),
    ("VBOX_MODULE_MISMATCH", r"VERR_VM_DRIVER_VERSION_MISMATCH|VERR_VMM_R0_VERSION_MISMATCH|VERR_SUPDRV_.*VERSION|rc=-1912",
     "the loaded kernel module belongs to another version of VirtualBox",
     "restart the seat, or stop all VMs and reload vboxnetflt, vboxnetadp and vboxdrv, and run again"),
    ("VBOX_MODULE_MISSING",
     r"VERR_VM_DRIVER_NOT_INSTALLED|Kernel driver not installed|rc=-1908|[Cc]annot access the kernel driver|VERR_VM_DRIVER_NOT_ACCESSIBLE",
     "VirtualBox's kernel module is not loaded", MODULE),
    ("VBOX_NET_MODULE_MISSING", r"/dev/vboxnetctl|VERR_INTNET_FLT_IF_NOT_FOUND|VERR_SUPDRV_COMPONENT_NOT_FOUND|Failed to open/create the internal network",
     "VirtualBox's network modules are not loaded, so that the host-only network cannot be used",
     "`modprobe vboxnetadp` and `modprobe vboxnetflt` (after a rebuild of VirtualBox's modules when they are not there) and run again"),
    ("VBOX_TOO_OLD", r'Your VirtualBox install is "([0-9][^"\n]*)"', "VirtualBox {1} is too old for minikube",
     "install VirtualBox 5.2 or later (6.1 or later on a new kernel) and run again"),
    ("VBOX_LOCKED", r"already locked (?:by|for) a session|VBOX_E_INVALID_OBJECT_STATE|VBOX_E_INVALID_VM_STATE",
     "another program of VirtualBox holds the VM, or its state forbids the change",
     "close VirtualBox's windows, see `VBoxManage showvminfo minikube`, and run again when the VM is stopped"),
    ("VBOX_NO_MEMORY", r"VERR_NO_MEMORY|VERR_NO_LOW_MEMORY|VERR_NO_PHYS_MEMORY|VERR_GMM_\w+|E_OUTOFMEMORY", "the seat has too little free memory for the VM",
     "close programs on the seat, or use a smaller memory_mb (needs a new VM), and run again"),
    ("NO_SPACE", r"(?i)no space left on device|VERR_DISK_FULL", "a disk is full",
     "free space on the seat (`df -h ~ /tmp /var`; `minikube ssh -- df -h` for the VM) and run again"),
    ("READ_ONLY", r"(?i)read-only file system", "a file system is mounted read-only", "read `dmesg`: a broken disk is the usual cause; mend it and run again"),
    ("JUJU_LOCK", r"unable to open (\S*juju-[^\s:]*): permission denied", "another account's run left the lock file {1}",
     "remove {1} and run again, always as the same account"),
    ("FOREIGN_FILES", r"(?:open|mkdir|chmod|unlink|remove|rename|stat) (\S*/\.(?:minikube|kube)\b[^\s:]*)[^:\n]*: "
     r"(?:permission denied|operation not permitted)", "{1} belongs to another account, as after a start with sudo",
     "give ~/.minikube and ~/.kube back to the cluster's user (`chown -R`) and run again"),
    ("CGROUP_V2", r"mountpoint for (?:cpu|devices|memory) not found", "the seat has cgroup v2 only, which Kubernetes before v1.19 does not know",
     "use driver virtualbox, a newer kubernetes_version, or start the seat with systemd.unified_cgroup_hierarchy=0"),
    ("DOCKER_MISSING", r'docker cannot be found on the path|exec: "docker": executable file not found|unit (?:file )?docker\.service not found'
     r"|Unit docker\.service could not be found", "Docker is not installed, which driver none needs",
     "install Docker on the seat (docker.io on Debian and Ubuntu) and run again"),
    ("PROGRAM_MISSING", r'exec: "([^"]+)": executable file not found', "the program {1} is not installed", "install {1} on the seat and run again"),
    ("PACKAGE_LOCK", r"Could not get lock (/var/lib/(?:dpkg|apt)\S*)|dpkg was interrupted", "the package manager is busy or was interrupted",
     "wait until it is done, run `dpkg --configure -a` when it was interrupted, and run again"),
    ("DOCKER_DOWN", r"Cannot connect to the Docker daemon|Is the docker daemon running", "the Docker daemon does not answer",
     "`systemctl restart docker`, read `journalctl -u docker` when that fails, and run again"),
    ("REGISTRY_RATE_LIMIT", r"toomanyrequests", "the registry refuses more downloads from this address (one limit for the whole class)",
     "set registry_mirrors to a mirror in the house, or wait, and run again"),
    ("CLOCK_WRONG", r"certificate has expired or is not yet valid", "a certificate is not valid at the seat's time",
     "check the clock of the seat and of the VM (`date`), and run again"),
    ("PROXY_UNREACHABLE", r"proxyconnect tcp: ([^\n]*)", "the proxy cannot be reached ({1})", "check HTTP_PROXY and HTTPS_PROXY of the seat and run again"),
    ("UNIT_MASKED", r"Unit (\S+?)(?:\.service)? is masked", "somebody has forbidden to start {1}", "`systemctl unmask {1}` on the seat, and run again"),
    ("UNIT_FAILED", r"Job for (\S+?)(?:\.service)? failed", "{1} does not start",
     "read `journalctl -u {1}` on the seat, mend what it names (a drop-in below /etc/systemd/system/{1}.service.d, a broken program), and run again"),
    ("KUBEADM_PREFLIGHT", r"\[ERROR ([A-Za-z][^\n]*)", "kubeadm refuses the machine: {1}", "mend what kubeadm names and run again"),
)
