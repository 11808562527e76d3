#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Validate roles' variables. The work is done by the action plugin of the same name, on the control node."""

DOCUMENTATION = r"""
module: role_variables
short_description: Run the validation of several roles at once, on the control node
description:
  - Runs the tasks of C(tasks/validate.yml) of each role, with the role's defaults, in one process of the control node; the host is not asked anything.
    By C(include_role) the same takes a process for each of the hundred tasks and each host. C(playbooks/validate.yml) took 9.4 s of processor time for one
    host, and takes 3.9 s (measured with ansible-core 2.19, its own start included).
  - Hosts whose variables are the same, as they are written down, are validated once; the others of them wait for that.
  - That a validation went well is remembered below C(ANSIBLE_HOME)C(/workshop_lab/validated), for as long as neither a variable nor a file of the roles, of
    the collection's plugins, or the version of ansible-core changes; it takes 1.7 seconds of a run with nothing to change otherwise. Not where a variable is
    a template that asks for more than variables, like a lookup. C(tasks/validate_files.yml) of a role, which looks at files of the control node, is run each
    time.
  - The first task that fails is reported with its own message. Tasks other than C(ansible.builtin.assert) and C(ansible.builtin.validate_argument_spec)
    are refused, since they might reach the host. C(import_tasks) and C(import_role) may be used, C(include_) and tags may not.
extends_documentation_fragment: [workshop.lab.control_node, workshop.lab.runs]
attributes:
  check_mode:
    description: Never changes anything.
    support: full
  diff_mode:
    description: Nothing is changed.
    support: none
options:
  roles:
    description: Names of the roles, in the order in which they are validated.
    type: list
    elements: str
    required: true
  tasks_from:
    description: Names of the files of tasks of each role, without C(.yml).
    type: list
    elements: str
    default: [validate]
  remember:
    description: Whether the fact C(variables_are_validated) is set, with which every role leaves out to do it again in this run. For all roles of a run only.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Validate the variables of each role
  workshop.lab.role_variables:
    roles: [k8suser, cluster]
    remember: true

- name: Validate what an exercise takes
  workshop.lab.role_variables:
    roles: [workshop]
    tasks_from: [validate_exercise, validate]
"""

RETURN = r"""
count:
  description: How many tasks passed, in this run or in the earlier one that is remembered.
  returned: success
  type: int
  sample: 122
role:
  description: The role whose variable was refused.
  returned: failure
  type: str
  sample: cluster
task:
  description: The name of the task that refused it.
  returned: failure
  type: str
  sample: "cluster : Validate the memory"
"""

from ansible_collections.workshop.lab.plugins.module_utils.control_node import refuse
from ansible_collections.workshop.lab.plugins.module_utils.role_options import OPTIONS


def main():
    """Refuse to run on a seat."""
    refuse("role_variables", OPTIONS)


if __name__ == "__main__":
    main()
