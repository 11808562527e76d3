"""logs of the kubelet and of the control plane's containers (cmd/logs.go)."""

import subprocess

from minikube_double import machines, out, profiles
from minikube_double.errors import Crash, MachineError

_COMPONENTS = ("kube-apiserver", "coredns", "kube-scheduler", "kube-proxy", "kube-controller-manager", "etcd")


def run(settings):
    """Print, or follow, the last lines of each source."""
    name = settings.profile
    try:
        profile = profiles.read(name)
    except ValueError as error:
        raise Crash("Error getting config", error)
    if profile is None:
        raise Crash("Error getting config", "open %s: no such file or directory" % profiles.file(name))
    if not machines.exists(name):
        raise Crash("api load", "Machine does not exist for api.Load(%s)" % name)
    node, count = machines.load(name).node(), settings.get("length")
    try:
        if settings.get("follow"):
            _follow(node)
            return
        for title, script in _sources(node, count):
            out.line("==> %s <==" % title)
            for text in node.try_run(script)[1].splitlines():
                if not settings.get("problems") or "error" in text.lower() or "fail" in text.lower():
                    out.line(text)
    except MachineError as error:
        raise Crash("Error getting machine logs", error)


def _sources(node, count):
    for component in _COMPONENTS:
        ids = node.run("sudo docker ps -a --filter=name=k8s_%s_ --format='{{.ID}}'" % component).split()
        for number in ids[:1]:
            yield "%s [%s]" % (component, number), "sudo docker logs --tail %d %s 2>&1" % (count, number)
    yield "dmesg", "sudo dmesg -PH -L=never --level warn,err,crit,alert,emerg 2>&1 | tail -n %d" % count
    yield "kernel", "uptime && uname -a"
    yield "kubelet", "sudo journalctl -u kubelet -n %d --no-pager" % count
    yield "container status", "sudo docker ps -a"


def _follow(node):
    process = node.popen("sudo journalctl -u kubelet -f", stdin=subprocess.DEVNULL)
    process.wait()
