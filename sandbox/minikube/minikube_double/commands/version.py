"""version and update-check."""

from minikube_double import COMMIT, VERSION, out, updates


def run(_settings):
    """Print the version, and on the commit line that this is a double."""
    out.raw("minikube version: %s\n" % VERSION)
    out.raw("commit: %s\n" % COMMIT)


def update_check(_settings):
    """Print current and latest version."""
    from minikube_double.errors import Crash

    latest = updates.latest()
    if latest is None:
        raise Crash("Unable to fetch latest version info", "Error retrieving latest version")
    out.raw("CurrentVersion: %s\nLatestVersion: %s\n" % (VERSION, latest))
