"""What killed runs have left: found by dead process numbers alone, read whatever became of the last line."""

import os
import subprocess
import sys

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.run_journal import Journal, alive, interrupted, left_behind

STARTED = "2024-05-06T09:41:00+02:00"


@pytest.fixture
def dead():
    """Return the number of a process that has just ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_a_run_that_ends_leaves_nothing(tmp_path):
    """Its journal is there while it runs, whole at each moment."""
    journal = Journal(str(tmp_path / "cache" / "record.json"), os.getpid(), STARTED)
    journal.enter("seat1", "Look")
    assert interrupted([journal.path]) == {"seat1": {"started": STARTED, "task": "Look"}}
    journal.end()
    assert not list((tmp_path / "cache").iterdir())


def test_only_what_dead_runs_have_left(tmp_path, dead):
    """Not what belongs to a run that goes on, nor what has only a similar name; a file of this process's own number is another's of before."""
    path = str(tmp_path / "record.json")
    for name in (f"record.json.{dead}", f"record.json.{dead}.tasks", f"record.json.{os.getppid()}.tasks", "record.json", f"record.json.{dead}.tasks.old",
                 "record.json.x", f"other.json.{dead}"):
        (tmp_path / name).write_text("{}")
    os.utime(f"{path}.{dead}.tasks", (1, 1))
    assert left_behind(path, 1 << 30) == [f"{path}.{dead}.tasks", f"{path}.{dead}"]
    assert f"{path}.{os.getppid()}.tasks" in left_behind(path, os.getppid())
    assert left_behind(str(tmp_path / "nowhere" / "record.json"), 1) == []
    assert alive(os.getpid()) and not alive(dead)


@pytest.mark.parametrize("end", ["", '["seat1", "St', "\0\0\0"])
def test_the_last_run_and_task_of_each_seat(tmp_path, end):
    """Also when the machine lost its power in the middle of a line."""
    for name, started, lines in (("one", "09", '["seat1", "Look"]\n["seat2", "Look"]\n'), ("two", "10", '["seat1", "Start"]\n["seat1", "Wait"]\n')):
        (tmp_path / f"{name}.tasks").write_text(f'"{started}"\n{lines}{end}')
    (tmp_path / "record").write_text('{"seats": {}}')
    files = [str(tmp_path / name) for name in ("one.tasks", "record", "two.tasks")]
    assert interrupted(files) == {"seat1": {"started": "10", "task": "Wait"}, "seat2": {"started": "09", "task": "Look"}}


@pytest.mark.parametrize("text", ["", "{", "3\n[1]\n", '[]\n["a", "b"]\n'])
def test_what_is_no_journal(tmp_path, text):
    """Says nothing of anybody."""
    (tmp_path / "a.tasks").write_text(text)
    assert interrupted([str(tmp_path / "a.tasks")]) == {}
