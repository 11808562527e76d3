#!/usr/bin/python
"""Module virtualbox_smoke_test."""

DOCUMENTATION = r"""
module: virtualbox_smoke_test
short_description: Does a VM really start on this machine, for this account?
description:
  - Makes a throw-away VM of 16 MB with a boot sector of our own, which says one line on its serial port and halts; starts it headless, waits for the line,
    removes it. With O(host_only_cidr) it also makes the host-only network that the cluster's VM will need, and removes it.
  - What goes wrong comes back as a check that is false, with the cause and the next step - VT-x switched off, another hypervisor in the way, modules that
    are missing, unsigned or of another version, a network that C(/etc/vbox/networks.conf) forbids. The module itself fails only where it cannot look.
  - A VM that starts and says nothing is tried once more without nested paging, since emulated processors (AMD-V in QEMU) have one that does not work.
options:
  user:
    description:
      - Account that starts the VM, an ordinary one; the one that Ansible works as when it is left out.
      - Another account than one's own needs root (C(become)).
    type: str
  host_only_cidr:
    description: Address of this machine on the host-only network with its prefix length, like V(192.168.99.1/24). Empty makes no network.
    type: str
    default: ""
  timeout:
    description: Seconds until the VM has said its line, 5 to 600; a usual machine takes three. At most twice that, with the second attempt.
    type: int
    default: 60
  vm:
    description: Whether to start a VM; V(false) looks at the network only.
    type: bool
    default: true
  once:
    description:
      - Whether a test is left out that has passed since the machine's start with the same options, the same version and modules, the same
        C(/etc/vbox/networks.conf) and the same state of KVM; its checks are returned again. Remembered in C(/run/workshop-lab), so only root's tests are.
    type: bool
    default: false
attributes:
  check_mode:
    description: Starts nothing; the checks are not observed (null).
    support: full
  diff_mode:
    description: Nothing is left to compare.
    support: none
extends_documentation_fragment: [workshop.lab.runs]
seealso:
  - module: workshop.lab.virtualbox_modules
"""

EXAMPLES = r"""
- name: See whether a VM starts for the student
  become: true
  workshop.lab.virtualbox_smoke_test:
    user: k8suser
    host_only_cidr: 192.168.99.1/24
  register: smoke

- name: Stop with the cause when it does not
  ansible.builtin.assert:
    that: smoke.ok
    fail_msg: "{{ smoke.checks | rejectattr('ok') | map(attribute='actual') | join(' ') }}"

- name: Look at the network only
  become: true
  become_user: k8suser
  workshop.lab.virtualbox_smoke_test:
    vm: false
    host_only_cidr: 192.168.99.1/24
"""

RETURN = r"""
ok:
  description: Whether all checks are true.
  returned: success
  type: bool
checks:
  description: C(virtualbox.manage), C(virtualbox.smoke) and C(virtualbox.host_only), each a check with C(severity). The first that is false ends the list
    where nothing after it could work.
  returned: success
  type: list
  elements: dict
version:
  description: Version of VirtualBox, empty when it does not answer.
  returned: success
  type: str
  sample: 7.2.14
remembered:
  description: Whether the checks are those of an earlier test (O(once)).
  returned: success
  type: bool
attempts:
  description: How many VMs were started; 2 when only the second, without nested paging, could speak.
  returned: success
  type: int
  sample: 1
"""

from ansible.module_utils.basic import AnsibleModule  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils import smoke_work  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.errors import finish  # noqa: E402


def main():
    """Run the module."""
    module = AnsibleModule(smoke_work.SPEC, supports_check_mode=True)
    finish(module, lambda: smoke_work.work(module.params, module.check_mode))


if __name__ == "__main__":
    main()
