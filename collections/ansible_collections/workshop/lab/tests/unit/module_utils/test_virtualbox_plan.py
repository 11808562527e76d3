"""The plan for a machine, held to fixtures/virtualbox/machines.md, which is written by hand."""

import pathlib
import re

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_kvm import numbers
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_plan import plan
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_source import coming

PAGE = pathlib.Path(__file__).parents[1] / "fixtures/virtualbox/machines.md"
COLUMNS = "machine kernel facts asked source headers kvm_file key restart stops warns".split()
CODENAMES = {"18.04": "bionic", "20.04": "focal", "22.04": "jammy", "24.04": "noble", "11": "bullseye", "12": "bookworm", "13": "trixie", "sid": "sid"}
CIDRS = ["192.168.99.0/24"]


def lines():
    """Return the page's machines as dictionaries of texts."""
    rows = [line.strip()[1:-1].split("|") for line in PAGE.read_text(encoding="utf-8").splitlines()
            if line.startswith("|") and not line.startswith(("|---", "| Machine"))]
    assert all(len(row) == len(COLUMNS) for row in rows), [row for row in rows if len(row) != len(COLUMNS)]
    return [dict(zip(COLUMNS, (word.strip() for word in row))) for row in rows]


ROWS = lines()


def words(text, mark=";"):
    """Return the parts of a cell."""
    return [part.strip() for part in text.split(mark) if part.strip()]


def machine(row):
    """Return the facts that a line describes."""
    distribution, release = row["machine"].split()
    facts = {
        "distribution": distribution, "release": release, "codename": CODENAMES.get(release, "other"), "architecture": "x86_64", "kernel": row["kernel"],
        "kernel_config": {"kvm": "module", "sig_force": False}, "headers_installed": False, "headers_available": True, "secure_boot": False,
        "lockdown": "none", "mok_enrolled": None, "cpu_flags": ["fpu", "vmx"], "hypervisor": "", "kvm_modules": ["kvm", "kvm_intel"],
        "enable_virt_at_load": True if numbers(row["kernel"])[:2] >= (6, 12) else None, "virtualbox_version": "", "container": "",
    }
    for fact in words(row["facts"]):
        for pattern, change in FACTS:
            found = re.match(pattern + r"\Z", fact)
            if found:
                change(facts, *found.groups())
                break
        else:
            raise AssertionError("the page has a fact that the test does not know: %s" % fact)
    return facts


def installed(facts, name, version):
    """The facts of an installed VirtualBox."""
    facts.update(virtualbox_packages=[name], virtualbox_version=version)


FACTS = (
    (r"AMD-V", lambda facts: facts.update(cpu_flags=["svm"], kvm_modules=["kvm", "kvm_amd"])),
    (r"no VT-x", lambda facts: facts.update(cpu_flags=["fpu"], kvm_modules=[], enable_virt_at_load=None)),
    (r"guest of (\w+)", lambda facts, name: facts.update(hypervisor=name)),
    (r"container (\w+)", lambda facts, name: facts.update(container=name)),
    (r"Xen", lambda facts: facts.update(xen=True)),
    (r"modules loaded", lambda facts: facts.update(modules_loaded=["vboxdrv", "vboxnetflt", "vboxnetadp"])),
    (r"arm64", lambda facts: facts.update(architecture="aarch64", cpu_flags=[])),
    (r"headers installed", lambda facts: facts.update(headers_installed=True, headers_available=False)),
    (r"headers gone", lambda facts: facts.update(headers_available=False)),
    (r"headers unknown", lambda facts: facts.update(headers_available=None)),
    (r"Secure Boot", lambda facts: facts.update(secure_boot=True, efi=True)),
    (r"Secure Boot unknown", lambda facts: facts.update(secure_boot=None)),
    (r"key enrolled", lambda facts: facts.update(mok_enrolled=True)),
    (r"key waiting", lambda facts: facts.update(mok_enrolled=False, mok_waiting=True)),
    (r"lockdown (\w+)", lambda facts, kind: facts.update(lockdown=kind)),
    (r"signed modules only", lambda facts: facts["kernel_config"].update(sig_force=True)),
    (r"no UEFI", lambda facts: facts.update(efi=False)),
    (r"KVM built in", lambda facts: (facts["kernel_config"].update(kvm="builtin"), facts.update(kvm_modules=[]))),
    (r"no KVM", lambda facts: (facts["kernel_config"].update(kvm="absent"), facts.update(kvm_modules=[], enable_virt_at_load=None))),
    (r"KVM not loaded", lambda facts: facts.update(kvm_modules=[], enable_virt_at_load=None)),
    (r"KVM off", lambda facts: facts.update(enable_virt_at_load=False)),
    (r"file with 0", lambda facts: facts.update(kvm_foreign=["/etc/modprobe.d/kvm.conf"])),
    (r"installed (\S+) (\S+)", installed),
    (r"half-configured (\S+)", lambda facts, name: facts.update(dpkg_broken=[name])),
)


