"""ip, ssh, ssh-key and docker-env."""

import os
import subprocess

from minikube_double import machines, out, paths
from minikube_double.errors import BAD_USAGE, NO_INPUT, UNAVAILABLE, Crash, Fatal, MachineError, Silent, Usage

_NOT_FOUND = "Machine does not exist for api.Exists"


def ip(settings):
    """Print the address of the running machine."""
    if not machines.exists(settings.profile):
        raise Fatal(NO_INPUT, '"%s" host does not exist, unable to show an IP' % settings.profile)
    try:
        out.raw(machines.load(settings.profile).address() + "\n")
    except MachineError as error:
        raise Crash("Error getting IP", error)


def ssh_key(settings):
    """Print the path of the machine's key; nothing is checked."""
    out.raw(os.path.join(paths.machine_dir(settings.profile), "id_rsa") + "\n")


def ssh(settings):
    """Run a command, or a shell, in the machine on a pseudo-terminal: one merged stream with CR LF."""
    if not machines.exists(settings.profile):
        raise Crash("Error getting host", _NOT_FOUND + "(%s)" % settings.profile)
    machine = machines.load(settings.profile)
    if machine.kind == "none":
        raise Usage("'none' driver does not support 'minikube ssh' command")
    try:
        running = machine.state() == "Running"
    except MachineError as error:
        raise Crash("Error getting host", "state: %s" % error)
    if not running:
        out.raw_err('ssh: "%s" is not running\n' % settings.profile)
        raise Silent(1)
    # The remote command reads this process's stdin; without a terminal here -tt asks for one there all the same.
    done = subprocess.run(machine.node().ssh("-tt") + (["--", " ".join(settings.args)] if settings.args else []))
    if done.returncode:
        out.raw_err("ssh: Process exited with status %d\n" % done.returncode)
        raise Silent(1)


def docker_env(settings):
    """Print shell lines that point docker at the machine."""
    name = settings.profile
    if not machines.exists(name):
        raise Crash("Error getting host", _NOT_FOUND + "(%s)" % name)
    machine = machines.load(name)
    if machine.kind == "none":
        raise Fatal(BAD_USAGE, "'none' driver does not support 'minikube docker-env' command")
    try:
        running = machine.state() == "Running"
    except MachineError as error:
        raise Crash("Error getting host", "state: %s" % error)
    if not running:
        raise Fatal(UNAVAILABLE, "'docker-env' requires that the host be running: \"%s\" is not running" % name)
    shell = settings.get("shell") or os.path.basename(os.environ.get("SHELL", ""))
    if not shell:
        raise Crash("Error detecting shell", "Error: Unknown shell")
    hint = "# Run this command to configure your shell:\n# eval $(minikube docker-env%s)\n"
    names = [("DOCKER_TLS_VERIFY", "1"), ("DOCKER_HOST", "tcp://%s:2376" % machine.data["IPAddress"]), ("DOCKER_CERT_PATH", paths.make("certs"))]
    if settings.get("unset"):
        out.raw("".join("unset %s\n" % key for key, _ in names) + hint % " -u")
        return
    if settings.get("no-proxy"):
        names.append(("NO_PROXY", machine.data["IPAddress"]))
    out.raw("".join('export %s="%s"\n' % pair for pair in names) + hint % "")
