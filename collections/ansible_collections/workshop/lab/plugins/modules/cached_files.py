#!/usr/bin/python
"""Module cached_files."""

DOCUMENTATION = r"""
module: cached_files
short_description: Verified files of a cache that its program does not verify itself
description:
  - Lets each file of a list have exactly the content that its sha256 names. minikube, for one, takes whatever lies in C(~/.minikube/cache) - an image, a
    kubelet, a boot image - without a look at it.
  - A file that is right costs no download, and with O(record) not even reading it. A wrong one is downloaded beside its place, verified, and put in place by
    one rename, so that a damaged or tampered file never has its final name.
  - All files together are one call.
options:
  files:
    description: The files. With O(state=absent) it may be empty.
    type: list
    elements: dict
    default: []
    suboptions:
      path:
        description: Absolute path, or one that begins with C(~/) for the home directory of O(user). Folders that are missing are made.
        type: str
        required: true
      url:
        description: Where it is downloaded from, by http or https. The proxies of the environment (C(http_proxy), C(no_proxy) ...) are used.
        type: str
        required: true
      fallback_url:
        description: Where it is downloaded from when O(files[].url) fails; empty for nowhere else.
        type: str
        default: ""
      sha256:
        description: The sha256 of its content, 64 hexadecimal digits.
        type: str
        required: true
      mode:
        description: Its mode, in octal.
        type: str
        default: "0644"
      size:
        description: Its size in bytes, when known. Spares reading a file of another size, and lets the room on the disk be looked at before.
        type: int
  state:
    description:
      - V(present) lets every file be as wanted.
      - V(absent) removes what is written down in O(record), unless somebody has changed it since, and the record itself.
    type: str
    choices: [present, absent]
    default: present
  user:
    description:
      - Account whose files they are; the one that Ansible works as when it is left out. Another one needs root (C(become)).
      - All work is done as that account.
      - In check mode, and with O(state=absent), it may be missing.
    type: str
  record:
    description:
      - Absolute path (or C(~/...)) of a file in which the module writes down what it has verified - size, times, number and sha256 of each file.
      - Any later change of a file is noticed by these; without a change it need not be read again.
      - Empty reads every file on every run.
    type: str
    default: ""
  timeout:
    description: Seconds without a byte after which a try counts as failed, 1 to 3600.
    type: int
    default: 60
  file_timeout:
    description: Seconds that one file may take altogether, 1 to 86400.
    type: int
    default: 1800
  retries:
    description: Further tries after one that failed, 0 to 20. A file of wrong content is asked for once more at most, one that is not there (404) not again.
    type: int
    default: 4
  retry_delay:
    description: Seconds between two tries, 0 to 300.
    type: int
    default: 5
attributes:
  check_mode:
    description: Says what would be downloaded, or removed. Nobody is asked for it.
    support: full
  diff_mode:
    description: The paths of what is not as wanted, before and after.
    support: full
extends_documentation_fragment: [workshop.lab.runs]
seealso:
  - module: workshop.lab.minikube_cluster
"""

EXAMPLES = r"""
- name: Let minikube find its kubelet
  become: true
  workshop.lab.cached_files:
    user: k8suser
    record: ~/.minikube/cache/.workshop.json
    files:
      - path: ~/.minikube/cache/v1.16.2/kubelet
        url: http://mirror.example/storage.googleapis.com/kubernetes-release/release/v1.16.2/bin/linux/amd64/kubelet
        sha256: 0c24425d7cc029bffd86bfbedcb6a63cd42c21052c3248e43918ef15d3fc03ee
        mode: "0755"

- name: Take everything away again
  become: true
  workshop.lab.cached_files:
    user: k8suser
    record: ~/.minikube/cache/.workshop.json
    state: absent
"""

