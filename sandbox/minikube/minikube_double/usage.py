"""Help texts. They are the double's own; only the lists of commands and flags follow minikube."""

from minikube_double import COMMIT, commandlist

_HEAD = "Minikube is a CLI tool that provisions and manages single-node Kubernetes clusters.\n(%s)\n\n" % COMMIT


def root():
    """The general help."""
    rows = [c for c in commandlist.COMMANDS.values() if " " not in c.path]
    return _HEAD + "Commands:\n" + _list(rows) + '\nUse "minikube <command> --help" for more information about a given command.\n'


def command(this):
    """The help of one command."""
    text = "%s\n\n" % this.text
    below = [c for c in commandlist.COMMANDS.values() if c.path.startswith(this.path + " ")]
    if below:
        text += "Available Commands:\n" + _list(below) + "\n"
    if this.flags:
        text += "Options:\n" + "".join("      --%s=%s\n" % (f.name, _show(f.default)) for f in this.flags) + "\n"
    return text + "Usage:\n  minikube %s [flags] [options]\n" % this.path


def _list(rows):
    return "".join("  %-16s %s\n" % (c.path.split()[-1], c.text) for c in sorted(rows, key=lambda c: c.path))


def _show(value):
    if isinstance(value, bool):
        return str(value).lower()
    return "[]" if value == () else "'%s'" % value if isinstance(value, str) else str(value)
