"""Where VirtualBox comes from on a machine: its distribution, Oracle's repository or Debian fasttrack."""

import collections
import re

from ansible_collections.workshop.lab.plugins.module_utils import virtualbox_releases as releases
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_kvm import numbers

#: source: distribution, oracle, fasttrack or none. series: Oracle's. version: what it is expected to bring. kept: whether the installed one stays.
#: remove: packages that must go first. reasons: sentences. stop: why there is none, "" otherwise. step: what can be done about that.
#: doubt: what nobody has tried, "" otherwise.
Choice = collections.namedtuple("Choice", "source series version kept remove reasons stop step doubt")


def choose(machine, wanted, release):
    """Return the Choice for a machine; ``release`` is its line of the table or None."""
    refused = _refuse(machine, release)
    if refused:
        return _none(*refused)
    source, installed = wanted.get("source") or "auto", _installed(machine)
    if source == "auto":
        return _auto(machine, wanted, release, installed)
    return {"distribution": _distribution, "oracle": _oracle, "fasttrack": _fasttrack}[source](machine, wanted, release, installed, [
        "The source %s was asked for." % source])


def newer_than(kernel, newest):
    """Whether a kernel release is newer than a kernel (major, minor); never when ``newest`` is ()."""
    return bool(newest) and numbers(kernel)[:2] > newest


def coming(machine):
    """Return the kernel to choose by: the running one, or a newer one whose packages dpkg could not configure, as where DKMS did not build the module for it.

    That one is the next to start, and until it is configured apt does nothing.
    """
    found = [re.match(r"\Alinux-(?:image|headers|modules)(?:-extra)?-(?:unsigned-)?([0-9].*)\Z", name) for name in machine.get("dpkg_broken") or []]
    return max([machine["kernel"]] + [one.group(1) for one in found if one], key=numbers)


def _refuse(machine, release):
    """Return (why, next step) when no source has anything for this machine."""
    if machine["architecture"] not in ("x86_64", "amd64"):
        return ("VirtualBox for Linux runs on x86_64 only, and this machine is %s" % machine["architecture"],
                "use driver none on it, or another machine")
    if release is None:
        return ("%s %s is not in the table of releases (Ubuntu 18.04 to 24.04, Debian 11 to 13 and sid)" % (machine["distribution"], machine["release"]),
                "install VirtualBox by hand, or use driver none")
    return None


def _installed(machine):
    """Return Oracle's series that is installed ("7.0"), "own" for a package of the name virtualbox, "" for none."""
    names = machine.get("virtualbox_packages") or []
    for name in names:
        found = re.match(r"\Avirtualbox-([0-9]+\.[0-9]+)\Z", name)
        if found:
            return found.group(1)
    return "own" if "virtualbox" in names else ""


def _auto(machine, wanted, release, installed):
    """The distribution's own package where it builds for the running kernel, else Oracle's; an installed one of Oracle's stays."""
    if installed not in ("", "own"):
        return _oracle(machine, wanted, release, installed, ["Oracle's VirtualBox %s is installed already." % installed])
    if not release.own:
        if installed == "own" and release.fasttrack:
            return _fasttrack(machine, wanted, release, installed, ["A package virtualbox is installed already, and %s %s itself has none." % (
                release.distribution, release.release)])
        return _oracle(machine, wanted, release, installed, ["%s %s has no package of VirtualBox." % (release.distribution, release.release)])
    kernel = coming(machine)
    if not newer_than(kernel, release.own_kernel):
        return _distribution(machine, wanted, release, installed, ["%s %s has VirtualBox %s, which builds for this kernel." % (
            release.distribution, release.release, release.own)])
    return _oracle(machine, wanted, release, installed, [
        "VirtualBox %s of %s %s is not known to build for kernels after %d.%d, and %s is %s." % (
            (release.own, release.distribution, release.release) + release.own_kernel +
            ("this one" if kernel == machine["kernel"] else "the one that is to start next", kernel))])


def _distribution(machine, wanted, release, installed, reasons):
    if not release.own:
        return _none("%s %s has no package of VirtualBox" % (release.distribution, release.release),
                     "set virtualbox_source to oracle%s" % (" or fasttrack" if release.fasttrack else ""))
    if newer_than(machine["kernel"], release.own_kernel):
        return _none("VirtualBox %s of %s %s is not known to build for kernels after %d.%d, and this one is %s" % (
            (release.own, release.distribution, release.release) + release.own_kernel + (machine["kernel"],)),
            "set virtualbox_source to oracle, or start an older kernel of the release")
    remove = ["virtualbox-" + installed] if installed not in ("", "own") else []
    return Choice("distribution", "", release.own, installed == "own", remove, reasons, "", "", "")


def _oracle(machine, wanted, release, installed, reasons):
    if not release.series:
        return _none("Oracle's repository has no suite for %s %s" % (release.distribution, release.release), "set virtualbox_source to distribution")
    series = str(wanted.get("series") or "") or (installed if installed in releases.SERIES else release.series)
    if series not in releases.SERIES:
        return _none("Oracle's series %s is not in the table (%s)" % (series, ", ".join(sorted(releases.SERIES))), "set virtualbox_series to one of these")
    version, newest = releases.SERIES[series]
    doubt = ""
    if newer_than(machine["kernel"], newest):
        doubt = "Oracle's VirtualBox %s is known to build for kernels up to %d.%d, and this one is %s" % ((series,) + newest + (machine["kernel"],))
    remove = [name for name in machine.get("virtualbox_packages") or [] if name in releases.OTHERS or re.match(r"virtualbox-[0-9]", name)]
    remove = [name for name in remove if name != "virtualbox-" + series]
    if wanted.get("gui", True) is False:
        reasons = reasons + ["Oracle's package has the graphical part in it: virtualbox_gui false changes nothing."]
    return Choice("oracle", series, version, installed == series, remove, reasons, "", "", doubt)


def _fasttrack(machine, wanted, release, installed, reasons):
    if not release.fasttrack:
        return _none("Debian fasttrack is not known to have VirtualBox for %s %s" % (release.distribution, release.release),
                     "set virtualbox_source to %s" % ("oracle" if release.series else "distribution"))
    remove = ["virtualbox-" + installed] if installed not in ("", "own") else []
    # What fasttrack has moves; it is sid's of some months ago. Counted with 7.0, the more careful rule for KVM.
    return Choice("fasttrack", "", "7.0", installed == "own", remove, reasons, "", "", "")


def _none(stop, step):
    return Choice("none", "", "", False, [], [stop + "."], stop, step, "")
