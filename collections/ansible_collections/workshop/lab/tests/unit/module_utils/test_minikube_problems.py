"""What a person reads when `minikube` fails: the problem is recognised by the words of minikube v1.5.2 and VirtualBox, and there is always a next step."""

import re

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.minikube_problem_list import KNOWN, MESSAGES
from ansible_collections.workshop.lab.plugins.module_utils.minikube_problems import deleted_for, describe, explain
from ansible_collections.workshop.lab.plugins.module_utils.runner import Done
from ansible_collections.workshop.lab.plugins.module_utils.seat_problem_list import OWN

CRASHED = ("* \n* Sorry that minikube crashed. If this was unexpected, we would love to hear from you:\n"
           "  - https://github.com/kubernetes/minikube/issues/new/choose\n")
START = ["/usr/local/bin/minikube", "start"]


def failed(rc, err="", out=""):
    """A `minikube` call that ended badly."""
    return Done(START, rc, out, err, 300.0)


def crash(text, message="Unable to start VM"):
    """exit.WithError with an error that minikube does not know (rc 70)."""
    return failed(70, "* \nX %s: %s\n%s" % (message, text, CRASHED))


def known(name, text, message="Unable to start VM"):
    """exit.WithError with an error of minikube's list (rc 78)."""
    return failed(78, "* \nX %s\n* Error: [%s] %s\n* Suggestion: Do this.\n* Documentation: https://minikube.sigs.k8s.io/docs/\n* Related issues:\n"
                      "  - https://github.com/kubernetes/minikube/issues/3900\n* \n* If the above advice does not help, please let us know: \n"
                      "  - https://github.com/kubernetes/minikube/issues/new/choose\n" % (message, name, text))


@pytest.mark.parametrize("name", [entry[0] for entry in KNOWN])
def test_each_id_of_minikube_has_our_next_step_beside_its_own_advice(name):
    """All ids of pkg/minikube/problem/err_map.go."""
    problem = explain(known(name, "some words of the error"))
    assert problem.id == name and problem.text == "some words of the error"
    assert problem.advice == "Do this." and problem.documentation == "https://minikube.sigs.k8s.io/docs/"
    assert problem.step == {entry[0]: entry[3] for entry in KNOWN}[name]


def test_an_id_of_another_minikube_is_told_with_its_advice():
    """Another version may know more."""
    problem = explain(known("BRAND_NEW", "text"))
    assert (problem.id, problem.advice) == ("BRAND_NEW", "Do this.") and "minikube logs" in problem.step


ACCESS = ("create: creating: Error setting up host only network on machine start: /usr/bin/VBoxManage hostonlyif ipconfig vboxnet0 --ip 192.168.99.1 "
          "--netmask 255.255.255.0 failed:\nVBoxManage: error: Code E_ACCESSDENIED (0x80070005) - Access denied (extended info not available)\n"
          'VBoxManage: error: Context: "EnableStaticIPConfig(Bstr(pIp).raw(), Bstr(pNetmask).raw())" at line 242 of file VBoxManageHostonly.cpp')


