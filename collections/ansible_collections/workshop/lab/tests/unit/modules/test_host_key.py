"""host_key: a server is asked, compared with the file of known hosts, and recorded there; a pretended server, a real file."""

import multiprocessing
import os

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.host_keys import fingerprint
from ansible_collections.workshop.lab.plugins.module_utils.runner import Done
from ansible_collections.workshop.lab.plugins.modules import host_key

ED = "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
OTHER = "AAAAC3NzaC1lZDI1NTE5AAAAIB8eHRwbGhkYFxYVFBMSERAPDg0MCwoJCAcGBQQDAgEA"


class Server:
    """In a Runner's place: what the server shows, and a `ssh-keygen -F` that knows plain lines."""

    shows = ED

    def __init__(self, _account):
        pass

    def run(self, argv, limit):
        """Answer the two programs; nothing else is started."""
        assert limit > 0
        if argv[0] == "ssh-keyscan":
            name = argv[-1] if argv[argv.index("-p") + 1] == "22" else "[%s]:%s" % (argv[-1], argv[argv.index("-p") + 1])
            return Done(argv, 0, "# comment\n%s ssh-ed25519 %s\n" % (name, self.shows) if self.shows else "", "", 0.1)
        assert argv[:2] == ["ssh-keygen", "-F"], argv
        with open(argv[-1], encoding="utf-8") as stream:
            return Done(argv, 0, "".join(line for line in stream if line.split()[0] == argv[2]), "", 0.1)


@pytest.fixture
def ask(run_module, monkeypatch, tmp_path):
    """Run the module with a server that shows a key; ``ask.file`` is the file of known hosts."""
    monkeypatch.setattr(host_key, "Runner", Server)

    def run(shows=ED, check=False, **arguments):
        monkeypatch.setattr(Server, "shows", shows)
        return run_module(host_key, dict({"host": "seat07", "known_hosts": str(run.file)}, **arguments), check=check)

    run.file = tmp_path / "ssh" / "known_hosts"
    return run


def test_a_new_one_is_recorded_once(ask):
    """By its fingerprint; the second time it is known, also without."""
    done = ask(fingerprint=fingerprint(ED))
    assert done.result["changed"] and ask.file.read_text() == "seat07 ssh-ed25519 %s\n" % ED
    assert os.stat(str(ask.file.parent)).st_mode & 0o777 == 0o700
    again = ask()
    assert not again.failed and not again.result["changed"] and again.result["recorded"] == []
    assert again.result["fingerprints"] == ["ssh-ed25519 " + fingerprint(ED)]


def test_check_mode_records_nothing(ask):
    """It tells what it would."""
    done = ask(check=True, accept_new=True)
    assert done.result["changed"] and done.result["recorded"] and not ask.file.exists()


def test_other_lines_stay(ask):
    """Also one that does not end."""
    ask.file.parent.mkdir()
    ask.file.write_text("other ssh-rsa AAAA")
    ask(accept_new=True, port=2222)
    assert ask.file.read_text() == "other ssh-rsa AAAA\n[seat07]:2222 ssh-ed25519 %s\n" % ED


@pytest.mark.parametrize("shows, arguments, words", [
    (OTHER, {"accept_new": True}, "another host key"),
    (None, {}, "shows no host key"),
    (ED, {"fingerprint": fingerprint(OTHER)}, "none of them is the expected"),
])
def test_refused(ask, shows, arguments, words):
    """The file stays as it was."""
    ask(accept_new=True)
    before = ask.file.read_text()
    done = ask(shows, **arguments)
    assert done.failed and words in done.result["msg"] and ask.file.read_text() == before


@pytest.mark.parametrize("arguments, words", [
    ({"host": "-oProxyCommand=x"}, "host"), ({"host": "a b"}, "host"), ({"port": 0}, "port"), ({"timeout": 0}, "timeout"),
    ({"fingerprint": "MD5:00"}, "fingerprint"),
])
def test_values_that_cannot_be(ask, arguments, words):
    """One sentence; no program is started with them."""
    done = ask(**arguments)
    assert done.failed and words in done.result["msg"]


def write(path, number):
    """One of many writers."""
    with host_key.Lock(path + ".lock", "test", 60, "busy"):
        host_key.record(path, ["seat%02d ssh-ed25519 %s" % (number, ED)])


def test_thirty_at_once(tmp_path):
    """A class in one run: each of them is in the file, in a line of its own."""
    path = str(tmp_path / "known_hosts")
    writers = [multiprocessing.get_context("fork").Process(target=write, args=(path, number)) for number in range(30)]
    for one in writers:
        one.start()
    for one in writers:
        one.join(60)
    with open(path, encoding="utf-8") as stream:
        assert sorted(line.split()[0] for line in stream) == ["seat%02d" % number for number in range(30)]
