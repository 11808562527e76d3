"""The lock of a seat: one holder, named to the others, gone with its process, and no trap for root."""

import os
import stat
import subprocess
import sys

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.runner import Account, Runner, find_account
from ansible_collections.workshop.lab.plugins.module_utils.seat_lock import OWN, ROOTS, Held, Lock, lock_path

HOLDER = """
import fcntl, os, sys
file = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
fcntl.flock(file, fcntl.LOCK_EX)
os.write(file, b"%d step 2.05.4\\n" % os.getpid())
print("locked", flush=True)
sys.stdin.read()
"""


BUSY = "Another run is going through an exercise on this seat"


@pytest.fixture
def path(tmp_path):
    """Where the lock is."""
    return str(tmp_path / "lock")


@pytest.fixture
def holder(path):
    """Another process that holds the lock."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"locked\n"
    yield process
    process.kill()
    process.communicate()


def test_it_names_its_holder_and_is_given_back(path):
    """For nobody else to read or write; empty afterwards, and there."""
    with Lock(path, "2.04.up", 0, BUSY):
        assert open(path).read() == "%d 2.04.up\n" % os.getpid()
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert open(path).read() == ""
    with Lock(path, "2.04.down", 0, BUSY):
        pass


def test_given_back_after_an_error(path):
    """The next step is not locked out."""
    with pytest.raises(LabError, match="^no$"):
        with Lock(path, "a", 0, BUSY):
            raise LabError("no")
    with Lock(path, "b", 0, BUSY):
        pass


def test_refused_by_name_when_another_one_holds_it(path, holder):
    """Which process, which step, and what to do."""
    clock = iter(range(100))
    with pytest.raises(Held) as error:
        Lock(path, "2.04.up", 3, BUSY, clock=lambda: next(clock), sleep=lambda seconds: None).__enter__()
    assert "process %d, step 2.05.4. Next step" % holder.pid in str(error.value) and "`kill %d`" % holder.pid in str(error.value)
    assert open(path).read() == "%d step 2.05.4\n" % holder.pid  # what it wrote is still there


def test_it_waits_for_the_other_and_has_it_then(path, holder):
    """A process that was killed leaves no lock behind."""
    pauses = []

    def sleep(seconds):
        pauses.append(seconds)
        holder.kill()
        holder.wait()

    told = []
    with Lock(path, "2.04.up", 30, BUSY, tell=told.append, sleep=sleep):
        assert open(path).read() == "%d 2.04.up\n" % os.getpid()
    assert pauses == [0.5] and told == ["process %d, step 2.05.4" % holder.pid]


def test_programs_do_not_inherit_it(path):
    """A child that outlives the module would keep it locked."""
    with Lock(path, "a", 0, BUSY) as lock:
        assert not os.get_inheritable(lock.file)
        assert Runner(find_account()).run(["test", "-e", "/proc/self/fd/%d" % lock.file], limit=10).rc == 1


def test_a_link_is_not_followed(path, tmp_path):
    """Root would write where it leads."""
    target = tmp_path / "shadow"
    target.write_text("root:x")
    os.symlink(str(target), path)
    with pytest.raises(LabError, match="cannot be opened: it is a link"):
        Lock(path, "a", 0, BUSY).__enter__()
    assert target.read_text() == "root:x"


def test_a_second_name_of_another_file_is_refused(path, tmp_path):
    """A hard link leads to the file itself."""
    target = tmp_path / "shadow"
    target.write_text("root:x")
    os.link(str(target), path)
    with pytest.raises(LabError, match="is not a plain file of this account .*2 names"):
        Lock(path, "a", 0, BUSY).__enter__()
    assert target.read_text() == "root:x"


def test_a_folder_that_is_not_there():
    """In words."""
    with pytest.raises(LabError, match="/nowhere/lock cannot be opened: No such file or directory"):
        Lock("/nowhere/lock", "a", 0, BUSY).__enter__()


def test_where_it_is():
    """Root's for all seats' runs, where nobody else can make a file (in /run/lock everybody can); another account's own."""
    assert lock_path(Account("root", 0, 0, "/root"), "exercise") == ROOTS + "exercise" == "/run/workshop-lab.exercise"
    assert lock_path(Account("a", 1000, 1000, "/home/a"), "cluster") == "/home/a/" + OWN + "cluster"
