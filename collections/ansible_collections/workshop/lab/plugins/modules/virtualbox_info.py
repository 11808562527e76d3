#!/usr/bin/python
"""Module virtualbox_info."""

DOCUMENTATION = r"""
module: virtualbox_info
short_description: What this machine is as a host of VirtualBox, and what it takes to make it one
description:
  - Reads the release, the kernel, its headers, the processor, KVM, Secure Boot and what there is of VirtualBox; from that it plans which VirtualBox comes
    from where, which packages, which setting of KVM. Changes nothing.
  - The plan is held in C(plugins/module_utils/virtualbox_releases.py) as data, and to a page of machines by a test.
options:
  source:
    description:
      - V(auto) takes the distribution's own package where it builds for the running kernel and Oracle's otherwise; an installed one of Oracle's stays.
    type: str
    choices: [auto, distribution, oracle, fasttrack]
    default: auto
  series:
    description: Oracle's series, like V(7.2); empty for the installed one or else the newest that is known to be packaged for the release.
    type: str
    default: ""
  gui:
    description: Whether the program VirtualBox with its windows is wanted too. Oracle's package always has it.
    type: bool
    default: true
  cidrs:
    description: Host-only networks that an ordinary account must be able to make, like V(192.168.99.0/24), besides V(192.168.56.0/21).
    type: list
    elements: str
    default: []
  files:
    description: Absolute paths; RV(files) tells which of them exist.
    type: list
    elements: str
    default: []
extends_documentation_fragment: [workshop.lab.runs, workshop.lab.reads]
notes:
  - Root sees more than others, such as the VMs in everybody's home directory and the firmware's variables.
seealso:
  - module: workshop.lab.virtualbox_modules
  - module: workshop.lab.virtualbox_smoke_test
"""

EXAMPLES = r"""
- name: Ask what it takes to run VirtualBox here
  become: true
  workshop.lab.virtualbox_info:
    cidrs: [192.168.99.0/24]
  register: virtualbox

- name: Tell why
  ansible.builtin.debug:
    msg: "{{ virtualbox.plan.reasons }}"

- name: Ask for Oracle's series 7.1
  become: true
  workshop.lab.virtualbox_info:
    source: oracle
    series: "7.1"
"""

RETURN = r"""
machine:
  description:
    - The facts. C(distribution), C(release), C(codename), C(architecture), C(kernel), C(kernel_config), C(headers_installed), C(headers_available) (null
      when apt has no package lists), C(secure_boot) (null when the firmware does not tell), C(lockdown), C(efi), C(mok_key), C(mok_enrolled), C(mok_waiting),
      C(cpu_flags), C(hypervisor), C(container), C(xen), C(kvm_modules), C(enable_virt_at_load), C(kvm_foreign) (others' files that set it to 0).
    - Of VirtualBox C(virtualbox_packages), C(virtualbox_version) (empty when it is not installed), C(dpkg_broken) (packages that are not configured),
      C(dkms), C(modules_loaded), C(vms) (user and file of every registered VM), C(running_vms) (processes that are VMs).
  returned: always
  type: dict
plan:
  description:
    - C(source) (distribution, oracle, fasttrack or none), C(series), C(version) (the one that the rules count with), C(packages), C(remove) (packages that must
      go first), C(headers), C(repository) (null without one), C(kvm_rule) (off, on or any), C(kvm_setting) (write, remove or leave our modprobe file),
      C(signing), C(networks), C(reboot_needed), C(reasons), and C(possible), whether no check with severity stop is false.
  returned: always
  type: dict
checks:
  description: What stands between the machine and a VM, each a check with C(severity), V(stop) or V(warn), and what to do about it in C(hint).
  returned: always
  type: list
  elements: dict
missing:
  description: Packages of the plan that are not installed.
  returned: always
  type: list
  elements: str
headers_missing:
  description: Headers of the plan, the running kernel's and the package that follows new kernels, that are not installed.
  returned: always
  type: list
  elements: str
dpkg_why:
  description: Why packages are not configured, by what DKMS left, with the next step; empty where all are, or VirtualBox's module is not the reason.
  returned: always
  type: str
members:
  description: Accounts in the group vboxusers, null without the group.
  returned: always
  type: list
  elements: str
brought:
  description: What the role wrote down that it brought (C(/var/lib/workshop-lab/virtualbox.json)), empty without that file.
  returned: always
  type: dict
files:
  description: Those of O(files) that exist.
  returned: always
  type: list
  elements: str
networks_text:
  description: What C(/etc/vbox/networks.conf) must be, empty for no file. Its own lines are kept.
  returned: always
  type: str
networks_there:
  description: What C(/etc/vbox/networks.conf) is, null without the file.
  returned: always
  type: str
networks_undone:
  description: What that file is without our lines.
  returned: always
  type: str
kvm_text:
  description: What C(/etc/modprobe.d/workshop-virtualbox-kvm.conf) must be, empty for no file.
  returned: always
  type: str
kvm_there:
  description: What that file is, null without it.
  returned: always
  type: str
"""

from ansible.module_utils.basic import AnsibleModule  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils import virtualbox_work  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.errors import finish  # noqa: E402


def main():
    """Run the module."""
    module = AnsibleModule(virtualbox_work.INFO, supports_check_mode=True)
    finish(module, lambda: virtualbox_work.info(module.params))


if __name__ == "__main__":
    main()
