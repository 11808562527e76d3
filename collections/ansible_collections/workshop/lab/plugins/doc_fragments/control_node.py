"""Attributes of the modules whose action plugin does all the work. Named before workshop.lab.runs, whose platform is a seat."""


class ModuleDocFragment:
    """Where they run."""

    DOCUMENTATION = r"""
attributes:
  platform:
    description: The control node.
    support: full
    platforms: posix
"""