@pytest.mark.parametrize("text, name, words", [
    (ACCESS, "VBOX_E_ACCESSDENIED", "/etc/vbox/networks.conf"),
    ("VBoxManage startvm minikube --type headless failed:\nVBoxManage: error: VT-x is being used by another hypervisor (VERR_VMX_IN_VMX_ROOT_MODE).\n"
     "VBoxManage: error: VirtualBox can't operate in VMX root mode.", "VBOX_VMX_ROOT_MODE", "enable_virt_at_load=0"),
    ("VBoxManage: error: VirtualBox can't enable the AMD-V extension. Please disable the KVM kernel extension (VERR_SVM_IN_USE)", "VBOX_SVM_IN_USE", "7.2.10"),
    ("VBoxManage: error: (VERR_SVM_HOST_SVME_NOT_ENABLED)", "VBOX_SVME_NOT_ENABLED", "remove `enable_virt_at_load=0`"),
    ("VBoxManage: error: AMD-V is disabled in the BIOS (or by the host OS) (VERR_SVM_DISABLED)", "VBOX_SVM_DISABLED", "firmware"),
    ("VBoxManage: error: VT-x is disabled in the BIOS (VERR_VMX_MSR_VMX_DISABLED)", "VBOX_VMX_DISABLED", "firmware"),
    ("modprobe: ERROR: could not insert 'vboxdrv': Required key not available", "VBOX_MODULE_UNSIGNED", "Enroll MOK"),
    ("VBoxManage: error: The virtual machine 'minikube' has terminated unexpectedly during startup with exit code 1 (0x1)\nVBoxManage: error: Details: code "
     "NS_ERROR_FAILURE (0x80004005)\nKernel driver not installed (rc=-1908)", "VBOX_MODULE_MISSING", "linux-headers-$(uname -r)"),
    ("(VERR_VM_DRIVER_VERSION_MISMATCH)", "VBOX_MODULE_MISMATCH", "reload"),
    ("VBoxNetAdpCtl: Error while adding new interface: failed to open /dev/vboxnetctl: No such file or directory", "VBOX_NET_MODULE_MISSING", "vboxnetadp"),
    ("VBoxManage: error: The machine 'minikube' is already locked by a session (or being locked or unlocked)", "VBOX_LOCKED", "close VirtualBox"),
    ("VBoxManage: error: Not enough memory (VERR_NO_MEMORY)", "VBOX_NO_MEMORY", "close programs"),
    ('create: precreate: We support Virtualbox starting with version 5. Your VirtualBox install is "4.2.8r83876". Please upgrade at https://www.virtualbox.org',
     "VBOX_TOO_OLD", "5.2 or later"),
    ("write /home/k8suser/.minikube/machines/minikube/disk.vmdk: no space left on device", "NO_SPACE", "df -h"),
    ("mkdir /home/k8suser/.minikube: read-only file system", "READ_ONLY", "dmesg"),
    ("Error writing file: unable to open /tmp/juju-kubeconfigUpdate: permission denied", "JUJU_LOCK", "remove /tmp/juju-kubeconfigUpdate"),
    ("open /home/k8suser/.minikube/profiles/minikube/config.json: permission denied", "FOREIGN_FILES", "chown"),
    ("docker cannot be found on the path for this machine. A docker installation is a requirement for using the none driver", "DOCKER_MISSING", "docker.io"),
    ('exec: "docker": executable file not found in $PATH', "DOCKER_MISSING", "docker.io"),
    ('exec: "sudo": executable file not found in $PATH', "PROGRAM_MISSING", "install sudo"),
    ("E: Could not get lock /var/lib/dpkg/lock-frontend", "PACKAGE_LOCK", "dpkg --configure -a"),
    ("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?", "DOCKER_DOWN", "systemctl restart docker"),
    ("toomanyrequests: You have reached your pull rate limit.", "REGISTRY_RATE_LIMIT", "registry_mirrors"),
    ("x509: certificate has expired or is not yet valid", "CLOCK_WRONG", "clock"),
    ("Failed to start docker.service: Unit docker.service is masked.", "UNIT_MASKED", "systemctl unmask docker`"),
    ("sudo systemctl start kubelet\nJob for kubelet.service failed because the control process exited with error code.",
     "UNIT_FAILED", "journalctl -u kubelet`"),
    ("error execution phase preflight: [preflight] Some fatal errors occurred:\n\t[ERROR Port-8443]: Port 8443 is in use",
     "KUBEADM_PREFLIGHT", "kubeadm names"),
])
def test_what_minikube_has_no_word_for(text, name, words):
    """VirtualBox, Docker and the seat inside `X Unable to start VM: ...`."""
    problem = explain(crash(text))
    assert problem.id == name and words in problem.step
    assert text.splitlines()[0] in problem.text, "the words it was recognised by are shown"


def test_the_cause_inside_wins_over_minikubes_own_id():
    """minikube picks one of its ids at random when several fit."""
    text = ("Error setting up host only network on machine start: hostonlyif ipconfig vboxnet0 failed:\n"
            "VBoxManage: error: E_ACCESSDENIED (0x80070005) Unspecified error")
    problem = explain(known("VBOX_HOST_NETWORK", text))
    assert problem.id == "VBOX_E_ACCESSDENIED" and problem.advice == "Do this."


def test_kernel_module_named_in_the_version_quote():
    """VBoxManage's warning ends up where minikube expects its version."""
    text = ('create: precreate: We support Virtualbox starting with version 5. Your VirtualBox install is "WARNING: The vboxdrv kernel module is not loaded. '
            'Either there is no module\\n available". Please upgrade at https://www.virtualbox.org')
    assert explain(known("VBOX_DRV_NOT_LOADED", text)).id == "VBOX_DRV_NOT_LOADED"
    assert explain(crash(text)).id == "VBOX_DRV_NOT_LOADED"


