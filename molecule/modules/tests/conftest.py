"""How the tests call the collection's modules on a seat: as a user does, through Ansible."""

import json
import shlex

import pytest

STUDENT = "k8suser"


class Seat:
    """One seat: its modules, and its shells to make and to see bad states."""

    def __init__(self, host):
        self.host = host

    def module(self, name, check=False, diff=False, **arguments):
        """Run workshop.lab.NAME as root and return its result; AnsibleException when it fails."""
        return self.host.ansible("workshop.lab." + name, json.dumps(arguments), check=check, diff=diff, become=True)

    def refusal(self, name, check=False, **arguments):
        """Return the result of a module that must fail."""
        try:
            result = self.module(name, check=check, **arguments)
        except self.host.ansible.AnsibleException as error:
            return error.result
        raise AssertionError("%s did not fail: %s" % (name, result))

    def shell(self, command, user="root", rc=0):
        """Run a command in a user's login shell; fail, with all that was said, unless it ends with rc (None: any)."""
        done = self.host.run("runuser -l %s -c %s" % (user, shlex.quote("export LC_ALL=C; " + command)))
        assert rc is None or done.rc == rc, "%s -> %s, not %s\nstdout: %s\nstderr: %s" % (command, done.rc, rc, done.stdout, done.stderr)
        return done.stdout

    def student(self, command, rc=0):
        """Run a command in the student's login shell."""
        return self.shell(command, user=STUDENT, rc=rc)

    def until(self, condition, seconds=120, user="root"):
        """Wait on the seat until a shell condition holds."""
        self.shell("timeout %d bash -c %s" % (seconds, shlex.quote("until %s >/dev/null 2>&1; do sleep 0.2; done" % condition)), user=user)


@pytest.fixture(scope="module")
def seat(host):
    """The seat of the test file's testinfra_hosts."""
    return Seat(host)
