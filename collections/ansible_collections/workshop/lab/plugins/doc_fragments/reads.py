"""Attributes of the modules that only read."""


class ModuleDocFragment:
    """What check mode and diff mode are where nothing is changed."""

    DOCUMENTATION = r"""
attributes:
  check_mode:
    description: Reads only, in check mode too.
    support: full
  diff_mode:
    description: Changes nothing.
    support: none
"""
