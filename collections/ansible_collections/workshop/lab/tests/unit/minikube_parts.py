"""What the tests of minikube's modules share: a home that is only remembered, and the parts of a State."""

import copy
import json
import pathlib
import re

from ansible_collections.workshop.lab.plugins.module_utils.minikube_options import OPTIONS
from ansible_collections.workshop.lab.plugins.module_utils.minikube_state import Seen
from ansible_collections.workshop.lab.plugins.module_utils.minikube_wanted import Wanted

FIXTURES = pathlib.Path(__file__).parent / "fixtures" / "minikube"
MINIKUBE, KUBECTL = "/usr/local/bin/minikube", "/usr/local/bin/kubectl"
HOME = "/home/k8suser"
TMP = HOME + "/.minikube/tmp"
STATUS = [MINIKUBE, "status", "-o", "json"]
MKDIR = ["mkdir", "-p", "-m", "0700", TMP]
READY = [KUBECTL, "--context=minikube", "get", "nodes,deployments.apps", "--namespace=kube-system", "-o", "json"]
START = [MINIKUBE, "start", "--vm-driver=virtualbox", "--kubernetes-version=v1.20.2", "--memory=2000", "--cpus=2", "--disk-size=20000",
         "--host-only-cidr=192.168.99.1/24", "--registry-mirror=http://lab-mirror:5000"]
RUNNING = '{"Host":"Running","Kubelet":"Running","APIServer":"Running","Kubeconfig":"Configured"}'
MISCONFIGURED = RUNNING.replace("Configured", "Misconfigured")
STOPPED = '{"Host":"Stopped","Kubelet":"","APIServer":"","Kubeconfig":""}'
NOTHING = '{"Host":"","Kubelet":"","APIServer":"","Kubeconfig":""}'
VANISHED = "X Error getting host status: state: machine does not exist\n"


def fixture(name):
    """Read a fixture of the seat with driver virtualbox (vm/...) or none (none/...)."""
    return (FIXTURES / name).read_text(encoding="utf-8")


def wanted(**changes):
    """The Wanted of the recorded VM, with changes."""
    values = {name: OPTIONS[name].get("default") for name in Wanted._fields if name in OPTIONS}
    values.update(user="k8suser", kubernetes_version="v1.20.2", registry_mirrors=("http://lab-mirror:5000",), insecure_registries=(), extra_arguments=())
    values.update(changes)
    return Wanted(**values)


def seen(machine="vm/machine.json", profile="vm/profile.json", kubeconfig="vm/kubeconfig.yaml",
         names=("boot2docker.iso", "config.json", "disk.vmdk"), **changes):
    """What is read of the home: fixtures by name, None for a file that is not there."""
    texts = {name: file and (fixture(file) if re.match(r"^[\w/-]+\.\w+$", file) else file) for name, file in
             (("machine", machine), ("profile", profile), ("kubeconfig", kubeconfig))}
    return Seen(True, None if names is None else list(names), texts, [], [])._replace(**changes)


EMPTY = Seen(True, None, {"machine": None, "profile": None, "kubeconfig": None}, [], [])
CLEAN = EMPTY._replace(home=False)


def changed(name, *path_and_value):
    """A JSON fixture's text with one value (by its path) changed."""
    data = json.loads(fixture(name))
    here = data
    for key in path_and_value[:-2]:
        here = here[key]
    here[path_and_value[-2]] = copy.deepcopy(path_and_value[-1])
    return json.dumps(data)


class FakeHome:
    """In a Home's place: what look() sees, in turn, the last one for ever."""

    def __init__(self, account, *found):
        self.account, self.found, self.given_back = account, list(found), 0

    def look(self):
        """The next Seen."""
        return self.found.pop(0) if len(self.found) > 1 else self.found[0]

    def give_back(self):
        """Remember that it was asked for."""
        self.given_back += 1
        return 3
