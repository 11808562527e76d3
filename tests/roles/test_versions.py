"""A program that is not the version it was asked to be is noticed, on every run, also when its checksum is the given one."""

import grp
import hashlib
import json
import os
import pwd
import sys

import pytest
from playbook import play

PLAYBOOK = """
- name: Install what is in place already
  hosts: all
  gather_facts: false
  tasks:
    - name: Install the program of the case
      ansible.builtin.include_role:
        name: "{{ inventory_hostname.split('-')[0] }}"
"""
CASES = {
    "kubectl-right": ('echo \'{"clientVersion": {"gitVersion": "v1.16.2"}}\'', ""),
    "kubectl-other": (
        'echo \'{"clientVersion": {"gitVersion": "v1.16.20"}}\'',
        'should be kubectl v1.16.2, but \'version --client\' answered "gitVersion": "v1.16.20"',
    ),
    "minikube-right": ("echo 'minikube version: v1.5.2'; echo 'commit: 0'; : > \"$MINIKUBE_HOME/made\"", ""),
    "minikube-broken": ("echo 'no such processor' >&2; exit 3", "answered no such processor (exit status 3)"),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run the roles on programs that are in place, with their own checksums."""
    base = tmp_path_factory.mktemp("versions")
    hosts = {}
    for case, (script, _) in CASES.items():
        role = case.split("-")[0]
        program = base / case / role
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)
        hosts[case] = {
            f"{role}_path": str(program),
            f"{role}_checksum": hashlib.sha256(program.read_bytes()).hexdigest(),
            f"{role}_completion": False,
        }
    playbook = base / "versions.yml"
    playbook.write_text(PLAYBOOK, encoding="utf-8")
    common = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    # The completion of this machine, if it has one, is none of the test's business; nor must the tests be run as root.
    extra = {
        "_artifact_completion_file": f"{base}/none",
        "_artifact_owner": pwd.getpwuid(os.getuid()).pw_name,
        "_artifact_group": grp.getgrgid(os.getgid()).gr_name,
    }
    return play(base, playbook, {"all": {"vars": common, "hosts": hosts}}, "--extra-vars", json.dumps(extra))


@pytest.mark.parametrize("case", CASES)
def test_version(run, case):
    """The right version passes without a change; another is named, with what was expected and what to do."""
    words = CASES[case][1]
    if words:
        message = run.failure(case)
        assert words in message
        assert f"set {case.split('-')[0]}_checksum" in message
    else:
        assert not run.of(case, "failed"), run.output[-4000:]
        assert run.changed(case) == []
