"""Comparing two kubeconfigs on the control node, where there is a reader of YAML."""

import base64

import yaml

# What `kubectl config view --flatten` puts in place of a path (k8s.io/client-go, tools/clientcmd/api/helpers.go, FlattenConfig): the file's content.
INLINED = ("certificate-authority", "client-certificate", "client-key")
# The lists of a kubeconfig, and under which key an entry has its content.
PARTS = {"clusters": "cluster", "contexts": "context", "users": "user"}


def handed_over(contents, owners, users, name):
    """Whether the file at ``users`` has the three entries called ``name`` as ``kubectl config view --flatten`` would print them of the file at ``owners``.

    ``contents``: {path: text or None}, of both and of the certificates. False too where that cannot be told: a file is missing or is no kubeconfig, a
    certificate lies elsewhere. A user's file without a current context is not finished either.
    """
    owner, user = _load(contents.get(owners)), _load(contents.get(users))
    if not user.get("current-context"):
        return False
    for part, key in PARTS.items():
        wanted = _flat(_entry(owner, part, key, name), contents)
        if not wanted or _entry(user, part, key, name) != wanted:
            return False
    return True


def _load(text):
    try:
        found = yaml.safe_load(text or "")
    except yaml.YAMLError:
        return {}
    return found if isinstance(found, dict) else {}


def _entry(config, part, key, name):
    """Return what the one entry of this name holds; {} where there is none."""
    entries = config.get(part)
    found = [one.get(key) for one in entries if isinstance(one, dict) and one.get("name") == name] if isinstance(entries, list) else []
    return found[0] if len(found) == 1 and isinstance(found[0], dict) else {}


def _flat(entry, contents):
    """Return an entry with the contents of its files inside; {} where one of them is not known."""
    flat = {}
    for key, value in entry.items():
        if key in INLINED:
            if not contents.get(value):
                return {}
            flat[key + "-data"] = base64.b64encode(contents[value].encode("utf-8")).decode("ascii")
        else:
            flat[key] = value
    return flat
