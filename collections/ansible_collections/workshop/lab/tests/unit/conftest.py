"""What the unit tests share: a runner that only remembers, real outputs from fixtures/, and a module's main() run in this process."""

import contextlib
import json
import pathlib

import pytest
from ansible.module_utils import basic
from ansible_collections.workshop.lab.plugins.module_utils import http_file
from ansible_collections.workshop.lab.plugins.module_utils.runner import Account, Done

STUDENT = Account("k8suser", 1000, 1000, "/home/k8suser")
FIXTURES = pathlib.Path(__file__).parent / "fixtures"


class Exit(Exception):
    """The end of a module: ``result`` is what it gave back, ``failed`` whether it failed."""

    def __init__(self, result, failed):
        super().__init__(result)
        self.result, self.failed = result, failed


class FakeRunner:
    """In a Runner's place: answers from a script and remembers every call.

    ``answers``: list of (argv or a part of it, rc, out, err). The first entry whose words all stand in the call, in that order, answers it; an entry
    whose ``out`` is a list answers with its elements in turn (the last one for ever). A call that nothing answers is an error of the test.
    """

    def __init__(self, answers, account=STUDENT):
        self.answers, self.account, self.calls, self.inputs, self.environment = list(answers), account, [], [], {}

    def run(self, argv, limit, stdin=None, watch=None, environment=None):
        """Answer as the script says."""
        assert limit > 0, "a call without a time limit: %s" % (argv,)
        assert all(isinstance(word, str) for word in argv), argv
        self.calls.append(list(argv))
        self.inputs.append(stdin)
        for words, rc, out, err in self.answers:
            rest = iter(argv)
            if all(word in rest for word in words):
                text = (out.pop(0) if len(out) > 1 else out[0]) if isinstance(out, list) else out
                for line in text.splitlines() if watch else ():
                    watch(line)
                return Done(list(argv), rc, text, err, 0.01)
        raise AssertionError("nothing answers %s" % (argv,))


@pytest.fixture
def no_proxy(monkeypatch):
    """The machine's own proxies have no part in what goes over the loopback."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def full_disk(monkeypatch):
    """Whatever a download writes does not fit."""
    def full(target, block):
        raise OSError(28, "No space left on device", target.name)

    monkeypatch.setattr(http_file, "write", full)


@pytest.fixture
def fake_runner():
    """The class FakeRunner."""
    return FakeRunner


@pytest.fixture
def text():
    """Read a fixture: text("status/healthy.json")."""
    return lambda name: (FIXTURES / name).read_text(encoding="utf-8")


@pytest.fixture
def run_module(monkeypatch):
    """Run a module's main() with arguments: run_module(module, {...}, check=False, diff=False) -> Exit (never raised)."""

    def leave(failed):
        def end(self, *args, **result):
            if failed and args:
                result["msg"] = args[0]
            raise Exit(result, failed)

        return end

    monkeypatch.setattr(basic.AnsibleModule, "exit_json", leave(False))
    monkeypatch.setattr(basic.AnsibleModule, "fail_json", leave(True))

    def run(module, arguments, check=False, diff=False):
        arguments = dict(arguments, _ansible_check_mode=check, _ansible_diff=diff)
        with contextlib.ExitStack() as stack:
            try:
                from ansible.module_utils.testing import patch_module_args
            except ImportError:  # ansible-core before 2.19
                monkeypatch.setattr(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode())
            else:
                stack.enter_context(patch_module_args(arguments))
            try:
                module.main()
            except Exit as end:
                return end
        raise AssertionError("the module neither exited nor failed")

    return run
