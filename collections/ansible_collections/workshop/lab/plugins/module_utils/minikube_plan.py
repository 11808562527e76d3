"""From what is wanted and what is there to the shortest safe way between them. Pure functions: nothing is read, nothing is started."""

import collections

from ansible_collections.workshop.lab.plugins.module_utils import minikube_flags
from ansible_collections.workshop.lab.plugins.module_utils.minikube_state import NAME
from ansible_collections.workshop.lab.plugins.module_utils.minikube_wanted import difference, mendable_differences, numbers, shape_differences, start_flags

#: One step. kind: what is done (minikube_act.py). healing: the text of the return value healed, "" for an ordinary step. args: tuple, by kind.
Step = collections.namedtuple("Step", "kind healing args")
#: steps in order; differences: list of {name, found, wanted}; refusals: sentences, and when there is one nothing is done; lost: the cluster that is there
#: goes with all that runs in it.
Plan = collections.namedtuple("Plan", "steps differences refusals lost")

# A failed start deletes the VM, so a state that minikube cannot handle is left alone.
STARTABLE = ("Running", "Stopped", "Saved", "Paused")
AT_REST = ("", "Stopped", "Saved")
REMAKE = "set recreate: true, which makes a new cluster and loses all that runs in the present one"


def make_plan(goal, wanted, state, recreate=False, can_own=True, owner=""):
    """Return the Plan for ``goal`` (started, stopped, absent). can_own: whether this process may give files back (root)."""
    plan = {"started": _started, "stopped": _stopped, "absent": _absent}[goal](wanted, state, recreate, owner)
    if state.foreign and (plan.steps or plan.refusals or state.error):
        if not can_own:
            return plan._replace(steps=[], refusals=[
                "%s of %s belong%s to another account; run with become, or give %s back (`chown -R %s: ~/.minikube ~/.kube`), and run again." % (
                    _some(state.foreign), owner, "s" if len(state.foreign) == 1 else "", "it" if len(state.foreign) == 1 else "them", owner)])
    if state.foreign and can_own:
        # What such files hide is not known yet: the rest is planned anew once they are given back.
        return Plan([Step("own", "gave back to %s what belonged to another account: %s" % (owner, _some(state.foreign)), ())] + plan.steps,
                    plan.differences, plan.refusals if not state.error else [], plan.lost)
    return plan


def _refuse(sentence):
    """Return the Plan that does nothing and says why."""
    return Plan([], [], [sentence], False)


def _text(value):
    """Return an option's value for a sentence."""
    return (", ".join(value) or "[]") if isinstance(value, list) else value


def _some(paths, most=4):
    """Return the first of the paths as text."""
    return ", ".join(paths[:most]) + (" and %d more" % (len(paths) - most) if len(paths) > most else "")


def _started(wanted, state, recreate, owner):
    if not state.program:
        return _refuse("There is no %s on this machine; install minikube first (role minikube)." % wanted.minikube_path)
    if state.half_made:
        return _half_made(wanted, state, recreate, owner)
    if state.vanished:
        return _vanished(wanted, state)
    if state.error and not (state.profile_broken and recreate):
        return _refuse("The state of the cluster \"%s\" of %s cannot be told: %s; mend that and run again." % (NAME, owner, state.error))
    if not state.exists:
        return _fresh(wanted, state)
    return _existing(wanted, state, recreate, owner)


def _fresh(wanted, state, first=(), lost=False):
    """Make a cluster. ``first``: the steps before. Without a VM a profile has nothing to lose."""
    steps = list(first)
    if state.profile_broken:
        steps.append(Step("drop_profile", "removed a profile that minikube could not read and that belonged to no VM", ()))
    elif state.version and numbers(state.version) > numbers(wanted.kubernetes_version) and not any(step.kind == "delete" for step in steps):
        steps.append(Step("delete", "deleted the profile of a cluster that is not there any more: minikube refuses to go back from %s to %s" % (
            state.version, wanted.kubernetes_version), ()))
    return Plan(steps + [Step("start", "", start_flags(wanted))], [difference("host", "absent", "Running")], [], lost)


def _half_made(wanted, state, recreate, owner):
    where = "~/.minikube/machines/%s of %s" % (NAME, owner)
    if state.vm_known is None:
        return _refuse("%s holds no config.json that can be read, and the hypervisor cannot be asked whether it has a VM \"%s\"; make `%s` work as %s "
                       "and run again." % (where, NAME, "virsh list --all" if wanted.driver == "kvm2" else "VBoxManage list vms", owner))
    if state.vm_known and not recreate:
        return _refuse("%s holds no config.json that can be read, but the hypervisor has a VM \"%s\"; put the file back from a backup, or %s." % (
            where, NAME, REMAKE))
    first = [Step("remove_vm", "", ())] if state.vm_known else []
    if state.disk:
        first.append(Step("set_aside", "moved a half made machine directory that holds a VM's disk aside", ()))
    else:
        first.append(Step("forget_machine", "removed a half made machine directory: no config.json, no disk, no VM", ()))
    return _fresh(wanted, state, first, lost=bool(state.vm_known))


def _vanished(wanted, state):
    first = []
    if state.disk:
        first.append(Step("set_aside", "moved the directory of a VM that the hypervisor does not know any more aside, since it holds the VM's disk", ()))
    if state.profile_broken:
        first.append(Step("drop_profile", "removed a profile that minikube could not read and that belonged to no VM", ()))
    return _fresh(wanted, state._replace(profile_broken=False), first + [
        Step("delete", "deleted what minikube still held of a VM that was removed behind its back", ())])


