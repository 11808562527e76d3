"""From where to where an upgrade goes, and what stands against it that minikube itself would not say; of what the seat has told."""

import json

from ansible_collections.workshop.lab.plugins.module_utils.minikube_wanted import numbers

PROGRAMS = ("minikube", "kubectl")


def plan(before, kubectl, wanted, owner):
    """Return {"line", "refusal"}: one line for a person, and why nothing may be changed ("" where nothing stands against it).

    ``before``: what minikube_info returned. ``kubectl``: what `kubectl version --client --output=json` printed, anything where there is none.
    ``wanted``: {"minikube", "kubectl", "kubernetes"}, versions like v1.5.2. ``owner``: the account whose cluster it is.
    """
    found = {"minikube": before.get("minikube_version") or "", "kubectl": client_version(kubectl), "kubernetes": before["cluster"]["kubernetes_version"] or ""}
    steps = [_step(name, found[name], wanted[name]) for name in PROGRAMS] + [_step("Kubernetes", found["kubernetes"], wanted["kubernetes"])]
    there = before["state"] != "absent"
    kept = "the cluster (driver %s, %s) stays" % (before["cluster"]["driver"] or "unknown", before["state"]) if there else "there is no cluster yet"
    refusal = ""
    if there and found["minikube"] and numbers(found["minikube"]) > numbers(wanted["minikube"]):
        refusal = (
            "minikube %s has made the cluster of %s, and minikube %s is wanted, which cannot read what a later one writes. Nothing was changed. Set "
            "minikube_version (and minikube_checksum) to %s; or delete the cluster with the program that is there, `minikube delete` as %s, by which all that "
            "runs in it is lost, and run again." % (found["minikube"], owner, wanted["minikube"], found["minikube"], owner))
    return {"line": "%s; %s" % (", ".join(steps), kept), "refusal": refusal}


def client_version(text):
    """Return kubectl's own version from its JSON; "" for anything else."""
    try:
        return str(json.loads(text)["clientVersion"]["gitVersion"])
    except (ValueError, KeyError, TypeError):
        return ""


def _step(name, found, wanted):
    return "%s %s" % (name, wanted if found == wanted else "%s -> %s" % (found or "none", wanted))
