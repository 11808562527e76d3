"""What the scenarios' tests share."""

import collections
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess

import pytest

STUDENT = "k8suser"
BRIEF = 6


class Seat:
    """One seat: the collection's modules, called as a user does, through Ansible; and its shells, to make and to see bad states."""

    def __init__(self, host):
        self.host = host

    def call(self, name, check=False, diff=False, **arguments):
        """Run workshop.lab.NAME as root and return its result, whether it failed or not."""
        try:
            return self.host.ansible("workshop.lab." + name, json.dumps(arguments) if arguments else None, check=check, diff=diff, become=True)
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


def pytest_collection_modifyitems(config, items):
    """With LAB_BRIEF keep the first BRIEF tests of each file that are not marked long: does a module come across with this Ansible, are its arguments read,
    its results returned? What it then does on the seat is the same code whichever Ansible sent it. Without LAB_SOAK leave out those that are marked soak.
    """
    kept, count = [], collections.Counter()
    for item in items:
        brief = not item.get_closest_marker("long") and count[item.path] < BRIEF or not os.environ.get("LAB_BRIEF")
        if brief and (os.environ.get("LAB_SOAK") or not item.get_closest_marker("soak")):
            count[item.path] += 1
            kept.append(item)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


@pytest.fixture
def student(host):
    """Run a command in a login shell of k8suser, as after `su - k8suser`; print the cluster's state when it fails."""

    def run(command):
        done = host.run("runuser --login k8suser --command %s", command)
        if done.rc != 0:
            print(host.run("runuser --login k8suser --command 'kubectl get nodes,all,events --all-namespaces -o wide'").stdout)
            print(host.run("journalctl --unit kubelet --lines 30 --no-pager").stdout)
        assert done.rc == 0, done
        return done.stdout

    return run


@pytest.fixture
def mirror_checksum():
    """Return the checksum that the mirror's own list has for a file, given by the end of its path."""

    def find(path):
        cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
        sums = pathlib.Path(os.environ.get("LAB_CACHE") or pathlib.Path(cache) / "workshop-lab", "mirror", "SHA256SUMS")
        return next(line.split()[0] for line in sums.read_text().splitlines() if line.endswith(path))

    return find


@pytest.fixture
def tab(host):
    """Return what bash offers in a login shell when Tab is pressed after some words: the completion is loaded on that very Tab."""

    def press(typed):
        program = typed.split()[0]
        script = r"""
. /usr/share/bash-completion/bash_completion
program=$1 COMP_LINE=$2 COMP_POINT=${#2} COMP_WORDS=($2) COMP_CWORD=$(( $(wc -w <<< "$2") - 1 ))
complete -p "$program" 2>/dev/null && { echo "loaded before it was needed" >&2; exit 1; }
_completion_loader "$program"
function=$(complete -p "$program" | sed "s/.*-F \([^ ]*\).*/\1/")
$function "$program" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
printf "%s\n" "${COMPREPLY[@]}"
"""
        done = host.run("runuser -u ansible -- bash -c %s bash %s %s", script, program, typed)
        assert done.rc == 0, done
        return done.stdout

    return press


@pytest.fixture
def installed(host):
    """Assert that a program is root's and whole: everybody may run it, nobody but root may replace it, nothing half loaded lies beside it."""

    def look(path):
        program = host.file(path)
        assert program.is_file
        assert (program.user, program.group, program.mode) == ("root", "root", 0o755)
        assert not host.file("{0}/.{2}.part".format(*path.rpartition("/"))).exists
        return program

    return look


@pytest.fixture
def gone(host):
    """Assert that nothing of a program is left, and that what others may use is."""

    def look(name):
        assert not host.file(f"/usr/local/bin/{name}").exists
        assert not host.file(f"/usr/local/bin/.{name}.part").exists
        assert host.run("bash -lc 'command -v %s'" % name).rc != 0
        assert not host.file(f"/usr/local/share/bash-completion/completions/{name}").exists

    return look


def top(lines):
    """Return the lines of a snapshot, sorted, without files whose folder is among them."""
    lines = list(lines)
    paths = {one.split()[1] for one in lines if one.startswith("file ")}
    return sorted(one for one in lines if not (one.startswith("file ") and os.path.dirname(one.split()[1]) in paths))


@pytest.fixture
def as_before(host):
    """Assert that the machine is what molecule/shared/remember.yml found at the beginning, by the same script: files, packages, accounts, units.

    The function takes a pattern: what fits it may be new or other than before, as a role's README says. Nothing may be missing.
    """

    def look(stays=r"(?!)"):
        name, script = host.backend.get_hostname(), pathlib.Path(__file__).with_name("shared") / "snapshot.py"
        before = pathlib.Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"], f"{name}.snapshot").read_text().splitlines()
        assert len(before) > 5000, "the list is too short to be a machine's"
        done = host.run("python3 -c %s", script.read_text())
        assert done.rc == 0, done.stderr
        after = done.stdout.splitlines()
        gone, new = set(before) - set(after), set(after) - set(before)
        told = {one for one in new if re.search(stays, one)}
        paths = {one.split()[1] for one in told}
        gone, new = top(one for one in gone if one.split()[1] not in paths), top(new - told)
        assert not gone and not new, "\n".join([f"- {one}" for one in gone[:50]] + [f"+ {one}" for one in new[:50]])

    return look


@pytest.fixture(scope="module")
def seat(host):
    """The seat of the test file's testinfra_hosts."""
    return Seat(host)


@pytest.fixture(scope="module")
def play(host, request):
    """Run a playbook of the checkout on the scenario's seat, as a teacher does: play("playbooks/grade.yml", "--check", exercise="2.03")."""
    root, name = pathlib.Path(__file__).resolve().parents[1], host.backend.host
    inventory = request.config.getoption("--ansible-inventory")

    def run(playbook, *options, **variables):
        command = [shutil.which("ansible-playbook"), "--inventory", inventory, "--limit", name, playbook, "--extra-vars", json.dumps(variables), *options]
        environment = dict(os.environ, ANSIBLE_CONFIG=str(root / "ansible.cfg"), ANSIBLE_NOCOLOR="1")
        return subprocess.run(command, cwd=root, env=environment, text=True, errors="replace", timeout=600, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)

    return run
