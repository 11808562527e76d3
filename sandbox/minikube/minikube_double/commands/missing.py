"""Commands that minikube has and the double has not."""

from minikube_double.errors import SOFTWARE, Fatal


def run(_settings):
    """Say so instead of pretending."""
    raise Fatal(SOFTWARE, "This command of minikube is not part of the sandbox's double.")
