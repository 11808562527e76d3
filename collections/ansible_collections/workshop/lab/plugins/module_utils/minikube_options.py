"""The options of minikube_cluster and minikube_info, as an argument spec, and their values accepted or refused."""

import ipaddress

from ansible_collections.workshop.lab.plugins.module_utils import arguments, minikube_flags
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.minikube_wanted import Wanted
from ansible_collections.workshop.lab.plugins.module_utils.runner import find_account

SHARED = {
    "user": {"type": "str"},
    "minikube_path": {"type": "str", "default": "/usr/local/bin/minikube"},
    "query_timeout": {"type": "int", "default": 60},
}
LIMITS = ("start", "stop", "delete", "ready", "query")
OPTIONS = dict(
    SHARED,
    state={"type": "str", "choices": ["started", "stopped", "absent"], "default": "started"},
    driver={"type": "str", "choices": ["virtualbox", "none", "kvm2"], "default": "virtualbox"},
    kubernetes_version={"type": "str", "default": "v1.16.2"},
    cpus={"type": "int", "default": 2},
    memory_mb={"type": "int", "default": 2000},
    disk_mb={"type": "int", "default": 20000},
    host_only_cidr={"type": "str", "default": "192.168.99.1/24"},
    registry_mirrors={"type": "list", "elements": "str", "default": []},
    insecure_registries={"type": "list", "elements": "str", "default": []},
    extra_arguments={"type": "list", "elements": "str", "default": []},
    recreate={"type": "bool", "default": False},
    kubectl_path={"type": "str", "default": "/usr/local/bin/kubectl"},
    start_timeout={"type": "int", "default": 1800},
    stop_timeout={"type": "int", "default": 180},
    delete_timeout={"type": "int", "default": 300},
    ready_timeout={"type": "int", "default": 300},
    lock_timeout={"type": "int", "default": 1800},
    progress_file={"type": "str", "default": ""},
    only_if_quick={"type": "bool", "default": False},
)

# The pool of VirtualBox's DHCP server is .100 to .254 of the same /24: a narrower network would not hold it, an address in it would collide.
OCTET = r"(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
CIDR = r"(10(\.%s){2}|(172\.(1[6-9]|2[0-9]|3[01])|192\.168)\.%s)\.[1-9][0-9]?/(1[6-9]|2[0-4])" % (OCTET, OCTET)
TAKEN = (("10.96.0.0/12", "Services"), ("172.17.0.0/16", "pods"))


def accept(params):
    """Return the Wanted of minikube_cluster's parameters; LabError, in one sentence, for a value that cannot be."""
    arguments.account_name("user", params["user"])
    arguments.kubernetes_version("kubernetes_version", params["kubernetes_version"])
    for name, least, most in (("cpus", 2, 32), ("memory_mb", 2000, 1048576), ("disk_mb", 2000, 16777216)):
        arguments.at_least(name, params[name], least, most)
    for name in LIMITS:
        arguments.at_least(name + "_timeout", params[name + "_timeout"], 1, 86400)
    arguments.at_least("lock_timeout", params["lock_timeout"], 0, 86400)
    for name in ("minikube_path", "kubectl_path"):
        arguments.absolute_path(name, params[name])
    if params["progress_file"]:
        arguments.absolute_path("progress_file", params["progress_file"])
    _network(params["host_only_cidr"])
    for one in params["registry_mirrors"]:
        arguments.text_of("registry_mirrors", one, r"https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?",
                          "a list of http(s)://host[:port] without a path")
    for one in params["insecure_registries"]:
        arguments.text_of("insecure_registries", one, r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5}|/[0-9]{1,2})?",
                          "a list of host[:port] or networks like 192.168.0.0/24, without http://")
    minikube_flags.read_arguments(params["extra_arguments"])
    _user(params["user"], params["driver"])
    return Wanted(**{name: tuple(params[name]) if isinstance(params[name], list) else params[name] for name in Wanted._fields})


def _network(value):
    arguments.text_of("host_only_cidr", value, CIDR, "a private address with its prefix length, last number 1 to 99, prefix 16 to 24, like 192.168.99.1/24")
    for network, use in TAKEN:
        if ipaddress.IPv4Interface(value).network.overlaps(ipaddress.IPv4Network(network)):
            arguments.refuse("host_only_cidr", value, "outside %s (%s)" % (network, use))


def _user(name, driver):
    if driver == "none" and name not in (None, "root"):
        arguments.refuse("user", name, "root or left out with driver none, where root owns the cluster")
    if driver != "none" and name == "root":
        arguments.refuse("user", name, "an ordinary account with driver %s, which minikube refuses to use as root" % driver)


def owner(name, driver):
    """Return the Account that owns the cluster; None when there is none of that name. LabError when driver and account do not fit."""
    try:
        account = find_account("root" if driver == "none" else name)
    except LabError:
        return None
    if driver != "none" and account.uid == 0:
        raise LabError("user is left out and this runs as root; name the account that is to own the VM, since minikube refuses driver %s as root." % driver)
    return account


def limits(params):
    """Return the limits of a Minikube, in seconds."""
    return {name: params[name + "_timeout"] for name in LIMITS if name + "_timeout" in params}


def accept_info(params):
    """Refuse values of minikube_info that cannot be."""
    arguments.account_name("user", params["user"])
    arguments.absolute_path("minikube_path", params["minikube_path"])
    arguments.at_least("query_timeout", params["query_timeout"], 1, 86400)