@pytest.mark.parametrize("rc, err, name, words", [
    (1, "X The driver 'foo' is not supported on linux\n", "DRIVER_UNKNOWN", "virtualbox, kvm2 or none"),
    (78, "X Unable to determine a default driver to use. Try specifying --vm-driver, or see https://minikube.sigs.k8s.io/docs/start/\n",
     "DRIVER_UNDECIDED", "driver"),
    (78, '! The existing "minikube" VM that was created using the "none" driver, and is incompatible with the "virtualbox" driver.\n'
         "X Exiting due to driver incompatibility\n", "DRIVER_MISMATCH", "recreate"),
    (78, "X Requested disk size 1000 is less than minimum of 2000\n", "DISK_TOO_SMALL", "disk_mb"),
    (64, "* Requested memory allocation 512 is less than the minimum allowed of 1024\n", "MEMORY_TOO_SMALL", "memory_mb"),
    (64, "* Requested cpu count 1 is less than the minimum allowed of 2\n", "TOO_FEW_CPUS", "cpus"),
    (78, "X Invalid size passed in argument: invalid size: 'x'\n", "SIZE_INVALID", "whole numbers"),
    (78, "X The 'none' driver does not support multiple profiles: https://minikube.sigs.k8s.io/docs/reference/drivers/none/\n", "NONE_PROFILES", "profile"),
    (64, "* Sorry, the kubeadm.pod-network-cidr parameter is currently not supported by --extra-config\n", "EXTRA_CONFIG_REFUSED", "extra_arguments"),
    (64, "* Sorry, the url provided with the --registry-mirror flag is invalid: ftp://x\n", "REGISTRY_MIRROR_INVALID", "http://HOST"),
    (77, """X The "none" driver requires root privileges. Please run minikube using 'sudo minikube --vm-driver=none'.\n""", "NONE_NEEDS_ROOT", "become"),
    (65, 'X Unable to parse "latest": No Major.Minor.Patch elements found\n', "VERSION_INVALID", "v1.16.2"),
    (65, "X Sorry, Kubernetes 1.10.0 is not supported by this release of minikube\n", "VERSION_TOO_OLD", "v1.11.10"),
    (78, "X Error: You have selected Kubernetes v1.15.0, but the existing cluster for your profile is running Kubernetes v1.16.2. "
         "Non-destructive downgrades are not supported, but you can proceed\n", "DOWNGRADE", "set kubernetes_version to v1.16.2"),
    (65, "X Unable to load config: invalid character 'x'\n", "PROFILE_CORRUPT", "profiles/minikube/config.json"),
    (66, 'X "minikube" host does not exist, unable to show an IP\n', "HOST_UNKNOWN", "started"),
    (74, "X minikube is unable to connect to the VM: dial tcp 192.168.99.100:22: i/o timeout\n", "VM_UNREACHABLE", "firewall"),
    (70, "* \nX Error getting host status: state: machine does not exist\n" + CRASHED, "MACHINE_VANISHED", "absent"),
    (70, "* \nX Error getting IP: Host is not running\n" + CRASHED, "NOT_RUNNING", "started"),
    (69, "X Failed to get service URL: services \"web\" not found\n", "SERVICE_FAILED", "kubectl get services"),
    (64, "Error: unknown flag: --driver\nSee 'minikube start --help' for usage.\n", "UNKNOWN_FLAG", "extra_arguments"),
    (64, 'Error: unknown command "node" for "minikube"\nRun \'minikube --help\' for usage.\n', "UNKNOWN_COMMAND", "minikube_path"),
    (70, "* \nX Error creating minikube directory: mkdir /nowhere: not a directory\n" + CRASHED, "HOME_UNWRITABLE", "home directory"),
    (70, '* \nX Failed to generate config: unknown runtime type: "x"\n' + CRASHED, "RUNTIME_UNKNOWN", "container-runtime"),
    (70, "* \nX Unable to stop VM: timeout\n" + CRASHED, "STOP_FAILED", "poweroff"),
    (70, "* \nX Error restarting cluster: waiting for apiserver: kubelet is not running\n" + CRASHED, "KUBEADM_FAILED", "minikube logs"),
    (70, "* \nX Wait failed: something\n" + CRASHED, "WAIT_FAILED", "minikube logs"),
])
def test_minikubes_last_words(rc, err, name, words):
    """The messages of its own checks, by exit code."""
    problem = explain(failed(rc, err))
    assert problem.id == name and words in problem.step
    assert "{" not in problem.cause + problem.step, "every group of the pattern is filled in"


def test_root_is_refused_on_standard_output():
    """This one is not on standard error."""
    out = ('* minikube v1.5.2 on Ubuntu 18.04\n* The "virtualbox" driver should not be used with root privileges.\n'
           "* If you are running minikube within a VM, consider using --vm-driver=none:\n*   https://minikube.sigs.k8s.io/docs/reference/drivers/none/\n")
    assert explain(failed(77, out=out)).id == "ROOT_REFUSED"


