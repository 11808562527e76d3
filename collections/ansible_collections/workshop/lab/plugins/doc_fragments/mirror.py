"""Options of the modules that work on a mirror."""


class ModuleDocFragment:
    """Where the mirror is, and what the class has recorded of it."""

    DOCUMENTATION = r"""
options:
  root:
    description: Absolute path of the mirror's data.
    type: str
    required: true
  lock:
    description: What the lock file holds; empty the first time.
    type: dict
    default: {}
"""
