"""What minikube_info tells: a State in words, with minikube's version and profiles."""

import re

from ansible_collections.workshop.lab.plugins.module_utils.minikube_state import AS_LEFT, profiles, read_state, shown


def report(minikube, home):
    """Return minikube_info's result. Reads only; at most three programs, none without minikube or without ~/.minikube."""
    seen = home.look()
    program = minikube.installed()
    asked = program and seen.home
    state = read_state(seen, minikube.status() if asked else None, program=program)
    # Every call of minikube makes ~/.minikube where there is none (v1.5.2 cmd/root.go): then not even its version is asked.
    done = minikube.ask("version") if asked else None
    found = re.search(r"minikube version: (\S+)", done.out) if done and done.rc == 0 else None
    word, reason = verdict(state)
    return {"changed": False, "state": word, "reason": reason, "cluster": shown(state), "current_context": state.current_context,
            "profiles": profiles(minikube.ask("profile", "list", "-o", "json").out if asked else ""), "minikube_version": found.group(1) if found else "",
            "foreign_files": list(state.foreign)}


def nothing(reason):
    """Return the result for a machine that does not even have the account."""
    return {"changed": False, "state": "absent", "reason": reason, "cluster": shown(AS_LEFT), "current_context": "",
            "profiles": {"valid": [], "invalid": []}, "minikube_version": "", "foreign_files": []}


def verdict(state):
    """Return (state, reason) in one word and one sentence."""
    if state.vanished:
        return "broken", "the VM was removed behind minikube's back"
    if state.half_made:
        return "broken", "~/.minikube/machines/minikube holds no config.json that can be read"
    if state.error:
        return "broken", state.error
    if state.profile_broken:
        return "broken", "minikube cannot read its profile ~/.minikube/profiles/minikube/config.json"
    if not state.exists:
        return "absent", "" if state.program else "minikube is not installed"
    if state.host in ("Stopped", "Saved"):
        return "stopped", ""
    if (state.host, state.kubelet, state.apiserver) == ("Running", "Running", "Running"):
        return "started", "" if state.kubeconfig == "Configured" else "the kubeconfig points to an old address or has no entry of the cluster"
    return "broken", "the host is %s, the kubelet %s, the API server %s" % tuple(
        word or "in no state that minikube has a word for" for word in (state.host, state.kubelet, state.apiserver))
