"""What can go wrong with driver kvm2, as data, in the two forms of minikube_problem_list.py and seat_problem_list.py.

Sources: minikube v1.5.2 pkg/minikube/problem/err_map.go (KNOWN) and pkg/drivers/kvm; libvirt src/rpc/virnetsocket.c, src/network/bridge_driver.c and
src/qemu/qemu_process.c; QEMU accel/kvm; minikube issues 2991, 3901, 4913, 5950.
"""

from ansible_collections.workshop.lab.plugins.module_utils.seat_problem_list import FIRMWARE, REMAKE

LIBVIRT = ("install and start libvirt (role kvm2), so that `virsh --connect qemu:///system list` works for the cluster's user; `journalctl -u libvirtd` tells "
           "why it does not start")
GROUP = "add the cluster's user to the group libvirt (role kvm2); a session from before that does not have the group yet: log in again"
PROGRAM = ("put docker-machine-driver-kvm2 v1.5.2 into /usr/local/bin (role kvm2); `docker-machine-driver-kvm2 version` as the cluster's user tells what it "
           "lacks")
TRACE = "read what `minikube start --alsologtostderr -v=8` says as the cluster's user, and `journalctl -u libvirtd`; " + PROGRAM
NETWORK = "run `virsh --connect qemu:///system net-start default` as root (role kvm2 does) and run again"

# id -> (minikube's pattern in the text of the error, meaning, next step).
KVM_KNOWN = (
    ("KVM2_NOT_FOUND", r'Driver "kvm2" not found. Do you have the plugin binary .* accessible in your PATH',
     "the driver's program docker-machine-driver-kvm2 is not installed", PROGRAM),
    ("KVM2_NO_DOMAIN", r"no domain with matching name", "the VM was removed behind minikube's back", REMAKE),
    ("KVM_CREATE_CONFLICT", r"KVM_CREATE_VM.* failed:.* Device or resource busy", "another hypervisor, such as VirtualBox, holds VT-x or AMD-V",
     "stop the VMs of the other hypervisor (`VBoxManage list runningvms` as their owner) and run again"),
    ("KVM2_RESTART_NO_IP", r"Error starting stopped host: Machine didn't return an IP after 120 seconds", "the VM that was stopped got no address any more",
     "look for a firewall between the seat and virbr0 or virbr1 and at `virsh --connect qemu:///system net-dhcp-leases minikube-net`, then " + REMAKE),
    ("KVM2_START_NO_IP", r"Error in driver during machine creation: Machine didn't return an IP after 120 seconds", "the VM got no address",
     "look for a firewall between the seat and virbr0 or virbr1, and run `virt-host-validate qemu`; in a VM without nested virtualisation use driver none"),
    ("KVM2_NETWORK_DEFINE_XML", r"not supported by the connection driver: virNetworkDefineXML", "this libvirt cannot make networks",
     "install the distribution's libvirt-daemon-system (role kvm2) and run again"),
    ("KVM2_QEMU_MONITOR", r"qemu unexpectedly closed the monitor", "QEMU ended at once",
     "read /var/log/libvirt/qemu/minikube.log on the seat; as a guest of another hypervisor use driver none"),
    ("KVM_UNAVAILABLE", r"invalid argument: could not find capabilities for domaintype=kvm", "libvirt has no KVM here: /dev/kvm is missing, or QEMU",
     "load kvm_intel or kvm_amd (`modprobe`), install qemu-system-x86 (role kvm2), and where modprobe refuses " + FIRMWARE),
    ("KVM_CONNECTION_ERROR", r"error connecting to libvirt socket", "libvirt does not answer", LIBVIRT),
    ("DRIVER_CORRUPT", r"Error attempting to get plugin server address for RPC", "the driver's program ended before it answered", TRACE),
    ("DRIVER_EXITED", r"Unable to start VM: start: exit status 1", "the driver's program ended with an error that minikube does not show", TRACE),
)

# What libvirt and QEMU say inside: (id, pattern, meaning, next step).
KVM_OWN = (
    ("KVM_NOT_IN_GROUP", r"Failed to connect socket to '[^']*(?:libvirt|virtqemud)-sock[^']*': Permission denied|no polkit agent available to authenticate",
     "the cluster's user may not use libvirt", GROUP),
    ("KVM_NO_LIBVIRT", r"Failed to connect socket to '([^']*(?:libvirt|virtqemud)-sock[^']*)': (?:No such file or directory|Connection refused)",
     "libvirt does not listen on {1}", LIBVIRT),
    ("KVM_NO_NETWORK", r"no network with matching name '([^']*)'", "libvirt has no network {1}",
     "define it: `virsh --connect qemu:///system net-define /usr/share/libvirt/networks/default.xml` as root (role kvm2 does) and run again"),
    ("KVM_NETWORK_DOWN", r"network '([^']*)' is not active", "libvirt's network {1} is not started", NETWORK),
    ("KVM_NETWORK_IN_USE", r"[Nn]etwork is already in use by interface (\S+)", "the network of the VM is that of the seat's interface {1}",
     "give that interface another network, or use driver virtualbox with another host_only_cidr: 192.168.39.0/24 and 192.168.122.0/24 are the driver's"),
    ("KVM_DEVICE", r"Could not access KVM kernel module: ([^\n]*)", "QEMU cannot use /dev/kvm ({1})",
     "load kvm_intel or kvm_amd (`modprobe`) and see `ls -l /dev/kvm`, which belongs to the group kvm; where modprobe refuses " + FIRMWARE),
    ("KVM_UNSUPPORTED", r"KVM is not supported by '([^']*)' on this host", "libvirt has no KVM here: /dev/kvm is missing",
     "load kvm_intel or kvm_amd (`modprobe`); where modprobe refuses " + FIRMWARE),
    ("KVM_FILE_PERMISSION", r"(?:Could not open|Cannot access storage file|cannot access storage file) '([^']*/\.minikube/[^']*)'[^\n]*Permission denied",
     "QEMU, which libvirt starts as an account of its own, may not reach {1}",
     "let others pass through the home directory (`chmod o+x`, which k8suser_home_search keeps) and run again"),
    ("KVM_NO_MEMORY", r"cannot set up guest memory[^\n]*Cannot allocate memory", "the seat has too little free memory for the VM",
     "close programs on the seat, or use a smaller memory_mb (needs a new VM), and run again"),
    ("KVM_LIBRARY", r"error while loading shared libraries: (libvirt\S*):", "the driver's program lacks the library {1}",
     "install libvirt (role kvm2; libvirt-clients brings it) and run again"),
)
