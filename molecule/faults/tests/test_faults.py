"""A fault on one seat: named in the run and in the report; the other seat finishes; a further run converges; the student's file stays. Twice in a row."""

import re

import pytest
from class_of_seats import entry, root, work, wrong
from fault_list import FAULTS, NO_PROGRAM

testinfra_hosts = ["ansible://lab-faults-1"]
BAD, GOOD = "lab-faults-1", "lab-faults-2"


@pytest.mark.parametrize("turn", ["once", "again"])
@pytest.mark.parametrize("name", list(FAULTS))
def test_fault(seats, runs, name, turn):
    """Of each fault: what the table says of it; a Python traceback is no message."""
    fault, before = FAULTS[name], work(seats[BAD])
    root(seats[GOOD], NO_PROGRAM)  # so that it has something to finish
    root(seats[BAD], fault.make)
    try:
        code, said, found = runs.run()
    finally:
        root(seats[BAD], fault.back)
    print(name, found[BAD]["failure"], found[BAD]["next_step"])
    assert "Traceback" not in said, said
    if fault.check:
        assert code == 0 and list(wrong(found[BAD])) == [fault.check], (said, found[BAD])
        texts = [entry(found[BAD]) + " " + wrong(found[BAD])[fault.check]["actual"]]
    else:
        assert code == 2 and found[BAD]["state"] == "failed", (said, found[BAD])
        texts = [entry(found[BAD]), " ".join(said.split())]
    for text in texts:
        assert not [words for words in fault.words if not re.search(words, text)], (fault.words, text)
        assert "Traceback" not in text, text
    assert found[GOOD]["failure"] is None and found[GOOD]["state"] not in ("failed", "unreachable"), found[GOOD]
    assert root(seats[GOOD], "kubectl version --client --short")
    code, said, found = runs.run()
    assert code == 0 and found[BAD]["failure"] is None and not wrong(found[BAD]), said
    assert root(seats[BAD], "kubectl version --client --short; dpkg --audit; test ! -e /usr/local/bin/.kubectl.part; dpkg -s bash-completion | grep ^Status")
    assert work(seats[BAD]) == before
