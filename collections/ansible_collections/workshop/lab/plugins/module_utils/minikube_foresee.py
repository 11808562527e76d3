"""What a Plan means before any of it is done: in words, in time, and what the cluster would be afterwards. Pure functions."""

from ansible_collections.workshop.lab.plugins.module_utils.minikube_state import AS_LEFT, shown

#: Kind of step -> what would be done.
PLANNED = {
    "own": "give files back", "start": "minikube start", "stop": "minikube stop", "delete": "minikube delete", "update_context": "minikube update-context",
    "remove_vm": "remove the VM", "set_aside": "move ~/.minikube/machines/minikube aside", "forget_machine": "remove ~/.minikube/machines/minikube",
    "drop_profile": "remove the profile", "set_entries": "kubectl config set-cluster, set-credentials, set-context",
    "use_context": "kubectl config use-context",
    "forget": "kubectl config delete-context, delete-cluster, unset"}


def predicted(order, state, plan):
    """Return what ``after`` would be (an Order, the State, its Plan)."""
    kinds = [step.kind for step in plan.steps]
    after = shown(state)
    if order.goal == "absent":
        return shown(AS_LEFT) if "delete" in kinds else after
    if "stop" in kinds:
        after.update(host="Stopped", kubelet="", apiserver="", kubeconfig="")
    if "start" in kinds:
        wanted = order.wanted
        after.update(host="Running", kubelet="Running", apiserver="Running", kubeconfig="Configured", driver=wanted.driver,
                     kubernetes_version=wanted.kubernetes_version)
        if wanted.driver != "none":
            after.update(cpus=wanted.cpus, memory_mb=wanted.memory_mb, disk_mb=wanted.disk_mb)
            after.update(host_only_cidr=wanted.host_only_cidr if wanted.driver == "virtualbox" else "")
    if "update_context" in kinds or "set_entries" in kinds:
        after.update(kubeconfig="Configured")
    return after


def pending(plan, limits):
    """Return what only_if_quick answers when the plan's steps may take long: nothing done, and the seconds they may take. None when all is quick."""
    kinds = [step.kind for step in plan.steps]
    if plan.refusals or not set(kinds) & {"own", "start", "stop", "delete", "remove_vm"}:
        return None
    seconds = 10 * limits["query"]
    if set(kinds) & {"own", "start"}:  # what follows when files are given back is not known yet
        seconds += limits["delete"] + limits["start"] + 2 * limits["ready"]  # a VM is powered on and has to answer (minikube_boot.py), then the cluster
    seconds += sum(limits[kind] for kind in ("stop", "delete") if set(kinds) & {"own", kind}) + (2 * limits["delete"] if "remove_vm" in kinds else 0)
    return {"changed": False, "pending": True, "limit": seconds, "doing": next((PLANNED[kind] for kind in ("start", "stop", "delete") if kind in kinds),
                                                                               "minikube")}
