"""All checks of a seat, and the driver that can work there. Pure."""

from ansible_collections.workshop.lab.plugins.module_utils import preflight_macos
from ansible_collections.workshop.lab.plugins.module_utils.preflight_checks import common
from ansible_collections.workshop.lab.plugins.module_utils.preflight_drivers import DRIVERS, of_driver
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_checks import judged

# Stops that say nothing about the driver: a full disk is to be emptied, and no reason to work with another driver.
PASSING = ("disk.", "proxy.", "minikube.")
# A warning where its driver was asked for; for auto a reason to take another one, since it needs a person at the machine's own screen.
BY_HAND = ("virtualbox.secure_boot",)


def stops(checks, ignored=()):
    """Return the checks that stop: false, of severity stop, and not ignored."""
    return [one for one in checks if one["ok"] is False and one["severity"] == "stop" and one["id"] not in ignored]


def kept(facts, wanted):
    """Return (driver, owner) of the cluster that is on the machine, ("", "") without one. auto stays with it: another driver would need a new cluster."""
    own = facts["minikube"]
    if own["machine"] and own["driver"] in DRIVERS:
        return own["driver"], wanted["user"]
    # With driver none the cluster is root's.
    return ("none", "root") if {"user": "root", "driver": "none"} in facts["rivals"] else ("", "")


def judge(facts, wanted):
    """Return {checks, driver, reason, possible}.

    ``wanted``: driver (auto, virtualbox, kvm2 or none), drivers (those that auto tries, in order; a cluster that is there keeps its own), ignore (ids),
    user, kubernetes_version, cpus, memory_mb, host_only_cidr, service_cidr, clock_tolerance, virtualbox_source, virtualbox_series. ``driver`` of the result:
    the one to use, "" when none can work. ``reason``: why, one sentence. ``possible``: {driver: [ids of the checks that speak against it, PASSING ones left
    out]}. The checks are those of every seat and of that driver; where auto finds no driver, those of all.
    """
    mac = facts["system"] == "Darwin"
    present, owner = kept(facts, wanted) if wanted["driver"] == "auto" else ("", "")
    tried = wanted["drivers"] if wanted["driver"] == "auto" else [wanted["driver"]]
    names = [present] if present else [one for one in tried if not mac or one == "virtualbox"]
    every = ["virtualbox"] if mac else list(dict.fromkeys(names + list(wanted["drivers"])))
    if mac and not names:
        names = [wanted["driver"]]
    found = {name: preflight_macos.of_driver(name, facts, wanted) if mac else of_driver(name, facts, wanted) for name in list(dict.fromkeys(every + names))}
    possible = {name: [one["id"] for one in found[name] if _blocks(one, wanted)] for name in found}
    driver = present or next((name for name in names if not possible[name]), "")
    shown = [driver] if driver else names
    checks, seen = [], set()
    for one in common(facts, wanted, shown) + [_choice(wanted, names, driver, found, possible)] + [one for name in shown for one in found[name]]:
        if one["id"] not in seen:
            seen.add(one["id"])
            checks.append(one)
    reason = _stays(driver, owner, found, possible) if present else _reason(wanted, names, driver, found, possible)
    return {"checks": checks, "driver": driver, "reason": reason, "possible": possible}


def _blocks(one, wanted):
    """Whether a check speaks against its driver."""
    if one["ok"] is not False or one["id"] in wanted["ignore"] or one["id"].startswith(PASSING):
        return False
    return one["severity"] == "stop" or (wanted["driver"] == "auto" and one["id"] in BY_HAND)


def _why(name, found, possible):
    """Return in words what stops a driver."""
    bad = [one for one in found[name] if one["id"] in possible[name]]
    return "%s cannot (%s)" % (name, "; ".join("%s: %s" % (one["id"], one["actual"]) for one in bad[:3]) + ("; ..." if len(bad) > 3 else ""))


def _stays(driver, owner, found, possible):
    """Return why auto keeps the driver of a cluster that is there, and what stands in its way by now."""
    words = "Driver %s stays: %s has a cluster with it, and another driver would need a new one" % (driver, owner)
    return words + ("." if not possible[driver] else "; by now %s." % _why(driver, found, possible))


def _reason(wanted, names, driver, found, possible):
    if wanted["driver"] != "auto":
        if driver:
            return "Driver %s is asked for, and nothing stops it here." % driver
        return "Driver %s is asked for, and cannot work here; %s." % (wanted["driver"], _instead(names, found, possible))
    before = names[:names.index(driver)] if driver else names
    if not driver:
        return "No driver can work here: %s." % "; ".join(_why(name, found, possible) for name in before)
    if not before:
        return "Driver %s is the first choice, and nothing stops it here." % driver
    return "Driver %s can work here; %s." % (driver, "; ".join(_why(name, found, possible) for name in before))


def _instead(names, found, possible):
    """Return what could work in place of the driver asked for, or what stops that."""
    others = [name for name in possible if name not in names]
    good = [name for name in others if not possible[name]]
    if good:
        return "what could work instead: %s" % " or ".join("cluster_driver: " + name for name in good)
    return "no other driver could either" + (": %s" % ", ".join(_why(name, found, possible) for name in others) if others else "")


def _nearest(found, possible):
    """Return the remedies of the driver that the fewest checks stop, as sentences."""
    name = min(possible, key=lambda one: len(possible[one]))
    return "The nearest is %s: %s" % (name, " ".join(one["hint"] for one in found[name] if one["id"] in possible[name]))


def _choice(wanted, names, driver, found, possible):
    """The check that says which driver works. A driver that was asked for has its own stops in the list, so this one only warns there."""
    auto, hint = wanted["driver"] == "auto", ""
    if not driver:
        instead = _instead(names, found, possible)
        hint = _nearest(found, possible) if auto or "could either" in instead else instead[0].upper() + instead[1:] + "."
    which = "A driver" if auto else "Driver " + wanted["driver"]
    return judged("stop" if auto else "warn", "driver", which + " can work on this machine", bool(driver), " or ".join(names),
                  driver or "none can" if auto or driver else "it cannot", hint=hint)
