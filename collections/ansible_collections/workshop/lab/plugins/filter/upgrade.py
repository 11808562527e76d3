"""Filter of role cluster: from where to where an upgrade goes."""

from ansible_collections.workshop.lab.plugins.plugin_utils import upgrade


class FilterModule:
    """The filter."""

    def filters(self):
        """Return it by name."""
        return {"upgrade_plan": upgrade.plan}
