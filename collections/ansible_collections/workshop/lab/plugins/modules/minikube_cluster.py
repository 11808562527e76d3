#!/usr/bin/python
"""Module minikube_cluster."""

DOCUMENTATION = r"""
module: minikube_cluster
short_description: The minikube cluster of one account as a wanted state
description:
  - Compares the wanted cluster with the present one and takes the shortest safe way between them. For minikube v1.5.2, profile C(minikube).
  - On a running cluster of the wanted shape it starts one program, C(minikube status), and changes nothing. C(minikube start) is no no-op - it stops the
    kubelet, and a start that fails deletes the VM with all that runs in it - so it is called only when the state asks for it, and only after a look at
    what can be known to make it fail.
  - Heals without losing a VM - a VM that was removed behind minikube's back, a half made machine directory, a kubeconfig that points to an old address or has
    lost its entries or its current context, entries that an earlier delete left there, files of another account in C(~/.minikube) and C(~/.kube).
  - Lock files of other accounts in C(/tmp) do no harm, since minikube gets a C(TMPDIR) of its own below C(~/.minikube).
  - A VM that is off or paused is powered on and has to answer before C(minikube start) is called. Where it does not, that is not called, and the VM stays.
  - What needs a new VM is refused, with what differs and the way out.
options:
  state:
    description:
      - V(started) is running, with the node Ready and the cluster's DNS available after a start.
      - V(stopped) is kept and not running. A cluster that is not there is not made for it.
      - V(absent) is deleted with all that ran in it, with minikube's entries taken out of the kubeconfig, which minikube v1.5.2 itself forgets.
    type: str
    choices: [started, stopped, absent]
    default: started
  user:
    description:
      - Account that owns the VM and whose C(~/.minikube) and C(~/.kube/config) are used. Needs root (C(become)) when it is another one than one's own.
      - With driver V(none) root is the owner, and this must be V(root) or left out. With the other drivers it cannot be root, since minikube refuses that.
    type: str
  driver:
    description: minikube's driver. An existing cluster keeps its own; another one needs O(recreate).
    type: str
    choices: [virtualbox, none, kvm2]
    default: virtualbox
  kubernetes_version:
    description: Kubernetes version, with its v. A newer one than the cluster's upgrades it; an older one needs O(recreate).
    type: str
    default: v1.16.2
  cpus:
    description: Virtual CPUs of the VM, 2 (kubeadm's minimum) to 32 (VirtualBox's maximum). Not used by driver V(none).
    type: int
    default: 2
  memory_mb:
    description: Memory of the VM in MB, at least 2000, since minikube warns of crashes below. Not used by driver V(none).
    type: int
    default: 2000
  disk_mb:
    description: Size of the VM's disk in MB, at least 2000, minikube's minimum. Not used by driver V(none).
    type: int
    default: 20000
  host_only_cidr:
    description:
      - The seat's address on VirtualBox's host-only network, with a prefix length of 16 to 24. The last number is 1 to 99, since the VMs get 100 to 254.
      - It lies outside 10.96.0.0/12 (Services) and 172.17.0.0/16 (pods). Used by driver V(virtualbox) only.
    type: str
    default: 192.168.99.1/24
  registry_mirrors:
    description: Registry mirrors for docker.io as C(http(s)://host[:port]). Not used by driver V(none), whose Docker is the seat's own.
    type: list
    elements: str
    default: []
  insecure_registries:
    description: Registries reached without TLS, as C(host[:port]) or a network. Not used by driver V(none), whose Docker is the seat's own.
    type: list
    elements: str
    default: []
  extra_arguments:
    description:
      - Further flags of C(minikube start), each as one entry C(--flag=value). Only flags that v1.5.2 has, and none that another option sets.
      - A change of those that the profile records (C(--extra-config), C(--feature-gates) ...) is a reason to start again.
    type: list
    elements: str
    default: []
  recreate:
    description:
      - Allows to delete the cluster when a difference needs a new VM. Destructive - all that runs in the cluster and all its data are lost.
      - Without such a difference it changes nothing.
    type: bool
    default: false
  minikube_path:
    description: Absolute path of minikube on the seat.
    type: str
    default: /usr/local/bin/minikube
  kubectl_path:
    description: Absolute path of kubectl on the seat.
    type: str
    default: /usr/local/bin/kubectl
  start_timeout:
    description: Seconds that C(minikube start) may take. A first start downloads about 1 GB, hence the half hour.
    type: int
    default: 1800
  stop_timeout:
    description: Seconds that C(minikube stop) may take. minikube presses the VM's power button and then waits without a limit of its own.
    type: int
    default: 180
  delete_timeout:
    description: Seconds that C(minikube delete) may take, and VirtualBox or libvirt to power a VM on or to remove it.
    type: int
    default: 300
  ready_timeout:
    description: Seconds to wait for a VM to answer, and again, after a start, for the node to be Ready and the cluster's DNS to be available.
    type: int
    default: 300
  query_timeout:
    description: Seconds that one question to minikube, kubectl or VirtualBox may take.
    type: int
    default: 60
  lock_timeout:
    description:
      - Seconds to wait for another run that changes the same cluster, 0 (not at all) to 86400. A run that was interrupted goes on on the seat, so the next
        one waits for its start and then finds a healthy cluster; two starts at once would delete the VM that is being made.
    type: int
    default: 1800
  progress_file:
    description:
      - Absolute path of a file to which each line of a long call is written as it comes. The action plugin of this name sets it to show the lines while
        it waits; playbooks need not.
    type: str
    default: ""
  only_if_quick:
    description:
      - Do nothing and answer with RV(pending) when a start, a stop or a delete is due. The action plugin of this name sets it for its first look;
        playbooks need not.
    type: bool
    default: false
attributes:
  check_mode:
    description: Predicts what would be done and refuses what would be refused. What would make a start fail is a warning, since an earlier task may mend it.
    support: full
  diff_mode:
    description: The cluster before and after.
    support: full
extends_documentation_fragment: [workshop.lab.runs]
seealso:
  - module: workshop.lab.minikube_info
notes:
  - A start, stop or delete runs in the background of the seat, so that its steps can be shown as they come. A playbook that is interrupted leaves it
    running until it ends or reaches its limit; the next run waits for it (O(lock_timeout)).
"""

