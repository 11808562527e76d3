"""What the module cluster_component does, from its parameters to its result."""

import os

from ansible_collections.workshop.lab.plugins.module_utils import arguments
from ansible_collections.workshop.lab.plugins.module_utils.component import COMPONENTS
from ansible_collections.workshop.lab.plugins.module_utils.component_change import Change
from ansible_collections.workshop.lab.plugins.module_utils.component_node import LocalNode, RemoteNode
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.runner import Runner, find_account

#: The module's options.
SPEC = {
    "component": {"type": "str", "choices": list(COMPONENTS)},
    "components": {"type": "list", "elements": "str", "choices": list(COMPONENTS)},
    "state": {"type": "str", "required": True, "choices": ["stopped", "started"]},
    "method": {"type": "str", "default": "auto", "choices": ["auto", "container", "manifest"]},
    "driver": {"type": "str", "default": "virtualbox", "choices": ["virtualbox", "kvm2", "none"]},
    "user": {"type": "str"},
    "minikube_path": {"type": "str", "default": "/usr/local/bin/minikube"},
    "apiserver_port": {"type": "int", "default": 8443},
    "timeout": {"type": "int", "default": 300},
}


def validate(params):
    """Refuse what the argument spec cannot; return the names of the components."""
    arguments.account_name("user", params["user"])
    arguments.absolute_path("minikube_path", params["minikube_path"])
    arguments.at_least("apiserver_port", params["apiserver_port"], 1, 65535)
    arguments.at_least("timeout", params["timeout"], 1, 900)
    names = [params["component"]] if params["component"] else params["components"]
    if not names:
        arguments.refuse("components", names, "a list of at least one component")
    if len(set(names)) != len(names):
        arguments.refuse("components", names, "a list that names no component twice")
    if params["driver"] == "none" and params["user"] not in (None, "root"):
        arguments.refuse("user", params["user"], "left out, or root, when driver is none")
    return names


def open_node(params):
    """Return the node that the parameters describe."""
    if params["driver"] != "none":
        return RemoteNode(Runner(find_account(params["user"])), params["minikube_path"], params["apiserver_port"])
    if os.geteuid() != 0:
        raise LabError("With driver none this machine is the node, and only root can stop and start its parts; use become.")
    return LocalNode(Runner(find_account("root")), params["apiserver_port"])


def work(params, check=False, diff=False):
    """Return the module's result; LabError in words for a person."""
    names = validate(params)
    change = Change(open_node(params), names, params["state"], params["method"], params["timeout"])
    if check:
        result = change.prediction()
    else:
        change.run()
        result = change.result()
    if diff:
        result["diff"] = {"before": lines(result["before"]), "after": lines(result["after"])}
    return result


def lines(states):
    """Return the states of components as the text of a diff."""
    return "".join("%s: %s\n" % (name, states[name]) for name in sorted(states))
