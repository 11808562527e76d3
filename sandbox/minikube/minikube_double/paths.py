"""Where minikube keeps its files (pkg/minikube/localpath)."""

import os


def home():
    """The .minikube directory: MINIKUBE_HOME as it is if it ends in .minikube, else with that appended; else below $HOME."""
    base = os.environ.get("MINIKUBE_HOME", "") or os.environ.get("HOME", "")
    if os.path.basename(base.rstrip("/")) == ".minikube":
        return base.rstrip("/")
    return os.path.join(base, ".minikube")


def make(*parts):
    """A path below the .minikube directory."""
    return os.path.join(home(), *parts)


def profile_dir(name):
    """The directory of a profile's configuration."""
    return make("profiles", name)


def machine_dir(name):
    """The directory of a machine; a machine exists if this does."""
    return make("machines", name)


def kubeconfig_default():
    """The kubeconfig that stop, delete, update-context and profile use whatever KUBECONFIG says."""
    return os.path.join(os.environ.get("HOME", ""), ".kube", "config")


def kubeconfig():
    """The kubeconfig that start and status use: the first element of KUBECONFIG that is not empty."""
    for item in os.environ.get("KUBECONFIG", "").split(os.pathsep):
        if item:
            return item
    return kubeconfig_default()


def make_dirs():
    """Create the directories that every command but help creates first (cmd/root.go)."""
    for parts in (("certs",), ("machines",), ("cache", "iso"), ("config",), ("addons",), ("files",), ("logs",)):
        os.makedirs(make(*parts), exist_ok=True)