EXAMPLES = r"""
- name: Run the workshop's cluster in a VM of the student
  become: true
  workshop.lab.minikube_cluster:
    user: k8suser

- name: Run it directly on the seat, as root
  become: true
  workshop.lab.minikube_cluster:
    driver: none

- name: Run a larger VM, and make a new one if the present one is smaller (all that runs in it is lost)
  become: true
  workshop.lab.minikube_cluster:
    user: k8suser
    cpus: 4
    memory_mb: 4096
    recreate: true

- name: Stop the cluster over night
  become: true
  workshop.lab.minikube_cluster:
    user: k8suser
    state: stopped

- name: Delete the cluster
  become: true
  workshop.lab.minikube_cluster:
    user: k8suser
    state: absent
"""

RETURN = r"""
before:
  description: The cluster as it was found. Texts are empty and numbers null where there is nothing.
  returned: always, but for RV(pending) while another run is changing the cluster
  type: dict
  contains: &cluster
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
after:
  description: The cluster as it is now; in check mode as it would be.
  returned: success
  type: dict
  contains: *cluster
differences:
  description: What was found otherwise than wanted.
  returned: always
  type: list
  elements: dict
  contains:
    name: {description: What differs - an option or a part of the status, type: str, sample: memory_mb}
    found: {description: What is there, type: raw, sample: 2000}
    wanted: {description: What is wanted, type: raw, sample: 4096}
healed:
  description: What was broken and has been mended, a sentence each; in check mode what would be.
  returned: success
  type: list
  elements: str
  sample: [pointed the kubeconfig to the cluster's present address]
lost:
  description:
    - What C(minikube start) deleted before it made a new cluster, or failed to; empty where it deleted nothing. It deletes a cluster that it cannot start, and
      ends with exit code 0 when the new one works. It stands in RV(healed) and is a warning too.
  returned: always, but on a failure only where there is a loss
  type: str
  sample: ""
steps:
  description: The commands that were started, in order.
  returned: success
  type: list
  elements: str
  sample: [/usr/local/bin/minikube status -o json]
planned:
  description: What would be done, in order; empty outside of check mode.
  returned: success
  type: list
  elements: str
  sample: [minikube start]
stdout_lines:
  description: What C(minikube start) said.
  returned: success
  type: list
  elements: str
  sample: ["* minikube v1.5.2 on Ubuntu 18.04"]
problem:
  description: What made a start fail, when it is known - id, cause, advice (minikube's), step (ours), text.
  returned: when C(minikube start) failed
  type: dict
  sample: {id: VBOX_DRV_NOT_LOADED, cause: "VirtualBox's kernel module vboxdrv is not loaded", advice: "", step: modprobe vboxdrv, text: ""}
problems:
  description: What is known beforehand to make a start fail, in the form of RV(problem). In check mode it is a warning, else a refusal.
  returned: success, and when a start was refused for it
  type: list
  elements: dict
pending:
  description: A start, a stop or a delete is due and nothing was done. Beside it stand C(limit), the seconds that it may take, and C(doing), what is due.
  returned: with only_if_quick, when that is so
  type: bool
seconds:
  description: How long all of it took.
  returned: success
  type: float
  sample: 0.4
"""

from ansible.module_utils.basic import AnsibleModule  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils import minikube_options  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.errors import finish  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.minikube import open_minikube  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.minikube_change import Order, bring, without_account  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.minikube_files import Home  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.minikube_turn import in_turn  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.progress import Progress  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.runner import find_account  # noqa: E402


def main():
    """Run the module."""
    module = AnsibleModule(argument_spec=minikube_options.OPTIONS, supports_check_mode=True)

    def work():
        wanted = minikube_options.accept(module.params)
        order = Order(module.params["state"], wanted, module.params["recreate"], module.check_mode, module.params["only_if_quick"])
        account = minikube_options.owner(module.params["user"], wanted.driver)
        if account is None:
            result = without_account(order)
        else:
            minikube = open_minikube(account, wanted.minikube_path, module.params["kubectl_path"], minikube_options.limits(module.params),
                                     Progress(module.params["progress_file"] or None))
            result = in_turn(order, minikube, find_account(), module.params["lock_timeout"], lambda: bring(order, minikube, Home(account)))
        for text in result.pop("warnings"):
            module.warn(text)
        if module._diff and "after" in result:  # pylint: disable=protected-access  # the only way to ask
            result["diff"] = {"before": result["before"], "after": result["after"]}
        return result

    finish(module, work)


if __name__ == "__main__":
    main()
