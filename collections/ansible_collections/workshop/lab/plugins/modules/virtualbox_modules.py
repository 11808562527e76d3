#!/usr/bin/python
"""Module virtualbox_modules."""

DOCUMENTATION = r"""
module: virtualbox_modules
short_description: VirtualBox's kernel modules, built for the running kernel and loaded
description:
  - Builds C(vboxdrv), C(vboxnetflt) and C(vboxnetadp) where they are missing for the running kernel, by DKMS (the distribution's package) or by
    C(/sbin/vboxconfig) (Oracle's), and loads them. Loaded ones of another version are replaced, unless VMs run.
  - When that fails it tells why, by what DKMS, vboxconfig, modprobe and the kernel left (headers missing, a kernel that is too new for this VirtualBox, no
    compiler, Secure Boot ...) and what to do next.
options:
  timeout:
    description: Seconds that the build may take. It takes half a minute on a usual machine, several under emulation.
    type: int
    default: 1800
attributes:
  check_mode:
    description: Says whether modules would be built or loaded.
    support: full
  diff_mode:
    description: Modules have no text to compare.
    support: none
extends_documentation_fragment: [workshop.lab.runs]
notes:
  - Needs root.
seealso:
  - module: workshop.lab.virtualbox_info
"""

EXAMPLES = r"""
- name: Have VirtualBox's modules loaded
  become: true
  workshop.lab.virtualbox_modules:

- name: The same on a slow machine
  become: true
  workshop.lab.virtualbox_modules:
    timeout: 3600
"""

RETURN = r"""
kernel:
  description: The running kernel's release.
  returned: success
  type: str
  sample: 6.8.0-52-generic
version:
  description: Version of the installed package.
  returned: success
  type: str
  sample: 6.1.50-dfsg-1~ubuntu1.22.04.3
built:
  description: Modules that are there for the running kernel.
  returned: success
  type: list
  elements: str
  sample: [vboxdrv, vboxnetflt, vboxnetadp]
loaded:
  description: Modules that are loaded.
  returned: success
  type: list
  elements: str
  sample: [vboxdrv, vboxnetflt, vboxnetadp]
diagnosis:
  description: Why it failed - C(id), C(cause), C(step) (what to do next) and C(said) (the words it was told by).
  returned: when a module could not be built or loaded
  type: dict
log:
  description: The end of the builder's words and log.
  returned: when a module could not be built
  type: str
"""

from ansible.module_utils.basic import AnsibleModule  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils import virtualbox_work  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.errors import finish  # noqa: E402


def main():
    """Run the module."""
    module = AnsibleModule(virtualbox_work.MODULES, supports_check_mode=True)
    finish(module, lambda: virtualbox_work.modules(module.params, module.check_mode))


if __name__ == "__main__":
    main()
