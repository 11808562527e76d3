"""Ansible module: stop and start the parts of the control plane, as exercise 2.05 does, and always bring them back."""

DOCUMENTATION = r"""
module: cluster_component
short_description: Stop and start kubelet and the parts of the control plane
description:
  - Stops or starts kubelet, the API server, the controller manager, the scheduler and etcd of a single-node minikube cluster, and waits until that is seen.
  - >-
    C(started) mends whatever it finds: static pod files that were moved away, stopped containers, stopped sandboxes, a stopped kubelet, and what a
    killed run has left behind. Starting all five brings the cluster back from any such state. Whether the node is Ready is not asked.
  - >-
    It looks with two programs on a node that is this machine (driver none), and with one C(minikube ssh) for a VM. Where nothing is to be done, nothing else
    is started.
options:
  component:
    description: The component. Needed unless O(components) is given.
    type: str
    choices: [kubelet, kube-apiserver, kube-controller-manager, kube-scheduler, etcd]
  components:
    description:
      - Several components, which are stopped in this order. Those before kubelet are stopped by kubelet, those after it without it.
      - For C(started) static pod files come first and kubelet starts the containers, if it is one of them.
    type: list
    elements: str
    choices: [kubelet, kube-apiserver, kube-controller-manager, kube-scheduler, etcd]
  state:
    description: What they should be.
    type: str
    required: true
    choices: [stopped, started]
  method:
    description:
      - How a component of the control plane is stopped. kubelet is always stopped and started by systemctl.
      - >-
        C(container) is the way of the workshop's chapter (figure 2.51), C(docker stop). Refused while kubelet runs, since kubelet would start
        the container again at once. It is stopped only until kubelet is started.
      - >-
        C(manifest) moves the static pod file from /etc/kubernetes/manifests to /etc/kubernetes/manifests-stopped, by one rename that keeps owner and mode
        and overwrites nothing. kubelet then ends the pod, and it stays stopped until it is started here.
      - C(auto) is C(manifest) while kubelet runs, C(container) while it is stopped.
      - C(started) does not ask for it. It puts files back and starts the same, newest containers again (C(docker start)) where kubelet is stopped.
    type: str
    default: auto
    choices: [auto, container, manifest]
  driver:
    description: minikube's driver. With C(none) this machine is the node and the module must be root; with the others it is a VM.
    type: str
    default: virtualbox
    choices: [virtualbox, kvm2, none]
  user:
    description:
      - Owner of minikube's files, as whom C(minikube ssh) runs; the account that Ansible works as when it is left out. Not used for driver none.
    type: str
  minikube_path:
    description: Absolute path of minikube on the seat.
    type: str
    default: /usr/local/bin/minikube
  apiserver_port:
    description: Port of the API server on its node, whose /healthz says whether it works.
    type: int
    default: 8443
  timeout:
    description: >-
      Seconds from 1 to 900 until the wanted state must have been seen. A pod may take 30 seconds to end, and on a slow machine a control plane whose
      etcd was away needs several restarts.
    type: int
    default: 300
attributes:
  check_mode:
    description: Looks, and says what would change and how.
    support: full
  diff_mode:
    description: Shows the components' states before and after.
    support: full
extends_documentation_fragment: [workshop.lab.runs]
"""

EXAMPLES = r"""
- name: The whole control plane works, whatever was done to it
  workshop.lab.cluster_component:
    components: [etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kubelet]
    state: started
    user: k8suser

- name: Exercise 2.05, steps 1 and 2, kubelet and then the containers are stopped
  workshop.lab.cluster_component:
    components: [kubelet, kube-scheduler, kube-controller-manager, kube-apiserver]
    state: stopped
    user: k8suser

- name: Exercise 2.05, step 4, the API server's container is started again
  workshop.lab.cluster_component:
    component: kube-apiserver
    state: started
    user: k8suser

- name: No scheduler on a node that is this machine, while kubelet runs
  workshop.lab.cluster_component:
    component: kube-scheduler
    state: stopped
    method: manifest
    driver: none
  become: true
"""

RETURN = r"""
before:
  description: >-
    State of each component when it was first looked at, C(started), C(stopped) or C(partly) (for example a container that runs while its file is moved away,
    or an API server whose /healthz does not say ok).
  returned: always
  type: dict
  sample: {kube-scheduler: started}
after:
  description: State of each component when it was last looked at; in check mode the wanted one.
  returned: always
  type: dict
  sample: {kube-scheduler: stopped}
seen:
  description: What was last seen of each component, in words.
  returned: always
  type: dict
  sample: {kube-scheduler: "its container is Exited (2) 1 second ago, its static pod file is in place, kubelet is inactive"}
steps:
  description: What was done, in this order; in check mode what would be done first. C(away), C(back) and C(aside) move a static pod file.
  returned: always
  type: list
  elements: str
  sample: ["unit stop", "stop 5c89a5444fd8"]
healthy:
  description: >-
    Whether all five components were started at the last look (files in place, containers running, kubelet active, /healthz ok), also those not asked for.
  returned: always
  type: bool
  sample: false
seconds:
  description: How long it took.
  returned: always
  type: float
  sample: 2.4
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.workshop.lab.plugins.module_utils import component_work
from ansible_collections.workshop.lab.plugins.module_utils.errors import finish


def main():
    """Run the module."""
    module = AnsibleModule(component_work.SPEC, supports_check_mode=True, mutually_exclusive=[("component", "components")],
                           required_one_of=[("component", "components")])
    finish(module, lambda: component_work.work(module.params, module.check_mode, module._diff))


if __name__ == "__main__":
    main()
