"""Module exercise_steps: the steps of an exercise, done and looked at."""

DOCUMENTATION = r"""
module: exercise_steps
short_description: Go through the steps of an exercise and look at each state
description:
  - Does the steps of an exercise of the workshop's chapter, one after the other. After each it looks until all checks of the step are true, and stops at the
    first step that is not.
  - An action plugin goes through them on the control node, with one call on the seat for each, and shows a line as each ends (with C(no_log) none). It
    refuses bad steps before the first is done.
  - One run at a time goes through steps on a seat. It is locked for the time of each step, also when the playbook that began it was killed; the program on
    the seat ends by its own limits then.
  - What has been done is not taken back when a step fails.
options:
  steps:
    description:
      - The steps, in order. Each has an C(id), and C(do), C(checks) or both. A message names the place of a wrong value, like
        C(steps[0].do[1].scale.replicas).
      - >-
        Any value in C(do) and C(checks) may be a reference to what an earlier step has seen, C({seen: [CHECK_ID, pods, values]}): an id of a check and the
        way to a value in its C(observed) (see M(workshop.lab.cluster_check)); C(values) and C(keys) are the lists of a dictionary's.
    type: list
    elements: dict
    required: true
    suboptions:
      id:
        description: Name of the step, different from those of all other steps and checks, like C(2.04.up).
        type: str
        required: true
      title:
        description: What is done, as a sentence.
        type: str
        default: ""
      figure:
        description: Figure of the workshop's chapter, like C("2.39").
        type: str
        default: ""
      unless_true:
        description: Look first, and do nothing when all checks are true already.
        type: bool
        default: false
      do:
        description: Actions, done in order; each a dictionary with exactly one of these keys.
        type: list
        elements: dict
        suboptions:
          apply:
            description: Apply manifests, as M(workshop.lab.kubectl_apply) does. Exactly one of C(files), C(definitions) is needed.
            type: dict
            suboptions:
              files:
                description: Manifests on the control node, below C(files/exercises/) of the role, or of the playbook.
                type: list
                elements: str
              definitions:
                description: Objects.
                type: list
                elements: dict
              namespace:
                description: Namespace of the objects; those of the cluster itself are refused here and in all actions.
                type: str
                default: default
              create_namespace:
                description: Make it when it is missing.
                type: bool
                default: false
              owner:
                description: Name put on every object as label C(workshop.lab/exercise).
                type: str
                default: ""
              force_recreate:
                description: Delete and make anew an object of which a field differs that cannot be changed.
                type: bool
                default: false
              said:
                description: What kubectl must say (C(created), C(configured), C(unchanged)) of each of these objects, as C(KIND/NAME). It becomes check
                  C(ID.said), with the step's id.
                type: dict
              refused:
                description: The connection to the API server must be refused. It becomes check C(ID.refused), false when the server answers.
                type: bool
                default: false
              wait:
                description: Wait until the objects are ready. Seldom needed, since the step's checks wait.
                type: bool
                default: false
              timeout:
                description: Seconds to wait at most.
                type: int
                default: 300
          delete:
            description: Delete objects; what is not there is fine. Exactly one of C(objects), C(labels) is needed.
            type: dict
            suboptions:
              objects:
                description: Objects as C(KIND/NAME). No namespaces, nodes and volumes.
                type: list
                elements: str
              labels:
                description: Labels of objects.
                type: dict
              kinds:
                description: Kinds of the objects with C(labels); Pod when it is left out.
                type: list
                elements: str
                choices: [ConfigMap, DaemonSet, Deployment, Job, PersistentVolumeClaim, Pod, ReplicaSet, ReplicationController, Service, ServiceAccount,
                  StatefulSet]
              namespace:
                description: Namespace.
                type: str
                default: default
              wait:
                description: Wait until they are gone. (The pods of a Deployment go a little later.)
                type: bool
                default: true
              timeout:
                description: Seconds to wait at most.
                type: int
                default: 120
          delete_one:
            description: >-
              Delete the first of the ready pods by name, without waiting for its end. It is seen as C(ID.deleted) (C(name), C(uid), C(pods)), the other
              ready ones as C(ID.kept) (C(pods)), also by this step's checks.
            type: dict
            suboptions:
              labels:
                description: Labels of the pods.
                type: dict
                required: true
              namespace:
                description: Namespace.
                type: str
                default: default
          scale:
            description: Scale a Deployment.
            type: dict
            suboptions:
              deployment:
                description: Its name.
                type: str
                required: true
              replicas:
                description: How many pods, from 0 to 50.
                type: int
                required: true
              namespace:
                description: Namespace.
                type: str
                default: default
          component:
            description: Stop or start parts of the control plane, as M(workshop.lab.cluster_component) does. Exactly one of C(name), C(names) is needed.
            type: dict
            suboptions:
              name:
                description: The component.
                type: str
                choices: [kubelet, etcd, kube-apiserver, kube-controller-manager, kube-scheduler]
              names:
                description: Several.
                type: list
                elements: str
                choices: [kubelet, etcd, kube-apiserver, kube-controller-manager, kube-scheduler]
              state:
                description: What they should be.
                type: str
                required: true
                choices: [stopped, started]
              method:
                description: How a component is stopped.
                type: str
                default: auto
                choices: [auto, container, manifest]
              timeout:
                description: Seconds until that must have been seen.
                type: int
                default: 300
          disrupt:
            description: >-
              Kill pods while a page is read. The options of M(workshop.lab.pod_disruption) without those of kubectl. Its three checks become C(ID.answered),
              C(ID.rising) and C(ID.killed). Seen as C(ID.disruption).
            type: dict
      timeout:
        description: Seconds from 0 to 900, after the actions, until all checks must have been true; C(0) looks once.
        type: float
        default: 30
      checks:
        description: What must be true then, each as in M(workshop.lab.cluster_check).
        type: list
        elements: dict
  seen:
    description: RV(seen) of earlier calls. The action plugin sees to it for the steps of one task.
    type: dict
  driver:
    description: How the node is reached. With C(none) the node is this host and root is needed; otherwise by C(minikube ssh).
    type: str
    choices: [none, virtualbox, kvm2]
    default: virtualbox
  minikube_path:
    description: Absolute path of minikube on the seat.
    type: str
    default: /usr/local/bin/minikube
  node_user:
    description: Account that owns the cluster, as whom C(minikube ssh) runs; O(user) when it is left out. Without meaning for driver none, where it is root.
    type: str
  apiserver_port:
    description: Port of the API server on its node.
    type: int
    default: 8443
  lock_timeout:
    description: Seconds to wait for another run that is going through steps on this seat.
    type: float
    default: 120
extends_documentation_fragment: [workshop.lab.kubectl, workshop.lab.runs]
attributes:
  check_mode:
    description:
      - Does nothing and says in RV(would_change) which steps would change something, those that have C(do).
      - Steps with C(unless_true) are looked at, up to the first that would change something; after that one, what there will be is not known.
    support: full
  diff_mode:
    description: The checks say what was found.
    support: none
"""

