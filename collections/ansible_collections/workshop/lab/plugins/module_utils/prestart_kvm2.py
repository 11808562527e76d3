"""Looking before a start with driver kvm2: libvirt answers the cluster's user, has KVM and the network default, and the driver's program runs."""

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.kvm_problem_list import LIBVIRT, PROGRAM
from ansible_collections.workshop.lab.plugins.module_utils.minikube_problems import match
from ansible_collections.workshop.lab.plugins.module_utils.prestart_seat import LIMIT, problem

VIRSH = ["virsh", "--connect", "qemu:///system"]
# The first is minikube's own question (pkg/minikube/registry/drvs/kvm2). A network that is only stopped is started by the driver.
QUESTIONS = (["domcapabilities", "--virttype", "kvm"], ["net-info", "default"])


def kvm2(runner):
    """Return the Problems that libvirt and the driver's program show; at most three questions."""
    problems = []
    for words in QUESTIONS:
        try:
            done = runner.run(VIRSH + words, limit=LIMIT)
        except LabError as error:
            return [problem("KVM_NO_LIBVIRT", "libvirt is not installed", LIBVIRT, str(error))]
        if done.rc != 0:
            problems.append(_failed(runner, " ".join(VIRSH + words), done))
            break  # what the next question says would follow from it
    return problems + _program(runner)


def _failed(runner, command, done):
    said = (done.err + "\n" + done.out).strip()
    known = match(said)
    if known:
        return known._replace(text=said)
    if done.rc is None:
        return problem("KVM_SILENT", "`%s` did not end within %.0f seconds" % (command, LIMIT), "restart libvirt (`systemctl restart libvirtd`) and run again",
                       said)
    return problem("KVM_BROKEN", "`%s` fails (exit code %s)" % (command, done.rc), "make it work as %s; %s" % (runner.account.name, LIBVIRT), said)


def _program(runner):
    """A program that is there must run. A missing one is no problem yet: minikube downloads it (--auto-update-drivers)."""
    try:
        done = runner.run(["docker-machine-driver-kvm2", "version"], limit=LIMIT)
    except LabError:
        return []
    if done.rc == 0:
        return []
    said = (done.err + "\n" + done.out).strip()
    known = match(said)
    broken = problem("KVM2_DRIVER_BROKEN", "docker-machine-driver-kvm2 does not run (exit code %s)" % done.rc, PROGRAM, said)
    return [known._replace(text=said) if known else broken]
