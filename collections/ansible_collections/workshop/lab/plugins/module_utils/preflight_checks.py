"""What can stop a class on any seat, whatever the driver: from facts to checks, each with severity "stop" or "warn". Pure."""

from ansible_collections.workshop.lab.plugins.module_utils import seat_clock
from ansible_collections.workshop.lab.plugins.module_utils.preflight_network import uncovered
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_checks import judged
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_releases import RELEASES

PACKAGES_MB = 1500  # our judgement: VirtualBox with its windows, compiler and headers are 700 MB, Docker 400 MB
PARTS_MB = 500  # below that not even half of them
MIRRORS = {"virtualbox": "virtualbox_oracle_uri", "virtualbox-key": "virtualbox_oracle_key_url"}  # source -> what moves it; files and registries else
ARCHITECTURES = ("x86_64", "aarch64", "arm64")


def common(facts, wanted, drivers):
    """Return the checks of every driver. ``wanted``: the module's options; ``drivers``: whose sources count."""
    result = [_system(facts), _architecture(facts), _clock(facts, wanted)]
    result += [_dpkg(facts)] if facts.get("dpkg") else []
    result += [space(facts, "packages", PARTS_MB, PACKAGES_MB)] if facts["system"] == "Linux" else []
    result += sources([one for one in facts.get("sources") or [] if set(one.get("drivers") or drivers) & set(drivers)])
    result += [_account(facts, wanted), _owner(facts, wanted)] if facts.get("account") else []
    return [one for one in result if one]


def _system(facts):
    name = "%s %s" % (facts["distribution"], facts["release"])
    known = facts["system"] == "Darwin" or any((one.distribution, one.release) == (facts["distribution"], facts["release"]) for one in RELEASES)
    return judged("warn", "seat.system", "The system is one that the toolkit was written for", known,
                  "Ubuntu 18.04 to 24.04, Debian 11 to 13 or sid, or macOS", name.strip() or "not known",
                  hint="" if known else "Try it on one machine first: packages may have other names there.")


def _architecture(facts):
    there = facts["architecture"]
    hint = ("" if there == "x86_64" else "Use amd64 machines: minikube v1.5.2 was published for amd64 only, and VirtualBox 6 and 7.0 run on no other."
            if there not in ARCHITECTURES[1:] else
            "Use an amd64 machine, or set minikube_version, minikube_checksum and cluster_driver: none for a build of your own: the pinned minikube v1.5.2 "
            "has none for this processor.")
    return judged("stop", "seat.architecture", "The programs are published for this processor", there == "x86_64", "x86_64", there or "not known", hint=hint)


def _clock(facts, wanted):
    ahead = facts.get("clock_seconds")
    if ahead is None:
        return None
    return dict(seat_clock.look(ahead, wanted["clock_tolerance"]), severity="stop" if abs(ahead) > seat_clock.HOUR else "warn")


def _dpkg(facts):
    broken = sorted(set(facts.get("dpkg_audit") or []) | set(facts.get("dpkg_broken") or []))
    there = ", ".join(broken[:6]) + (" and %d more" % (len(broken) - 6) if len(broken) > 6 else "")
    if facts.get("dpkg_interrupted"):
        there = (there + "; " if there else "") + "an interrupted run of dpkg"
    module = any(name.startswith("virtualbox") or name.startswith("linux-") for name in broken)
    return judged("stop", "seat.packages", "No package is half-configured", not there, "nothing in `dpkg --audit`", there or "nothing",
                  hint="" if not there else "Run `dpkg --configure -a` and `apt-get --fix-broken install`%s; until then apt installs nothing." % (
                      "; where VirtualBox's module does not build, the role virtualbox mends it" if module else ""))