EXAMPLES = r"""
- name: Apply a Deployment, scale it and see that the old pods were kept
  workshop.lab.exercise_steps:
    user: k8suser
    steps:
      - id: 2.04.apply
        title: Apply the Deployment
        figure: "2.33"
        do:
          - apply: {files: [2.04/k8s-for-beginners-deploy.yaml], said: {Deployment/k8s-for-beginners: created}}
        timeout: 300
        checks:
          - id: 2.04.three
            title: Three pods are ready
            pod: {labels: {tier: frontend}, count: 3, ready: true}
      - id: 2.04.up
        title: Scale to five pods
        figure: "2.39"
        do:
          - scale: {deployment: k8s-for-beginners, replicas: 5}
        checks:
          - id: 2.04.kept
            title: Two are new, the three old ones are kept
            pod: {labels: {tier: frontend}, count: 5, ready: true, uids: {seen: [2.04.three, pods, values]}}
  register: exercise

- name: Delete one pod and see that another one replaces it
  workshop.lab.exercise_steps:
    user: k8suser
    steps:
      - id: replace
        do:
          - delete_one: {labels: {tier: frontend}}
        timeout: 120
        checks:
          - id: replaced
            pod: {labels: {tier: frontend}, count: 5, ready: true, gone_uids: {seen: [replace.deleted, pods, values]}}

- name: Stop the API server, and see kubectl fail
  workshop.lab.exercise_steps:
    user: k8suser
    steps:
      - id: stop
        do:
          - component: {names: [kubelet, kube-apiserver], state: stopped}
          - apply: {files: [2.05/k8s-for-beginners-deploy2.yaml], refused: true}
"""

RETURN = r"""
checks:
  description: The checks of the steps that were reached, in order, each in the toolkit's form; a step that could not be done has one with its own id.
  returned: always; in check mode empty
  type: list
  elements: dict
  sample: [{id: 2.04.up.kept, title: The old ones are kept, ok: true, expected: "5 pods", actual: "5", figure: "2.40", hint: "", seconds: 2.1}]
all_ok:
  description: Whether all steps were done and all checks are true; null in check mode.
  returned: always
  type: bool
  sample: true
failed_step:
  description: Id of the step at which it stopped; empty when all are true.
  returned: always
  type: str
  sample: ""
steps_done:
  description: How many steps are true.
  returned: always
  type: int
  sample: 2
steps_total:
  description: How many steps there are.
  returned: always
  type: int
  sample: 2
would_change:
  description: Ids of the steps that would change something; empty outside check mode.
  returned: always
  type: list
  elements: str
  sample: []
seen:
  description: By id of a check (or of an action), what references may stand for.
  returned: always
  type: dict
  sample: {"2.04.three": {"pods": {"k8s-for-beginners-bc8876f8f-lh2vt": "b4b22b8c-6c73-4a54-8b19-68a30b6081ff"}}}
seconds:
  description: How long it took.
  returned: always
  type: float
  sample: 14.2
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.workshop.lab.plugins.module_utils import kubectl, steps_work
from ansible_collections.workshop.lab.plugins.module_utils.errors import finish

# `steps` has no suboptions here: Ansible's own messages would not say which step is meant (steps_read does).
SPEC = dict(
    kubectl.OPTIONS,
    steps={"type": "list", "elements": "dict", "required": True},
    seen={"type": "dict"},
    driver={"type": "str", "choices": ["none", "virtualbox", "kvm2"], "default": "virtualbox"},
    minikube_path={"type": "str", "default": "/usr/local/bin/minikube"},
    node_user={"type": "str"},
    apiserver_port={"type": "int", "default": 8443},
    lock_timeout={"type": "float", "default": 120},
)


def main():
    """Run the module."""
    module = AnsibleModule(SPEC, supports_check_mode=True)
    finish(module, lambda: steps_work.work(module.params, module.check_mode))


if __name__ == "__main__":
    main()
