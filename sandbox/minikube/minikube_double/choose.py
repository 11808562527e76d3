"""Which driver start uses, and whether this user may use it (cmd/start.go: selectDriver, validateDriver, validateUser)."""

import os
import shutil
import subprocess

from minikube_double import machines, out
from minikube_double.errors import CONFIG, FAILURE, PERMISSIONS, Fatal, Silent

NONE_DOC = "https://minikube.sigs.k8s.io/docs/reference/drivers/none/"


def _healthy_virtualbox():
    program = shutil.which("VBoxManage")
    if not program:
        return "unable to find VBoxManage in $PATH"
    done = subprocess.run([program, "list", "hostinfo"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return None if done.returncode == 0 else "%s list hostinfo returned: exit status %d" % (program, done.returncode)


def select(settings, profile):
    """The driver's name; the one of the existing profile if none is given, else one that is installed."""
    wanted = settings.get("vm-driver")
    if wanted:
        if wanted not in machines.SUPPORTED:
            raise Fatal(FAILURE, "The driver '%s' is not supported on linux" % wanted)
        warn(wanted)
        return wanted
    if profile and profile["MachineConfig"].get("VMDriver"):
        return profile["MachineConfig"]["VMDriver"]
    if _healthy_virtualbox() is not None:
        raise Fatal(CONFIG, "Unable to determine a default driver to use. Try specifying --vm-driver, or see https://minikube.sigs.k8s.io/docs/start/")
    others = " (alternates: [none])" if shutil.which("systemctl") else ""
    out.line("Automatically selected the 'virtualbox' driver" + others)
    return "virtualbox"


def warn(driver):
    """A missing hypervisor is only a warning here; start fails later."""
    why = _healthy_virtualbox() if driver == "virtualbox" else None
    if driver == "none" and not shutil.which("systemctl"):
        why = "unable to find systemctl in $PATH"
    if why is None:
        return
    out.raw_err("\n")
    out.err("'%s' driver reported a possible issue: %s" % (driver, why), out.WARN)
    if driver == "virtualbox":
        out.err("Suggestion: Install VirtualBox")
        out.err("Documentation: https://minikube.sigs.k8s.io/docs/reference/drivers/virtualbox/")
    out.raw_err("\n")


def check_machine(name, driver):
    """A machine of another driver cannot be taken over."""
    stored = machines.read(name)
    if stored is None or stored["DriverName"] == driver:
        return
    old = stored["DriverName"]
    out.err('The existing "%s" VM that was created using the "%s" driver, and is incompatible with the "%s" driver.' % (name, old, driver), out.WARN)
    out.raw_err("\n")
    out.err("To proceed, either:\n    1) Delete the existing \"%s\" cluster using: 'minikube delete'\n    or\n"
            "    2) Start the existing \"%s\" cluster using: 'minikube start --vm-driver=%s'" % (name, name, old), out.OPTION)
    raise Fatal(CONFIG, "Exiting due to driver incompatibility")


def check_user(settings, driver, profile):
    """Driver none needs root; every other driver refuses it."""
    if os.geteuid() != 0:
        if driver == "none" and not settings.get("force"):
            raise Fatal(PERMISSIONS, 'The "none" driver requires root privileges. Please run minikube using \'sudo minikube --vm-driver=none\'.')
        return
    if driver == "none":
        return
    out.line('The "%s" driver should not be used with root privileges.' % driver)
    out.line("If you are running minikube within a VM, consider using --vm-driver=none:")
    out.line("  " + NONE_DOC)
    if profile:
        out.line("Tip: To remove this root owned cluster, run: sudo minikube delete")
    if not settings.get("force"):
        raise Silent(PERMISSIONS)