def _existing(wanted, state, recreate, owner):
    shape, refusals = shape_differences(wanted, state), []
    older = state.version and numbers(state.version) > numbers(wanted.kubernetes_version)
    needs_new = shape + ([difference("kubernetes_version", state.version, wanted.kubernetes_version)] if older else [])
    for one in needs_new:
        if one["name"] == "driver":
            refusals.append("The cluster of %s was made with driver %s, and %s is wanted; set driver to %s, or %s." % (
                owner, one["found"], one["wanted"], one["found"], REMAKE))
        elif one["name"] == "kubernetes_version":
            refusals.append("The cluster of %s runs Kubernetes %s, and %s is wanted: Kubernetes cannot go back; set kubernetes_version to %s, or %s." % (
                owner, one["found"], one["wanted"], one["found"], REMAKE))
        else:
            refusals.append("The VM \"%s\" of %s was made with %s %s, and %s is wanted: an existing VM keeps its shape; set %s to %s, or %s." % (
                NAME, owner, one["name"], _text(one["found"]), _text(one["wanted"]), one["name"], _text(one["found"]), REMAKE))
    if state.profile_broken:
        refusals.append("minikube cannot read its profile ~/.minikube/profiles/%s/config.json of %s; mend or restore that file, or %s." % (NAME, owner, REMAKE))
        needs_new = needs_new + [difference("profile", "broken", "valid")]
    if state.host not in STARTABLE:
        way = " (`VBoxManage controlvm %s poweroff` as %s)" % (NAME, owner) if state.driver == "virtualbox" else ""
        refusals.append("The host of cluster \"%s\" of %s is in state \"%s\", from which a failing start would delete it; bring it to a stop first%s, or "
                        "%s." % (NAME, owner, state.host or "unknown", way, REMAKE))
        needs_new = needs_new + [difference("host", state.host or "unknown", "Running")]
    if needs_new and not recreate:
        return Plan([], needs_new, refusals, False)
    if needs_new:
        drop = [Step("drop_profile", "", ())] if state.profile_broken else []
        return Plan(drop + [Step("delete", "", ()), Step("start", "", start_flags(wanted))], needs_new, [], True)
    return _mend(wanted, state)


def _mend(wanted, state):
    """The cluster is there and of the wanted shape: start it, or only mend the kubeconfig, or nothing."""
    found = [difference(name, getattr(state, name) or "not running", "Running") for name in ("host", "kubelet", "apiserver")
             if getattr(state, name) != "Running" and (name == "host" or state.host == "Running")]
    found += mendable_differences(wanted, state)
    given = minikube_flags.read_arguments(wanted.extra_arguments)
    if found:
        # minikube makes its context the current one; on a cluster that was there before, another choice of the student stays.
        keep = state.current_context not in ("", NAME) and "keep-context" not in given
        return Plan([Step("start", "", start_flags(wanted, keep))], found, [], False)
    steps = []
    if state.kubeconfig != "Configured":
        found.append(difference("kubeconfig", state.kubeconfig or "unknown", "Configured"))
        if state.entry:
            steps.append(Step("update_context", "pointed the kubeconfig to the cluster's present address", ()))
        else:
            steps.append(Step("set_entries", "wrote the kubeconfig's entries of the cluster anew", ()))
    if not state.current_context and given.get("keep-context") != "true":
        found.append(difference("current-context", "none", NAME))
        steps.append(Step("use_context", "made %s the kubeconfig's current context again" % NAME, ()))
    return Plan(steps, found, [], False)


def _stopped(wanted, state, _recreate, owner):
    if state.half_made and state.vm_known is not False:
        return _refuse("~/.minikube/machines/%s of %s holds no config.json that can be read, and the hypervisor %s; power that VM off by "
                       "hand, or put the file back from a backup, and run again." % (
                           NAME, owner, "has a VM \"%s\"" % NAME if state.vm_known else "cannot be asked"))
    if state.error:
        return _refuse("The state of the cluster \"%s\" of %s cannot be told: %s; mend that and run again." % (NAME, owner, state.error))
    if state.machine and not state.host and not state.vanished:
        return _refuse("The host of cluster \"%s\" of %s is in a state that minikube has no word for; look at it with "
                       "`VBoxManage showvminfo %s`, bring it to a stop and run again." % (NAME, owner, NAME))
    if state.host in AT_REST:
        return Plan([], [], [], False)
    return Plan([Step("stop", "", ())], [difference("host", state.host, "Stopped")], [], False)


def _absent(wanted, state, _recreate, owner):
    known = state.exists or state.half_made or bool(state.profile) or state.profile_broken or bool(state.error)
    if known and not state.program:
        return _refuse("There is no %s on this machine, and ~/.minikube of %s holds a cluster; install minikube, which is needed to delete it." % (
            wanted.minikube_path, owner))
    if state.half_made and state.vm_known is None:
        return _refuse("~/.minikube/machines/%s of %s holds no config.json that can be read, and the hypervisor cannot be asked whether it has "
                             "a VM of that name; make it answer, or remove that directory, and run again." % (NAME, owner))
    steps = [Step("remove_vm", "", ())] if state.half_made and state.vm_known else []
    if state.half_made:
        steps.append(Step("forget_machine", "removed a machine directory without a record that minikube could read%s" % (
            ", with the disk in it" if state.disk else ""), ()))
    if known:
        # minikube v1.5.2 gives up on a profile that it cannot read, and says 0 all the same.
        steps += [Step("drop_profile", "", ())] if state.profile_broken else []
        steps.append(Step("delete", "", ()))
    found = [difference("host", state.host or "left over", "absent")] if known else []
    left = state.entries
    if left and (left.cluster or left.context or left.user or left.current):
        found.append(difference("kubeconfig", "entries called %s" % NAME, "none"))
        healing = "" if known else "took out of the kubeconfig what an earlier delete had left there"
        steps.append(Step("forget", healing, tuple(left)))
    return Plan(steps, found, [], known)
