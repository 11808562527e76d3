#!/usr/bin/python
"""Ansible module: what was in the cluster before the class, and back to it."""

DOCUMENTATION = r"""
module: cluster_baseline
short_description: Record what is in a cluster before a class, and delete what a class has left
description:
  - C(recorded) writes down which objects a cluster has, of every kind that can be listed and deleted, once for each cluster. C(restored) deletes what
    is not in that record, a namespace with all in it, and waits until it is gone. What was recorded is not touched.
  - The record holds kind, namespace, name, uid and a version of each object, nothing of its content, so nothing of a Secret.
  - Never deleted is what Kubernetes and minikube make themselves. That is nodes, the namespaces default and kube-*, roles and bindings labelled
    C(kubernetes.io/bootstrapping) or called C(system:), C(kubeadm:), APIServices that the API server manages, the Service kubernetes, accounts called
    default and the tokens of accounts that stay, kube-root-ca.crt, minikube's addons (label C(addonmanager.kubernetes.io/mode)).
  - Not looked at are events, leases, EndpointSlices, CertificateSigningRequests, CSINodes and VolumeAttachments, which pass by themselves.
  - What has an owner goes or stays with it. A finalizer that nobody takes off is waited for and then named, never removed.
  - Works with kubectl and Kubernetes v1.16 and later.
extends_documentation_fragment:
  - workshop.lab.runs
  - workshop.lab.kubectl
attributes:
  check_mode:
    support: full
    description: Says what would be recorded or deleted, and writes nothing. On a machine without a cluster yet, that a record would be made.
  diff_mode:
    support: full
    description: The objects that are deleted.
options:
  state:
    description:
      - C(recorded) writes the record, unless there is one of this very cluster. That one stays, since what a class leaves must not become the baseline.
        The cluster is known by the uid of its namespace kube-system, so that a new one of the same name gets a new record.
      - C(restored) deletes what is not in the record. C(absent) removes the record itself and asks no cluster.
    type: str
    required: true
    choices: [recorded, restored, absent]
  path:
    description: Absolute path of the record on the seat, in a folder of its own. It is root's, with mode 0600.
    type: str
    default: /var/lib/workshop-lab/baseline.json
  own_namespaces:
    description: Namespaces of the workshop, which are not recorded and always deleted.
    type: list
    elements: str
    default: []
  own_objects:
    description: >-
      Objects of the workshop, as manifests or only with C(kind), C(metadata.name) and C(metadata.namespace). They are not recorded and always deleted, like
      all with the label C(workshop.lab/exercise). A cluster may have them already when it is recorded.
    type: list
    elements: dict
    default: []
  everything:
    description:
      - Without a record of this cluster nobody can tell what a class has left, so C(restored) deletes the workshop's own objects and lists the others.
        C(true) deletes those too, also what the seat's owner has made.
      - With a record it changes nothing.
    type: bool
    default: false
  system_namespaces:
    description: >-
      Also delete what is not recorded in kube-system, kube-public and kube-node-lease. It is only named otherwise, since an addon or an
      upgrade may have made it. Needs a record.
    type: bool
    default: false
  wait_timeout:
    description: Seconds from 1 to 3600 until all that was deleted must be gone. A pod has 30 seconds to end, and its namespace goes after it.
    type: int
    default: 300
"""

EXAMPLES = r"""
- name: After the class nothing of it is left
  workshop.lab.cluster_baseline:
    state: restored
    own_namespaces: [pageview]
    user: k8suser
  become: true

- name: Before the first exercise is applied, what is there is written down
  workshop.lab.cluster_baseline:
    state: recorded
    own_namespaces: [pageview]
    own_objects:
      - {kind: Service, metadata: {namespace: default, name: k8s-for-beginners}}
    user: k8suser
  become: true

- name: Without a record, remove everything that is not Kubernetes' own
  workshop.lab.cluster_baseline:
    state: restored
    everything: true
    user: k8suser
  become: true
"""

RETURN = r"""
record:
  description: Where the record is.
  returned: always
  type: str
  sample: /var/lib/workshop-lab/baseline.json
recorded:
  description: Whether there is a record of this cluster (in check mode of C(recorded), whether there would be).
  returned: state recorded or restored
  type: bool
  sample: true
reachable:
  description: False in check mode when there is no cluster to ask yet.
  returned: state recorded or restored
  type: bool
  sample: true
deleted:
  description: What was deleted, or would be in check mode. What goes with a namespace or an owner is not listed; C(why) counts what was in a namespace.
  returned: state recorded or restored
  type: list
  elements: dict
  sample: [{kind: Namespace, namespace: "", name: pageview, title: Namespace pageview, why: 4 more in it}]
left:
  description: What is not in the record and was left, and why.
  returned: state recorded or restored
  type: list
  elements: dict
  sample: [{kind: ConfigMap, namespace: kube-system, name: notes, title: ConfigMap kube-system/notes, why: it is in a namespace of Kubernetes' own}]
missing:
  description: What is in the record and no longer in the cluster. It is not made again.
  returned: state recorded or restored
  type: list
  elements: dict
  sample: [{group: apps, kind: Deployment, namespace: shop, name: web, title: Deployment shop/web, why: missing}]
altered:
  description: What is in the record and was written since, or deleted and made anew. It is not set back.
  returned: state recorded or restored
  type: list
  elements: dict
  sample: [{kind: ConfigMap, namespace: shop, name: prices, title: ConfigMap shop/prices, why: changed}]
unread:
  description: What the API server could not say; outside check mode that is a failure.
  returned: state recorded or restored
  type: list
  elements: str
  sample: []
seconds:
  description: How long C(restored) took.
  returned: state recorded or restored
  type: float
  sample: 12.4
stuck:
  description: What was deleted and is not gone.
  returned: after a wait in vain
  type: list
  elements: str
  sample: [Widget default/w]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.workshop.lab.plugins.module_utils import baseline_work, kubectl
from ansible_collections.workshop.lab.plugins.module_utils.errors import finish

SPEC = dict(
    kubectl.OPTIONS,
    state={"type": "str", "required": True, "choices": ["recorded", "restored", "absent"]},
    path={"type": "str", "default": "/var/lib/workshop-lab/baseline.json"},
    own_namespaces={"type": "list", "elements": "str", "default": []},
    own_objects={"type": "list", "elements": "dict", "default": []},
    everything={"type": "bool", "default": False},
    system_namespaces={"type": "bool", "default": False},
    wait_timeout={"type": "int", "default": 300},
)


def main():
    """Run the module."""
    module = AnsibleModule(SPEC, supports_check_mode=True)
    finish(module, lambda: baseline_work.work(module.params, module.check_mode, module._diff))


if __name__ == "__main__":
    main()
