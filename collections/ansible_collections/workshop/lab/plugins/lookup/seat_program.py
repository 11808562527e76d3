"""A program for a seat, as a file on the control node."""

DOCUMENTATION = r"""
name: seat_program
short_description: A program for a seat, made of this collection's own module_utils
description:
  - Makes one file, which Python 3.6 and later runs without Ansible, of a module_utils that has a function C(run), and of all that it imports.
  - The file has the same content every time, and lies in the run's temporary folder, which Ansible removes.
options:
  _terms:
    description: Names of module_utils, like C(cluster_boot).
    required: true
author: [The authors of the Kubernetes workshop toolkit]
"""

EXAMPLES = r"""
- name: Put the program on the seat
  ansible.builtin.copy:
    src: "{{ lookup('workshop.lab.seat_program', 'cluster_boot').path }}"
    dest: /usr/local/lib/workshop-lab/cluster_boot.pyz
    mode: "0755"
"""

RETURN = r"""
_raw:
  description: Of each name its file and that one's checksum.
  type: list
  elements: dict
  sample: [{path: /root/.ansible/tmp/ansible-local-1/cluster_boot-0123.pyz, sha256: 0123}]
"""

import functools
import os

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase
from ansible_collections.workshop.lab.plugins.module_utils.digest import sha256_of
from ansible_collections.workshop.lab.plugins.plugin_utils.seat_program import build

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "module_utils")


class LookupModule(LookupBase):
    """The lookup of the same name."""

    def run(self, terms, variables=None, **kwargs):
        """Return [{path, sha256}]."""
        return [dict(made(name)) for name in terms]


@functools.lru_cache(maxsize=None)
def made(name):
    """Make a program once a process."""
    try:
        program = build(FOLDER, name)
    except (OSError, ValueError, SyntaxError) as error:
        raise AnsibleError("%s cannot be made a program for seats: %s." % (name, error))
    total = sha256_of([program])
    path = os.path.join(C.DEFAULT_LOCAL_TMP, "%s-%s.pyz" % (name, total[:16]))
    if not os.path.exists(path):  # one for all forks: each makes its own, and the last one's place is taken by the same bytes
        part = "%s.%d" % (path, os.getpid())
        with open(part, "wb") as stream:
            stream.write(program)
        os.replace(part, path)
    return {"path": path, "sha256": total}
