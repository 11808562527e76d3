#!/usr/bin/python
"""Module mirror_verify."""

DOCUMENTATION = r"""
module: mirror_verify
short_description: Everything that the mirror holds, hashed again
description:
  - Reads every file, and every image in the mirror's registry with all its parts, and compares them with the lock. Says what is missing, truncated, altered,
    not recorded, or there and not wanted. While the registry does not answer its images are V(unreachable), and the files are verified all the same.
  - Writes what it found to C(ROOT/state/verified.json), from which the status takes it; in check mode not even that.
options:
  files:
    description: The files, as for M(workshop.lab.mirror_stock).
    type: list
    elements: dict
    default: []
  images:
    description: The images, as for M(workshop.lab.mirror_stock).
    type: list
    elements: dict
    default: []
  store:
    description: Host and port of the mirror's own registry.
    type: str
    default: 127.0.0.1:5001
attributes:
  check_mode:
    description: Reads only.
    support: full
  diff_mode:
    description: Changes nothing that a seat sees.
    support: none
extends_documentation_fragment: [workshop.lab.runs, workshop.lab.mirror]
seealso:
  - module: workshop.lab.mirror_stock
"""

EXAMPLES = r"""
- name: Verify the mirror
  become: true
  workshop.lab.mirror_verify:
    root: /srv/workshop-mirror
    files: "{{ wanted.files }}"
    images: "{{ wanted.images }}"
    lock: "{{ lookup('ansible.builtin.file', 'mirror.lock.json') | from_json }}"

- name: Look whether one file is as the lock says
  become: true
  workshop.lab.mirror_verify:
    root: /srv/workshop-mirror
    files: [{path: dl.k8s.io/release/v1.16.2/bin/linux/amd64/kubectl}]
    lock: "{{ lookup('ansible.builtin.file', 'mirror.lock.json') | from_json }}"
  check_mode: true
"""

RETURN = r"""
things:
  description: Each file and each image in the registry.
  returned: success
  type: list
  elements: dict
  contains:
    name: {description: Path of a file or reference of an image, type: str, sample: "docker.io/library/redis:3"}
    state: {description: "V(right), V(missing), V(truncated), V(altered), V(unrecorded) or V(unreachable)", type: str, sample: right}
    words: {description: What is wrong with it, type: str, sample: it is not there}
problems:
  description: Those that are not right.
  returned: success
  type: list
  elements: dict
superfluous:
  description: Files that are there and not wanted. They are not served.
  returned: success
  type: list
  elements: str
bytes:
  description: Bytes of the files.
  returned: success
  type: int
  sample: 812331223
sentences:
  description: The problems in words, and the next step; empty when all is right.
  returned: success
  type: list
  elements: str
"""

from ansible.module_utils.basic import AnsibleModule  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils import mirror_options  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.errors import finish  # noqa: E402


def main():
    """Run the module."""
    module = AnsibleModule(argument_spec=mirror_options.VERIFY, supports_check_mode=True)
    finish(module, lambda: mirror_options.verify(module.params, module.check_mode))


if __name__ == "__main__":
    main()
