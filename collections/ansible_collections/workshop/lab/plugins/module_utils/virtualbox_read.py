"""Facts about the VirtualBox of a machine: packages, modules, DKMS, everybody's VMs. Read only."""

import re

from ansible_collections.workshop.lab.plugins.module_utils.machine_host import ask, modules
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_kvm import numbers
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_releases import MODULES

PROGRAMS = ("VBoxHeadless", "VirtualBoxVM", "VirtualBox")  # a VM is a process of one of the first two; VirtualBox itself only in old versions
SETTINGS = ".config/VirtualBox/VirtualBox.xml"


def virtualbox(runner, files):
    """Return virtualbox_packages, virtualbox_version, dpkg_broken, dkms, modules_loaded, module_files, vms and running_vms."""
    packages, broken = dpkg(runner)
    kernel = ask(runner, ["uname", "-r"]).strip()
    names = sorted(packages)
    main = next((name for name in names if re.match(r"\Avirtualbox(-[0-9]+\.[0-9]+)?\Z", name)), "")
    return {
        "virtualbox_packages": names, "virtualbox_version": ".".join(str(number) for number in numbers(packages.get(main, ""))), "dpkg_broken": broken,
        "dkms": dkms(runner, kernel), "modules_loaded": [name for name in MODULES if name in modules(files)],
        "vms": vms(files), "running_vms": running(files),
    }


def dpkg(runner):
    """Return ({name: version} of VirtualBox's packages that are there at all, [packages that are not configured])."""
    found, broken = {}, []
    for line in ask(runner, ["dpkg-query", "--show", "--showformat=${db:Status-Abbrev}|${Package}|${Version}\\n"]).splitlines():
        state, name, version = (line.split("|") + ["", ""])[:3]
        if len(state) < 2 or state[1] in "nc":  # not installed, or only its configuration is left
            continue
        if state[1] in "HUF":  # half-installed, unpacked, half-configured
            broken.append(name)
        if name == "virtualbox" or name.startswith("virtualbox-"):
            found[name] = version
    return found, sorted(broken)


def dkms(runner, kernel):
    """Return what DKMS says of VirtualBox's module for a kernel: installed, built, added ..., "" when it does not know of it."""
    # "virtualbox/7.2.22, 7.2.13-amd64, x86_64: installed"; before DKMS 3 "virtualbox, 6.1.50, 5.15.0-91-generic, x86_64: installed".
    state = ""
    for line in ask(runner, ["dkms", "status"]).splitlines():
        found = re.match(r"virtualbox[/,] ?([^,:]+)(?:, ([^,:]+), [^:]+)?: (\w+)", line)
        if found and found.group(2) in (None, kernel):
            state = found.group(3)
            if found.group(2):
                break
    return state


def vms(files):
    """Return [{user, file}]: every VM that an account has registered, from its settings; a link in a home is not followed."""
    found = []
    for user, home in files.homes():
        text = files.read_own("%s/%s" % (home, SETTINGS)) or ""
        found += [{"user": user, "file": path} for path in re.findall(r'<MachineEntry\b[^>]*\bsrc="([^"]*)"', text)]
    return sorted({(one["user"], one["file"]): one for one in found}.values(), key=lambda one: (one["user"], one["file"]))


def running(files):
    """Return [{pid, program, name}]: the processes that are VMs now, whoever's; ``name`` is the VM's, "" when it is not on the command line."""
    found = []
    for name in files.names("/proc"):
        if not name.isdigit():
            continue
        words = (files.read("/proc/%s/cmdline" % name) or "").split("\0")
        program = words[0].split("/")[-1]
        if program not in PROGRAMS or not {"--startvm", "-startvm", "--comment", "-s"} & set(words):
            continue
        machine = next((words[place + 1] for word in ("--comment", "--startvm", "-startvm", "-s") for place in range(len(words) - 1)
                        if words[place] == word), "")
        found.append({"pid": int(name), "program": program, "name": machine})
    return found
