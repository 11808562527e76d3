#!/usr/bin/python
"""Module path_info."""

DOCUMENTATION = r"""
module: path_info
short_description: What is at several paths, and which of them are not as wanted, in one call
description:
  - Looks at paths without following links. Where a role would call C(stat) for each file and C(file) for its mode, one call tells whether anything is to do.
  - Never changes anything.
options:
  paths:
    description: Absolute paths to look at; C(~NAME) at the beginning is the home of that account, and nothing is there without the account.
    type: list
    elements: str
    default: []
  wanted:
    description:
      - Paths as in O(paths) that are compared, each with what is wanted there - C(sha256) (of a regular file's content), C(mode) (four octal digits), C(owner),
        C(group) (by name or number). What is left out or empty is not compared. The content is read only where C(sha256) is wanted.
    type: dict
    default: {}
  accounts:
    description: Accounts to look up.
    type: list
    elements: str
    default: []
  contents:
    description:
      - Plain files whose text is returned, at most 1 MiB each; C(~NAME/) at the beginning is the home of that account. Links are not followed.
      - Not for secrets, unless the task has C(no_log).
    type: list
    elements: str
    default: []
extends_documentation_fragment: [workshop.lab.runs, workshop.lab.reads]
seealso:
  - module: ansible.builtin.stat
"""

EXAMPLES = r"""
- name: Look at kubectl and its completion
  workshop.lab.path_info:
    paths: [/usr/share/bash-completion/bash_completion]
    wanted:
      /usr/local/bin/kubectl: {sha256: 3ff48e12f9c768ad548e4221d805281ea28dfcda5c18b3cd1797fe37aee3012e, mode: "0755", owner: root, group: root}
  register: look

- name: Say what is to do
  ansible.builtin.debug:
    msg: "kubectl is {{ 'to be installed' if '/usr/local/bin/kubectl' in look.differing else 'in place' }}"
"""

RETURN = r"""
found:
  description: What is at each path, by path. C(executable) is told of what a link leads to.
  returned: success
  type: dict
  sample:
    /usr/local/bin/kubectl:
      {type: file, sha256: 3ff4, mode: "0755", owner: root, uid: 0, group: root, gid: 0, target: "", size: 46682112, executable: true}
there:
  description: The paths at which something is.
  returned: success
  type: list
  elements: str
  sample: [/usr/local/bin/kubectl]
differing:
  description: The paths of O(wanted) at which something else is, or nothing.
  returned: success
  type: list
  elements: str
  sample: []
accounts:
  description: Those of O(accounts) that the machine knows, by name.
  returned: success
  type: dict
  sample: {k8suser: {uid: 1001, gid: 1001, home: /home/k8suser, shell: /bin/bash, comment: ""}}
contents:
  description: The texts of O(contents), null where there is no plain file.
  returned: success
  type: dict
  sample: {"~root/.minikube/machines/minikube/config.json": null}
"""

import re  # noqa: E402

from ansible.module_utils.basic import AnsibleModule  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils import arguments  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.errors import finish  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.path_look import COMPARED, accounts, content, report  # noqa: E402

ACCOUNT = r"[A-Za-z_][A-Za-z0-9_.-]*"
WORDS = {"type": "list", "elements": "str", "default": []}
OPTIONS = {"paths": WORDS, "accounts": WORDS, "contents": WORDS, "wanted": {"type": "dict", "default": {}}}
FORMS = {"sha256": (r"([0-9a-f]{64})?", "a sha256 of 64 lower-case hexadecimal digits, or empty"), "mode": (r"([0-7]{4})?", "four octal digits, or empty")}


def accept(params):
    """Refuse paths and wishes that cannot be."""
    for path in params["paths"] + list(params["wanted"]):
        arguments.absolute_path("path", re.sub(r"\A~%s(/|\Z)" % ACCOUNT, "/", path))
    for path, wishes in params["wanted"].items():
        if not isinstance(wishes, dict) or set(wishes) - set(COMPARED):
            arguments.refuse("wanted of " + path, wishes, "a dictionary of " + ", ".join(COMPARED))
        for name, value in wishes.items():
            # An owner's number may come as one.
            arguments.text_of("%s of %s" % (name, path), str(value) if name in ("owner", "group") else value, *FORMS.get(name, (r"[^\x00-\x1f]*", "a name")))
    for path in params["contents"]:
        arguments.text_of("contents", path, r"(~%s)?/[^\x00-\x1f]*" % ACCOUNT, "a list of absolute paths, which may begin with ~NAME/")


def main():
    """Run the module."""
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)

    def work():
        accept(module.params)
        params = module.params
        return dict(report(params["paths"], params["wanted"]), accounts=accounts(params["accounts"]),
                    contents={path: content(path) for path in params["contents"]}, changed=False)

    finish(module, work)


if __name__ == "__main__":
    main()
