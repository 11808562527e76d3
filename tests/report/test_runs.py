"""Real runs of ansible-playbook over seats that are this machine: what the record, the report and the terminal make of them."""

import json
import os
import re
import select
import signal
import subprocess
import sys

import pytest
from demo import GONE

SECRET = "correct horse battery staple"
CLASS = """
- name: Prepare the seats
  hosts: seats
  gather_facts: false
  tasks:
    - name: Look
      ansible.builtin.command: "true"
      changed_when: false
    - name: Break
      ansible.builtin.fail: {msg: "the fan <b>stopped</b>"}
      when: broken | default(false)
    - name: Try
      block:
        - name: Break for a moment
          ansible.builtin.fail: {msg: for a moment}
          when: moment | default(false)
      rescue:
        - name: Mend
          ansible.builtin.command: "true"
          changed_when: false
    - name: Say
      ansible.builtin.debug: {msg: "hello from {{ inventory_hostname }}"}
      when: speaks | default(false)
- name: Check the seats
  hosts: seats
  gather_facts: false
  tasks:
    - name: Keep the checks
      ansible.builtin.set_fact:
        verify_checks:
          - {id: "2.01.node", title: "<img src=x onerror=alert(1)>", ok: "{{ good | default(true) }}", expected: Ready, actual: "{{ '{{' }} 7*7 }}",
             figure: "2.4", hint: start it, seconds: 0.5}
- import_playbook: REPORT
"""
OWN = "{{ [dict(id='2.03.own', title='Own ' ~ inventory_hostname, ok=true)] }}"
SEATS = {"seat1": {"speaks": True, "workshop_grade_checks": OWN}, "seat2": {"broken": True}, "seat3": {"good": False}, "seat4": GONE,
         "seat10": {"moment": True}}
STATES = {"seat1": "ready", "seat2": "failed", "seat3": "not_ready", "seat4": "unreachable", "seat10": "ready"}
RECAP = r"(?m)^{}\s+: ok=\d+\s+changed=0\s+unreachable={}\s+failed={}\s"


HANGING = """
- name: Prepare the seats
  hosts: seats
  gather_facts: false
  strategy: free
  tasks:
    - name: Install
      ansible.builtin.command: sleep {{ seconds }}
      changed_when: false
- import_playbook: REPORT
"""


def test_a_step_that_hangs(fleet):
    """The project's ansible.cfg sets an end to every step: the run ends, the other seat is ready, the page says what hung and what to do."""
    text = fleet.run(HANGING, {"seat1": {"seconds": 0}, "seat2": {"seconds": 60}}, code=2, ANSIBLE_TASK_TIMEOUT="10")
    assert fleet.states()["seat2"] == "failed", text
    failure = next(seat["failure"] for seat in fleet.data()["seats"] if seat["name"] == "seat2")
    assert failure["task"] == "Install" and "not ended after 10 seconds" in failure["message"] and "ps -ef --forest" in failure["message"]
    assert re.search(RECAP.format("seat1", 0, 0), text), text


