"""VBoxManage is asked again while its server comes up, and for nothing else."""

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import prestart_virtualbox, smoke_vm
from ansible_collections.workshop.lab.plugins.module_utils.minikube import Minikube
from ansible_collections.workshop.lab.plugins.module_utils.runner import Done
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_call import LIMIT, ask_virtualbox

NO_SERVER = "VBoxManage: error: Failed to create the VirtualBox object!\n"
WORDS = ["VBoxManage", "list", "vms"]


class Sleepy:
    """A VirtualBox whose server is up after so many calls."""

    def __init__(self, needs, rc=1, err=NO_SERVER):
        self.needs, self.calls, self.rc, self.err, self.account = needs, 0, rc, err, None

    def run(self, argv, limit):
        """Answer as VBoxManage 7.2 does."""
        assert limit > 30, "VBoxManage would not come to say what is wrong"
        self.calls += 1
        awake = self.calls >= self.needs
        return Done(argv, 0 if awake else self.rc, "7.2.6\n" if awake else "", "" if awake else self.err, 31.0)


@pytest.mark.parametrize("needs", [1, 2, 3])
@pytest.mark.parametrize("call", [
    lambda runner: smoke_vm.manage(runner, "the VM could not be made", "createvm") == "7.2.6\n",
    lambda runner: prestart_virtualbox.vboxmanage(runner) == ([], (7, 2, 6)),
    lambda runner: Minikube(runner, None, "minikube", "kubectl", {"query": LIMIT}, None).vms("virtualbox").rc == 0,
], ids=["smoke test", "before a start", "is there a VM"])
def test_server_that_starts_slowly(needs, call):
    """It is asked again, a third time at most, by all who may be the first to ask."""
    runner = Sleepy(needs)
    assert call(runner)
    assert runner.calls >= needs


@pytest.mark.parametrize(("rc", "err", "calls"), [(1, NO_SERVER, 3), (1, "VBoxManage: error: Kernel driver not installed (rc=-1908)\n", 1), (None, "", 1)])
def test_server_that_does_not_start(rc, err, calls):
    """In the end its own words are told; another error, or no end, is not asked for twice."""
    runner = Sleepy(9, rc, err)
    done = ask_virtualbox(runner, WORDS)
    assert (done.rc, done.err, runner.calls) == (rc, err, calls)
