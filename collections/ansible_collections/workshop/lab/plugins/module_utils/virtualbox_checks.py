"""What stands between a machine and a VM of VirtualBox, as checks: each with its severity ("stop" or "warn") and what to do about it."""

from ansible_collections.workshop.lab.plugins.module_utils import virtualbox_kvm as kvm
from ansible_collections.workshop.lab.plugins.module_utils.check import check
from ansible_collections.workshop.lab.plugins.module_utils.seat_problem_list import FIRMWARE


def dot(text):
    """Return a reason as a sentence."""
    return text[:1].upper() + text[1:] + "."


def judged(severity, *words, **more):
    """Return a check with its severity."""
    return dict(check(*words, **more), severity=severity)


def checks(machine, wanted, release, choice, result):
    """Return the list of checks for a machine, its Choice and the plan so far. Where there is no source, nothing else is worth a word."""
    first = _source(machine, release, choice)
    if choice.source == "none":
        return [first]
    return [one for one in (first, _container(machine), _xen(machine), _processor(machine), _guest(machine), _kernel(machine, choice),
                            _headers(machine, result), _meta(machine, result), _kvm(machine, result), _foreign(machine, result), _steady(machine, result),
                            _secure_boot(result)) if one]


def _source(machine, release, choice):
    return judged("stop", "virtualbox.source", "There is a VirtualBox for this machine", choice.source != "none",
                  "a package for %s %s, %s" % (machine["distribution"], machine["release"], machine["architecture"]),
                  choice.stop or "%s%s" % (choice.source, " " + (choice.series or choice.version)), hint=dot(choice.step) if choice.step else "")


def _container(machine):
    name = machine.get("container") or ""
    return judged("stop", "virtualbox.container", "The machine has a kernel of its own", not name, "no container", name or "no container",
                  hint="VirtualBox needs modules in the kernel, which belongs to the container's host: install it there." if name else "")


def _xen(machine):
    """Its init script refuses to load the modules wherever there is this folder, in Xen's guests as in its dom0."""
    if not machine.get("xen"):
        return None
    return judged("stop", "virtualbox.xen", "The kernel does not run under Xen", False, "no /proc/xen", "/proc/xen is there",
                  hint="VirtualBox's modules refuse to work under Xen, also in a guest: start the machine without Xen, or use driver none.")


def _processor(machine):
    there = sorted(set(machine.get("cpu_flags") or []) & {"vmx", "svm"})
    return judged("stop", "virtualbox.processor", "The processor lends itself to a hypervisor", bool(there), "flag vmx (VT-x) or svm (AMD-V) in /proc/cpuinfo",
                  ", ".join(there) or "neither", hint="" if there else dot(FIRMWARE))


def _guest(machine):
    host = machine.get("hypervisor") or ""
    if not host:
        return None
    return judged("warn", "virtualbox.guest", "The machine is no VM itself", False, "metal", "a guest of %s" % host,
                  hint="A VM in a VM is slow, and works only where the outer host passes VT-x or AMD-V on; the smoke test tells.")


def _kernel(machine, choice):
    if not choice.doubt:
        return None
    return judged("warn", "virtualbox.kernel", "VirtualBox is known to build for this kernel", False, "a kernel that somebody has tried", choice.doubt,
                  hint="If the module does not build, set virtualbox_series to a newer one, or start an older kernel.")


def _headers(machine, result):
    running = result["headers"]["running"] or "linux-headers-" + machine["kernel"]
    there, can = machine.get("headers_installed"), machine.get("headers_available")
    ok = True if there or can else (None if can is None else False)
    hint = {True: "", None: "Whether the package can be had could not be told: the role finds out.",
            False: "The archive has no headers for the running kernel any more: upgrade the kernel (apt full-upgrade), restart the machine and run again."}[ok]
    if ok is False and not result["headers"]["meta"]:
        hint = "This kernel is not one of the distribution's: install its headers by hand, or start a kernel of the distribution."
    return judged("stop", "virtualbox.headers", "The running kernel's headers can be had", ok, running,
                  "installed" if there else {True: "available", False: "not available", None: "not known"}[can], hint=hint)


def _meta(machine, result):
    """A kernel by whose name no package is known that follows its successors: another's kernel, or one of Ubuntu's for OEMs, which has several such names."""
    if result["headers"]["meta"] or not (machine.get("headers_installed") or machine.get("headers_available")):
        return None
    return judged("warn", "virtualbox.headers_meta", "New kernels come with their headers", False, "a package that follows the kernel's updates",
                  "none is known for %s" % machine["kernel"],
                  hint="Install that package (for an OEM kernel of Ubuntu's: `apt-cache search '^linux-headers-oem-'`), or keep the kernel as it is: the next "
                  "one would start without VirtualBox's module.")


def _kvm(machine, result):
    rule, now = result["kvm_rule"], machine.get("enable_virt_at_load")
    if rule == "any" or (machine.get("kernel_config") or {}).get("kvm") == "absent":
        return None
    wrong = now is (rule == "off")
    built_in = (machine.get("kernel_config") or {}).get("kvm") == "builtin"
    if rule == "off":
        hint = ("Add %s to the kernel's command line (GRUB_CMDLINE_LINUX in /etc/default/grub, update-grub) and restart the machine: KVM is built into this "
                "kernel, no file in /etc/modprobe.d reaches it." % kvm.KERNEL_LINE if built_in else
                "The role writes %s; where KVM's modules are in use the machine must be restarted." % kvm.FILE)
    else:
        hint = "Remove enable_virt_at_load=0 from /etc/modprobe.d and from the kernel's command line, and restart the machine."
    # Without a word from the kernel the module is not loaded: the file is read when it is.
    ok = not wrong if now is not None else not (built_in and rule == "off")
    return judged("stop" if built_in else "warn", "virtualbox.kvm", "KVM leaves the processor to VirtualBox" if rule == "off" else
                  "KVM has the processor for VirtualBox", ok, "enable_virt_at_load=%d" % (rule == "on"),
                  "not loaded" if now is None else "enable_virt_at_load=%d" % now, hint="" if ok else hint)


def _foreign(machine, result):
    """Another's file that says 0 where KVM must have the processor: not ours to remove."""
    files = machine.get("kvm_foreign") or []
    if result["kvm_rule"] != "on" or not files:
        return None
    return judged("warn", "virtualbox.kvm_file", "No file keeps KVM from the processor", False, "no enable_virt_at_load=0", ", ".join(files),
                  hint="Remove that line and restart the machine: with this kernel and VirtualBox %s it ends in VERR_SVM_HOST_SVME_NOT_ENABLED."
                  % result["version"])


def _steady(machine, result):
    version, linux = kvm.numbers(result["version"]), kvm.numbers(machine["kernel"])
    if not kvm.ASKS_KVM <= version < kvm.STEADY or linux < (7, 0):
        return None
    return judged("warn", "virtualbox.version", "VirtualBox is steady with this kernel", False, "7.2.14 or later", result["version"],
                  hint="VirtualBox 7.2.10 froze machines with Linux 7.0 and 7.1 (VirtualBox#711): upgrade it.")


def _secure_boot(result):
    signing = result["signing"]
    if not signing["needed"] and not signing["next_step"]:
        return None
    ok = None if not signing["needed"] else signing["state"] == "enrolled"
    return judged("stop" if signing["state"] == "impossible" else "warn", "virtualbox.secure_boot", "The kernel accepts VirtualBox's modules", ok,
                  "a key that is enrolled, or no Secure Boot", dot(signing["reason"])[:-1], hint=dot(signing["next_step"]) if signing["next_step"] else "")
