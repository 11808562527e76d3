#!/usr/bin/python
"""Module mirror_archive."""

DOCUMENTATION = r"""
module: mirror_archive
short_description: The mirror as one archive, for a room without the internet
description:
  - V(export) writes the mirror's files, registry and packages into one tar, behind a list of the sha256 of each, under a temporary name that becomes the wanted
    one at the end; C(ARCHIVE.sha256) is written beside it. A mirror that is not what its lock says is not exported.
  - V(import) unpacks it beside another mirror's data, verifies each file, and puts them in place only when all are right and the
    archive agrees with O(lock). What is there already is left.
  - What was only passed through from Docker Hub is not in it.
options:
  archive:
    description: Absolute path of the archive on the mirror, for instance on a stick that is mounted there.
    type: str
    required: true
  action:
    description: What is done.
    type: str
    choices: [export, import]
    required: true
attributes:
  check_mode:
    description: Says whether it could be done; an import reads the list alone.
    support: full
  diff_mode:
    description: An archive has nothing that a person would read.
    support: none
extends_documentation_fragment: [workshop.lab.runs, workshop.lab.mirror]
"""

EXAMPLES = r"""
- name: Write the mirror to a stick
  become: true
  workshop.lab.mirror_archive:
    root: /srv/workshop-mirror
    archive: /media/stick/workshop-mirror.tar
    action: export
    lock: "{{ lookup('ansible.builtin.file', 'mirror.lock.json') | from_json }}"

- name: Fill the mirror of a room without the internet
  become: true
  workshop.lab.mirror_archive:
    root: /srv/workshop-mirror
    archive: /media/stick/workshop-mirror.tar
    action: import
"""

RETURN = r"""
archive:
  description: Its path.
  returned: success
  type: str
  sample: /media/stick/workshop-mirror.tar
members:
  description: How many files are in it.
  returned: success
  type: int
  sample: 211
bytes:
  description: Bytes of these files.
  returned: success
  type: int
  sample: 1212331223
sha256:
  description: The archive's sha256, after an export.
  returned: success
  type: str
new:
  description: How many files an import has put in place, or would.
  returned: after an import
  type: int
  sample: 211
lock:
  description: The lock, after an import with what the archive's has more.
  returned: success
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils import mirror_options  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.errors import finish  # noqa: E402


def main():
    """Run the module."""
    module = AnsibleModule(argument_spec=mirror_options.ARCHIVE, supports_check_mode=True)
    finish(module, lambda: mirror_options.archive(module.params, module.check_mode))


if __name__ == "__main__":
    main()
