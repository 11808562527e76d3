#!/usr/bin/python
"""Module kubectl_apply: manifests as wanted state."""

DOCUMENTATION = r"""
module: kubectl_apply
short_description: Apply manifests to the cluster, wait until they are ready, or remove them
description:
  - Applies objects from files, directories or the task itself in one C(kubectl apply), and waits until each is really ready.
  - C(changed) tells what the API server did. Objects that have all that the manifests want cost one question and no writing call.
  - Objects in deletion are waited for before they are applied again, since what is applied meanwhile is lost with them.
  - Works with kubectl and Kubernetes v1.16 and later.
extends_documentation_fragment:
  - workshop.lab.runs
  - workshop.lab.kubectl
attributes:
  check_mode:
    support: full
    description:
      - Says what would be done, as the server sees it (C(kubectl diff)), and writes nothing. A change that the server would refuse fails here too.
      - Without a cluster, kubectl or account yet, all that RV(reachable=false) says is true is that everything would be created.
  diff_mode:
    support: full
    description: The objects before and after. In check mode the server's own comparison, where it has one. The content of Secrets is not shown.
options:
  state:
    description: Whether the objects shall be in the cluster.
    type: str
    choices: [present, absent]
    default: present
  definitions:
    description:
      - Objects, as dictionaries with C(apiVersion), C(kind) and C(metadata.name); a C(List) is taken apart. Each object once.
      - A Secret in it needs C(no_log) at the task, since Ansible logs the arguments of modules.
      - The usual way from a role, which reads its own files. One of O(definitions), O(files) and O(directories) is needed.
    type: list
    elements: dict
  files:
    description: Absolute paths of manifests on the seat, YAML or JSON, which O(user) must be able to read.
    type: list
    elements: str
  directories:
    description: Absolute paths of directories on the seat; all C(.yaml), C(.yml) and C(.json) files in them and below.
    type: list
    elements: str
    aliases: [directory]
  namespace:
    description:
      - Namespace of those objects that name none; C(default) when it is left out, whatever the student's context says.
      - An object that names another one is refused.
    type: str
  create_namespace:
    description:
      - Make the namespaces that are missing, with the label C(workshop.lab/exercise).
      - With O(state=absent), remove them, but only those with that label and of the same O(owner). Never C(default) and C(kube-*).
    type: bool
    default: false
  owner:
    description: Name of the exercise; put on every object as label C(workshop.lab/exercise). Needed by O(prune).
    type: str
    default: ""
  prune:
    description:
      - Remove what the same O(owner) applied before and is not among the objects now. With O(state=absent), whatever else it applied.
      - Never namespaces or other objects without a namespace, and nothing without the owner's label.
    type: bool
    default: false
  prune_kinds:
    description: Kinds that O(prune) looks at, as kubectl names them. Claims are not among the default, since their data would be lost.
    type: list
    elements: str
    choices: [deployments.apps, statefulsets.apps, daemonsets.apps, replicasets.apps, jobs.batch, cronjobs.batch, pods, services, configmaps, secrets,
      persistentvolumeclaims, serviceaccounts, ingresses.networking.k8s.io, networkpolicies.networking.k8s.io, roles.rbac.authorization.k8s.io,
      rolebindings.rbac.authorization.k8s.io, horizontalpodautoscalers.autoscaling, poddisruptionbudgets.policy]
    default: [deployments.apps, statefulsets.apps, daemonsets.apps, replicasets.apps, jobs.batch, cronjobs.batch, pods, services, configmaps, secrets]
  wait:
    description:
      - Wait until each object is ready, or gone. A Deployment is ready when its controller has seen the last change, all copies are of the present
        template and available, and no older one is left; a Pod when its condition says so; a Job when it is complete; a claim when it is bound; a
        Service when a ready pod stands behind it, if the same task applies its pods; other kinds as soon as they exist.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait at most. Images are pulled in that time.
    type: int
    default: 300
  record:
    description:
      - Record what is in the cluster before anything is applied, as M(workshop.lab.cluster_baseline) does with its state C(recorded), in the same
        call. Its C(path), C(own_namespaces) and C(own_objects).
    type: dict
    default: {}
  force_recreate:
    description:
      - Delete and make anew an object of which a field differs that cannot be changed (the containers of a Pod, the selector of a Deployment).
      - Its pods end, and what is stored in them is lost. Without it such a change is refused.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Apply an exercise of the role's own files, in a namespace of its own
  workshop.lab.kubectl_apply:
    definitions: "{{ query('ansible.builtin.file', *files) | map('from_yaml') | list }}"
    namespace: pageview
    create_namespace: true
    owner: activity
    user: k8suser
  become: true

- name: Apply what the student has edited, and remove what is no longer in the folder
  workshop.lab.kubectl_apply:
    directories: [/home/k8suser/workshop/activity]
    namespace: pageview
    owner: activity
    prune: true
    user: k8suser
  become: true

- name: Give the Pod another container, which needs a new Pod
  workshop.lab.kubectl_apply:
    files: [/home/k8suser/workshop/2.02/k8s-for-beginners-pod.yaml]
    force_recreate: true
    user: k8suser
  become: true

- name: Remove the exercise with its namespace
  workshop.lab.kubectl_apply:
    state: absent
    definitions: "{{ query('ansible.builtin.file', *files) | map('from_yaml') | list }}"
    namespace: pageview
    create_namespace: true
    owner: activity
    user: k8suser
  become: true
"""

