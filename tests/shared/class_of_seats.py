"""Runs of site.yml over a scenario's seats as their teacher makes them, what report.json has of each, and what a student keeps on one."""

import contextlib
import json
import os
import pathlib
import shlex
import shutil
import signal
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = "/home/k8suser/work/deployment.yaml"


class Class:
    """The seats of an inventory. ``tags``: of site.yml; ``limit``: seconds that a run may take."""

    def __init__(self, inventory, folder, tags, limit=600):
        self.inventory, self.report, self.tags, self.limit = inventory, folder / "report", tags, limit
        self.environment = dict(os.environ, ANSIBLE_CONFIG=str(ROOT / "ansible.cfg"), ANSIBLE_NOCOLOR="1", WORKSHOP_RECORD=str(folder / "record.json"))
        self.environment.pop("ANSIBLE_FORCE_COLOR", None)

    def start(self, only=(), **more):
        """Begin a run in a process group of its own, of some seats alone where ``only`` names them; its output is a pipe."""
        command = [shutil.which("ansible-playbook"), "--inventory", self.inventory, "--tags", self.tags, "site.yml", "-e", f"report_dir={self.report}"]
        command += ["--limit", ",".join(only)] if only else []
        return subprocess.Popen(command, cwd=ROOT, env=dict(self.environment, **more), text=True, errors="replace", stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)

    def end(self, process):
        """Wait for a run's end; return (exit code, output, {seat: its entry in report.json})."""
        output = process.communicate(timeout=self.limit)[0]
        return process.returncode, output, self.found()

    def found(self):
        """Return {seat: its entry in report.json} of the last run."""
        return {seat["name"]: seat for seat in json.loads((self.report / "report.json").read_text())["seats"]}

    def run(self, only=()):
        """Run to the end."""
        return self.end(self.start(only))

    def finished(self, host, *names):
        """Finish the seats and leave a file of the student's on each; return {name: testinfra's host}, as root."""
        code, said, _seats = self.run(names)
        assert code == 0, said
        seats = {name: host.get_host(f"ansible://{name}", ansible_inventory=self.inventory, sudo=True) for name in names}
        for one in seats.values():
            leave_work(one)
        return seats


def kill(process):
    """End a run as a power cut of the control node does: SIGKILL to ansible-playbook, its workers and their ssh.

    A worker has a session of its own (ansible-core 2.19 and later) and would go on with its task for a while. Each process is stopped before its children
    are looked for, so that it makes no more. Not killed: SSH's master, which is nobody's child and keeps the connection open (ControlPersist), and what the
    run has begun on a seat, which goes on there.
    """
    family = [process.pid]
    for one in family:  # which grows
        with contextlib.suppress(ProcessLookupError):
            os.kill(one, signal.SIGSTOP)
        found = subprocess.run(["pgrep", "--parent", str(one)], check=False, stdout=subprocess.PIPE, text=True)
        family += map(int, found.stdout.split())
    for one in family:
        with contextlib.suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)
    process.stdout.close()
    assert process.wait(timeout=60) == -signal.SIGKILL


def root(host, script):
    """Run a script as root; it must succeed. Return what it said."""
    done = host.run("bash -c %s", "export LC_ALL=C\n" + script)
    assert done.rc == 0, (script, done.stdout, done.stderr)
    return done.stdout.strip()


def leave_work(host):
    """Give the student a file."""
    root(host, f"runuser -u k8suser -- sh -c 'mkdir -p ~k8suser/work; echo mine > {WORK}'; chmod 600 {WORK}")


def work(host):
    """Return what the student's file is: bytes, owner, mode, inode."""
    return root(host, f"sha256sum {WORK}; stat -c '%U %a %i %Y' {WORK}")


def wrong(seat):
    """Return {id: check} of what report.json has as not true of a seat."""
    return {check["id"]: check for group in seat["groups"] for check in group["checks"] if check["ok"] is False}


def entry(seat):
    """Return all that report.json says in words about a seat."""
    return " ".join([seat["reason"], seat["next_step"], *(seat["failure"] or {}).values(), *seat["mended"]])


def student(host, command):
    """Run a command in the student's login shell; it must succeed."""
    return root(host, "runuser --login k8suser --command " + shlex.quote(command))
