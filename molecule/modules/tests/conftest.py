"""How the tests call the collection's modules on a seat: as a user does, through Ansible."""

import json
import shlex

import pytest

STUDENT = "k8suser"


class Seat:
    """One seat: its modules, and its shells to make and to see bad states."""

    def __init__(self, host):
        self.host = host

    def call(self, name, check=False, diff=False, **arguments):
        """Run workshop.lab.NAME as root and return its result, whether it failed or not."""
        try:
            return self.host.ansible("workshop.lab." + name, json.dumps(arguments), check=check, diff=diff, become=True)
        except self.host.ansible.AnsibleException as error:
            return error.result

    def module(self, name, check=False, diff=False, **arguments):
        """Run a module that must not fail. Only a failure has a msg: ansible-core 2.19 leaves the key failed out of what testinfra reads."""
        result = self.call(name, check=check, diff=diff, **arguments)
        assert "msg" not in result and not result.get("failed"), "%s failed: %s" % (name, result)
        return result

    def refusal(self, name, check=False, **arguments):
        """Run a module that must fail; return its result."""
        result = self.call(name, check=check, **arguments)
        assert "msg" in result, "%s did not fail: %s" % (name, result)
        return result

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


def pytest_collection_modifyitems(items):
    """Keep the tests of one seat together and in order; those of the other seat may run beside them."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(item.module.testinfra_hosts[0]))


@pytest.fixture(scope="module")
def seat(host):
    """The seat of the test file's testinfra_hosts."""
    return Seat(host)
