#!/usr/bin/python
"""Module preflight_info."""

DOCUMENTATION = r"""
module: preflight_info
short_description: Whether a machine can be a seat, and with which driver; every problem at once
description:
  - Looks at processor, memory, disks, kernel and headers, KVM, other hypervisors, Secure Boot, cgroups, networks, proxies, clock, names, package state,
    every source that is downloaded from, and the user's C(~/.minikube). Changes nothing and downloads nothing.
  - What is wrong comes back as checks with severity and remedy, and never as a failure of the module.
  - On macOS it also looks at what the toolkit leaves to a person there, VirtualBox and the account, and explains it.
options:
  driver:
    description: Driver of the cluster. V(auto) takes the first of O(drivers) that nothing stops.
    type: str
    choices: [auto, virtualbox, kvm2, none]
    default: auto
  drivers:
    description: Drivers that V(auto) may take, the best one first. For another driver, those that are named as a way out.
    type: list
    elements: str
    choices: [virtualbox, kvm2, none]
    default: [virtualbox, kvm2, none]
  user:
    description: Account of the cluster. It need not exist yet.
    type: str
    default: k8suser
  kubernetes_version:
    description: Version of Kubernetes that is wanted. Before V(v1.19.0) it does not run on cgroup v2 with driver V(none).
    type: str
    default: v1.16.2
  cpus:
    description: Virtual processors of the VM, 2 to 32.
    type: int
    default: 2
  memory_mb:
    description: Memory of the VM in MB, at least 2000.
    type: int
    default: 2000
  host_only_cidr:
    description: The seat's address on VirtualBox's host-only network, with prefix length.
    type: str
    default: 192.168.99.1/24
  service_cidr:
    description: Network of the cluster's Services.
    type: str
    default: 10.96.0.0/12
  sources:
    description: What is downloaded from. Each is asked once, all at the same time; the repositories of apt are added.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Its name; the check is called C(source.NAME).
        type: str
        required: true
      url:
        description: Address for a HEAD request. C({os}) and C({arch}) become the seat's, as in C(linux) and C(amd64).
        type: str
        required: true
      severity:
        description: Whether its absence stops a seat or is only told.
        type: str
        choices: [stop, warn]
        default: stop
      drivers:
        description: Drivers that need it.
        type: list
        elements: str
        choices: [virtualbox, kvm2, none]
        default: [virtualbox, kvm2, none]
  apt_proxy:
    description: Proxy for http that apt will be told to use, such as the cache of the class's mirror; empty for the one that the seat's apt has.
    type: str
    default: ""
  virtualbox_source:
    description: Where VirtualBox is to come from, as in M(workshop.lab.virtualbox_info).
    type: str
    choices: [auto, distribution, oracle, fasttrack]
    default: auto
  virtualbox_series:
    description: Oracle's series, like V(7.2), as there.
    type: str
    default: ""
  virtualbox_uri:
    description: Where Oracle's repository is; empty for the publisher's own. It is asked as C(source.virtualbox) where a seat is to have VirtualBox from it.
    type: str
    default: ""
  virtualbox_key_url:
    description: Where the key of that repository is, likewise C(source.virtualbox-key).
    type: str
    default: ""
  source_timeout:
    description: Seconds that a source may take to answer, 0.1 to 60. All are given up after twice that.
    type: float
    default: 5
  control_time:
    description: The control node's time in seconds since 1970. Left out, the clock is not looked at.
    type: float
  clock_tolerance:
    description: Seconds that the seat's clock may be off, 1 to 86400. More than an hour stops.
    type: int
    default: 60
  ignore:
    description: Ids of checks that do not stop the seat, and do not count in the choice of a driver.
    type: list
    elements: str
    default: []
extends_documentation_fragment: [workshop.lab.runs, workshop.lab.reads]
notes:
  - Root sees more than others, such as who holds C(/dev/kvm), the firmware's variables and the user's C(~/.minikube).
seealso:
  - module: workshop.lab.virtualbox_info
"""

EXAMPLES = r"""
- name: Look whether this machine can be a seat
  become: true
  workshop.lab.preflight_info:
    sources:
      - {name: kubectl, url: "https://dl.k8s.io/release/v1.16.2/bin/{os}/{arch}/kubectl"}
  register: preflight

- name: Show what was found
  ansible.builtin.debug:
    msg: "{{ preflight.table }}"

- name: Stop where something is left
  ansible.builtin.assert:
    that: preflight.ok
    fail_msg: "{{ preflight.reason }}"

- name: Ask for driver none alone and for a newer Kubernetes
  become: true
  workshop.lab.preflight_info:
    driver: none
    kubernetes_version: v1.20.2
    ignore: [seat.memory]
"""

RETURN = r"""
ok:
  description: Whether nothing stops this machine.
  returned: always
  type: bool
driver:
  description: The driver to use, empty when none can work.
  returned: always
  type: str
  sample: virtualbox
reason:
  description: Why this driver and no better one, in a sentence.
  returned: always
  type: str
  sample: "Driver none can work here; virtualbox cannot (virtualbox.processor: neither); kvm2 cannot (kvm2.processor: neither)."
possible:
  description: For each driver the ids of the checks that stop it.
  returned: always
  type: dict
  sample: {virtualbox: [virtualbox.processor], kvm2: [kvm2.processor], none: []}
stops:
  description: Ids of the checks that stop this machine, without the ignored ones.
  returned: always
  type: list
  elements: str
  sample: [seat.packages]
checks:
  description:
    - The checks of every seat and of the driver; where no driver can work, those of all drivers. Each has C(id), C(title), C(ok) (null when it could not
      be told), C(expected), C(actual), C(figure), C(hint) (the remedy), C(seconds) and C(severity) (stop or warn).
  returned: always
  type: list
  elements: dict
title:
  description: The machine and the choice, in one line.
  returned: always
  type: str
  sample: Debian 12, Linux 6.1.0-25-amd64, x86_64. Driver virtualbox is the first choice, and nothing stops it here.
table:
  description: What is not fine, as a table for a person, at most 156 characters wide.
  returned: always
  type: str
machine:
  description: The facts from which this was told; those of M(workshop.lab.virtualbox_info) and more.
  returned: always
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils import preflight_work  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.errors import finish  # noqa: E402


def main():
    """Run the module."""
    module = AnsibleModule(argument_spec=preflight_work.OPTIONS, supports_check_mode=True)
    finish(module, lambda: preflight_work.work(module.params))


if __name__ == "__main__":
    main()
