"""Attributes that all modules of the collection share."""


class ModuleDocFragment:
    """Where the modules run."""

    DOCUMENTATION = r"""
requirements:
  - Python 3.6 or later on the seat, and nothing but its standard library.
attributes:
  platform:
    description: Target OS families the module works on.
    support: full
    platforms: posix
author:
  - The authors of the Kubernetes workshop toolkit
"""
