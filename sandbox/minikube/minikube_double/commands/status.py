"""status: four words and a sum of bits (cmd/status.go)."""

import json

from minikube_double import kubeconfig, machines, out, paths, templates
from minikube_double.errors import BAD_USAGE, Crash, Fatal, MachineError, Silent, Usage

HOST_BIT, CLUSTER_BIT, KUBECONFIG_BIT = 1, 2, 4


def run(settings):
    """Print host, kubelet, apiserver and kubeconfig; the exit code says which are not well."""
    style, template = settings.get("output"), settings.get("format")
    if template and settings.given("output"):
        raise Usage("Cannot use both --output and --format options")
    if style not in ("text", "json"):
        raise Fatal(BAD_USAGE, "invalid output format: %s. Valid values: 'text', 'json'" % style)
    values, code = look(settings.profile)
    if style == "json":
        out.raw(json.dumps(values, separators=(",", ":")))
    elif template:
        out.raw(templates.expand(template, values))
    else:
        out.raw("host: %(Host)s\nkubelet: %(Kubelet)s\napiserver: %(APIServer)s\nkubeconfig: %(Kubeconfig)s\n" % values)
    if style == "text" and values["Kubeconfig"] == "Misconfigured":
        out.err("Warning: Your kubectl is pointing to stale minikube-vm.\nTo fix the kubectl context, run `minikube update-context`", out.WARN)
    if code:
        raise Silent(code)


def look(name):
    """(the four values, the exit code). Without a machine all four are empty: libmachine's "none" prints as nothing."""
    values = {"Host": "", "Kubelet": "", "APIServer": "", "Kubeconfig": ""}
    if not machines.exists(name):
        return values, HOST_BIT
    machine = machines.load(name)
    try:
        values["Host"] = machine.state()
    except MachineError as error:
        raise Crash("Error getting host status", "state: %s" % error)
    if values["Host"] != "Running":
        return values, HOST_BIT
    return values, _cluster(name, machine, values)


def _cluster(name, machine, values):
    # Both questions take a while over ssh and TLS: ask them at the same time.
    import subprocess

    from minikube_double.cluster import api

    address = machine.data["IPAddress"]
    kubelet = machine.node().popen("sudo systemctl is-active kubelet", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    values["APIServer"] = api.healthz(address)
    answer = kubelet.communicate()[0].decode().strip()
    # A dead unit makes systemctl fail, and that failure leaves the word empty, not "Stopped".
    values["Kubelet"] = "Running" if kubelet.returncode == 0 and answer == "active" else ""
    code = 0 if values["Kubelet"] == values["APIServer"] == "Running" else CLUSTER_BIT
    path = paths.kubeconfig()
    try:
        good = kubeconfig.address_of(path, name) == address
    except MachineError as error:
        _glog("status.go:128] Error kubeconfig status: %s" % error)
        good = False
    values["Kubeconfig"] = "Configured" if good else "Misconfigured"
    return code if good else code | KUBECONFIG_BIT


def _glog(text):
    import datetime
    import os

    out.raw_err("E%s %7d %s\n" % (datetime.datetime.now().strftime("%m%d %H:%M:%S.%f"), os.getpid(), text))
