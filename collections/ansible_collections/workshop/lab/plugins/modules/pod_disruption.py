"""Ansible module: kill pods while one is kept and a page is read, and tell truthfully what the readers saw (the chapter's activity)."""

DOCUMENTATION = r"""
module: pod_disruption
short_description: Kill pods again and again while a page is requested
description:
  - >-
    Kills ready pods of one selector in one namespace, one after the other, while the first ready ones by name are kept, as the chapter's kill-pods.sh does.
    Meanwhile a thread requests a URL at a set rate, one request after the other, and keeps every answer. The chapter promises that the application
    "answers every request and the number never falls" (figures 2.68 and 2.69); the result says whether that was so.
  - >-
    Every request counts as it was. A request can really be lost. When a pod is told to end, pageview stops at once, and for 50 to 250 milliseconds
    kube-proxy still sends it a share of the new connections, which are refused or reset. Measured with 12 kills among 3 pods, 1 of 226 requests was lost at
    5 a second, and 5 of 845 at 20 a second.
    A C(preStop) pause in the pod's manifest closes the gap on the side of the cluster; O(connection_retries) does what a browser does, and is reported.
  - Never touches a pod outside the namespace and the selector, a kept pod, or one that no controller would replace. Bounded in time and number.
options:
  namespace:
    description: Namespace of the pods. Those of the system (C(kube-system), C(kube-public), C(kube-node-lease)) are refused.
    type: str
    required: true
  selector:
    description: Labels of the pods. At least one; labels that other exercises share (C(tier=frontend)) match their pods too.
    type: dict
    required: true
  url:
    description: URL to request, http only. Give this or O(service).
    type: str
  service:
    description: Service of type NodePort whose node port is requested, on the address where kubectl finds the API server.
    type: str
  port:
    description: Port of O(service), not its node port; its first one when it is left out.
    type: int
  pattern:
    description:
      - Regular expression with one group, the number, for the text of an answer. Another text counts as a failure.
      - Left out, pageview's answer in the three spellings it has had.
    type: str
  rate:
    description: Requests per second from 0.1 to 50. A slow answer delays the next request.
    type: float
    default: 5
  kills:
    description: Pods to kill, from 0 to 100. With 0 the URL is only watched, for O(duration_max).
    type: int
    default: 5
  keep:
    description: Ready pods that are always left alone, from 1 to 100. With fewer than one more ready it waits, and kills nothing.
    type: int
    default: 1
  duration_max:
    description: Seconds from 1 to 900 after which it ends, whatever was reached. A question to the API server and a request under way may end a little later.
    type: int
    default: 120
  request_timeout:
    description: Seconds from 0.1 to 60 that one request may take before it counts as a failure.
    type: float
    default: 5
  grace_period:
    description: Seconds from 0 to 300 that a killed pod gets to end; its own C(terminationGracePeriodSeconds) when it is left out. 0 kills by force.
    type: int
  replace_timeout:
    description: Seconds from 1 to 600 until a killed pod must be replaced by a ready one, and until there are enough ready pods to begin.
    type: int
    default: 60
  interval:
    description: Seconds from 0 to 60 between a replacement and the next kill.
    type: float
    default: 1
  connection_retries:
    description:
      - How often, from 0 to 5, a request is tried again when it had no connection or one that was reset or closed before any answer, 0.2 seconds
        later, then after twice as long each time.
      - A late answer, another status or another text is never tried again. What was tried again is counted as RV(retried).
    type: int
    default: 0
attributes:
  check_mode:
    description: Says which of the present pods could be killed. Sends no request, since each one raises the number.
    support: full
  diff_mode:
    description: There is nothing to compare; killed pods are replaced by others.
    support: none
extends_documentation_fragment: [workshop.lab.runs, workshop.lab.kubectl]
"""

EXAMPLES = r"""
- name: Five pods of pageview are killed while its page is read
  workshop.lab.pod_disruption:
    namespace: pageview
    selector: {tier: frontend}
    service: k8s-pageview
    user: k8suser
  register: disruption

- name: As a browser would see it
  workshop.lab.pod_disruption:
    namespace: pageview
    selector: {tier: frontend}
    service: k8s-pageview
    kills: 10
    rate: 10
    connection_retries: 2
    user: k8suser

- name: Which pods would be killed
  workshop.lab.pod_disruption:
    namespace: pageview
    selector: {tier: frontend}
    url: http://192.168.99.100:31953/
    user: k8suser
  check_mode: true
"""

RETURN = r"""
url:
  description: The URL that was requested.
  returned: always
  type: str
  sample: http://192.168.99.100:31953/
requests:
  description: Requests sent, those tried again counted once.
  returned: always
  type: int
  sample: 61
answers:
  description: Requests that were answered with a number.
  returned: always
  type: int
  sample: 60
failures:
  description: Requests without such an answer.
  returned: always
  type: int
  sample: 1
lost:
  description: The first 100 failures, each with C(at) (seconds since the start) and C(error).
  returned: always
  type: list
  elements: dict
  sample: [{at: 3.671, error: Connection reset by peer}]
retried:
  description: Requests that were tried again because of O(connection_retries), whether they were answered then or not.
  returned: always
  type: int
  sample: 0
numbers:
  description: The C(first) and the C(last) number and the first 100 (C(seen)).
  returned: always
  type: dict
  sample: {first: 4, last: 6, seen: [4, 5, 6]}
falls:
  description: The first 100 places where a number was lower than the one before.
  returned: always
  type: list
  elements: dict
  sample: [{before: 29, after: 1}]
duplicates:
  description: How often a number was the same as the one before. Requests are sent one after the other, so that each should be higher.
  returned: always
  type: int
  sample: 0
killed:
  description: Names of the killed pods, in order; in check mode none.
  returned: always
  type: list
  elements: str
  sample: [k8s-pageview-5b9b7b84bd-jmtqr]
would_kill:
  description: Names of the present pods that would be killed; the later ones do not exist yet.
  returned: in check mode
  type: list
  elements: str
  sample: [k8s-pageview-5b9b7b84bd-jmtqr]
kept:
  description: Names of the pods that were kept, each once.
  returned: always
  type: list
  elements: str
  sample: [k8s-pageview-5b9b7b84bd-85w9x]
reason:
  description: Why fewer pods were killed than wanted; empty when all were.
  returned: always
  type: str
  sample: "1 of 1 pods are ready and 1 must be kept, so that at least 2 are needed; scale the Deployment, or look at its pods"
checks:
  description: >-
    Three checks in the toolkit's form, C(disruption.answered) (every request), C(disruption.rising) (the number never fell or stood still) and
    C(disruption.killed) (as many as wanted).
  returned: except in check mode
  type: list
  elements: dict
  sample: [{id: disruption.answered, ok: true}]
all_ok:
  description: Whether all checks are true.
  returned: except in check mode
  type: bool
  sample: true
seconds:
  description: How long it took.
  returned: always
  type: float
  sample: 14.2
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.workshop.lab.plugins.module_utils import disruption_work, kubectl
from ansible_collections.workshop.lab.plugins.module_utils.errors import finish

SPEC = dict(kubectl.OPTIONS, **disruption_work.OPTIONS)


def main():
    """Run the module."""
    module = AnsibleModule(SPEC, supports_check_mode=True, mutually_exclusive=[("url", "service")], required_one_of=[("url", "service")],
                           required_by={"port": ["service"]})

    def run():
        disruption_work.validate(module.params)
        return disruption_work.work(module.params, module.check_mode, kubectl.open_kubectl(module.params))

    finish(module, run)


if __name__ == "__main__":
    main()