def test_class(fleet):
    """Every seat is on the report with its state; the log has a line a seat and phase, failures whole, debug's words, a line a seat, the recap."""
    text = fleet.run(CLASS, SEATS, code=fleet_code(SEATS))
    assert fleet.states() == STATES
    data = {seat["name"]: seat for seat in fleet.data()["seats"]}
    assert "fan <b>stopped</b>" in data["seat2"]["reason"] and data["seat2"]["failure"]["task"] == "Break"
    assert '"127.0.0.1"' in data["seat4"]["reason"]  # with "Connection refused", or "Broken pipe" where the module was being sent already
    assert [(phase["name"], phase["state"]) for phase in data["seat4"]["phases"]] == [("Prepare the seats", "unreachable")]
    assert [(phase["name"], phase["state"]) for phase in data["seat10"]["phases"]] == [("Prepare the seats", "ok"), ("Check the seats", "ok")]
    assert data["seat1"]["groups"][0]["checks"][0]["actual"] == "{{ 7*7 }}", "text was templated"
    assert data["seat1"]["groups"][1]["checks"][0]["title"] == "Own seat1", "a template of the inventory was not evaluated"
    page = (fleet.report / "index.html").read_text(encoding="utf-8")
    assert "<img" not in page and "&lt;img src=x" in page and "<b>stopped" not in page
    # the terminal
    for seat in SEATS:
        assert len(re.findall(rf"(?m)^\d\d:\d\d:\d\d {seat}\s+Prepare the seats  started$", text)) == 1, text
    assert re.search(r"(?m)^\d\d:\d\d:\d\d seat2 \s+Prepare the seats  failed  \d+ s$", text), text
    assert re.search(r"(?m)^\d\d:\d\d:\d\d seat10  Check the seats  started  \(Prepare the seats done, \d+ s\)$", text), text
    assert re.search(r"fatal: \[seat2\]: FAILED! => \n\s+changed: false\n\s+msg: the fan <b>stopped</b>", text), text
    assert "msg: hello from seat1" in text
    assert re.search(r"(?s)SEATS \*+\n⌁ seat4 .*\n✕ seat2 .*\n✓ seat1 .*\n✓ seat3 .*\n✓ seat10 .*\n\nPLAY RECAP", text), text
    for seat, gone, failed in (("seat1", 0, 0), ("seat2", 0, 1), ("seat4", 1, 0), ("seat10", 0, 0)):
        assert re.search(RECAP.format(seat, gone, failed), text), text
    assert f"Report: {fleet.report}/index.html (2 of 5 seats ready); the others again: --limit @{fleet.report}/not-ready.txt" in text
    assert (fleet.report / "not-ready.txt").read_text().split() == [seat["name"] for seat in fleet.data()["seats"] if seat["state"] != "ready"]
    assert "ok: [" not in re.sub(r"ok: \[seat1\] => \n\s+msg", "", text), "a line a task and seat was shown"
    assert json.loads(fleet.record.read_text())["seats"]["seat2"]["failure"]["message"] == "the fan <b>stopped</b>"
    assert not list(fleet.folder.glob("record.json.*")), "the running record was left behind"


def fleet_code(seats):
    """Return ansible-playbook's exit status: 4 with unreachable hosts, otherwise 2 for failed ones."""
    return 4 if any(seat is GONE for seat in seats.values()) else 2


@pytest.mark.parametrize("seats, states", [
    ({"seat1": {"broken": True}, "seat2": GONE}, {"seat1": "failed", "seat2": "unreachable"}),
    ({"seat1": GONE}, {"seat1": "unreachable"}),
])
def test_no_seat_left(fleet, seats, states):
    """Ansible ends the run before the report's play: the record's callback writes the same report, in the same folder."""
    text = fleet.run(CLASS, seats, code=fleet_code(seats))
    assert "PLAY [Write the report]" not in text, "the play was reached: this test tests nothing"
    assert fleet.states() == states
    assert text.rstrip().endswith(f"Report: {fleet.report}/index.html (0 of {len(seats)} seats ready); the others again: --limit @{fleet.report}/not-ready.txt")
    assert (fleet.report / "index.html").exists() and (fleet.report / "junit.xml").exists()


def test_no_seat_left_keeps_facts_and_tags(fleet):
    """Checks that a failing run still kept are on that report; --check and --skip-tags write none."""
    playbook = CLASS.replace("- import_playbook", """    - name: Fail by the checks
      ansible.builtin.fail: {msg: not yet}
- import_playbook""")
    for option in (["--check"], ["--skip-tags", "report"]):
        fleet.run(playbook, {"seat1": {}, "seat2": {"good": False}}, *option, code=2)
        assert not fleet.report.exists(), option
    fleet.run(playbook, {"seat1": {}, "seat2": {"good": False}}, code=2)
    assert fleet.states() == {"seat1": "failed", "seat2": "not_ready"}


