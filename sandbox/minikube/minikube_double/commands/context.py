"""update-context: it never sets current-context and always writes ~/.kube/config (cmd/update-context.go)."""

from minikube_double import kubeconfig, machines, out, paths
from minikube_double.errors import Crash, MachineError


def run(settings):
    """Point the kubeconfig's cluster at the machine's present address."""
    name = settings.profile
    if not machines.exists(name):
        raise Crash("Error host driver ip status", "Machine does not exist for api.Exists(%s)" % name)
    try:
        address = machines.load(name).address()
    except MachineError as error:
        raise Crash("Error host driver ip status", error)
    try:
        changed = kubeconfig.set_address(paths.kubeconfig_default(), name, address)
    except MachineError as error:
        raise Crash("update config", error)
    if changed:
        out.line("%s IP has been updated to point at %s" % (name, address))
    else:
        out.line("%s IP was already correctly configured for %s" % (name, address), out.WARN)
