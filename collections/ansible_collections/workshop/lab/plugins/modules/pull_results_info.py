#!/usr/bin/python
"""Module pull_results_info."""

DOCUMENTATION = r"""
module: pull_results_info
short_description: What seats in pull mode have told of their last run, as checks
description:
  - Reads the results that seats have put on the host that serves their repository (roles C(pull) and C(origin)). To be run there.
  - How long ago a seat was heard of is told by this host's own clock. What a seat sent is text, cut and without control characters; what is no result counts
    as a seat that is not heard of.
options:
  dir:
    description: Absolute path of the folder of the results.
    type: path
    required: true
  seats:
    description: The seats to look for, by their names in the inventory.
    type: list
    elements: str
    required: true
  max_age:
    description: Seconds after which a seat should have told of itself again, 60 to 31536000.
    type: int
    default: 93600
extends_documentation_fragment: [workshop.lab.runs, workshop.lab.reads]
"""

EXAMPLES = r"""
- name: Read what the seats have told
  workshop.lab.pull_results_info:
    dir: /srv/workshop-origin/results
    seats: "{{ groups['seats'] }}"
  become: true
  delegate_to: "{{ groups['mirror'] | first }}"
  run_once: true
  register: told

- name: Be content with a week
  workshop.lab.pull_results_info:
    dir: /srv/workshop-origin/results
    seats: [seat07]
    max_age: 604800
"""

RETURN = r"""
checks:
  description: By seat and by the variable that the role report reads them from (C(pull_checks), C(pull_verify_checks)), lists of checks.
  returned: success
  type: dict
  sample: {seat07: {pull_checks: [{id: pull.heard, title: The seat tells of itself, ok: true, expected: less than 26 hours ago, actual: 12 minutes ago}]}}
outcomes:
  description: By seat C(converged), C(failed), C(refused), C(unreachable), or empty for one that has told nothing.
  returned: success
  type: dict
  sample: {seat07: converged, seat08: ""}
commits:
  description: By seat the commit that it runs; empty where it told of none.
  returned: success
  type: dict
  sample: {seat07: 7782cd7e3a1f, seat08: ""}
"""

import os  # noqa: E402
import time  # noqa: E402

from ansible.module_utils.basic import AnsibleModule  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils import arguments, pull_checks  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError, finish  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.report_text import clean  # noqa: E402

OPTIONS = {"dir": {"type": "path", "required": True}, "seats": {"type": "list", "elements": "str", "required": True},
           "max_age": {"type": "int", "default": 93600}}


def look(params, now):
    """Return the module's result."""
    arguments.absolute_path("dir", params["dir"])
    arguments.at_least("max_age", params["max_age"], 60, 31536000)
    for seat in params["seats"]:
        arguments.text_of("seats", seat, r"[A-Za-z0-9][A-Za-z0-9._-]*", "a list of names of letters, digits, dots, - and _")
    if not os.path.isdir(params["dir"]):
        raise LabError("There is no folder %s; run playbooks/pull.yml, which makes it on the host that serves the repository." % params["dir"])
    found = {"changed": False, "checks": {}, "outcomes": {}, "commits": {}}
    for seat in params["seats"]:
        told, came = pull_checks.read(params["dir"], seat)
        found["checks"][seat] = pull_checks.judge(told, came, now, params["max_age"])
        found["outcomes"][seat] = (told or {}).get("outcome", "")
        found["commits"][seat] = clean((told or {}).get("running"), 40)
    return found


def main():
    """Run the module."""
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    finish(module, lambda: look(module.params, time.time()))


if __name__ == "__main__":
    main()