def test_a_clock_that_is_years_off(fleet):
    """The seat whose clock is wrong is told, first of all; the others are not. A later question for other facts does not hide it."""
    folder = fleet.folder / "behind"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text("import time\nnow = time.time\ntime.time = lambda: now() - 20 * 365 * 86400\n")
    python = folder / "python"
    python.write_text(f"#!/bin/sh\nPYTHONPATH={folder} exec {sys.executable} \"$@\"\n")
    python.chmod(0o755)
    playbook = CLASS.replace("gather_facts: false\n  tasks:\n    - name: Look", """gather_facts: true
  gather_subset: [min]
  tasks:
    - name: Gather the processor
      ansible.builtin.setup: {gather_subset: ["!all", "!min", platform]}
    - name: Look""")
    fleet.run(playbook, {"seat1": {"ansible_python_interpreter": str(python)}, "seat2": {}})
    assert fleet.states() == {"seat1": "not_ready", "seat2": "ready"}
    (seat,) = [one for one in fleet.data()["seats"] if one["name"] == "seat1"]
    assert seat["reason"] == "1 check does not pass: The clock is right" and "timedatectl" in seat["next_step"]
    assert "days behind the control node's" in seat["groups"][0]["checks"][0]["actual"]


def test_a_run_that_is_killed(fleet):
    """The next page says at which task, of the seats that nothing else is known of since; what the run had left is gone."""
    seats = {"seat1": {}, "seat2": {}}
    fleet.run(CLASS, seats)
    here, hold = (fleet.folder / name for name in ("here", "hold"))
    ends = [os.mkfifo(path) or os.open(path, os.O_RDWR | os.O_NONBLOCK) for path in (here, hold)]
    playbook = CLASS.replace("    - name: Say\n", f"""    - name: Wait for a word
      ansible.builtin.command: {{argv: [sh, -c, echo > {here}; read word < {hold}]}}
      changed_when: false
    - name: Say
""")
    command, env = fleet.command(playbook, seats)
    with subprocess.Popen(command, cwd=fleet.folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True) as process:
        said = b""
        while said != b"\n\n":
            assert select.select([ends[0]], [], [], 60)[0], "the seats have not come there"
            said += os.read(ends[0], 2)
        os.killpg(process.pid, signal.SIGKILL)
    os.write(ends[1], b"go\ngo\n")  # what Ansible has started on the seats is in groups of its own
    assert fleet.states() == {"seat1": "ready", "seat2": "ready"} and len(list(fleet.folder.glob("record.json.*"))) == 1
    text = fleet.run(CLASS, seats, "--limit", "seat1")
    for end in ends:  # not before: a shell that has not opened it yet would wait for ever
        os.close(end)
    assert fleet.states() == {"seat1": "ready", "seat2": "failed"} and "1 of 2 seats ready" in text
    reason = fleet.data()["seats"][0]["reason"]
    assert re.fullmatch(r'The run of \d{4}-\d\d-\d\d \d\d:\d\d was interrupted at the task "Wait for a word"\.', reason), reason
    assert "Wait for a word" in (fleet.report / "index.html").read_text() and (fleet.report / "not-ready.txt").read_text() == "seat2\n"
    assert not list(fleet.folder.glob("record.json.*")), "what the killed run left stays"
    fleet.run("- import_playbook: REPORT\n", seats)
    assert fleet.data()["seats"][0]["reason"] == reason, "it was told once only"
    fleet.run(CLASS, seats)
    assert fleet.states() == {"seat1": "ready", "seat2": "ready"}


def test_no_log_stays_out(fleet):
    """Neither record nor report nor the seat's line tell what a task with no_log said."""
    playbook = f"""
- name: Prepare
  hosts: seats
  gather_facts: false
  tasks:
    - name: Read
      ansible.builtin.command: {{argv: [sh, -c, "echo {SECRET}; exit 1"]}}
      changed_when: false
      no_log: true
    - name: Read in a loop
      ansible.builtin.command: {{argv: [sh, -c, "echo {SECRET}; exit {{{{ item }}}}"]}}
      changed_when: false
      no_log: true
      loop: [0, 1]
- import_playbook: REPORT
"""
    text = fleet.run(playbook, {"seat1": {}, "seat2": {}}, code=2)
    assert fleet.states() == {"seat1": "failed", "seat2": "failed"}
    assert fleet.data()["seats"][0]["failure"]["message"] == "(hidden by no_log)"
    for kept in [text, fleet.record.read_text(), *(path.read_text() for path in fleet.report.iterdir())]:
        assert SECRET not in kept


