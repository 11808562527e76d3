"""Who may have the processor's VT-x or AMD-V: KVM's setting enable_virt_at_load by kernel and version of VirtualBox.

Until Linux 6.11 KVM takes the processor only while one of its VMs runs. From 6.12 on it takes it when its module is loaded, unless the module's option
enable_virt_at_load is 0. VirtualBox before 7.2.10 wants the processor for itself. From 7.2.10 on it asks KVM, which it can from Linux 6.16 on, and needs
KVM to have the processor by then. 7.2.22 makes a small VM of KVM's own for each of its VMs, so that KVM takes the processor whatever the option says.
Sources: VirtualBox#81, #141, #711, #713, Debian bug 1082157, void-packages#61332; src/VBox/HostDrivers/Support/linux/SUPDrv-linux.c of 7.2.22
(SUPDRV_LINUX_WITH_DUMMY_KVM_VM, and what it says of the earlier way, SUPDRV_LINUX_HAS_KVM_HWVIRT_API).
"""

import collections
import re

FILE = "/etc/modprobe.d/workshop-virtualbox-kvm.conf"
KERNEL_LINE = "kvm.enable_virt_at_load=0"
TAKES_AT_LOAD = (6, 12)  # the first kernel whose KVM takes the processor at load time
SHARES = (6, 16)  # the first kernel that lets others ask KVM for it
ASKS_KVM = (7, 2, 10)  # the first VirtualBox that does so
STEADY = (7, 2, 14)  # 7.2.10 itself froze some hosts with Linux 7.0 and 7.1 (VirtualBox#711)
BRINGS_KVM_VM = (7, 2, 22)  # known to have its own way around the option; somewhere from 7.2.11 on

#: The rule for one machine. setting: "off" (the option must be 0), "on" (it must be 1, its default), "any". reason: why, a sentence without its full stop.
Setting = collections.namedtuple("Setting", "setting reason")


def numbers(text):
    """Return the numbers at the beginning of a version ("6.12.48+deb13" -> (6, 12, 48), "7.2.22_Debian" -> (7, 2, 22)); () when there are none."""
    found = re.match(r"\s*[0-9]+(?:\.[0-9]+)*", text or "")
    return tuple(int(number) for number in found.group(0).split(".")) if found else ()


def explain(kernel, virtualbox_version):
    """Return the Setting for a kernel release (`uname -r`) and a version of VirtualBox; "" for a version that is not known yet."""
    linux, version = numbers(kernel)[:2], numbers(virtualbox_version)
    if not linux:
        return Setting("any", "the kernel's version %r is not known" % kernel)
    if linux < TAKES_AT_LOAD:
        return Setting("any", "before Linux 6.12 KVM takes the processor only while one of its VMs runs")
    if version < ASKS_KVM:
        return Setting("off", "KVM of Linux 6.12 and later takes the processor when its module is loaded, and VirtualBox %s wants it for itself"
                       % (virtualbox_version or "before 7.2.10"))
    if linux < SHARES:
        return Setting("off", "KVM of Linux %d.%d takes the processor when its module is loaded, and lets VirtualBox have it only from Linux 6.16 on" % linux)
    if version >= BRINGS_KVM_VM:
        return Setting("any", "VirtualBox %s gets the processor from KVM on Linux 6.16 and later, whether KVM has taken it before or not"
                       % virtualbox_version)
    return Setting("on", "VirtualBox 7.2.10 and later get the processor from KVM on Linux 6.16 and later, and fail with "
                   "VERR_SVM_HOST_SVME_NOT_ENABLED when KVM has not taken it")


def kvm_setting(kernel, virtualbox_version):
    """Return "off", "on" or "any"; ``explain`` gives the reason too."""
    return explain(kernel, virtualbox_version).setting


def shares(kernel, virtualbox_version):
    """Whether VirtualBox gets the processor from KVM, so that VMs of both run at a time."""
    return numbers(kernel)[:2] >= SHARES and numbers(virtualbox_version) >= ASKS_KVM


def lines(setting):
    """Return the text of our file in /etc/modprobe.d, "" when there must be none."""
    if setting != "off":
        return ""
    return ("# Written by the workshop's role virtualbox: KVM of Linux 6.12 and later would keep VT-x or AMD-V from VirtualBox.\n"
            "# The role removes this file when it no longer applies.\n"
            "options kvm enable_virt_at_load=0\n")
