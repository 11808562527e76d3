"""Docker on the node: started, and on a VM given its registry mirrors (libmachine's provisioner writes docker's unit)."""

import json
import re
import shlex

from minikube_double.errors import MachineError

DROPIN = "/etc/systemd/system/docker.service.d/10-machine.conf"


def docker(machine, config):
    """Make docker run with the machine's options; restart it only if they changed."""
    node = machine.node()
    if machine.kind != "none":
        _options(node, config)
    rc, stdout, stderr = node.try_run("sudo systemctl start docker", timeout=120)
    if rc:
        raise MachineError("Failed to enable container runtime: running command: sudo systemctl start docker: exit status %d\n%s%s" % (rc, stdout, stderr))


def _options(node, config):
    unit = node.run("sudo cat $(systemctl show -p FragmentPath --value docker.service)")
    start = re.search(r"(?m)^ExecStart=(.+)$", unit)
    if not start:
        raise MachineError("docker.service has no ExecStart")
    rc, stdout, _ = node.try_run("sudo cat /etc/docker/daemon.json")
    try:
        present = json.loads(stdout) if rc == 0 and stdout.strip() else {}
    except ValueError:
        present = {}
    line = start.group(1)
    # dockerd refuses to start with the same option on its command line and in daemon.json.
    for option, key, values in (("insecure-registry", "insecure-registries", config["InsecureRegistry"]),
                                ("registry-mirror", "registry-mirrors", config["RegistryMirror"])):
        if key not in present:
            line += "".join(" --%s=%s" % (option, shlex.quote(value)) for value in values or ())
    environment = "".join('Environment="%s"\n' % item for item in config["DockerEnv"] or ())
    text = "[Service]\n%sExecStart=\nExecStart=%s\n" % (environment, line)
    if node.try_run("sudo cat " + DROPIN)[1] != text:
        node.write(DROPIN, text)
        node.run("sudo systemctl daemon-reload && sudo systemctl restart docker", timeout=120)