RETURN = r"""
files:
  description: Each file, in the order in which it was looked at.
  returned: success, and when a download failed for those before it
  type: list
  elements: dict
  contains:
    path: {description: Its path, type: str, sample: /home/k8suser/.minikube/cache/v1.16.2/kubelet}
    state:
      description:
        - V(right) was right, V(mode) got another mode, V(fetched) was missing, V(replaced) was wrong; V(removed) was taken away, V(kept) was changed by
          somebody and left.
      type: str
      sample: fetched
    sha256: {description: What its content is verified to be, type: str, sample: 0c24425d7cc029bffd86bfbedcb6a63cd42c21052c3248e43918ef15d3fc03ee}
    url: {description: Where it came from in this run, type: str, sample: "http://mirror.example/kubelet"}
    bytes: {description: What was downloaded for it in this run, type: int, sample: 123123123}
    seconds: {description: How long that took, type: float, sample: 2.1}
home:
  description: The home directory of O(user), empty without the account.
  returned: success
  type: str
  sample: /home/k8suser
bytes:
  description: What was downloaded altogether.
  returned: success
  type: int
  sample: 123123123
path:
  description: The file that could not be had.
  returned: when a download failed
  type: str
  sample: /home/k8suser/.minikube/cache/v1.16.2/kubelet
cause:
  description:
    - Why. V(down) nobody answers, V(slow) too late, V(cut) the connection ended early, V(missing) it is not there, V(refused) it is not given, V(wrong) it
      has another sha256.
  returned: when a download failed
  type: str
  sample: wrong
"""

from ansible.module_utils.basic import AnsibleModule  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils import arguments, cached_files_plan, cached_files_work  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.as_account import as_account  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError, finish  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.http_file import Limits  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.runner import find_account  # noqa: E402

FILE = {
    "path": {"type": "str", "required": True},
    "url": {"type": "str", "required": True},
    "fallback_url": {"type": "str", "default": ""},
    "sha256": {"type": "str", "required": True},
    "mode": {"type": "str", "default": "0644"},
    "size": {"type": "int"},
}
SPEC = {
    "files": {"type": "list", "elements": "dict", "default": [], "options": FILE},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "user": {"type": "str"},
    "record": {"type": "str", "default": ""},
    "timeout": {"type": "int", "default": 60},
    "file_timeout": {"type": "int", "default": 1800},
    "retries": {"type": "int", "default": 4},
    "retry_delay": {"type": "int", "default": 5},
}
NUMBERS = {"timeout": (1, 3600), "file_timeout": (1, 86400), "retries": (0, 20), "retry_delay": (0, 300)}


def _account(name, may_be_missing):
    """Return the account; None when it is not there and need not be: of a clean machine the role that makes it comes first."""
    try:
        return find_account(name)
    except LabError:
        if may_be_missing:
            return None
        raise


def work(params, check=False, diff=False):
    """Return the module's result; LabError in words for a person."""
    arguments.account_name("user", params["user"])
    account = _account(params["user"], check or params["state"] == "absent")
    home = account.home if account else "/nonexistent"
    wanted = cached_files_plan.accept([dict(one, path=cached_files_plan.at_home(one["path"], home)) for one in params["files"]])
    record = cached_files_plan.at_home(params["record"], home)
    if record or params["state"] == "absent":
        arguments.absolute_path("record", record)
    for name, (least, most) in NUMBERS.items():
        arguments.at_least(name, params[name], least, most)
    limits = Limits(params["timeout"], params["file_timeout"], params["retries"] + 1, params["retry_delay"])
    if account is None:
        return cached_files_work.without_account(wanted if params["state"] == "present" else [])
    sources = sum(2 if one.fallback else 1 for one in wanted)
    longest = 600 + sources * limits.tries * (limits.file + limits.silence + limits.pause)
    result = as_account(account, lambda: cached_files_work.work(wanted, params["state"], record, limits, check), longest)
    result["home"] = home
    if diff:
        changed = ["%s %s\n" % (row["state"], row["path"]) for row in result["files"] if row["state"] not in ("right", "kept")]
        result["diff"] = {"before": "", "after": "".join(changed)}
    return result


def main():
    """Run the module."""
    module = AnsibleModule(argument_spec=SPEC, supports_check_mode=True)

    def told():
        result = work(module.params, module.check_mode, module._diff)  # pylint: disable=protected-access  # the only way to ask
        for text in result.pop("warnings"):
            module.warn(text)
        return result

    finish(module, told)


if __name__ == "__main__":
    main()