def wanted(row):
    """Return what a line asks for."""
    found = {"source": "auto", "series": "", "gui": True, "cidrs": CIDRS}
    for word in words(row["asked"]):
        if word == "no GUI":
            found["gui"] = False
        else:
            name, value = word.split()
            assert name in ("source", "series"), word
            found[name] = value
    return found


def identify(row):
    """Return a name for a line's test."""
    return "-".join(part.replace(" ", "_") for part in (row["machine"], row["kernel"], row["facts"], row["asked"]) if part)


def failing(result, severity):
    """Return the ids of checks that are not passed, without their prefix; those that could not be told get a question mark."""
    return sorted(one["id"].replace("virtualbox.", "") + ("?" if one["ok"] is None and one["severity"] == "stop" else "")
                  for one in result["checks"] if one["ok"] is not True and (one["severity"] if one["ok"] is False else "warn") == severity)


def packages(text, gui):
    """Return (source, packages, packages to remove) of the column From."""
    text, _, removing = text.partition(", removing ")
    whose, _, version = text.replace(" without GUI", "").partition("'s ")
    if whose == "Oracle":
        names = ["virtualbox-" + version, "gcc", "make", "perl"]
    elif whose == "none":
        names = []
    else:
        names = ["virtualbox", "virtualbox-dkms"] + ([] if " without GUI" in text else ["virtualbox-qt"])
        assert gui == (" without GUI" not in text)
    source = {"Oracle": "oracle", "none": "none", "fasttrack": "fasttrack", "Ubuntu": "distribution", "Debian": "distribution"}[whose]
    return source, version, names, [removing] if removing else []


