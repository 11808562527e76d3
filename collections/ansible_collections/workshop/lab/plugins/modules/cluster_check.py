"""Evaluate a list of declarative checks of a seat and its cluster, in one call that only reads."""

DOCUMENTATION = r"""
module: cluster_check
short_description: Look whether a seat and its cluster are as a list of checks says
description:
  - Evaluates a list of declarative checks together. All objects that they need are read from the API server by one C(kubectl get), the facts inside the
    node by one C(minikube ssh) (with I(driver=none) from the host itself), and the visits over HTTP are made at the same time.
  - It changes nothing. Only visits leave a trace where the application keeps one - at each look until it is true an http check makes one or two, a spread
    check as many as it says - so a page counter goes on counting. They are made in check mode too.
  - A check that cannot be observed, because the API server does not answer or the node cannot be reached, is null and its hint says why. The others are
    evaluated all the same.
  - With I(timeout) it looks again until all are true. What has been true once is not looked at again.
options:
  driver:
    description: How the node is reached. With C(none) the node is this host and the module needs root to read it; otherwise by C(minikube ssh).
    type: str
    choices: [none, virtualbox, kvm2]
    default: virtualbox
  minikube_path:
    description: Absolute path of minikube on the seat.
    type: str
    default: /usr/local/bin/minikube
  node_user:
    description: Account that owns the cluster, as whom C(minikube ssh) and C(minikube version) run; I(user) when it is left out.
    type: str
  timeout:
    description: Seconds within which all checks must have been true; C(0) looks once. The last look may end later than that.
    type: float
    default: 0
  retries:
    description: Another way to say I(timeout), as so many times I(interval). Not together with I(timeout).
    type: int
  interval:
    description: Seconds between two looks.
    type: float
    default: 1
  fail_on_false:
    description: Fail, with what was expected, found and can be done, when a check is not true (false or null). Otherwise they are only returned.
    type: bool
    default: false
extends_documentation_fragment: [workshop.lab.checks, workshop.lab.kubectl, workshop.lab.runs]
attributes:
  check_mode:
    description: It only reads, so check mode is the same.
    support: full
  diff_mode:
    description: It changes nothing.
    support: none
"""

EXAMPLES = r"""
- name: Look whether exercise 2.04 is done
  workshop.lab.cluster_check:
    user: k8suser
    checks:
      - id: 2.04.deployment
        title: Three pods of the Deployment are ready
        figure: "2.34"
        deployment: {name: k8s-for-beginners, replicas: 3, ready: 3, updated: 3, available: 3}
      - id: 2.04.pods
        figure: "2.36"
        pod: {labels: {tier: frontend}, count: 3, phase: Running, ready: true, node: minikube}
      - id: 2.04.spread
        title: Requests reach all three pods
        figure: "2.38"
        spread: {service: k8s-for-beginners, pods: 3, requests: 30, pattern: Hello Kubernetes Beginners!}
  register: exercise

- name: Wait at most two minutes until the node is ready and its parts run, and stop otherwise
  workshop.lab.cluster_check:
    user: k8suser
    driver: none
    timeout: 120
    fail_on_false: true
    checks:
      - id: 2.01.node
        node: {ready: true, role: master, taints: []}
      - id: tour.parts
        component_pods: {names: [etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kube-proxy]}
      - id: tour.static_pods
        static_pods: {present: [etcd.yaml, kube-apiserver.yaml], absent: [kube-proxy.yaml]}
      - id: tour.kubelet
        kubelet_unit: {state: active, container: false}

- name: Remember which pods there are
  workshop.lab.cluster_check:
    user: k8suser
    checks:
      - id: before
        pod: {labels: {tier: frontend}}
  register: scaling

- name: Show that scaling kept them
  workshop.lab.cluster_check:
    user: k8suser
    timeout: 60
    checks:
      - id: 2.04.kept
        pod: {labels: {tier: frontend}, count: 5, ready: true, uids: "{{ scaling.observed.before.pods.values() | list }}"}

- name: See that the page counter counts
  workshop.lab.cluster_check:
    user: k8suser
    checks:
      - id: activity.counts
        http: {service: k8s-pageview, namespace: pageview, pattern: 'visitor #(\d+)', rises: true}
"""