def test_limit(fleet):
    """A run with --limit writes its seat anew and keeps the others as they were; it is not left out as a play for localhost would be."""
    seats = {"seat1": {"good": False}, "seat2": {"good": False}}
    fleet.run(CLASS, seats)
    assert fleet.states() == {"seat1": "not_ready", "seat2": "not_ready"}
    seats["seat1"] = {}
    fleet.run(CLASS, seats, "--limit", "seat1")
    assert fleet.states() == {"seat1": "ready", "seat2": "not_ready"}
    assert {seat["name"]: seat["earlier"] for seat in fleet.data()["seats"]} == {"seat1": False, "seat2": True}
    assert fleet.data()["run"]["limit"] == "seat1"
    fleet.run("- import_playbook: REPORT\n", seats)
    assert fleet.states() == {"seat1": "ready", "seat2": "not_ready"}, "playbooks/report.yml by itself lost the page"


def test_once_more_for_those_that_are_not_ready(fleet):
    """The list that a run leaves names just them; when the last of them is ready it names nobody, and not the whole class."""
    seats, again = {"seat1": {}, "seat2": {"good": False}, "seat3": GONE}, ["--limit", f"@{fleet.report}/not-ready.txt"]
    fleet.run(CLASS, seats, code=4)
    seats.update(seat2={}, seat3={})
    text = fleet.run(CLASS, seats, *again)
    assert fleet.states() == {"seat1": "ready", "seat2": "ready", "seat3": "ready"} and "hello from seat1" not in text
    assert {seat["name"]: seat["earlier"] for seat in fleet.data()["seats"]} == {"seat1": True, "seat2": False, "seat3": False}
    assert "no hosts to target" in fleet.run(CLASS, seats, *again, code=1)


@pytest.mark.parametrize("options", [[], ["-v"], ["--diff"]], ids=["one seat", "verbose", "diff"])
def test_default_where_it_is_no_fleet(fleet, options):
    """One seat, -v and --diff show exactly what ansible's own callback shows."""
    seats = {"seat1": {"good": False}, "seat2": {"moment": True}} if options else {"seat1": {"moment": True}}
    ours = fleet.run(CLASS, seats, *options)
    theirs = fleet.run(CLASS, seats, *options, ANSIBLE_STDOUT_CALLBACK="default")

    def steady(text):
        """Leave out what differs between two runs in any case."""
        text = re.sub(r"(delta|start|end|when|seconds): .*|\d+:\d\d:\d\d\.\d+|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+|\"(delta|start|end)\": \"[^\"]*\"", "X", text)
        text = re.sub(r"for seat2, seat1$", "for seat1, seat2", text, flags=re.M)  # which seat is first is chance
        return sorted(line.rstrip() for line in text.splitlines()) if len(seats) > 1 else text

    assert steady(ours) == steady(theirs)
    assert "TASK [Look]" in ours


def test_number_of_seats_is_an_option(fleet):
    """WORKSHOP_FLEET_FROM says from how many seats on a play is a fleet."""
    seats = {"seat1": {}, "seat2": {}}
    assert "SEATS ***" not in fleet.run(CLASS, seats, WORKSHOP_FLEET_FROM="3")
    assert "SEATS ***" in fleet.run(CLASS, {"seat1": {}}, WORKSHOP_FLEET_FROM="1")


def test_terminal(newest_fleet):
    """On a terminal a table stands below the text; failures are whole above it, action plugins' lines as well; at the end it is gone."""
    code, text = newest_fleet.on_a_terminal(CLASS, SEATS)
    assert code == fleet_code(SEATS), text
    assert "▸ seat10" in text and "\x1b[2K" in text, "no table was drawn"
    assert not re.search(r"(?m)^\d\d:\d\d:\d\d seat1 ", text)
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r", "")
    assert "msg: the fan <b>stopped</b>" in plain and "msg: hello from seat1" in plain
    assert re.search(r"(?m)Report: \S+/index.html \(2 of 5 seats ready\); the others again: --limit @\S+/not-ready.txt$", plain)
    end = plain[plain.index("SEATS ***"):]
    assert "▸" not in end and re.search(RECAP.format("seat4", 1, 0), end), end
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h") == 1, "the cursor stayed hidden"
    assert newest_fleet.states() == STATES