def space(facts, what, least, good):
    """Return the check of one of the places: below ``least`` MB it stops, below ``good`` MB it warns."""
    place = next((one for one in facts["places"] if one["what"] == what), None)
    if place is None:
        return None
    title = {"vm": "There is room for the VM", "images": "There is room for the images", "packages": "There is room for the packages"}[what]
    free = place["free_mb"]
    if free is None:
        return judged("stop", "disk." + what, title, None, "%d MB free" % good, place["path"], hint="How much is free there could not be told.")
    if place["read_only"]:
        return judged("stop", "disk." + what, title, False, "%d MB free" % good, "%s is mounted read-only" % place["at"],
                      hint="Read `dmesg`: a broken disk is the usual cause; mend it.")
    ok = free >= good
    return judged("stop" if free < least else "warn", "disk." + what, title, ok, "%d MB free for %s" % (good, place["path"]), "%d MB" % free,
                  hint="" if ok else "Free space there (`df -h %s`, `du -xh %s | sort -h | tail`) or give it a larger disk." % (place["at"], place["at"]))


def sources(found):
    """Return the checks of DNS and of each source; apt's repositories are one check."""
    asked = [one for one in found if one["name_found"] is not None]
    result = []
    if asked:
        some = any(one["name_found"] for one in asked)
        result.append(judged("stop", "seat.dns", "Names are found", some, "at least one of %d names" % len(asked),
                             "some" if some else "none of %s" % ", ".join(sorted(set(one["url"].split("/")[2] for one in asked)))[:200],
                             hint="" if some else "Name a DNS server that answers (`resolvectl status`, /etc/resolv.conf), or set a proxy."))
    apt = [one for one in found if one["name"] == "apt"]
    for one in found:
        if one["name"] != "apt":
            result.append(judged(one.get("severity", "stop"), "source." + one["name"], "%s can be had from %s" % (one["name"], one["url"].split("/")[2]),
                                 one["ok"], "an answer", one["answer"], seconds=one["seconds"],
                                 hint="" if one["ok"] else "Open the way to %s (network, firewall, proxy), or set %s to a mirror in the house." % (
                                     "/".join(one["url"].split("/")[:3]), MIRRORS.get(one["name"], "artifact_mirror_url or cluster_registry_mirrors"))))
    if apt:
        bad = [one for one in apt if not one["ok"]]
        result.append(judged("stop" if len(bad) == len(apt) else "warn", "source.apt", "The package repositories can be had", not bad,
                             "%d repositories" % len(apt), "; ".join("%s: %s" % (one["url"], one["answer"]) for one in bad[:3]) or "all",
                             hint="" if not bad else "Mend the network, or the lines in /etc/apt/sources.list and /etc/apt/sources.list.d; %s" % (
                                 "without them no package can be installed." if len(bad) == len(apt) else "packages may come from the others.")))
    return result


def proxy(facts, networks):
    """Return a check for each place where a proxy is set: what must not go through it is in NO_PROXY. ``networks``: list of texts."""
    result = []
    for one in facts["proxies"]:
        missing = uncovered(one["no_proxy"], networks)
        result.append(judged("stop", "proxy." + _where(one["where"]), "What is near does not go through the proxy of %s" % one["where"], not missing,
                             "NO_PROXY with %s" % ", ".join(networks), "%s, NO_PROXY is %s" % (one["proxy"], one["no_proxy"] or "not set"),
                             hint="" if not missing else "Add %s to NO_PROXY and no_proxy in %s: kubectl and minikube would ask the proxy for the cluster." % (
                                 ",".join(missing), "/etc/environment" if one["where"] == "the environment" else one["where"])))
    return result


def _where(text):
    """Return the last part of an id for a place: environment for both "the environment" and /etc/environment would clash, so the path is kept."""
    return "environment" if text == "the environment" else text.strip("/").replace("/", ".").lower()


def _account(facts, wanted):
    error = facts["minikube"]["error"]
    if not error:
        return None
    return judged("stop", "minikube.home", "The home of %s can be read" % wanted["user"], None, facts["home"], "not readable", hint=error)


def _owner(facts, wanted):
    foreign = facts["minikube"]["foreign"]
    return judged("stop", "minikube.owner", "%s's ~/.minikube and ~/.kube are its own" % wanted["user"], not foreign, "no file of another account",
                  ", ".join(foreign[:4]) + (" and %d more" % (len(foreign) - 4) if len(foreign) > 4 else "") or "none",
                  hint="" if not foreign else "Give them back: `chown -R %s: %s/.minikube %s/.kube`. They are left by a start with sudo." % (
                      wanted["user"], facts["home"], facts["home"]))
