"""Why VirtualBox's module was not built or not loaded, from what dkms, vboxconfig, modprobe and the kernel left: the cause and the next step."""

import collections
import re

from ansible_collections.workshop.lab.plugins.module_utils.minikube_problems import match

#: id, cause (a sentence without its full stop), step (likewise), said (the words it was told by).
Diagnosis = collections.namedtuple("Diagnosis", "id cause step said")

HEADERS = "install linux-headers-$(uname -r) and the meta package (the role does); where the archive has none, upgrade the kernel, restart and run again"
OTHER = "set virtualbox_source to oracle (and virtualbox_series to a newer one), or start an older kernel of the release"

LOG = "/var/lib/dkms/virtualbox/*/build/make.log"

# (id, pattern, cause, step). The first that fits counts. {1} is the pattern's first group.
BUILD = (
    ("HEADERS_MISSING", r"(?i)kernel headers? .*cannot be found|unable to find the sources of your current Linux kernel|"
     r"Please install the Linux kernel \"header\" files|look like .*linux-headers|/lib/modules/\S+/build: No such file|build' does not exist",
     "the headers of the running kernel are not installed", HEADERS),
    ("COMPILER_MISSING", r"(?i)please install the gcc make perl|(?:gcc|make|cc)(?:-[0-9]+)?: (?:command )?not found|unable to find .*(?:gcc|compiler)",
     "the tools that build a module (gcc, make, perl) are not installed", "install gcc, make and perl and run again"),
    ("DISK_FULL", r"(?i)no space left on device", "the disk is full", "free space in /var, /lib and /tmp and run again"),
    ("KERNEL_TOO_NEW", r"((?:fatal )?error: [^\n]+)", "this version of VirtualBox does not build for the running kernel ({1})", OTHER),
    ("BUILD_FAILED", r"(?i)bad (?:return|exit) status[^\n]*", "the build of the module failed", OTHER),
)
LOAD = (
    ("MODULE_UNSIGNED", r"Required key not available|Key was rejected by service|module verification failed: signature and/or required key missing",
     "Secure Boot is on (or the kernel locked down), and the module is not signed with a key that the machine trusts",
     "set virtualbox_mok_password, run again, restart the machine and choose Enroll MOK at its own screen; or switch Secure Boot off in the firmware"),
    ("WRONG_KERNEL", r"(?i)Invalid module format|version magic|disagrees about version of symbol (\S+)|Unknown symbol",
     "the module was built for another kernel",
     "restart the machine into the kernel that is installed, or build the module again (this role, or `dkms autoinstall`)"),
    ("MODULE_MISSING", r"(?i)Module vbox\w+ not found|could not find module", "there is no module for the running kernel",
     "install the running kernel's headers and build it: `dkms autoinstall` (the distribution's package) or /sbin/vboxconfig (Oracle's)"),
    ("NOT_PERMITTED", r"(?i)Operation not permitted", "this machine may not load modules (a container, or kernel.modules_disabled)",
     "install VirtualBox on the machine that the container runs on, or restart without kernel.modules_disabled"),
    ("XEN", r"(?i)Running VirtualBox in a Xen environment is not supported", "VirtualBox does not run under Xen", "use another driver"),
    ("MODULE_BUSY", r"(?i)in use|busy", "an older module is in use by a running VM", "stop all VMs of VirtualBox and run again, or restart the machine"),
)


def first(table, text):
    """Return the first Diagnosis of a table that fits a text, or None."""
    for name, pattern, cause, step in table:
        found = re.search(pattern, text)
        if found:
            word = (found.group(1) or "").strip() if found.re.groups else ""
            return Diagnosis(name, cause.replace("{1}", word), step, _line(text, found))
    return None


def built(text):
    """Return the Diagnosis of a build that failed. ``text``: the builder's words and its log."""
    return first(BUILD, text) or Diagnosis("UNKNOWN", "the module could not be built", "read the log above, mend the cause and run again", text.strip())


def half_configured(packages, text, running):
    """Return why dpkg cannot configure packages, with the next step; "" where it is not VirtualBox's module.

    ``packages``: their names. ``text``: the make.log that DKMS left, which names the kernel. ``running``: the running kernel. The module that does not build
    for a new kernel leaves that kernel's packages half-configured, or its own, and `dpkg --configure` only tries the build again.
    """
    kernel = re.search(r"(?m)^DKMS .*make\.log for virtualbox\b.* for kernel (\S+)", text)
    names = [name for name in packages if name.startswith(("virtualbox", "linux-"))]
    if not kernel or not names:
        return ""
    found = built(text)
    purge = [name for name in names if kernel.group(1) in name] if kernel.group(1) != running else []
    return "VirtualBox's module could not be built for Linux %s: [%s] %s. Next step: %s, or purge %s (`apt-get purge %s`), and run again." % (
        kernel.group(1), found.id, found.cause, found.step.replace(" and run again", "").replace("the log above", LOG),
        "that kernel, which does not run yet" if purge else "the package", " ".join(purge or ["virtualbox-dkms"]))


def loaded(text):
    """Return the Diagnosis of a module that was not loaded. ``text``: modprobe's words, and the kernel's."""
    known = first(LOAD, text)
    if known:
        return known
    other = match(text)
    if other:
        return Diagnosis(other.id, other.cause, other.step, text.strip())
    return Diagnosis("UNKNOWN", "the module could not be loaded", "read `dmesg`, mend the cause and run again", text.strip())


def sentence(diagnosis, doing):
    """Return the words for a person: what could not be done, why, and the next step."""
    return "%s: [%s] %s.\nIt said: %s\nNext step: %s." % (doing, diagnosis.id, diagnosis.cause, diagnosis.said or "nothing", diagnosis.step)


def _line(text, found):
    """Return the whole lines around what was found."""
    start = text.rfind("\n", 0, found.start()) + 1
    end = text.find("\n", found.end())
    return text[start:end if end >= 0 else len(text)].strip()
