#!/usr/bin/python
"""Ansible module: an account's home directory back to how it began."""

DOCUMENTATION = r"""
module: home_reset
short_description: Bring a home directory back to how the account began
description:
  - Deletes everything in an account's home directory but what O(keep) names, and puts back the files of O(skeleton) that are missing or were changed.
  - Links in the home are deleted, never followed. Another file system that is mounted in it is left, and named. The directory itself stays.
extends_documentation_fragment:
  - workshop.lab.runs
attributes:
  check_mode:
    support: full
    description: Says what would be deleted and put back.
  diff_mode:
    support: full
    description: What is deleted and what is put back.
options:
  user:
    description: The account. Not root, nor a system account with a number below 1000.
    type: str
    required: true
  keep:
    description: Paths relative to the home directory that stay, with all below them.
    type: list
    elements: str
    default: []
  skeleton:
    description: Absolute path of the directory whose files a new account gets.
    type: str
    default: /etc/skel
"""

EXAMPLES = r"""
- name: The next student finds an empty home, with the cluster's files
  workshop.lab.home_reset:
    user: k8suser
    keep: [.minikube, .kube/config, .ssh/authorized_keys]
  become: true

- name: See what a student has made beside the manifests
  workshop.lab.home_reset:
    user: k8suser
    keep: [.minikube, .kube, workshop]
  become: true
  check_mode: true
"""

RETURN = r"""
removed:
  description: What was deleted, or would be; of a directory that goes as a whole only its own path.
  returned: success
  type: list
  elements: str
  sample: [.bash_history, notes]
restored:
  description: Files of the skeleton that were put back, or would be.
  returned: success
  type: list
  elements: str
  sample: [.bashrc]
mounts:
  description: Mounted file systems, which were left.
  returned: success
  type: list
  elements: str
  sample: []
"""

import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.workshop.lab.plugins.module_utils import arguments
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError, finish
from ansible_collections.workshop.lab.plugins.module_utils.home_tree import Home
from ansible_collections.workshop.lab.plugins.module_utils.runner import find_account

SPEC = {
    "user": {"type": "str", "required": True},
    "keep": {"type": "list", "elements": "str", "default": []},
    "skeleton": {"type": "str", "default": "/etc/skel"},
}


def work(params, check=False, diff=False):
    """Return the module's result; LabError in words for a person."""
    arguments.account_name("user", params["user"])
    arguments.absolute_path("skeleton", params["skeleton"])
    for path in params["keep"]:
        if not path.strip("/") or path.startswith("/") or {"..", ".", ""} & set(path.rstrip("/").split("/")) or "\0" in path:
            arguments.refuse("keep", path, "a path below the home directory, like .kube/config, without ..")
    account = find_account(params["user"])
    if account.uid < 1000:
        arguments.refuse("user", params["user"], "an ordinary account (its number is %d)" % account.uid)
    if account.home.count("/") < 2 or not os.path.isabs(account.home):
        raise LabError("The home directory of %s is %s, which is no account's own; nothing was deleted." % (account.name, account.home))
    home = Home(account, params["keep"], params["skeleton"])
    home.run(check)
    result = {"changed": bool(home.removed or home.restored), "removed": home.removed, "restored": home.restored, "mounts": home.mounts}
    if diff:
        result["diff"] = {"before": "".join(path + "\n" for path in home.removed), "after": "".join(path + "\n" for path in home.restored)}
    return result


def main():
    """Run the module."""
    module = AnsibleModule(SPEC, supports_check_mode=True)
    finish(module, lambda: work(module.params, module.check_mode, module._diff))


if __name__ == "__main__":
    main()
