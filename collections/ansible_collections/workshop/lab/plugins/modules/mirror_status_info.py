#!/usr/bin/python
"""Module mirror_status_info."""

DOCUMENTATION = r"""
module: mirror_status_info
short_description: What the mirror holds, when it was verified, and what it has saved
description:
  - Counts the mirror's data, and in its logs the bytes that seats were given and those that came from outside.
options:
  root:
    description: Absolute path of the mirror's data.
    type: str
    required: true
  lock:
    description: What the lock file holds; what is there of it is counted. Without it the numbers are those of the last stocking.
    type: dict
    default: {}
  web_logs:
    description: Pattern of the web server's logs, rotated ones included.
    type: str
    default: /var/log/nginx/workshop-mirror.log*
  package_logs:
    description: Pattern of apt-cacher-ng's logs.
    type: str
    default: /var/log/apt-cacher-ng/apt-cacher.log*
  write_page:
    description: Whether what seats may know of it is written to C(ROOT/files/mirror.json), which is served as C(/mirror.json). Not in check mode.
    type: bool
    default: false
extends_documentation_fragment: [workshop.lab.runs, workshop.lab.reads]
"""

EXAMPLES = r"""
- name: Look at the mirror
  become: true
  workshop.lab.mirror_status_info:
    root: /srv/workshop-mirror
    lock: "{{ lookup('ansible.builtin.file', 'mirror.lock.json') | from_json }}"
  register: mirror

- name: Let the seats see it as well
  become: true
  workshop.lab.mirror_status_info:
    root: /srv/workshop-mirror
    write_page: true
"""

RETURN = r"""
status:
  description: All numbers; bytes are bytes.
  returned: success
  type: dict
lines:
  description: The same as a table for a person.
  returned: success
  type: list
  elements: str
page:
  description: What is at C(/mirror.json) of the mirror.
  returned: success
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils import mirror_options  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.errors import finish  # noqa: E402


def main():
    """Run the module."""
    module = AnsibleModule(argument_spec=mirror_options.STATUS, supports_check_mode=True)
    finish(module, lambda: mirror_options.status(module.params, module.check_mode))


if __name__ == "__main__":
    main()
