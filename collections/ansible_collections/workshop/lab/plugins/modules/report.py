#!/usr/bin/python
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Write the report of a class: a page, JSON and JUnit. The work is done by the action plugin of the same name, on the control node."""

DOCUMENTATION = r"""
module: report
short_description: Write the report of a class as a page, as JSON and as JUnit
description:
  - Collects the checks that a run left in variables of the seats, and what the callback workshop.lab.record kept of the run, and writes C(index.html),
    C(report.json), C(junit.xml) and C(not-ready.txt). Each file is replaced in one step.
  - Runs on the control node alone, whatever host the task is for, and connects to nothing. One host is enough (C(run_once)).
  - Never C(changed). The report tells of a run and is a new one every time; counted as a change it would hide that a second run had nothing to do.
  - Seats that a C(--limit) left out stay on the page as the report in I(dir) has them, marked as of an earlier run.
extends_documentation_fragment: [workshop.lab.control_node, workshop.lab.runs]
attributes:
  check_mode:
    description: Writes nothing in check mode; says what the totals are.
    support: full
  diff_mode:
    description: Files that are written anew by every run have no difference worth reading.
    support: none
options:
  dir:
    description: Absolute path of the folder to write to. Made when it is not there.
    type: path
    required: true
  seats:
    description: The seats that are on the report, by their names in the inventory.
    type: list
    elements: str
    required: true
  title:
    description: Heading of the page.
    type: str
    default: Kubernetes workshop
  sources:
    description: Where the checks of a seat are, in the order of the page. A variable that a seat has not is passed over.
    type: list
    elements: dict
    required: true
    suboptions:
      title:
        description: Heading of these checks.
        type: str
        required: true
      variable:
        description: Name of a variable of the seat that holds a list of checks as the modules of this collection return them.
        type: str
        required: true
  keep_earlier:
    description: Whether seats that C(--limit) left out are shown as an earlier report in I(dir) has them.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Write the report of the class
  workshop.lab.report:
    dir: "{{ playbook_dir }}/report"
    seats: "{{ groups['seats'] }}"
    sources:
      - {title: Health of the seat, variable: verify_checks}
      - {title: Exercise, variable: workshop_exercise_checks}
  run_once: true

- name: Write the report of this run's seats alone
  workshop.lab.report:
    dir: /var/www/html/class
    title: Class of Monday
    seats: "{{ ansible_play_hosts_all }}"
    sources:
      - {title: The student's own work, variable: workshop_grade_checks}
    keep_earlier: false
  run_once: true
"""

RETURN = r"""
page:
  description: Path of the page.
  returned: success
  type: str
  sample: /home/teacher/workshop/report/index.html
json:
  description: Path of the report as JSON; docs/report.schema.json describes it.
  returned: success
  type: str
  sample: /home/teacher/workshop/report/report.json
junit:
  description: Path of the report as JUnit.
  returned: success
  type: str
  sample: /home/teacher/workshop/report/junit.xml
again:
  description: Path of the list of seats that are not ready, one a line, for C(--limit @FILE). Where all are, it is a pattern that matches nobody.
  returned: success
  type: str
  sample: /home/teacher/workshop/report/not-ready.txt
not_ready:
  description: The names of these seats.
  returned: success
  type: list
  elements: str
  sample: [seat07, seat19]
written:
  description: Whether the files were written; false in check mode.
  returned: success
  type: bool
totals:
  description: How many seats are in which state, how many checks there are and how many of them pass.
  returned: success
  type: dict
  sample: {seats: 30, ready: 26, not_ready: 2, failed: 1, unreachable: 1, not_checked: 0, checks: 1120, ok: 1115, checks_failed: 5, unknown: 0}
"""

from ansible_collections.workshop.lab.plugins.module_utils.control_node import refuse
from ansible_collections.workshop.lab.plugins.module_utils.report_options import OPTIONS


def main():
    """Refuse to run on a seat."""
    refuse("report", OPTIONS)


if __name__ == "__main__":
    main()
