"""The kubeconfig entries of a cluster (pkg/minikube/kubeconfig)."""

import base64
import re

from minikube_double import API_PORT, files, paths, yamlish
from minikube_double.errors import MachineError


def read(path):
    """The kubeconfig as data; an empty one if the file is absent or empty."""
    try:
        with open(path, encoding="utf-8") as stream:
            data = yamlish.load(stream.read()) or {}
    except FileNotFoundError:
        data = {}
    except OSError as error:
        raise MachineError("Error reading file %r: open %s: %s" % (path, path, (error.strerror or "").lower()))
    except ValueError as error:
        raise MachineError("decoding config: %s" % error)
    base = {"apiVersion": "v1", "kind": "Config", "preferences": {}, "current-context": ""}
    base.update(data)
    for key in ("clusters", "contexts", "users"):
        base[key] = base.get(key) or []
    return base


def write(path, data):
    """Write the kubeconfig, 0600, under the lock its path gives."""
    files.locked_write(path, yamlish.dump(data), 0o600)


def _put(items, name, key, value):
    items[:] = [item for item in items if item.get("name") != name] + [{"name": name, key: value}]
    items.sort(key=lambda item: str(item.get("name")))


def update(path, name, address, keep_context, embed):
    """Add or replace cluster, user and context of the profile."""
    with files.lock("kubeconfigUpdate"):
        data = read(path)
        cluster = {"server": "https://%s:%d" % (address, API_PORT)}
        user = {}
        for target, key, file in ((cluster, "certificate-authority", "ca.crt"), (user, "client-certificate", "client.crt"), (user, "client-key", "client.key")):
            if embed:
                with open(paths.make(file), "rb") as stream:
                    target[key + "-data"] = base64.b64encode(stream.read()).decode("ascii")
            else:
                target[key] = paths.make(file)
        _put(data["clusters"], name, "cluster", cluster)
        _put(data["users"], name, "user", user)
        _put(data["contexts"], name, "context", {"cluster": name, "user": name})
        if not keep_context:
            data["current-context"] = name
        write(path, data)


def address_of(path, name):
    """The host in the server of the cluster named after the profile; a MachineError if there is no entry."""
    for item in read(path)["clusters"]:
        if item.get("name") == name:
            return re.sub(r"^https?://([^:/]+).*$", r"\1", (item.get("cluster") or {}).get("server", ""))
    raise MachineError("%s\" does not appear in %s" % ('"' + name, path))


def set_address(path, name, address):
    """Point the cluster's server at another address; True if it changed anything."""
    if address_of(path, name) == address:
        return False
    data = read(path)
    for item in data["clusters"]:
        if item.get("name") == name:
            item["cluster"]["server"] = "https://%s:%d" % (address, API_PORT)
    write(path, data)
    return True


def clear_context(path, name):
    """Empty current-context if it is this profile (what stop does)."""
    data = read(path)
    if data["current-context"] == name:
        data["current-context"] = ""
        write(path, data)
