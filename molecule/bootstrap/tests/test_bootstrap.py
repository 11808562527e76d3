"""The machine as its teacher meets it after playbooks/bootstrap.yml."""

import os
import pathlib
import re
import subprocess

import pytest

FOLDER = pathlib.Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"])
RULE = "/etc/sudoers.d/workshop-bootstrap"


def log_in(seat, known_hosts, *command):
    """Run a command by SSH with the teacher's key alone and a file of known hosts; an unknown machine is refused."""
    at = seat.host.ansible.get_variables()
    return subprocess.run(["ssh", "-F", "none", "-i", str(FOLDER / "teacher"), "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o",
                           "StrictHostKeyChecking=yes", "-o", f"UserKnownHostsFile={known_hosts}", "-p", str(at["ansible_port"]),
                           f"{at['ansible_user']}@{at['ansible_host']}", *command], text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=60, check=False)


@pytest.fixture
def bootstrap(play):
    """Run the playbook once more; return (exit code, what it printed)."""
    def run(**variables):
        done = play("playbooks/bootstrap.yml", **variables)
        return done.returncode, re.sub(r"\s+", " ", done.stdout)

    return run


def test_the_teacher_logs_in(seat):
    """With the recorded host key, and is root without a password; with an empty file SSH refuses the machine."""
    done = log_in(seat, FOLDER / "recorded_hosts", "sudo", "-n", "id", "-u")
    assert (done.returncode, done.stdout.strip()) == (0, "0"), done.stdout
    assert "Host key verification failed" in log_in(seat, "/dev/null", "true").stdout


def test_python_is_there(host):
    """Ansible's modules run."""
    assert host.ansible("ansible.builtin.ping", check=False)["ping"] == "pong"


def test_the_rule_is_one_of_sudo(seat):
    """Root's, and visudo accepts all of them together."""
    rule = seat.host.file(RULE)
    assert (rule.user, rule.group, rule.mode) == ("root", "root", 0o440)
    seat.shell("/usr/sbin/visudo -c")


def test_another_key_is_refused(bootstrap):
    """A machine that was installed anew, or something else in its place: nothing is sent there, whatever was asked for."""
    file = FOLDER / "changed_hosts"
    lines = (FOLDER / "recorded_hosts").read_text().splitlines()
    file.write_text("".join(re.sub(r"AAAA\S+", "AAAAC3NzaC1lZDI1NTE5AAAAIB8eHRwbGhkYFxYVFBMSERAPDg0MCwoJCAcGBQQDAgEA", line) + "\n" for line in lines))
    code, said = bootstrap(bootstrap_known_hosts=str(file))
    assert code != 0 and "shows another host key than the known one" in said and "ssh-keygen -R" in said, said
    assert "Look for Python" not in said


def test_an_unknown_machine_needs_a_word(seat, bootstrap):
    """Its fingerprint, read at the console, or an explicit wish."""
    code, said = bootstrap(bootstrap_known_hosts=str(FOLDER / "none"), bootstrap_accept_new_host_keys=False)
    assert code != 0 and "which nobody has confirmed" in said, said
    shown = seat.shell("ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub").split()[1]
    code, said = bootstrap(bootstrap_known_hosts=str(FOLDER / "by_fingerprint"), bootstrap_accept_new_host_keys=False, bootstrap_host_key=shown)
    assert code == 0, said
    assert len((FOLDER / "by_fingerprint").read_text().splitlines()) == 1


@pytest.mark.parametrize("name, value, words", [
    ("bootstrap_host_key", "SHA256:short", "ssh-keygen -lf"),
    ("bootstrap_public_key_file", "/etc/hostname", "OpenSSH"),
])
def test_wrong_values_are_refused(bootstrap, name, value, words):
    """Before the machine is asked anything."""
    code, said = bootstrap(**{name: value})
    assert code != 0 and words in said and "Compare its host key" not in said, said