def test_words_of_another_exit_code_do_not_count():
    """Only together with its exit code is a message the end."""
    assert explain(failed(2, "* Requested cpu count 1 is less than the minimum allowed of 2\n")) is None


def test_success_is_no_problem():
    """Whatever it said."""
    assert explain(failed(0, "X no space left on device")) is None


def test_warnings_before_the_end_are_not_the_cause():
    """An offline start warns a lot and works."""
    err = ("! VM may be unable to resolve external DNS records: dial tcp: lookup kubernetes.io: no such host\n"
           "E1122 10:00:00.1 1 cache.go:9] no space left on device\n")
    out = "* Unable to pull images, which may be OK: dial tcp: lookup k8s.gcr.io: no such host\n"
    assert explain(failed(70, err + "* \nX Something else: entirely\n" + CRASHED, out)) is None
    assert explain(failed(70, err, out)) is None


def test_what_an_earlier_attempt_said_helps_when_the_end_is_silent():
    """A start tries four times and tells each failure on standard output."""
    out = "* Creating virtualbox VM (CPUs=2, Memory=2000MB, Disk=20000MB) ...\n* Retriable failure: create: " + ACCESS
    out += "\n* Deleting \"minikube\" in virtualbox ...\n"
    assert explain(failed(70, out=out)).id == "VBOX_E_ACCESSDENIED"
    assert explain(failed(None, out=out)).id == "VBOX_E_ACCESSDENIED"


def test_a_deleted_cluster_is_seen_whatever_the_exit_code():
    """For what the first attempt said: the later ones are about the new VM."""
    out = "* minikube v1.5.2\n* Retriable failure: start: VBoxManage failed:\nno medium\n* Creating virtualbox VM ...\n* Retriable failure: create: other\n"
    for rc in (0, 70, 78, None):
        assert deleted_for(failed(rc, out=out)) == "start: VBoxManage failed: no medium"
    assert deleted_for(failed(0, out="* Retriable failure: \n* Done!")) == "nothing" and deleted_for(failed(0, out="* Done!\n")) == ""
    assert len(deleted_for(failed(0, out="* Retriable failure: " + 400 * "x"))) == 150


def test_message_names_cause_words_advice_and_next_step():
    """All of it in one text."""
    error = describe(known("VBOX_VTX_DISABLED", "This computer doesn't have VT-X/AMD-v enabled"), "start the cluster")
    text = str(error)
    assert text.startswith("minikube could not start the cluster: [VBOX_VTX_DISABLED] ") and "(exit code 78)" in text
    assert "minikube advises: Do this. (documentation: https://minikube.sigs.k8s.io/docs/)" in text
    assert text.endswith("or use driver none.") and "Next step: switch VT-x" in text
    assert error.result["problem"]["id"] == "VBOX_VTX_DISABLED" and error.result["rc"] == 78


def test_unknown_error_is_shown_whole():
    """Both streams, uncut."""
    err, out = "X Something new\n" + "\n".join("err %d" % number for number in range(200)), "\n".join("out %d" % number for number in range(200))
    error = describe(failed(70, err, out), "stop the cluster")
    for part in ("Something new", "err 0\n", "err 199", "out 0\n", "out 199", "exit code 70", "Next step: read `minikube logs`"):
        assert part in str(error)
    assert error.result["problem"] is None and error.result["stderr"] == err and error.result["stdout"] == out


def test_call_over_its_limit_tells_what_it_last_said():
    """And what can be done."""
    error = describe(failed(None, out="* minikube v1.5.2 on Ubuntu 18.04\n* Pulling images ...\n* Launching Kubernetes ... \n"), "start the cluster")
    assert "within 300 seconds" in str(error) and "* Launching Kubernetes ..." in str(error) and "Next step: run again with a longer limit" in str(error)


def test_silent_call_over_its_limit():
    """Nothing is said to be nothing."""
    assert "It last said:\nnothing\nNext step:" in str(describe(failed(None), "stop the cluster"))


@pytest.mark.parametrize("entry", KNOWN + OWN + MESSAGES, ids=lambda entry: entry[0])
def test_each_entry_of_the_lists_is_whole(entry):
    """Groups, words and steps of every entry."""
    pattern, cause, step = entry[-3:]
    groups = re.compile(pattern).groups
    for words in (cause, step):
        assert words and not words.endswith("."), "the message adds the full stop"
        assert all(int(number) <= groups for number in re.findall(r"\{(\d)\}", words))


def test_no_id_stands_in_the_lists_twice():
    """An id means one thing."""
    names = [entry[0] for entry in KNOWN + OWN + MESSAGES]
    assert len(names) == len(set(names))
