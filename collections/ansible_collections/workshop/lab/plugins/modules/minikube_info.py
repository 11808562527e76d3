#!/usr/bin/python
"""Module minikube_info."""

DOCUMENTATION = r"""
module: minikube_info
short_description: The minikube cluster of one account, as data
description:
  - Reads minikube's status, its profiles and the machine's own record. Never changes anything, and does not fail on a machine without a cluster, without
    minikube or without the account - it says V(absent).
  - For minikube v1.5.2, profile C(minikube).
options:
  user:
    description:
      - Account that owns the cluster; the one that Ansible works as when it is left out. For a cluster of driver none that is root.
      - Another account than one's own needs root (C(become)).
    type: str
  minikube_path:
    description: Absolute path of minikube on the seat.
    type: str
    default: /usr/local/bin/minikube
  query_timeout:
    description: Seconds that one question to minikube may take.
    type: int
    default: 60
extends_documentation_fragment: [workshop.lab.runs, workshop.lab.reads]
seealso:
  - module: workshop.lab.minikube_cluster
"""

EXAMPLES = r"""
- name: Look at the student's cluster
  become: true
  workshop.lab.minikube_info:
    user: k8suser
  register: minikube

- name: Show its address
  ansible.builtin.debug:
    msg: "{{ minikube.cluster.ip if minikube.state == 'started' else 'the cluster is ' ~ minikube.state }}"
"""

RETURN = r"""
state:
  description:
    - V(started) with host, kubelet and API server running, V(stopped) with a host that is stopped or saved, V(absent) without a cluster.
    - V(broken) is everything else; RV(reason) says what.
  returned: always
  type: str
  sample: started
reason:
  description: Why the state is V(broken) or could not be told; empty otherwise.
  returned: always
  type: str
  sample: the VM was removed behind minikube's back
cluster:
  description: The cluster. Texts are empty and numbers null where there is nothing.
  returned: always
  type: dict
  contains:
    host: {description: minikube's word for the VM or the seat, type: str, sample: Running}
    kubelet: {description: minikube's word for the kubelet, type: str, sample: Running}
    apiserver: {description: minikube's word for the API server, type: str, sample: Running}
    kubeconfig: {description: Configured or Misconfigured, type: str, sample: Configured}
    driver: {description: minikube's driver, type: str, sample: virtualbox}
    kubernetes_version: {description: Version that the last start asked for, type: str, sample: v1.16.2}
    ip: {description: The node's address, type: str, sample: 192.168.99.100}
    cpus: {description: Virtual CPUs of the VM, type: int, sample: 2}
    memory_mb: {description: Memory of the VM in MB, type: int, sample: 2000}
    disk_mb: {description: Size of the VM's disk in MB, type: int, sample: 20000}
    host_only_cidr: {description: The seat's address on the host-only network, type: str, sample: 192.168.99.1/24}
current_context:
  description: The current context of the account's kubeconfig, empty without one.
  returned: always
  type: str
  sample: minikube
profiles:
  description: Names of minikube's profiles, those that it can read and those that it cannot.
  returned: always
  type: dict
  sample: {valid: [minikube], invalid: []}
minikube_version:
  description: Version of the program minikube, empty when it is not installed.
  returned: always
  type: str
  sample: v1.5.2
foreign_files:
  description: Files in C(~/.minikube) and C(~/.kube) that belong to another account and hinder minikube sooner or later. minikube_cluster gives them back.
  returned: always
  type: list
  elements: str
  sample: [~/.kube/config]
"""

from ansible.module_utils.basic import AnsibleModule  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils import minikube_options  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError, finish  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.minikube import open_minikube  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.minikube_files import Home  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.minikube_report import nothing, report  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.runner import find_account  # noqa: E402


def main():
    """Run the module."""
    module = AnsibleModule(argument_spec=minikube_options.SHARED, supports_check_mode=True)

    def work():
        minikube_options.accept_info(module.params)
        try:
            account = find_account(module.params["user"])
        except LabError as error:
            return nothing(str(error))
        return report(open_minikube(account, module.params["minikube_path"], "", minikube_options.limits(module.params)), Home(account))

    finish(module, work)


if __name__ == "__main__":
    main()