def test_there_are_enough_machines():
    """Every release that the toolkit promises, and none twice."""
    assert len(ROWS) >= 60
    assert {"Ubuntu 18.04", "Ubuntu 20.04", "Ubuntu 22.04", "Ubuntu 24.04", "Debian 11", "Debian 12", "Debian 13", "Debian sid"} <= {
        row["machine"] for row in ROWS}
    names = [identify(row) for row in ROWS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("row", ROWS, ids=identify)
def test_machine(row):
    """Source, packages, headers, KVM's file, key, restart and checks are those of the page."""
    asked = wanted(row)
    result = plan(machine(row), asked)
    source, version, names, remove = packages(row["source"], asked["gui"])
    assert (result["source"], result["packages"], result["remove"]) == (source, names, remove), result["reasons"]
    assert failing(result, "stop") == words(row["stops"], ",")
    assert failing(result, "warn") == words(row["warns"], ",")
    assert result["possible"] is (not row["stops"])
    if source == "none":
        assert result["repository"] is None and result["reboot_needed"] is False
        return
    assert (result["series"] or result["version"].split("_")[0].split("r")[0] if source != "fasttrack" else version) == version
    assert result["headers"]["meta"] == row["headers"]
    assert result["kvm_setting"] == row["kvm_file"]
    assert result["signing"]["state"] == row["key"]
    assert result["reboot_needed"] is (row["restart"] == "yes")


@pytest.mark.parametrize("row", ROWS, ids=identify)
def test_words(row):
    """Every check that is not passed says what to do, in sentences; every plan says why."""
    result = plan(machine(row), wanted(row))
    assert all(one["hint"].endswith(".") for one in result["checks"] if one["ok"] is not True), result["checks"]
    assert not [one for one in result["checks"] if one["ok"] is True and one["hint"]]
    assert result["reasons"] and all(re.match(r"[A-Z].*\.\Z", reason) for reason in result["reasons"])
    assert all(one["severity"] in ("stop", "warn") and one["expected"] and one["actual"] for one in result["checks"])


def example(**more):
    """Facts of a Debian 12 seat."""
    return dict(machine({"machine": "Debian 12", "kernel": "6.1.0-18-amd64", "facts": ""}), **more)


@pytest.mark.parametrize(("broken", "expected"), [
    ([], "6.14.0-37-generic"),
    (["linux-headers-6.17.0-14-generic", "linux-headers-generic-hwe-24.04"], "6.17.0-14-generic"),
    (["linux-modules-extra-6.17.0-14-generic"], "6.17.0-14-generic"),
    (["linux-image-unsigned-6.17.0-14-generic"], "6.17.0-14-generic"),
    (["linux-image-6.8.0-31-generic", "virtualbox-dkms"], "6.14.0-37-generic"),
])
def test_kernel_that_is_coming(broken, expected):
    """Of packages that dpkg could not configure: the next start has it."""
    assert coming({"kernel": "6.14.0-37-generic", "dpkg_broken": broken}) == expected


def test_oracles_repository():
    """Key and address of the publisher, the suite of the release."""
    found = plan(example(), {"source": "auto", "cidrs": CIDRS})["repository"]
    assert found["suites"] == ["bookworm"]
    assert found["components"] == ["contrib"]
    assert found["uri"] == "https://download.virtualbox.org/virtualbox/debian"
    assert found["key_url"] == "https://www.virtualbox.org/download/oracle_vbox_2016.asc"
    assert found["fingerprint"] == "B9F8D658297AF3EFC18D5CDFA2F683C52980AECF"


def test_fasttracks_repository():
    """Two suites, and the key from Debian's own package."""
    found = plan(example(), {"source": "fasttrack", "cidrs": CIDRS})["repository"]
    assert found["suites"] == ["bookworm-fasttrack", "bookworm-backports-staging"]
    assert found["components"] == ["main", "contrib"]
    assert found["keyring_package"] == "fasttrack-archive-keyring"


def test_distribution_needs_no_repository():
    """Its packages are in the archive that the seat has."""
    row = {"machine": "Ubuntu 22.04", "kernel": "5.15.0-91-generic", "facts": ""}
    assert plan(machine(row), {"source": "auto", "cidrs": CIDRS})["repository"] is None


@pytest.mark.parametrize(("cidrs", "expected"), [
    (["192.168.99.0/24"], ["192.168.56.0/21", "192.168.99.0/24"]),
    (["192.168.99.1/24"], ["192.168.56.0/21", "192.168.99.0/24"]),
    (["192.168.59.1/24"], ["192.168.56.0/21"]),
    ([], ["192.168.56.0/21"]),
    (["10.0.0.0/16", "10.0.3.0/24"], ["192.168.56.0/21", "10.0.0.0/16"]),
])
def test_networks(cidrs, expected):
    """VirtualBox's own range and the networks asked for, none of them twice."""
    assert plan(example(), {"source": "auto", "cidrs": cidrs})["networks"] == expected


def test_old_versions_read_no_networks():
    """5.2 lets everybody make every network: no file."""
    row = {"machine": "Ubuntu 18.04", "kernel": "4.15.0-213-generic", "facts": ""}
    assert plan(machine(row), {"source": "auto", "cidrs": CIDRS})["networks"] == []
