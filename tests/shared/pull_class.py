"""For molecule/pull: the teacher's repository, and the seats as they are seen from outside; nothing here asks Ansible anything."""

import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = pathlib.Path(os.environ.get("MOLECULE_EPHEMERAL_DIRECTORY", "."))
SEATS = [f"lab-pull-{number}" for number in range(1, 5)]
ORIGIN = "lab-pull-origin"
STATE = "/var/lib/workshop-lab/pull"
# What a commit could change: programs, accounts, the checkout that runs, and the mark that each bad commit would leave.
LOOK = ("sha256sum /usr/local/bin/kubectl /usr/local/bin/minikube /etc/passwd /etc/group /etc/shadow; stat -c '%n %i %Y' /usr/local/bin/* /home/*; "
        f"readlink {STATE}/current; find {STATE}/releases /var/tmp -maxdepth 1 -path '*/releases/*' -o -name 'pulled-*' | sort")


def shell(name, command, rc=0):
    """Run a command in a machine; return what it said, both ways."""
    done = subprocess.run(["podman", "exec", name, "sh", "-c", command], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600, check=False)
    assert rc is None or done.returncode == rc, f"{name}: {command} -> {done.returncode}\n{done.stdout}"
    return done.stdout


def everywhere(work):
    """Return [work(name of a seat)] of all seats, at once."""
    with concurrent.futures.ThreadPoolExecutor(len(SEATS)) as pool:
        return list(pool.map(work, SEATS))


def pull(name):
    """Let a seat pull by its unit; return its result, which says of this run."""
    shell(name, f"rm -f {STATE}/result.json; systemctl start workshop-pull.service", rc=None)
    return json.loads(shell(name, f"cat {STATE}/result.json || journalctl -u workshop-pull --no-pager -n 40 >&2"))


def looks():
    """Return what each seat is, for comparisons."""
    return everywhere(lambda name: shell(name, LOOK, rc=None))


class Teacher:
    """A working copy of this checkout as the class's repository, pushed to the origin by SSH as Ansible's account."""

    def __init__(self, at):
        self.folder = FOLDER / "repository"
        self.environment = dict(os.environ, GIT_CONFIG_GLOBAL="/dev/null", GIT_SSH_COMMAND=(
            f"ssh -F none -p {at['ansible_port']} -i {at['ansible_ssh_private_key_file']} {at['ansible_ssh_extra_args']}"))
        self.remote = f"ssh://{at['ansible_user']}@{at['ansible_host']}/srv/workshop-origin/workshop.git"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        files = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
        for name in filter(None, files.decode().split("\0")):
            if (ROOT / name).is_file():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.folder / name)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *words):
        """Run git in the working copy; return what it said."""
        done = subprocess.run(["git", "-c", "user.name=teacher", "-c", "user.email=teacher@example.org", "-c", "gpg.format=ssh", *words], cwd=self.folder,
                              env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)
        assert done.returncode == 0, f"git {' '.join(words)}: {done.stdout}"
        return done.stdout.strip()

    def commit(self, message, key="teacher"):
        """Commit everything, signed by a key, or by none; return the commit's name."""
        self.git("add", "--all")
        sign = ["-c", f"user.signingkey={FOLDER / key}"] if key else []
        self.git(*sign, "commit", "--quiet", "--allow-empty", "--message", message, "--gpg-sign" if key else "--no-gpg-sign")
        return self.git("rev-parse", "HEAD")

    def push(self):
        """Make it what the class has."""
        self.git("push", "--quiet", "--force", self.remote, "HEAD:refs/heads/main")

    def mark(self, name, broken=False):
        """Let site.yml begin with a file on the seat and a check in its report, which tell that it was run; broken: and have a mistake at its end."""
        play = f"""---
- name: Leave a mark
  hosts: seats
  gather_facts: false
  tags: [always]
  tasks:
    - name: Leave it
      ansible.builtin.copy: {{content: "", dest: /var/tmp/pulled-{name}, mode: "0600"}}
    - name: Tell of it
      ansible.builtin.set_fact: {{verify_checks: [{{id: our.{name}, title: The mark is there, ok: true}}]}}
"""
        site = self.folder / "site.yml"
        site.write_text(site.read_text().replace("---\n", play, 1) + ("- hosts: [seats\n" if broken else ""))
