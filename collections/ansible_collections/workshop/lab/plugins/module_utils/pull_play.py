"""The playbook of a seat in pull mode: looked at, and run, on the seat itself."""

import os
import re
import shutil

from ansible_collections.workshop.lab.plugins.module_utils.json_file import read_json, write_json

SYNTAX_LIMIT = 300  # seconds
CUT = 600  # characters of a reason
# Run by the Python of Ansible's environment, which has PyYAML. A syntax check reads only what is imported: a task file that is included, a role's variables
# and handlers are read when the play comes to them, with half of it done. What is in templates and files need not be YAML.
READ = """
import os, sys, yaml
loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
for top in sys.argv[1:]:
    for folder, names, files in os.walk(top):
        names[:] = sorted(set(names) - {"files", "templates"})
        for path in [os.path.join(folder, name) for name in sorted(files) if name.endswith((".yml", ".yaml"))]:
            if os.path.isfile(path):
                try:
                    with open(path, "rb") as stream:
                        for event in yaml.parse(stream, Loader=loader):
                            pass
                except yaml.YAMLError as error:
                    print("%s: %s" % (path, error))
                    sys.exit(3)
"""


def said(done):
    """Return what ansible-playbook said of its end: from its first error on, on one line."""
    lines = [line.strip() for line in (done.err + "\n" + done.out).splitlines() if line.strip()]
    first = next((number for number, line in enumerate(lines) if re.match(r"(\[?ERROR\b|fatal: |error: )", line)), max(len(lines) - 4, 0))
    return " ".join(" ".join(lines[first:]).split())[:CUT] or "no message"


class Play:
    """``settings``: of pull_seat.py. ``release``: the folder of the checkout. ``runner``: module_utils/runner.Runner."""

    def __init__(self, settings, release, runner):
        self.settings, self.release, self.runner = settings, release, runner
        self.reports = os.path.join(settings["folder"], "report")

    def broken(self):
        """Return why the playbook cannot be run as it stands; "" where it can."""
        done = self.runner.run(self._command() + ["--syntax-check"], limit=SYNTAX_LIMIT, environment=self._environment())
        if done.rc != 0:
            return said(done) if done.rc is not None else "the look at its syntax did not end within %d s" % SYNTAX_LIMIT
        python = os.path.join(os.path.dirname(self.settings["ansible"]), "python3")
        done = self.runner.run([python, "-I", "-c", READ] + [os.path.join(self.release, name) for name in ("roles", "playbooks")], limit=SYNTAX_LIMIT)
        return " ".join(done.out.replace(self.release + os.sep, "").split())[:CUT] if done.rc == 3 else ""

    def run(self, tell):
        """Run it; return (reason why it failed or "", changed tasks or None, the seat on the report it has written or None)."""
        shutil.rmtree(self.reports, ignore_errors=True)  # that of another run would tell of that one
        done = self.runner.run(self._command(), limit=self.settings["timeout"], watch=tell, environment=self._environment())
        recap = re.findall(r"(?m)^%s\s+: ok=\d+\s+changed=(\d+)\s+unreachable=\d+\s+failed=\d+" % re.escape(self.settings["name"]), done.out)
        seat = self._seat()
        if done.rc == 0:
            return "", int(recap[-1]) if recap else None, seat
        failure = (seat or {}).get("failure")
        reason = "it did not end within %d s and was stopped" % self.settings["timeout"] if done.rc is None else said(done)
        if done.rc is not None and isinstance(failure, dict):
            reason = ("%s: %s" % (failure.get("task"), failure.get("message")))[:CUT]
        return reason, int(recap[-1]) if recap else None, seat

    def _seat(self):
        report = read_json(os.path.join(self.reports, "report.json"), {})
        return next((seat for seat in report.get("seats", []) if seat.get("name") == self.settings["name"]), None)

    def _command(self):
        """Return the command line, for a dry look and for the run alike."""
        settings = self.settings
        inventory = os.path.join(settings["folder"], "inventory.json")
        if settings["inventory"]:
            inventory = os.path.join(self.release, settings["inventory"])
        else:
            write_json(inventory, {"seats": {"hosts": {settings["name"]: {"ansible_connection": "local"}}}}, 0o600)
        variables = os.path.join(settings["folder"], "report.vars.json")
        write_json(variables, {"report_dir": self.reports, "report_seats": [settings["name"]], "report_keep_earlier": False}, 0o600)
        command = [settings["ansible"], "--connection", "local", "--inventory", inventory, "--limit", settings["name"]]
        command += ["--extra-vars", "@" + settings["variables"], "--extra-vars", "@" + variables]
        if settings["tags"]:
            command += ["--tags", ",".join(settings["tags"])]
        return command + [os.path.join(self.release, settings["playbook"])]

    def _environment(self):
        folder = self.settings["folder"]
        return {"ANSIBLE_CONFIG": os.path.join(self.release, "ansible.cfg"), "ANSIBLE_HOME": os.path.join(folder, "ansible"), "ANSIBLE_NOCOLOR": "1",
                "WORKSHOP_RECORD": os.path.join(folder, "record.json"), "LC_ALL": "C.UTF-8"}
