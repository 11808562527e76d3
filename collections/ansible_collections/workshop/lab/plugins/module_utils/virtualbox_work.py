"""What the modules virtualbox_info and virtualbox_modules do, and what they accept."""

import ipaddress
import json
import re

from ansible_collections.workshop.lab.plugins.module_utils import arguments, virtualbox_build
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.machine_files import MachineFiles
from ansible_collections.workshop.lab.plugins.module_utils.machine_host import Reader, ask, machine
from ansible_collections.workshop.lab.plugins.module_utils.runner import Runner, find_account
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_diagnosis import half_configured
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_kvm import FILE as KVM_FILE
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_kvm import lines
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_networks import FILE, merged, without_ours
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_plan import SOURCES, plan
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_read import virtualbox
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_releases import SERIES

INFO = {
    "source": {"type": "str", "choices": list(SOURCES), "default": "auto"},
    "series": {"type": "str", "default": ""},
    "gui": {"type": "bool", "default": True},
    "cidrs": {"type": "list", "elements": "str", "default": []},
    "files": {"type": "list", "elements": "str", "default": []},
}
RECORD = "/var/lib/workshop-lab/virtualbox.json"
MODULES = {"timeout": {"type": "int", "default": 1800}}


def accept_info(params):
    """Refuse values that cannot be."""
    series = params["series"]
    if series and not re.match(r"\A[0-9]\.[0-9]\Z", series):
        arguments.refuse("series", series, "one of Oracle's series (%s), or empty for the table's" % ", ".join(sorted(SERIES)))
    for one in params["cidrs"]:
        try:
            found = ipaddress.ip_network(one, strict=False)
        except ValueError:
            found = None
        if found is None or "/" not in one or found.prefixlen == 0:
            arguments.refuse("cidrs", one, "networks like 192.168.99.0/24")


def info(params, runner=None, files=None):
    """Return {changed: False, machine, plan, checks, dpkg_why, networks_text, networks_undone, kvm_text}."""
    accept_info(params)
    runner, files = runner or Reader(find_account()), files or MachineFiles()
    facts = machine(runner, files)
    facts.update(virtualbox(runner, files))
    planned = plan(facts, params)
    present = files.read(FILE)
    headers = [name for name in (planned["headers"]["running"], planned["headers"]["meta"]) if name]
    absent = missing(runner, headers + planned["packages"])
    return {"changed": False, "machine": facts, "plan": planned, "checks": planned["checks"],
            "missing": [name for name in planned["packages"] if name in absent], "headers_missing": [name for name in headers if name in absent],
            "dpkg_why": half_configured(facts["dpkg_broken"], virtualbox_build.log(files, False), facts["kernel"]) if facts["dpkg_broken"] else "",
            "members": members(files), "brought": brought(files),
            "networks_text": merged(present, planned["networks"]), "networks_there": present, "networks_undone": without_ours(present or ""),
            "kvm_text": lines(planned["kvm_rule"]) if planned["kvm_setting"] == "write" else "", "kvm_there": files.read(KVM_FILE),
            "files": [path for path in params["files"] if files.exists(path)]}


def missing(runner, names):
    """Return the packages of ``names`` that are not installed."""
    said = ask(runner, ["dpkg-query", "--show", "--showformat=${db:Status-Abbrev}|${Package}\\n"] + names, codes=(0, 1)) if names else ""
    there = [line.split("|")[1] for line in said.splitlines() if line[1:2] == "i"]
    return [name for name in names if name not in there]


def members(files):
    """Return the accounts in the group vboxusers, None without the group."""
    found = re.search(r"(?m)^vboxusers:[^:]*:[^:]*:(.*)$", files.read("/etc/group") or "")
    return [one for one in found.group(1).split(",") if one] if found else None


def brought(files):
    """Return what an earlier run of the role wrote down that it brought, {} when there is no such record."""
    text = files.read(RECORD)
    if text is None:
        return {}
    try:
        return dict(json.loads(text))
    except ValueError as error:
        raise LabError("%s is no JSON (%s): the undo could not go by it. Put it back from a backup, or remove it and what VirtualBox brought by hand." % (
            RECORD, error))


def modules(params, check_mode, runner=None, files=None):
    """Build and load the modules."""
    arguments.at_least("timeout", params["timeout"], 10, 14400)
    return virtualbox_build.work(runner or Runner(find_account()), files or MachineFiles(), params["timeout"], check_mode)
