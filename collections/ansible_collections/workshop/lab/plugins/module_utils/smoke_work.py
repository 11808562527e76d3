"""The smoke test: does a VM run here, for this account, and may it make its network? Answers with checks, never with a failure of the module."""

import ipaddress
import os
import time

from ansible_collections.workshop.lab.plugins.module_utils import arguments, smoke_network, smoke_sector, smoke_stamp, smoke_vm
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.minikube_problems import match
from ansible_collections.workshop.lab.plugins.module_utils.prestart_virtualbox import vboxmanage
from ansible_collections.workshop.lab.plugins.module_utils.runner import Runner, find_account
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_checks import dot, judged

SPEC = {
    "user": {"type": "str"},
    "host_only_cidr": {"type": "str", "default": ""},
    "timeout": {"type": "int", "default": 60},
    "vm": {"type": "bool", "default": True},
    "once": {"type": "bool", "default": False},
}
MANAGE = "VBoxManage works and says no warning"
READ_LOG = "read the words above and mend what they say; `VBoxManage list hostinfo` and `dmesg` tell more"


def accept(params):
    """Refuse values that cannot be."""
    arguments.account_name("user", params["user"])
    if params["user"] == "root":
        arguments.refuse("user", "root", "an ordinary account: the cluster's VM is an ordinary account's, and minikube refuses root")
    arguments.at_least("timeout", params["timeout"], 5, 600)
    if params["host_only_cidr"]:
        try:
            found = ipaddress.IPv4Interface(params["host_only_cidr"])
        except ValueError:
            found = None
        if found is None or "/" not in params["host_only_cidr"] or not 8 <= found.network.prefixlen <= 30 or found.ip == found.network.network_address:
            arguments.refuse("host_only_cidr", params["host_only_cidr"], "an address with its prefix length, 8 to 30, like 192.168.99.1/24, or empty")
    if not params["vm"] and not params["host_only_cidr"]:
        arguments.refuse("vm", False, "true, or host_only_cidr set: otherwise there is nothing to test")


def work(params, check_mode, runner=None, clock=time.monotonic):
    """Return {changed: False, ok, checks, version, attempts, remembered}. In check mode nothing is started and the checks are not observed (null)."""
    accept(params)
    if runner is None:
        account = find_account(params["user"])
        if account.uid == 0:
            raise LabError("The smoke test works as an ordinary account, as the cluster's VM does; name it by the option user, or set become_user.")
        runner = Runner(account)
    if check_mode:
        return _result([_check(one, title, None, 0.0, "not tried in check mode", "Run without --check to try it.") for one, title in _wanted(params)], "", 0)
    problems, version = vboxmanage(runner)
    if version is None:
        first = problems[0]
        return _result([_check("virtualbox.manage", MANAGE, False, 0.0, _seen(first.cause, first.text), dot(first.step))], "", 0)
    stamp = smoke_stamp.Stamp(params, version) if params["once"] else None
    if stamp and stamp.passed():
        return dict(_result(stamp.passed(), ".".join(str(number) for number in version), 0), remembered=True)
    checks = [_check("virtualbox.manage", MANAGE, True, 0.0, ".".join(str(number) for number in version), "")]
    attempts = 0
    if params["vm"]:
        one, attempts = _machine(runner, version, params["timeout"], clock)
        checks.append(one)
    if params["host_only_cidr"]:
        checks.append(_network(runner, params["host_only_cidr"], clock))
    if stamp:
        stamp.write(checks)
    return _result(checks, ".".join(str(number) for number in version), attempts)


def _wanted(params):
    return ([("virtualbox.smoke", "A VM really starts")] if params["vm"] else []) + (
        [("virtualbox.host_only", "The host-only network can be made")] if params["host_only_cidr"] else [])


def _machine(runner, version, timeout, clock):
    """Return (the check of the VM, how many attempts): once as it comes, and when it starts and says nothing once more without nested paging."""
    start, title = clock(), "A VM really starts"
    folder = smoke_vm.make_folder(runner)
    try:
        for number, bare in ((1, False), (2, True)):
            name = "%s-%d" % (os.path.basename(folder), number)
            try:
                seconds = smoke_vm.attempt(runner, folder, name, version, bare, timeout)
            except smoke_vm.Failure as failure:
                if failure.silent and not bare:
                    continue
                return _failed("virtualbox.smoke", title, failure, clock() - start), number
            hint = "Only without nested paging, which this processor lacks or emulates wrongly: VMs are slow here." if bare else ""
            return _check("virtualbox.smoke", title, True, clock() - start, "\"%s\" after %.1f s%s" % (
                smoke_sector.LINE, seconds, ", without nested paging" if bare else ""), hint), number
    finally:
        runner.run(["rm", "-rf", "--", folder], limit=smoke_vm.LIMIT)
    raise AssertionError("the second attempt ends the loop")


def _network(runner, cidr, clock):
    start, title = clock(), "The host-only network can be made"
    try:
        made, name = smoke_network.attempt(runner, cidr)
    except smoke_vm.Failure as failure:
        return _failed("virtualbox.host_only", title, failure, clock() - start)
    how = "was made, and removed again" if made else "is there"
    return _check("virtualbox.host_only", title, True, clock() - start, "%s with %s %s" % (name, cidr, how), "")


def _failed(id_, title, failure, seconds):
    """Return the check of a failure: its cause and next step where its words are known, and all its words where they are not."""
    known = match(failure.said)
    if known:
        return _check(id_, title, False, seconds, _seen("%s: [%s] %s" % (failure.doing, known.id, known.cause), known.text), dot(known.step))
    return _check(id_, title, False, seconds, _seen(failure.doing, failure.said), dot(READ_LOG))


def _seen(cause, said):
    return "%s\n%s" % (cause, said.strip()) if said.strip() else cause


def _check(id_, title, ok, seconds, actual, hint):
    expected = {"virtualbox.manage": "a version, without a warning", "virtualbox.smoke": smoke_sector.LINE,
                "virtualbox.host_only": "an interface of VirtualBox with the cluster's network"}[id_]
    return judged("stop", id_, title, ok, expected, actual, hint=hint, seconds=seconds)


def _result(checks, version, attempts):
    return {"changed": False, "ok": all(one["ok"] is True for one in checks), "checks": checks, "version": version, "attempts": attempts,
            "remembered": False}