RETURN = r"""
objects:
  description: Each object, the namespaces made included, and those pruned at the end.
  returned: always, also after a wait in vain
  type: list
  elements: dict
  contains:
    kind: {description: Kind., type: str, sample: Deployment}
    namespace: {description: Namespace; empty for a kind without one., type: str, sample: pageview}
    name: {description: Name., type: str, sample: k8s-redis}
    result: {description: "created, configured, unchanged, recreated, pruned, deleted or absent (it was not there, or was left).", type: str, sample: created}
    ready: {description: Whether it is ready; null when that was not looked at., type: bool, sample: true}
    said: {description: What it is like., type: str, sample: 1 of 1 available}
  sample: [{kind: Deployment, namespace: pageview, name: k8s-redis, result: created, ready: true, said: 1 of 1 available}]
recorded:
  description: Whether what is in the cluster was recorded now, or would be in check mode.
  returned: with O(record)
  type: bool
  sample: false
waited_seconds:
  description: Seconds spent waiting until all were ready.
  returned: success
  type: float
  sample: 4.2
reachable:
  description: False when there is no cluster to ask, so that all objects count as not there.
  returned: success
  type: bool
  sample: true
diff:
  description: One entry for each object that differs.
  returned: in diff mode
  type: list
  sample: [{before_header: Service pageview/db, after_header: Service pageview/db, before: "", after: "{...}"}]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.workshop.lab.plugins.module_utils import apply_work, kubectl
from ansible_collections.workshop.lab.plugins.module_utils.errors import finish

PRUNABLE = ["deployments.apps", "statefulsets.apps", "daemonsets.apps", "replicasets.apps", "jobs.batch", "cronjobs.batch", "pods", "services", "configmaps",
            "secrets"]
MORE_PRUNABLE = ["persistentvolumeclaims", "serviceaccounts", "ingresses.networking.k8s.io", "networkpolicies.networking.k8s.io",
                 "roles.rbac.authorization.k8s.io", "rolebindings.rbac.authorization.k8s.io", "horizontalpodautoscalers.autoscaling",
                 "poddisruptionbudgets.policy"]
SPEC = dict(
    kubectl.OPTIONS,
    state={"type": "str", "choices": ["present", "absent"], "default": "present"},
    definitions={"type": "list", "elements": "dict"},
    files={"type": "list", "elements": "str"},
    directories={"type": "list", "elements": "str", "aliases": ["directory"]},
    namespace={"type": "str"},
    create_namespace={"type": "bool", "default": False},
    owner={"type": "str", "default": ""},
    prune={"type": "bool", "default": False},
    prune_kinds={"type": "list", "elements": "str", "choices": PRUNABLE + MORE_PRUNABLE, "default": PRUNABLE},
    wait={"type": "bool", "default": True},
    wait_timeout={"type": "int", "default": 300},
    record={"type": "dict", "default": {}},
    force_recreate={"type": "bool", "default": False},
)


def main():
    """Run the module."""
    module = AnsibleModule(SPEC, required_one_of=[["definitions", "files", "directories"]], supports_check_mode=True)
    finish(module, lambda: apply_work.work(module.params, module.check_mode, module._diff))


if __name__ == "__main__":
    main()
