#!/usr/bin/python
"""Module host_key."""

DOCUMENTATION = r"""
module: host_key
short_description: An SSH server's host key, compared with what is known of it and recorded
description:
  - Asks a server for its host keys (C(ssh-keyscan)) and compares them with those in a file of known hosts. To be run on the control node (C(delegate_to)).
  - A key that changed is always refused. A new one is recorded when it is the expected one, or when new ones are accepted.
  - Unlike M(ansible.builtin.known_hosts) it asks the server itself, and any number of them at once write to one file.
options:
  host:
    description: The server's name or address, as SSH is given it.
    type: str
    required: true
  port:
    description: The server's port, 1 to 65535.
    type: int
    default: 22
  known_hosts:
    description: The file on this machine; C(~) at its beginning is your home.
    type: path
    default: ~/.ssh/known_hosts
  fingerprint:
    description: The expected fingerprint of one of its keys, as C(ssh-keygen -l) shows it at the machine's console. Empty for none.
    type: str
    default: ""
  accept_new:
    description: Whether a key of a server that the file does not know is believed. Only on a network that you trust.
    type: bool
    default: false
  timeout:
    description: Seconds that the server may take to answer, 1 to 300.
    type: int
    default: 10
attributes:
  check_mode:
    description: Compares, and records nothing.
    support: full
  diff_mode:
    description: Nothing is shown.
    support: none
extends_documentation_fragment: [workshop.lab.runs]
seealso:
  - module: ansible.builtin.known_hosts
"""

EXAMPLES = r"""
- name: Record the host key that was read at the console
  workshop.lab.host_key:
    host: 10.1.0.11
    fingerprint: SHA256:6aQ3zbHHPyx8eGhJdBWYTvUyDOXzNQZ8Q6cKcSrqWxc
  delegate_to: localhost

- name: Believe a new machine on the lab's own network, and refuse one that has changed
  workshop.lab.host_key:
    host: "{{ ansible_host }}"
    accept_new: true
  delegate_to: localhost
"""

RETURN = r"""
name:
  description: The server as the file names it.
  returned: success
  type: str
  sample: "[10.1.0.11]:2222"
fingerprints:
  description: The keys that the server shows, the best kind first.
  returned: always
  type: list
  elements: str
  sample: [ssh-ed25519 SHA256:6aQ3zbHHPyx8eGhJdBWYTvUyDOXzNQZ8Q6cKcSrqWxc]
recorded:
  description: The lines that were added to the file; in check mode those that would be.
  returned: success
  type: list
  elements: str
  sample: []
"""

import os  # noqa: E402

from ansible.module_utils.basic import AnsibleModule  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils import arguments, host_keys  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError, finish  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.runner import Runner, find_account  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.seat_lock import Lock  # noqa: E402

OPTIONS = {"host": {"type": "str", "required": True}, "port": {"type": "int", "default": 22},
           "known_hosts": {"type": "path", "default": "~/.ssh/known_hosts"}, "fingerprint": {"type": "str", "default": ""},
           "accept_new": {"type": "bool", "default": False}, "timeout": {"type": "int", "default": 10}}
LOCK_LIMIT = 60  # seconds for as many as 30 others to write their lines
LOCAL_LIMIT = 20  # seconds of ssh-keygen


def accept(params):
    """Refuse values that cannot be, in one sentence."""
    arguments.text_of("host", params["host"], r"[A-Za-z0-9][A-Za-z0-9.:_-]*", "a name or an address")
    arguments.at_least("port", params["port"], 1, 65535)
    arguments.at_least("timeout", params["timeout"], 1, 300)
    arguments.absolute_path("known_hosts", params["known_hosts"])
    arguments.text_of("fingerprint", params["fingerprint"], r"(SHA256:[A-Za-z0-9+/]{43})?", "a fingerprint as ssh-keygen -l shows it, like SHA256:6aQ3...")


def compare(params, runner):
    """Return (Verdict, name, keys that the server shows)."""
    name = host_keys.name_of(params["host"], params["port"])
    scan = runner.run(["ssh-keyscan", "-T", str(params["timeout"]), "-p", str(params["port"]), "--", params["host"]], limit=params["timeout"] + 20)
    known = runner.run(["ssh-keygen", "-F", name, "-f", params["known_hosts"]], limit=LOCAL_LIMIT).out if os.path.exists(params["known_hosts"]) else ""
    scanned = host_keys.keys(scan.out)
    return host_keys.decide(name, host_keys.keys(known), scanned, params["fingerprint"], params["accept_new"]), name, scanned


def record(path, lines):
    """Add lines to a file of known hosts, which ends in a whole line afterwards whoever wrote it before."""
    with open(path, "a+b") as stream:
        end = stream.seek(0, os.SEEK_END)
        stream.seek(max(end - 1, 0))
        gap = b"" if stream.read(1) in (b"", b"\n") else b"\n"
        stream.write(gap + "".join(line + "\n" for line in lines).encode("utf-8"))


def main():
    """Run the module."""
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)

    def work():
        params = module.params
        accept(params)
        runner = Runner(find_account())
        verdict, name, scanned = compare(params, runner)
        fingerprints = host_keys.shown(scanned)
        if verdict.word == "refuse":
            raise LabError(verdict.reason, fingerprints=fingerprints)
        if verdict.word == "add" and not module.check_mode:
            folder = os.path.dirname(params["known_hosts"])
            os.makedirs(folder, mode=0o700, exist_ok=True)
            with Lock(params["known_hosts"] + ".lock", "recording %s" % name, LOCK_LIMIT, "Another process is writing to %s" % params["known_hosts"]):
                record(params["known_hosts"], verdict.lines)
        return {"changed": verdict.word == "add", "name": name, "fingerprints": fingerprints, "recorded": verdict.lines}

    finish(module, work)


if __name__ == "__main__":
    main()
