"""From a machine's facts to what must be done so that VirtualBox runs on it. Pure: no input, no output."""

from ansible_collections.workshop.lab.plugins.module_utils import virtualbox_kvm as kvm
from ansible_collections.workshop.lab.plugins.module_utils import virtualbox_releases as releases
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_checks import checks, dot
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_headers import headers
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_networks import allowed
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_secure_boot import signing
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_source import choose

SOURCES = ("auto", "distribution", "oracle", "fasttrack")


def plan(machine, wanted):
    """Return the plan for a machine.

    ``machine`` (dict): distribution, release, codename, architecture, kernel, kernel_config {kvm: module|builtin|absent, sig_force: bool},
    headers_installed (bool), headers_available (bool or None), secure_boot (bool or None), lockdown, mok_enrolled, cpu_flags (list), hypervisor (text),
    kvm_modules (list), enable_virt_at_load (bool or None), virtualbox_version (text), container (text). Beside these virtualbox_packages (names of the
    installed packages), mok_waiting, efi and kvm_foreign (files with enable_virt_at_load that are not ours), where they are known.

    ``wanted`` (dict): source (auto, distribution, oracle or fasttrack), series (Oracle's, "" for the table's), gui (bool), cidrs (list of networks).

    Returns a dict: source (distribution, oracle, fasttrack or none), series, version (the one to count with), packages, remove (packages that must go
    first), headers {running, meta} (names of packages, "" for none), repository (dict or None), kvm_setting (write, remove or leave our modprobe file),
    signing, networks (ranges of /etc/vbox/networks.conf), reboot_needed, checks (each with severity, stop or warn), reasons (sentences), possible.
    """
    release = releases.find(machine["distribution"], machine["release"]) or releases.find(machine["distribution"], machine.get("codename", ""))
    choice = choose(machine, wanted, release)
    version = _version(machine, choice)
    rule = kvm.explain(machine["kernel"], version)
    result = {
        "source": choice.source, "series": choice.series, "version": version,
        "packages": _packages(choice, wanted), "remove": choice.remove,
        "headers": headers(machine, release), "repository": _repository(choice, release),
        "kvm_rule": rule.setting, "kvm_setting": _kvm_file(machine, rule.setting),
        "signing": signing(machine),
        "networks": allowed(version, wanted.get("cidrs") or []),
    }
    result["checks"] = checks(machine, wanted, release, choice, result)
    result["possible"] = not any(one["ok"] is False and one["severity"] == "stop" for one in result["checks"])
    result["reboot_needed"] = _reboot(machine, result)
    result["reasons"] = choice.reasons + ([dot(rule.reason)] if choice.source != "none" else []) + ([dot(result["signing"]["reason"])])
    return result


def _version(machine, choice):
    """Return the version to count with: the installed one where the source stays, else the one that the source is expected to bring."""
    return machine.get("virtualbox_version") if machine.get("virtualbox_version") and choice.kept else choice.version


def _packages(choice, wanted):
    if choice.source == "oracle":
        return ["virtualbox-" + choice.series] + releases.BUILD
    if choice.source == "none":
        return []
    return releases.DISTRIBUTION + (releases.GUI if wanted.get("gui", True) else [])


def _repository(choice, release):
    if choice.source == "oracle":
        return dict(releases.ORACLE, suites=[release.codename])
    if choice.source == "fasttrack":
        return dict(releases.FASTTRACK, suites=[release.codename + "-fasttrack", release.codename + "-backports-staging"])
    return None


def _kvm_file(machine, setting):
    """write, remove or leave: a KVM that is built into the kernel does not read the file, one that is not there needs none."""
    if setting != "off":
        return "remove"
    return {"builtin": "leave", "absent": "remove"}.get((machine.get("kernel_config") or {}).get("kvm", "module"), "write")


def _reboot(machine, result):
    """Whether this machine has to be started again before a VM can run: for KVM's option (when its modules cannot be reloaded) or a key's enrolment."""
    if result["source"] == "none":
        return False
    now = machine.get("enable_virt_at_load")
    built_in = (machine.get("kernel_config") or {}).get("kvm") == "builtin"
    loaded = built_in or bool(set(machine.get("kvm_modules") or []) & {"kvm_intel", "kvm_amd"})
    for_kvm = loaded and ((result["kvm_rule"] == "off" and now is True) or (result["kvm_rule"] == "on" and now is False))
    return bool(for_kvm or result["signing"]["state"] == "waiting"
                or (machine.get("headers_available") is False and not machine.get("headers_installed")))
