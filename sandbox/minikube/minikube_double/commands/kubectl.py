"""kubectl of the profile's version, downloaded once (cmd/kubectl.go)."""

import os
import subprocess

from minikube_double import DEFAULT_KUBERNETES, download, out, paths, profiles
from minikube_double.errors import Crash, Silent

_REAL = "https://storage.googleapis.com/kubernetes-release/release/%s/bin/linux/amd64/kubectl"
_MIRRORED = "https://dl.k8s.io/release/%s/bin/linux/amd64/kubectl"


def run(settings):
    """Pass the arguments and the exit code through."""
    try:
        profile = profiles.read(settings.profile)
    except ValueError:
        profile = None
    version = (profile or {}).get("KubernetesConfig", {}).get("KubernetesVersion") or DEFAULT_KUBERNETES
    program = paths.make("cache", version, "kubectl")
    if not os.path.exists(program):
        out.line("Downloading kubectl " + version)
        _download(version, program)
    code = subprocess.run([program] + settings.args).returncode
    if code:
        raise Silent(code)


def _download(version, program):
    # The lab's mirror keeps kubectl below the address that the toolkit uses, not the older one compiled into v1.5.2.
    try:
        try:
            download.fetch(_REAL % version, program, 0o755)
        except OSError:
            download.fetch(_MIRRORED % version, program, 0o755)
    except OSError as error:
        raise Crash("Failed to download kubectl", "Error downloading kubectl %s: failed to download: %s" % (version, error))
