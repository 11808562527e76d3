"""A machine that can run commands as root and take files: this one (none) or one behind ssh (virtualbox)."""

import shlex
import subprocess

from minikube_double.errors import MachineError

SSH_OPTIONS = ["-F", "/dev/null", "-q", "-o", "BatchMode=yes", "-o", "PasswordAuthentication=no", "-o", "StrictHostKeyChecking=no",
               "-o", "UserKnownHostsFile=/dev/null", "-o", "IdentitiesOnly=yes", "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=60"]


class Node:
    """Commands are shell strings, as minikube's own are; `prefix` turns one into an argument list."""

    def prefix(self, script):
        """The argument list that runs the script on the node."""
        raise NotImplementedError

    def popen(self, script, **options):
        """Start the script."""
        return subprocess.Popen(self.prefix(script), **options)

    def try_run(self, script, data=None, source=None, timeout=120):
        """(rc, stdout, stderr) of the script; data is bytes for stdin, source an open file for it."""
        stdin = source if source is not None else subprocess.PIPE if data is not None else subprocess.DEVNULL
        process = self.popen(script, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            stdout, stderr = process.communicate(data, timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise MachineError("cmd failed: %s: no end after %d s" % (script, timeout))
        return process.returncode, stdout.decode("utf-8", "replace"), stderr.decode("utf-8", "replace")

    def run(self, script, data=None, source=None, timeout=120):
        """stdout of a script that must succeed."""
        rc, stdout, stderr = self.try_run(script, data, source, timeout)
        if rc:
            raise MachineError("cmd failed: %s\n%s%s: Process exited with status %d" % (script, stdout, stderr, rc))
        return stdout

    def write(self, path, data, mode="0644"):
        """Put text or bytes at path as root, whole or not at all."""
        data = data if isinstance(data, bytes) else data.encode("utf-8")
        where, temporary = shlex.quote(path), shlex.quote(path + ".new")
        self.run("sudo mkdir -p $(dirname %s) && sudo tee %s >/dev/null && sudo chmod %s %s && sudo mv -f %s %s"
                 % (where, temporary, mode, temporary, temporary, where), data)

    def copy(self, local, path, mode="0644"):
        """Copy a local file to path as root."""
        where, temporary = shlex.quote(path), shlex.quote(path + ".new")
        with open(local, "rb") as source:
            self.run("sudo mkdir -p $(dirname %s) && sudo tee %s >/dev/null && sudo chmod %s %s && sudo mv -f %s %s"
                     % (where, temporary, mode, temporary, temporary, where), source=source, timeout=300)


class LocalNode(Node):
    """This machine. Like the real one it goes through sudo even as root."""

    def prefix(self, script):
        """The argument list that runs the script on the node."""
        return ["/bin/bash", "-c", script]


class SSHNode(Node):
    """The machine of a VM driver, as user docker with the machine's key."""

    def __init__(self, address, port, key):
        self.address, self.port, self.key = address, port, key

    def ssh(self, *options):
        """The ssh command line up to the remote command."""
        return ["ssh"] + SSH_OPTIONS + ["-i", self.key, "-p", str(self.port)] + list(options) + ["docker@" + self.address]

    def prefix(self, script):
        """The argument list that runs the script on the node."""
        return self.ssh() + ["--", "/bin/bash -c " + shlex.quote(script)]
