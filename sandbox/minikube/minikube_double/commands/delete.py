"""delete (cmd/delete.go): its mistakes are printed but the exit code stays 0, and the kubeconfig entries stay."""

import os
import shutil

from minikube_double import machines, out, paths, profiles
from minikube_double import settings as settings_module
from minikube_double.cluster.binaries import node_dir
from minikube_double.errors import Crash, MachineError, Usage


def run(settings):
    """Delete one profile, or all."""
    if settings.args:
        raise Usage("Usage: minikube delete")
    if settings.get("all"):
        if settings.profile != "minikube":
            raise Usage("usage: minikube delete --all")
        _delete_all()
    else:
        _delete_profile(settings.profile)
    if settings.get("purge"):
        shutil.rmtree(paths.home(), ignore_errors=True)
        out.line("Successfully purged minikube directory located at - [%s]" % paths.home())


def _delete_all():
    try:
        valid, invalid = profiles.listing()
    except OSError as error:
        raise Crash("Error getting profiles to delete", "open %s: no such file or directory" % error.filename)
    for item in valid + invalid:
        _delete_profile(item["Name"])
    out.line("Successfully deleted all profiles")


def _delete_profile(name):
    try:
        profile = profiles.read(name)
    except ValueError:
        profile = None
    if profile is None:
        out.err('"%s" profile does not exist' % name, out.WARN)
    elif profile["MachineConfig"].get("VMDriver") == "none" and machines.exists(name):
        _uninstall(name, profile["KubernetesConfig"]["KubernetesVersion"])
    _delete_machine(name)
    # The real one also means to remove the kubeconfig's entries here, but looks for them in the wrong file: they stay.
    if os.path.isdir(paths.machine_dir(name)):
        out.line("Removing %s ..." % paths.machine_dir(name))
        machines.forget(name)
    out.line('The "%s" cluster has been deleted.' % name)
    shutil.rmtree(paths.profile_dir(name), ignore_errors=True)
    out.line('Successfully deleted profile "%s"' % name)
    stored = settings_module.read_config()
    stored.pop("profile", None)
    settings_module.write_config(stored)


def _uninstall(name, version):
    out.line("Uninstalling Kubernetes %s using kubeadm ..." % version)
    node = machines.load(name).node()
    if node.try_run("sudo test -x %s/kubeadm" % node_dir(version))[0]:
        return
    rc, stdout, stderr = node.try_run("sudo %s/kubeadm reset --force" % node_dir(version), timeout=300)
    if rc:
        out.err("Failed to delete cluster: running cmd: kubeadm reset: %s%s" % (stdout, stderr), out.FATAL)


def _delete_machine(name):
    if machines.exists(name):
        machine = machines.load(name)
        try:
            machine.state()
        except MachineError:
            out.err("Unable to get the status of the %s cluster." % name, out.WARN)
        else:
            out.line('Deleting "%s" in %s ...' % (name, machine.kind))
            try:
                machine.remove()
            except MachineError as error:
                out.err("Failed to delete cluster: %s" % error, out.FATAL)
                return
            machines.forget(name)
            return
    out.line('"%s" cluster does not exist. Proceeding ahead with cleanup.' % name, out.WARN)
