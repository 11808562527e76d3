"""The runner, with real programs."""

import os
import signal
import sys
import time

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.runner import Runner, find_account


@pytest.fixture
def runner():
    """A runner as the account of the tests."""
    return Runner(find_account(), {"MORE": "more"})


def test_words_reach_the_program_as_they_are(runner):
    """No shell looks at them."""
    words = ["$HOME", "a b", "`id`", "; true", "*", ""]
    done = runner.run([sys.executable, "-c", "import sys; print(sys.argv[1:])"] + words, limit=20)
    assert done.out.strip() == repr(words)
    assert (done.rc, done.err) == (0, "")
    assert runner.calls == [done.argv]


def test_environment_is_fixed(runner, monkeypatch):
    """What would change the answers does not get through; proxies do."""
    for name in ("LANG", "KUBECONFIG", "MINIKUBE_MEMORY", "LC_MESSAGES"):
        monkeypatch.setenv(name, "de_DE")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    done = Runner(find_account(), {"MORE": "more"}).run(["env"], limit=20)
    environment = dict(line.split("=", 1) for line in done.out.splitlines())
    assert environment["LC_ALL"] == "C" and environment["MORE"] == "more" and environment["HTTPS_PROXY"] == "http://proxy.example:3128"
    assert not {"LANG", "KUBECONFIG", "MINIKUBE_MEMORY", "LC_MESSAGES"} & set(environment)


def test_streams_and_exit_code_are_kept_apart(runner):
    """An exit code is an answer."""
    done = runner.run([sys.executable, "-c", "import sys; print('o'); sys.stderr.write('e'); sys.exit(78)"], limit=20)
    assert (done.rc, done.out, done.err) == (78, "o\n", "e")


def test_much_input_and_output(runner):
    """More than a pipe holds, both ways at once."""
    text = "0123456789abcdef" * 65536
    assert runner.run(["cat"], limit=20, stdin=text).out == text


def test_input_that_nobody_reads(runner):
    """The program ends without reading."""
    assert runner.run(["true"], limit=20, stdin="x" * 1000000).rc == 0


def test_limit_ends_the_program_and_its_children(runner, tmp_path):
    """rc is None, what it said is kept, and nothing of it goes on."""
    script = "import os, time; pid = os.fork(); print('begun', flush=True); time.sleep(1.5); open(%r, 'a').write('late')" % str(tmp_path / "late")
    start = time.monotonic()
    done = runner.run([sys.executable, "-c", script], limit=0.8)
    assert done.rc is None and "begun" in done.out
    assert time.monotonic() - start < 1.5
    assert not (tmp_path / "late").exists()


def test_program_that_ignores_the_term(runner, monkeypatch):
    """SIGKILL after the grace."""
    monkeypatch.setattr("ansible_collections.workshop.lab.plugins.module_utils.runner.GRACE", 0.3)
    script = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(30)"
    start = time.monotonic()
    assert runner.run([sys.executable, "-c", script], limit=0.5).rc is None
    assert time.monotonic() - start < 5


def test_group_of_ended_processes_on_macos(runner, monkeypatch):
    """There the kernel does not say "no such process" of it, but that it is not permitted."""
    real, asked = os.killpg, []

    def killpg(group, number):
        asked.append(number)
        if len(asked) > 1:
            raise PermissionError(1, "Operation not permitted")
        real(group, number)

    monkeypatch.setattr(os, "killpg", killpg)
    assert runner.run(["sleep", "30"], limit=0.3).rc is None
    assert asked == [signal.SIGTERM, signal.SIGKILL]


def test_process_that_may_not_be_ended(runner, monkeypatch):
    """One that still runs is an error, and not taken for ended."""

    def killpg(_group, _number):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "killpg", killpg)
    with pytest.raises(PermissionError):
        runner.run(["sleep", "2"], limit=0.3)


def test_daemon_that_keeps_the_pipes(runner):
    """VBoxManage leaves VBoxSVC behind, which inherits its output."""
    start = time.monotonic()
    done = runner.run(["sh", "-c", "sleep 20 & echo started"], limit=15)
    assert (done.rc, done.out) == (0, "started\n")
    assert time.monotonic() - start < 5
    os.killpg(_session(done), 15)


def _session(done):
    """The process group that a call left behind."""
    for entry in os.listdir("/proc"):
        try:
            with open("/proc/%s/cmdline" % entry) as file:
                if entry.isdigit() and file.read() == "sleep\x0020\x00":
                    return os.getpgid(int(entry))
        except OSError:
            continue
    raise AssertionError("nothing was left behind by %s" % (done,))


def test_lines_are_told_as_they_come(runner):
    """Whole lines, each once, in order."""
    lines = []
    runner.run([sys.executable, "-c", "for i in range(1000): print('line', i)"], limit=20, watch=lines.append)
    assert lines == ["line %d" % number for number in range(1000)]


def test_missing_program(runner):
    """One sentence."""
    with pytest.raises(LabError, match="/nowhere/minikube cannot be started as .*install it or name its path"):
        runner.run(["/nowhere/minikube"], limit=20)


def test_missing_account():
    """One sentence."""
    with pytest.raises(LabError, match="no account nobodyhere on this machine"):
        find_account("nobodyhere")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")
def test_another_account():
    """With its groups and its home, without ours."""
    account = find_account("nobody")
    done = Runner(account).run(["sh", "-c", "id -un; id -Gn; echo $HOME"], limit=20)
    assert done.out.split() == ["nobody", "nogroup", account.home]
