"""addons list, enable and disable: they read and write config.json, not the cluster (cmd/config/addons*.go).

The double deploys no addon; the lines and the file are all there is.
"""

import json

from minikube_double import out, templates
from minikube_double import settings as settings_module
from minikube_double.errors import BAD_USAGE, Crash, Fatal, Usage

# name -> enabled by default
NAMES = {"addon-manager": True, "dashboard": False, "default-storageclass": True, "efk": False, "freshpod": False, "gvisor": False, "heapster": False,
         "helm-tiller": False, "ingress": False, "ingress-dns": False, "logviewer": False, "metrics-server": False, "nvidia-driver-installer": False,
         "nvidia-gpu-device-plugin": False, "registry": False, "registry-creds": False, "storage-provisioner": True, "storage-provisioner-gluster": False}
_NEED_CLUSTER = ("default-storageclass", "storage-provisioner-gluster", "gvisor")


def _status(name, stored):
    return "enabled" if stored.get(name, NAMES[name]) else "disabled"


def listing(settings):
    """Print the addons as lines or JSON."""
    stored, style = settings_module.read_config(), settings.get("output").lower()
    if style == "json":
        out.raw(json.dumps({name: {"Status": _status(name, stored)} for name in sorted(NAMES)}, separators=(",", ":")))
    elif style == "list":
        template = settings.get("format") or "- {{.AddonName}}: {{.AddonStatus}}\n"
        for name in sorted(NAMES):
            out.raw(templates.expand(template, {"AddonName": name, "AddonStatus": _status(name, stored)}))
    else:
        raise Fatal(BAD_USAGE, "invalid output format: %s. Valid values: 'list', 'json'" % style)


def _set(settings, word, value):
    if len(settings.args) != 1:
        raise Usage("usage: minikube addons %s ADDON_NAME" % word)
    name = settings.args[0]
    if name not in NAMES:
        raise Crash(word + " failed", 'property name "%s" not found' % name)
    if name in _NEED_CLUSTER:
        raise Crash(word + " failed", "the sandbox's double deploys no addons, and %s needs one deployed" % name)
    stored = settings_module.read_config()
    stored[name] = value
    settings_module.write_config(stored)
    return name


def enable(settings):
    """Record the addon as enabled."""
    out.line("%s was successfully enabled" % _set(settings, "enable", True))


def disable(settings):
    """Record the addon as disabled."""
    out.line('"%s" was successfully disabled' % _set(settings, "disable", False))