def test_terminal_without_rich(fleet, tmp_path):
    """Without the library, and where it is not wanted, a terminal gets lines."""
    (tmp_path / "no").mkdir()
    (tmp_path / "no" / "rich.py").write_text("raise ImportError('not installed')\n")
    for more in ({"PYTHONPATH": str(tmp_path / "no")}, {"WORKSHOP_FLEET_LIVE": "false"}):
        code, text = fleet.on_a_terminal(CLASS, {"seat1": {}, "seat2": {}}, **more)
        assert code == 0, text
        assert re.search(r"\d\d:\d\d:\d\d seat1  Check the seats  started", text), text
        assert "\x1b[2K" not in text


def test_progress_lines_of_action_plugins(newest_fleet):
    """What another process of the run shows (here: the report's own action plugin, three times) comes in whole lines, above the table."""
    playbook = CLASS.replace("- import_playbook: REPORT", "- import_playbook: REPORT\n" * 3)
    code, text = newest_fleet.on_a_terminal(playbook, {"seat1": {}, "seat2": {}})
    assert code == 0, text
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r", "\n")
    assert len(re.findall(r"(?m)^Report: \S+ \(2 of 2 seats ready\)$", plain)) == 3, plain


@pytest.mark.parametrize("broken", ["record", "fleet"])
def test_a_broken_callback_never_ends_a_run(fleet, tmp_path, broken):
    """A record that cannot be written, a callback that raises: the run goes on, and its recap is there."""
    if broken == "record":
        (tmp_path / "file").write_text("")
        text = fleet.run(CLASS, {"seat1": {}, "seat2": {}}, WORKSHOP_RECORD=str(tmp_path / "file" / "record.json"))
    else:
        # A play whose task has a name that is no text for fleet_text: by a module put before ours.
        site = tmp_path / "site"
        site.mkdir()
        (site / "sitecustomize.py").write_text(
            "import re, time\nreal = time.strftime\n"
            "def strftime(form, *rest):\n"
            "    if form == '%H:%M:%S':\n        raise RuntimeError('no time')\n"
            "    return real(form, *rest)\n"
            "time.strftime = strftime\n")
        text = fleet.run(CLASS, {"seat1": {}, "seat2": {}}, PYTHONPATH=str(site))
        assert "shows the rest of the run as ansible's default does (RuntimeError in v2_runner_on_start: no time)" in " ".join(text.split())
        assert "TASK [Keep the checks]" in text
    assert re.search(RECAP.format("seat2", 0, 0), text), text
    assert fleet.states() == {"seat1": "ready", "seat2": "ready"}


def test_wrong_option_is_refused(fleet):
    """A wrong value is refused by the role before anything is written, and the run says which one."""
    text = fleet.run("- import_playbook: REPORT\n", {"seat1": {}}, "-e", "report_title=''", code=2)
    assert "must be one line of text" in text
    assert not fleet.report.exists()


def test_an_included_role_is_no_phase_of_its_own(fleet):
    """The seat is still in the role that includes it."""
    outer = "- ansible.builtin.include_role: {name: inner}\n- ansible.builtin.debug: {msg: after}\n"
    for name, tasks in (("outer", outer), ("inner", "- ansible.builtin.debug: {msg: in}\n")):
        (fleet.folder / "roles" / name / "tasks").mkdir(parents=True)
        (fleet.folder / "roles" / name / "tasks" / "main.yml").write_text(tasks)
    fleet.run("- hosts: seats\n  gather_facts: false\n  strategy: free\n  roles: [outer]\n- import_playbook: REPORT\n", {"seat1": {}, "seat2": {}})
    assert [[phase["name"] for phase in seat["phases"]] for seat in fleet.data()["seats"]] == [["outer"], ["outer"]]
