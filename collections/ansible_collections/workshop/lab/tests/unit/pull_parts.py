"""What the tests of pull mode share: a class's repository with real git and real keys, and a program in ansible-playbook's place."""

import os
import pathlib
import subprocess
import sys

ANSIBLE = """#!/bin/sh
# Plays ansible-playbook: what it is called with is kept; a playbook with the word BROKEN has a mistake, one with FAILS does not go through.
echo "$*" >> "$(dirname "$0")/calls"
for word; do case "$word" in *.yml) last=$word;; esac; done
case "$*" in *--syntax-check*) if grep -q BROKEN "$last"; then echo "[ERROR]: no YAML" >&2; exit 4; fi; exit 0;; esac
if grep -q FAILS "$last"; then echo "fatal: [seat07]: FAILED! => no kubectl"; echo "seat07 : ok=3 changed=1 unreachable=0 failed=1"; exit 2; fi
echo "seat07                     : ok=12   changed=2    unreachable=0    failed=0    skipped=0"
"""


class Class:
    """A teacher's working copy in ``folder``/work, keys "teacher" and "stranger" beside it, and the settings of a seat that pulls from it."""

    def __init__(self, folder):
        self.folder, self.work = pathlib.Path(str(folder)), pathlib.Path(str(folder)) / "work"
        for name in ("teacher", "stranger"):
            self.call("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(self.folder / name))
        self.signers = self.folder / "signers"
        self.signers.write_text('class namespaces="git" ' + (self.folder / "teacher.pub").read_text())
        self.work.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")
        ansible = self.folder / "ansible-playbook"
        ansible.write_text(ANSIBLE)
        ansible.chmod(0o755)
        python = self.folder / "python3"
        python.write_text('#!/bin/sh\nexec %s "$@"\n' % sys.executable)
        python.chmod(0o755)
        (self.folder / "variables.json").write_text("{}\n")
        (self.folder / "seat").mkdir()
        self.settings = {"name": "seat07", "url": str(self.work), "version": "main", "verify": True, "signers": str(self.signers), "playbook": "site.yml",
                         "inventory": "", "tags": ["k8suser"], "variables": str(self.folder / "variables.json"), "report_url": "", "timeout": 60,
                         "ansible": str(ansible), "folder": str(self.folder / "seat"), "environment": {}}

    def call(self, *argv):
        """Run a program in the working copy; return what it said."""
        environment = dict(os.environ, GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1")
        place = self.work if self.work.is_dir() else self.folder
        done = subprocess.run(argv, cwd=str(place), env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True, check=False)
        assert done.returncode == 0, done.stdout
        return done.stdout.strip()

    def git(self, *words):
        """Run git in the working copy; return what it said."""
        return self.call("git", "-c", "user.name=teacher", "-c", "user.email=t@example.org", "-c", "gpg.format=ssh", *words)

    def commit(self, text="- hosts: seats\n", key="teacher"):
        """Commit a site.yml of this text, signed by a key or by none; return the commit's name."""
        (self.work / "site.yml").write_text(text)
        self.git("add", "--all")
        sign = ["-c", "user.signingkey=%s" % (self.folder / key)] if key else []
        self.git(*(sign + ["commit", "--quiet", "--allow-empty", "--message", "Of %s" % key, "--gpg-sign" if key else "--no-gpg-sign"]))
        return self.git("rev-parse", "HEAD")

    def damage(self, how):
        """Do to the seat's copy of the repository what a power cut may leave of it."""
        copy = self.folder / "seat" / "repository.git"
        if how == "lock":
            (copy / "refs" / "heads" / "main.lock").write_text("")
        elif how == "half made":
            (copy / "HEAD").unlink()
        else:
            for path in list((copy / "objects").glob("*/*")):
                path.chmod(0o644)
                path.write_text("")

    def calls(self):
        """Return how often the playbook was looked at and run: (looks, runs)."""
        path = self.folder / "calls"
        lines = path.read_text().splitlines() if path.exists() else []
        looks = [line for line in lines if "--syntax-check" in line]
        return len(looks), len(lines) - len(looks)