RETURN = r"""
checks:
  description: The checks in the given order.
  returned: always
  type: list
  elements: dict
  contains:
    id: {description: As given., type: str, sample: 2.04.spread}
    title: {description: As given or made., type: str, sample: Requests reach all three pods}
    ok: {description: Whether it is true; null when it could not be observed., type: bool, sample: true}
    expected: {description: What would be true., type: str, sample: ">= 1 of 30 requests on each of 3 pods, every one answered"}
    actual: {description: What was found., type: str, sample: "9, 10, 11 of 30"}
    figure: {description: As given., type: str, sample: "2.38"}
    hint: {description: What to do about it; why it could not be observed. Empty when it is true., type: str, sample: ""}
    seconds: {description: Seconds from the start of the call until this was known., type: float, sample: 1.4}
all_ok:
  description: Whether all checks are true.
  returned: always
  type: bool
  sample: true
failed_ids:
  description: The ids of those that are false or null. (A result called C(failed) would make Ansible take the task for a failed one.)
  returned: always
  type: list
  elements: str
  sample: []
counts:
  description: How many are true, false and null.
  returned: always
  type: dict
  sample: {"true": 25, "false": 0, "null": 0}
seconds:
  description: Seconds that looking took.
  returned: always
  type: float
  sample: 0.62
tries:
  description: How many looks were needed.
  returned: always
  type: int
  sample: 1
observed:
  description: By id, what a later step may refer to.
  returned: always
  type: dict
  contains:
    ID:
      description: C(pods) (name to uid) of pod checks; C(node_port) and C(cluster_ip) of service checks; C(addresses) of endpoints checks; C(replicas),
        C(ready), C(updated), C(available) and C(generation) of deployment checks; C(url), C(answers) and C(numbers) of http checks; C(url), C(counts)
        (lines by pod), C(answered) and C(requests) of spread checks.
      type: dict
      sample: {"pods": {"k8s-for-beginners-bc8876f8f-lh2vt": "b4b22b8c-6c73-4a54-8b19-68a30b6081ff"}}
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.workshop.lab.plugins.module_utils import arguments
from ansible_collections.workshop.lab.plugins.module_utils.checks_look import Seat
from ansible_collections.workshop.lab.plugins.module_utils.checks_read import read_checks
from ansible_collections.workshop.lab.plugins.module_utils.checks_run import refusal, run_checks
from ansible_collections.workshop.lab.plugins.module_utils.errors import finish
from ansible_collections.workshop.lab.plugins.module_utils.kubectl import OPTIONS, open_kubectl
from ansible_collections.workshop.lab.plugins.module_utils.runner import Runner, find_account

# `checks` has no suboptions here: Ansible's own messages would not say which entry of the list is meant (checks_read does).
SPEC = dict(
    OPTIONS,
    checks={"type": "list", "elements": "dict", "required": True},
    driver={"type": "str", "choices": ["none", "virtualbox", "kvm2"], "default": "virtualbox"},
    minikube_path={"type": "str", "default": "/usr/local/bin/minikube"},
    node_user={"type": "str"},
    timeout={"type": "float", "default": 0},
    retries={"type": "int"},
    interval={"type": "float", "default": 1},
    fail_on_false={"type": "bool", "default": False},
)


def work(params):
    """Validate, look, and return the result; LabError for bad arguments, and for checks that are not true when that was asked for."""
    entries = read_checks(params["checks"])
    arguments.absolute_path("minikube_path", params["minikube_path"])
    arguments.account_name("node_user", params["node_user"])
    arguments.at_least("timeout", params["timeout"], 0, 3600)
    arguments.at_least("retries", params["retries"], 0, 3600)
    arguments.at_least("interval", params["interval"], 0.1, 60)
    if params["retries"] is not None and params["timeout"]:
        arguments.refuse("retries", params["retries"], "left out when timeout is given (%g)" % params["timeout"])
    kubectl = open_kubectl(params)
    owner = Runner(find_account(params["node_user"] or params["user"]))
    seat = Seat(kubectl, params["driver"], Runner(find_account()), owner, params["minikube_path"])
    limit = params["timeout"] if params["retries"] is None else params["retries"] * params["interval"]
    result = run_checks(entries, seat.look, limit, params["interval"])
    if params["fail_on_false"] and not result["all_ok"]:
        raise refusal(result)
    return result


def main():
    """Run the module."""
    module = AnsibleModule(argument_spec=SPEC, supports_check_mode=True)
    finish(module, lambda: work(module.params))


if __name__ == "__main__":
    main()
