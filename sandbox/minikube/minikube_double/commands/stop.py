"""stop (cmd/stop.go). It always clears ~/.kube/config, whatever KUBECONFIG says."""

import time

from minikube_double import kubeconfig, machines, out, paths
from minikube_double.baked import BACKOFF_SECONDS
from minikube_double.errors import Crash, MachineError


def run(settings):
    """Stop the machine; rc 0 also if it is stopped or absent."""
    name = settings.profile
    if not machines.exists(name):
        out.line('"%s" VM does not exist, nothing to stop' % name, out.WARN)
    else:
        _stop(name)
        out.line('"%s" stopped.' % name)
    try:
        kubeconfig.clear_context(paths.kubeconfig_default(), name)
    except (MachineError, OSError) as error:
        raise Crash("update config", error)


def _stop(name):
    machine = machines.load(name)
    for attempt in range(6):
        out.line('Stopping "%s" in %s ...' % (name, machine.kind))
        try:
            if machine.kind == "none" or machine.state() != "Stopped":
                machine.stop()
            return
        except MachineError as error:
            last = error
        if attempt < 5:
            time.sleep(BACKOFF_SECONDS / 5)
    raise Crash("Unable to stop VM", "stop: %s" % last)
