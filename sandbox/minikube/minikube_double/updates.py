"""The check for a newer release (pkg/minikube/notify)."""

import json

from minikube_double import VERSION, out
from minikube_double.semver import parse

URL = "https://storage.googleapis.com/minikube/releases.json"


def latest():
    """The newest version in releases.json, or None if it could not be read."""
    from minikube_double import download

    try:
        return json.loads(download.get(URL, timeout=10).decode("utf-8"))[0]["name"]
    except (OSError, ValueError, LookupError, TypeError):
        return None


def notify(settings):
    """True if start's first line must warn: the check failed, or there is a newer release."""
    if not settings.want("WantUpdateNotification"):
        return False
    newest = latest()
    if newest is None:
        return True
    if parse(newest) <= parse(VERSION):
        return False
    out.err("minikube %s is available! Download it: https://github.com/kubernetes/minikube/releases/tag/v%s" % (newest.lstrip("v"), newest.lstrip("v")))
    out.err("To disable this notice, run: 'minikube config set WantUpdateNotification false'")
    return True
