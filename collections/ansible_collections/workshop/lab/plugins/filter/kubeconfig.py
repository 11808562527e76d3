"""Filter of role cluster: whether the user's kubeconfig needs to be written."""

from ansible_collections.workshop.lab.plugins.plugin_utils import kubeconfig


class FilterModule:
    """The filter."""

    def filters(self):
        """Return it by name."""
        return {"kubeconfig_handed_over": kubeconfig.handed_over}
