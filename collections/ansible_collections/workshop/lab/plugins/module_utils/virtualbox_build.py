"""VirtualBox's modules: built for the running kernel and loaded, or the exact reason why not."""

import re

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.machine_host import ask, modules
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_diagnosis import built, loaded, sentence
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_read import dkms, dpkg, running
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_releases import MODULES

ORACLE_LOG = "/var/log/vbox-setup.log"
LAST = 6000  # characters of a log that are looked at: the end has the error
QUICK = 60  # seconds for modprobe and depmod


def work(runner, files, timeout, check_mode):
    """Reach "all three modules of the installed version are loaded"; return {changed, built, loaded, kernel, version}.

    ``timeout``: seconds for the build. LabError with the reason, ``diagnosis`` in its result.
    """
    kernel = ask(runner, ["uname", "-r"]).strip()
    packages, _broken = dpkg(runner)
    names = [name for name in packages if re.match(r"\Avirtualbox(-[0-9]+\.[0-9]+)?\Z", name)]
    if not names:
        raise LabError("VirtualBox is not installed here; install its packages (role virtualbox) first.")
    oracle = names[0] != "virtualbox"
    there, now = _there(runner, kernel), [name for name in MODULES if name in modules(files)]
    stale = _stale(runner, files, now)
    result = {"changed": len(now) < len(MODULES) or bool(stale), "built": there, "loaded": now, "kernel": kernel, "version": packages[names[0]]}
    if not result["changed"] or check_mode:
        return result
    if stale and running(files):
        raise LabError("The loaded modules of VirtualBox are older than the installed ones (%s), and VMs run: %s. Stop them and run again." % (
            ", ".join(stale), ", ".join(one["name"] or one["program"] for one in running(files))))
    if len(there) < len(MODULES):
        _build(runner, files, kernel, oracle, timeout)
    if stale:
        runner.run(["modprobe", "--remove", "--"] + [name for name in reversed(MODULES) if name in now], limit=QUICK)
    _load(runner)
    result.update(built=_there(runner, kernel), loaded=[name for name in MODULES if name in modules(files)])
    return result


def _there(runner, kernel):
    """Return the modules that are built for a kernel."""
    return [name for name in MODULES if ask(runner, ["modinfo", "--set-version", kernel, "--field", "filename", name]).strip()]


def _stale(runner, files, now):
    """Return the loaded modules that are of another version than the files: /sys tells the srcversion of the one, modinfo that of the other."""
    found = []
    for name in now:
        inside = (files.read("/sys/module/%s/srcversion" % name) or "").strip()
        outside = ask(runner, ["modinfo", "--field", "srcversion", name]).strip()
        if inside and outside and inside != outside:
            found.append(name)
    return found


def _build(runner, files, kernel, oracle, timeout):
    """Build all modules for a kernel."""
    argv = ["/sbin/vboxconfig"] if oracle else ["dkms", "autoinstall", "-k", kernel]
    if not oracle and not dkms(runner, kernel):
        raise LabError("DKMS does not know VirtualBox's module: the package virtualbox-dkms is not installed or not configured; run `dpkg --configure -a` "
                       "and this again.")
    if not files.exists("/lib/modules/%s/build/Makefile" % kernel):
        diagnosis = built("Your kernel headers for kernel %s cannot be found" % kernel)
        raise LabError(sentence(diagnosis, "VirtualBox's modules could not be built"), diagnosis=dict(diagnosis._asdict()))
    done = runner.run(argv, limit=timeout)
    text = "%s\n%s\n%s" % (done.out, done.err, log(files, oracle))
    if done.rc is None:
        raise LabError("`%s` did not end within %.0f seconds. It last said:\n%s\nRun again with a longer module_timeout." % (
            " ".join(argv), done.seconds, "\n".join(text.strip().splitlines()[-8:])))
    missing = [name for name in MODULES if name not in _there(runner, kernel)]
    if missing:
        diagnosis = built(text)
        raise LabError(sentence(diagnosis, "VirtualBox's modules could not be built (%s missing, `%s` ended with exit code %s)" % (
            ", ".join(missing), " ".join(argv), done.rc)), diagnosis=dict(diagnosis._asdict()), log=text[-LAST:])


def log(files, oracle):
    """Return the end of the build's log."""
    if oracle:
        return (files.read(ORACLE_LOG) or "")[-LAST:]
    found = ""
    for version in files.names("/var/lib/dkms/virtualbox"):
        found = files.read("/var/lib/dkms/virtualbox/%s/build/make.log" % version) or found
    return found[-LAST:]


def _load(runner):
    for name in MODULES:
        done = runner.run(["modprobe", name], limit=QUICK)
        if done.rc == 0:
            continue
        said = (done.err + "\n" + done.out).strip()
        diagnosis = loaded(said)
        if diagnosis.id == "UNKNOWN":
            kernel = "\n".join(line for line in ask(runner, ["dmesg"]).splitlines() if "vbox" in line.lower() or "module" in line.lower())[-LAST:]
            diagnosis = loaded("%s\n%s" % (said, kernel))
        raise LabError(sentence(diagnosis, "VirtualBox's module %s could not be loaded" % name), diagnosis=dict(diagnosis._asdict()))
