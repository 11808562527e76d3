"""profile and profile list: what profiles/*/config.json say, never the state of a machine (cmd/config/profile*.go)."""

import json

from minikube_double import drawtable, out, profiles
from minikube_double import settings as settings_module
from minikube_double.errors import BAD_USAGE, Fatal, Silent, Usage


def run(settings):
    """Show the profile in use, or use another one, which is created empty if it is new."""
    if not settings.args:
        out.line(settings.profile)
        return
    if len(settings.args) > 1:
        raise Usage("usage: minikube profile [MINIKUBE_PROFILE_NAME]")
    name = settings.args[0]
    name = "minikube" if name == "default" else name
    try:
        if profiles.read(name) is None:
            profiles.save(name, profiles.empty())
    except ValueError:
        pass
    stored = settings_module.read_config()
    stored["profile"] = name
    settings_module.write_config(stored)
    out.line("minikube profile was successfully set to " + name)


def listing(settings):
    """Print the profiles as a table or as JSON."""
    style = settings.get("output").lower()
    if style == "json":
        try:
            valid, invalid = profiles.listing()
        except FileNotFoundError as error:
            out.raw(json.dumps({"error": {"Op": "open", "Path": error.filename, "Err": error.errno}}, separators=(",", ":")))
            raise Silent(1)
        out.raw(json.dumps({"invalid": invalid, "valid": valid}, separators=(",", ":")))
        return
    if style != "table":
        raise Fatal(BAD_USAGE, "invalid output format: %s. Valid values: 'table', 'json'" % style)
    try:
        valid, invalid = profiles.listing()
    except OSError:
        valid, invalid = [], []
    if not valid:
        raise Usage("No minikube profile was found. You can create one using `minikube start`.")
    rows = []
    for item in valid:
        kubernetes = item["Config"]["KubernetesConfig"]
        rows.append((item["Name"], item["Config"]["MachineConfig"]["VMDriver"], kubernetes["NodeIP"], kubernetes["NodePort"], kubernetes["KubernetesVersion"]))
    out.raw(drawtable.draw(("Profile", "VM Driver", "NodeIP", "Node Port", "Kubernetes Version"), rows))
    if invalid:
        out.err("Found %d invalid profile(s) ! " % len(invalid), out.WARN)
        for item in invalid:
            out.err("\t " + item["Name"])
