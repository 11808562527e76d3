"""After the undo with every opt-in the machine is what it was before anybody touched it: files, packages, accounts, units."""

import os
import pathlib

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "shared/snapshot.py"


def top(lines):
    """Return the lines, sorted, without files whose folder is among them."""
    paths = {one.split()[1] for one in lines if one.startswith("file ")}
    return sorted(one for one in lines if not (one.startswith("file ") and os.path.dirname(one.split()[1]) in paths))


def test_as_before(host):
    """Line by line. Made by the same script as at the beginning (molecule/shared/remember.yml)."""
    seat = host.backend.get_hostname()
    before = pathlib.Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"], f"{seat}.snapshot").read_text().splitlines()
    assert len(before) > 5000, "the list is too short to be a machine's"
    done = host.run("python3 -c %s", SCRIPT.read_text())
    assert done.rc == 0, done.stderr
    after = done.stdout.splitlines()
    gone, new = top(set(before) - set(after)), top(set(after) - set(before))
    assert not gone and not new, "\n".join([f"- {one}" for one in gone[:50]] + [f"+ {one}" for one in new[:50]])
