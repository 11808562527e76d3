"""Starting programs: as one account, by an argument list, in a fixed environment, with a time limit. All input and output of the modules goes here."""

import collections
import os
import pwd
import selectors
import signal
import subprocess
import time

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# What a program may take over from the module's own environment; everything else (LANG, KUBECONFIG, MINIKUBE_*) would change its answers.
INHERITED = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")
GRACE = 5.0  # seconds between SIGTERM and SIGKILL for a program that is over its limit
DAEMON_GRACE = 0.5  # seconds: a background process may keep the pipes of a program that has ended open for ever

Account = collections.namedtuple("Account", "name uid gid home")
#: What a program did: argv, rc (int; None when it was ended at its limit), out and err (text), seconds (float).
Done = collections.namedtuple("Done", "argv rc out err seconds")


def no_account(name):
    """Return the LabError of an account that is not there."""
    return LabError("There is no account %s on this machine; create it (role k8suser) or name another one." % name)


def find_account(name=None):
    """Return the Account called ``name``, or the one that runs this process; LabError when there is none."""
    try:
        entry = pwd.getpwnam(name) if name else pwd.getpwuid(os.geteuid())
    except KeyError:
        raise no_account(name or os.geteuid())
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, entry.pw_dir)


class Runner:
    """Starts programs as ``account``. ``calls`` is the list of what was started, in order (argument lists)."""

    def __init__(self, account, environment=None):
        self.account = account
        self.environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
        self.environment.update(PATH=PATH, LC_ALL="C", HOME=account.home, USER=account.name, LOGNAME=account.name)
        self.environment.update(environment or {})
        self.calls = []

    def run(self, argv, limit, stdin=None, watch=None, environment=None):
        """Run a program and return its Done; an exit code is an answer here, not an error.

        ``limit``: seconds after which it and its children are ended. ``stdin``: text. ``watch(line)`` is called with each line of standard output as
        it comes. LabError when it cannot be started at all.
        """
        self.calls.append(list(argv))
        start = time.monotonic()
        try:
            process = subprocess.Popen(
                list(argv), stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                env=dict(self.environment, **(environment or {})), cwd="/", close_fds=True, start_new_session=True, preexec_fn=self._become())
        except (OSError, subprocess.SubprocessError) as error:
            raise LabError("%s cannot be started as %s: %s; install it or name its path." % (argv[0], self.account.name, error))
        out, err, in_time = _read(process, (stdin or "").encode(), limit, watch)
        return Done(list(argv), process.returncode if in_time else None, out, err, time.monotonic() - start)

    def _become(self):
        """Return what the child does before it becomes the program: take on the account, if it is not ours already."""
        if os.geteuid() == self.account.uid:
            return None
        if os.geteuid() != 0:
            raise LabError("Only root can work as %s here; use become, or leave out the option user." % self.account.name)

        def drop():
            os.initgroups(self.account.name, self.account.gid)
            os.setgid(self.account.gid)
            os.setuid(self.account.uid)

        return drop


def _read(process, stdin, limit, watch):
    """Feed and read a process until it ends; return (out, err, True), or with False when it had to be ended."""
    selector, texts = selectors.DefaultSelector(), {process.stdout: bytearray(), process.stderr: bytearray()}
    for pipe in texts:
        selector.register(pipe, selectors.EVENT_READ)
    if process.stdin:
        selector.register(process.stdin, selectors.EVENT_WRITE)
    deadline, in_time, told = time.monotonic() + limit, True, 0
    while selector.get_map():
        left = deadline - time.monotonic()
        if left <= 0 and in_time:
            in_time, deadline = False, time.monotonic() + GRACE
            _signal(process, signal.SIGTERM)
            continue
        if left <= 0:
            break
        ready = selector.select(min(left, DAEMON_GRACE))
        if not ready and process.poll() is not None:
            break
        for key, _events in ready:
            if key.fileobj is process.stdin:
                stdin = _write(selector, process.stdin, stdin)
                continue
            part = os.read(key.fileobj.fileno(), 65536)
            if not part:
                selector.unregister(key.fileobj)
            texts[key.fileobj] += part
        if watch:
            told = _tell(texts[process.stdout], told, watch)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe and not pipe.closed:
            pipe.close()
    selector.close()
    try:
        process.wait(timeout=max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        if in_time:
            in_time = False
            _signal(process, signal.SIGTERM)
            try:
                process.wait(timeout=GRACE)
            except subprocess.TimeoutExpired:
                pass
    if not in_time or process.returncode is None:
        _signal(process, signal.SIGKILL)  # children that outlived the term too
        process.wait()
    return texts[process.stdout].decode("utf-8", "replace"), texts[process.stderr].decode("utf-8", "replace"), in_time


def _write(selector, pipe, text):
    """Write a part of standard input; return the rest, and close the pipe after the last."""
    try:
        text = text[os.write(pipe.fileno(), text[:65536]):]
    except BrokenPipeError:
        text = b""  # the program did not want it all
    if not text:
        selector.unregister(pipe)
        pipe.close()
    return text


def _tell(text, told, watch):
    """Pass on the whole lines of ``text`` that begin at ``told`` or later; return where the next one begins."""
    end = text.rfind(b"\n") + 1
    if end > told:
        for line in bytes(text[told:end]).decode("utf-8", "replace").splitlines():
            watch(line)
    return max(told, end)


def _signal(process, number):
    """Signal the process and all that it started in its session."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        pass
    except PermissionError:
        # macOS says so, in place of "no such process", of a group of which only ended processes are left.
        if process.poll() is None:
            raise
