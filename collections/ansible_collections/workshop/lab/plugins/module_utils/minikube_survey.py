"""Reading the present cluster: the owner's files and `minikube status`, and in two rare cases one question more."""

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.minikube import vm_is_known
from ansible_collections.workshop.lab.plugins.module_utils.minikube_state import NAME, entries, json_object, mentions, read_state


def survey(minikube, home, goal, wanted):
    """Return the State. Reads only: the owner's files and `minikube status`, and in two rare cases one question more."""
    seen = home.look()
    program = minikube.installed()
    # Without ~/.minikube there is no cluster, and asking minikube would make that directory.
    done = minikube.status() if seen.home and program else None
    state = read_state(seen, done, program=program)
    if state.half_made:
        state = state._replace(vm_known=vm_known(minikube, wanted.driver))
    if goal == "absent" and mentions(seen.texts.get("kubeconfig")):
        done = minikube.kubectl("config", "view", "-o", "json")
        if done.rc != 0:
            raise LabError("The kubeconfig of %s names a cluster %s, and kubectl cannot read it: %s; mend or remove ~/.kube/config and run again." % (
                minikube.account.name, NAME, done.err.strip() or done.out.strip()))
        state = state._replace(entries=entries(json_object(done.out)))
    return state


def vm_known(minikube, driver):
    """Whether the hypervisor has a VM called minikube; None when it cannot be asked."""
    if driver == "none":
        return False
    try:
        return vm_is_known(minikube.vms(driver), driver)
    except LabError:
        return None
