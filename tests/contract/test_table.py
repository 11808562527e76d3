"""One row per line of the contract: arguments, environment, exit code, both streams, and minikube v1.5.2's file that says so.

A stream is compared whole if it is a str, by regular expression if it is compiled, and not at all if it is None.
"""

import re

import pytest

NOTHING = ""
CRASH = "* \nX {}\n* \n* Sorry that minikube crashed. If this was unexpected, we would love to hear from you:\n" \
        "  - https://github.com/kubernetes/minikube/issues/new/choose\n"
FIRST = "! minikube v1.5.2 on "   # the update check fails here, so the first line warns


def unknown_flag(flag, command):
    """What cobra says."""
    return f"Error: unknown flag: {flag}\nSee 'minikube {command} --help' for usage.\n"


def first(rest):
    """Output of start: any first line, then the rest."""
    return re.compile(r"\A[*!] minikube v1\.5\.2 on [^\n]+\n" + re.escape(rest) + r"\Z")


START = ["start", "--vm-driver=virtualbox"]
NONE = ["start", "--vm-driver=none"]
NO_VBOX = ("\n! 'virtualbox' driver reported a possible issue: unable to find VBoxManage in $PATH\n* Suggestion: Install VirtualBox\n"
           "* Documentation: https://minikube.sigs.k8s.io/docs/reference/drivers/virtualbox/\n\n")
ADDONS = ["addon-manager", "dashboard", "default-storageclass", "efk", "freshpod", "gvisor", "heapster", "helm-tiller", "ingress", "ingress-dns",
          "logviewer", "metrics-server", "nvidia-driver-installer", "nvidia-gpu-device-plugin", "registry", "registry-creds", "storage-provisioner",
          "storage-provisioner-gluster"]
ON = {"addon-manager", "default-storageclass", "storage-provisioner"}

# name: (argv, env, rc, stdout, stderr, source)
CASES = {
    "version": (["version"], {}, 0, "minikube version: v1.5.2\ncommit: this is the sandbox's double, not minikube\n", NOTHING, "cmd/version.go"),
    "version has no --short": (["version", "--short"], {}, 64, NOTHING, unknown_flag("--short", "version"), "cmd/version.go"),
    "version has no -o": (["version", "-o", "json"], {}, 64, NOTHING,
                          "Error: unknown shorthand flag: 'o' in -o\nSee 'minikube version --help' for usage.\n", "cmd/version.go"),
    "version has no --components": (["version", "--components"], {}, 64, NOTHING, unknown_flag("--components", "version"), "cmd/version.go"),
    "no minikube --version": (["--version"], {}, 64, NOTHING, re.compile("unknown flag: --version"), "cmd/root.go"),
    "unknown command": (["node", "list"], {}, 64, NOTHING, "Error: unknown command \"node\" for \"minikube\"\nRun 'minikube --help' for usage.\n",
                        "cmd/root.go"),
    "no pause": (["pause"], {}, 64, NOTHING, re.compile('unknown command "pause"'), "cmd/root.go"),
    "no image": (["image", "ls"], {}, 64, NOTHING, re.compile('unknown command "image"'), "cmd/root.go"),
    "no podman-env": (["podman-env"], {}, 64, NOTHING, re.compile('unknown command "podman-env"'), "cmd/root.go"),
    "start has no --driver": (["start", "--driver=none"], {}, 64, NOTHING, unknown_flag("--driver", "start"), "cmd/start.go"),
    "start has no --nodes": (["start", "--nodes=2"], {}, 64, NOTHING, unknown_flag("--nodes", "start"), "cmd/start.go"),
    "start has no --dry-run": (["start", "--dry-run"], {}, 64, NOTHING, unknown_flag("--dry-run", "start"), "cmd/start.go"),
    "--wait is a boolean": (["start", "--wait=all"], {}, 64, NOTHING, re.compile('invalid argument "all" for "--wait" flag'), "cmd/start.go"),
    "--cpus is a number": (["start", "--cpus=two"], {}, 64, NOTHING, re.compile('invalid argument "two" for "--cpus" flag'), "cmd/start.go"),
    "flag without its value": (["start", "--memory"], {}, 64, NOTHING, re.compile("flag needs an argument: --memory"), "cobra"),
    "help": (["help"], {}, 0, re.compile("Commands:"), NOTHING, "cmd/root.go"),

    "unsupported driver": (["start", "--vm-driver=foo"], {}, 1, first(""), "X The driver 'foo' is not supported on linux\n", "cmd/start.go"),
    "unsupported driver with --force": (["start", "--vm-driver=foo", "--force"], {}, 1, None, "X The driver 'foo' is not supported on linux\n",
                                        "cmd/start.go"),
    "no driver to select": (["start"], {}, 78, first(""), "X Unable to determine a default driver to use. Try specifying --vm-driver, or see "
                            "https://minikube.sigs.k8s.io/docs/start/\n", "cmd/start.go"),
    "disk too small": (START + ["--disk-size=1000"], {}, 78, first(""), NO_VBOX + "X Requested disk size 1000 is less than minimum of 2000\n", "cmd/start.go"),
    "memory too small": (START + ["--memory=512"], {}, 64, first(""), NO_VBOX +
                         "* Requested memory allocation 512 is less than the minimum allowed of 1024\n", "cmd/start.go"),
    "memory in decimal units": (START + ["--memory=1g"], {}, 64, None, re.compile("allocation 1000 is less"), "pkg/util/utils.go"),
    "memory below the default": (START + ["--memory=1500", "--cpus=1"], {}, 64, first(
        "* Requested memory allocation (1500MB) is less than the default memory allocation of 2000MB. Beware that minikube might not work correctly "
        "or crash unexpectedly.\n"), None, "cmd/start.go"),
    "one processor": (START + ["--cpus=1"], {}, 64, None, re.compile(r"\n\* Requested cpu count 1 is less than the minimum allowed of 2\n\Z"), "cmd/start.go"),
    "unparsable size": (START + ["--memory=lots"], {}, 78, None, re.compile(r"X Invalid size passed in argument: invalid size: 'lots'\n\Z"),
                        "pkg/util/utils.go"),
    "disk is looked at before memory": (START + ["--disk-size=1", "--memory=1"], {}, 78, None, re.compile("disk size 1 is"), "cmd/start.go"),
    "none with another profile": (NONE + ["-p", "two"], {}, 78, re.compile(r"\A[*!] \[two\] minikube v1\.5\.2"), re.compile(
        "X The 'none' driver does not support multiple profiles: https://minikube.sigs.k8s.io/docs/reference/drivers/none/"), "cmd/start.go"),
    "kubeadm key not allowed": (START + ["--extra-config=kubeadm.foo=1"], {}, 64, None, re.compile(
        r"\* Sorry, the kubeadm\.foo parameter is currently not supported by --extra-config\n\Z"), "cmd/start.go"),
    "bad registry mirror": (START + ["--registry-mirror=ftp://x"], {}, 64, None, re.compile(
        r"\* Sorry, the url provided with the --registry-mirror flag is invalid: ftp://x\n\Z"), "cmd/start.go"),
    "registry mirror with a path": (START + ["--registry-mirror=http://x/y"], {}, 64, None, re.compile("flag is invalid: http://x/y"), "cmd/start.go"),
    "MINIKUBE_REGISTRY_MIRROR works": (START, {"MINIKUBE_REGISTRY_MIRROR": "ftp://x"}, 64, None, re.compile("flag is invalid: ftp://x"), "cmd/start.go"),
    "none needs root": (NONE, {}, 77, None, re.compile(
        "X The \"none\" driver requires root privileges. Please run minikube using 'sudo minikube --vm-driver=none'.\n\\Z"), "cmd/start.go"),
    "unparsable version": (START + ["--kubernetes-version=latest"], {}, 65, None, re.compile(
        r'X Unable to parse "latest": No Major\.Minor\.Patch elements found\n\Z'), "cmd/start.go"),
    "unknown runtime": (START + ["--container-runtime=x"], {}, 70, None, re.compile(
        r'X Failed to generate config: unknown runtime type: "x"\n'), "cmd/start.go"),
    "the image cannot be fetched": (START, {}, 70, first("* Downloading VM boot image ...\n"), re.compile(
        r"\n\* \nX Failed to cache ISO: .*connection refused\n\* \n\* Sorry that minikube crashed"), "cmd/start.go"),
    "start echoes MINIKUBE_ variables and KUBECONFIG": (["start", "--vm-driver=foo"], {"MINIKUBE_MEMORY": "3000", "KUBECONFIG": "/x"}, 1,
                                                        re.compile(r"\A[^\n]+\n(?=.*  - MINIKUBE_MEMORY=3000\n)(?=.*  - KUBECONFIG=/x\n)", re.S), None,
                                                        "cmd/start.go"),
    "MINIKUBE_VM_DRIVER": (["start"], {"MINIKUBE_VM_DRIVER": "foo"}, 1, None, re.compile("'foo' is not supported"), "cmd/root.go"),
    "a flag beats the environment": (["start", "--vm-driver=bar"], {"MINIKUBE_VM_DRIVER": "foo"}, 1, None, re.compile("'bar' is not"), "cmd/root.go"),
    "extra-config is not read from the environment": (START, {"MINIKUBE_EXTRA_CONFIG": "kubeadm.foo=1"}, 70, None, re.compile("Failed to cache ISO"),
                                                      "cmd/start.go"),
    "start ignores extra words": (START + ["extra", "--cpus=1"], {}, 64, None, re.compile("cpu count 1"), "cmd/start.go"),

    "status without a machine": (["status"], {}, 1, "host: \nkubelet: \napiserver: \nkubeconfig: \n", NOTHING, "cmd/status.go"),
    "status json without a machine": (["status", "-o", "json"], {}, 1, '{"Host":"","Kubelet":"","APIServer":"","Kubeconfig":""}', NOTHING, "cmd/status.go"),
    "status by template": (["status", "-f", "h={{.Host}} k={{ .Kubelet }}"], {}, 1, "h= k=", NOTHING, "cmd/status.go"),
    "status -o and -f": (["status", "-o", "json", "-f", "{{.Host}}"], {}, 64, NOTHING, re.compile("."), "cmd/status.go"),
    "status -o yaml": (["status", "-o", "yaml"], {}, 64, NOTHING, "X invalid output format: yaml. Valid values: 'text', 'json'\n", "cmd/status.go"),
    "stop without a machine": (["stop"], {}, 0, '! "minikube" VM does not exist, nothing to stop\n', NOTHING, "cmd/stop.go"),
    "delete of nothing": (["delete"], {}, 0, '! "minikube" cluster does not exist. Proceeding ahead with cleanup.\n'
                          '* The "minikube" cluster has been deleted.\n* Successfully deleted profile "minikube"\n',
                          '! "minikube" profile does not exist\n', "cmd/delete.go"),
    "delete takes no word": (["delete", "minikube"], {}, 64, NOTHING, "* Usage: minikube delete\n", "cmd/delete.go"),
    "delete --all of a fresh home": (["delete", "--all"], {}, 70, NOTHING, re.compile("profiles: no such file or directory"), "cmd/delete.go"),
    "delete --all with a profile": (["delete", "--all", "-p", "x"], {}, 64, NOTHING, "* usage: minikube delete --all\n", "cmd/delete.go"),
    "ip without a machine": (["ip"], {}, 66, NOTHING, 'X "minikube" host does not exist, unable to show an IP\n', "cmd/ip.go"),
    "ssh without a machine": (["ssh", "true"], {}, 78, NOTHING, re.compile(
        r"\A\* \nX [^\n]+\n\* Error: \[MACHINE_NOT_FOUND\] Machine does not exist for api\.Exists\(minikube\)\n\* Suggestion: "), "cmd/ssh.go"),
    "a known problem ends with where to ask": (["ssh", "true"], {}, 78, NOTHING, re.compile(
        r"\n\* \n\* If the above advice does not help, please let us know: \n  - https://github\.com/kubernetes/minikube/issues/new/choose\n\Z"),
        "pkg/minikube/problem/problem.go"),
    "docker-env without a machine": (["docker-env"], {}, 78, NOTHING, re.compile("MACHINE_NOT_FOUND"), "cmd/env.go"),
    "service without a machine": (["service", "x", "--url"], {}, 1, NOTHING, NOTHING, "cmd/service.go"),
    "service without a name": (["service"], {}, 64, NOTHING, re.compile("."), "cmd/service.go"),
    "service with two names": (["service", "a", "b"], {}, 64, NOTHING, re.compile("."), "cmd/service.go"),
    "logs without a profile": (["logs"], {}, 70, NOTHING, re.compile("X "), "cmd/logs.go"),
    "profile": (["profile"], {}, 0, "* minikube\n", NOTHING, "cmd/config/profile.go"),
    "MINIKUBE_PROFILE": (["profile"], {"MINIKUBE_PROFILE": "two"}, 0, "* two\n", NOTHING, "cmd/root.go"),
    "-p beats MINIKUBE_PROFILE": (["profile", "-p", "three"], {"MINIKUBE_PROFILE": "two"}, 0, "* three\n", NOTHING, "cmd/root.go"),
    "profile list as a table, none": (["profile", "list"], {}, 64, NOTHING,
                                      "* No minikube profile was found. You can create one using `minikube start`.\n", "cmd/config/profile_list.go"),
    "profile list -o yaml": (["profile", "list", "-o", "yaml"], {}, 64, NOTHING, re.compile("invalid output format: yaml"), "cmd/config/profile_list.go"),
    "config view of nothing": (["config", "view"], {}, 0, NOTHING, NOTHING, "cmd/config/view.go"),
    "config get of nothing": (["config", "get", "memory"], {}, 64, NOTHING, "Error: specified key could not be found in config\n", "cmd/config/get.go"),
    "config set of an unknown key": (["config", "set", "x", "1"], {}, 70, NOTHING, CRASH.format('Set failed: property name "x" not found'),
                                     "cmd/config/set.go"),
    "config set of an unknown driver": (["config", "set", "vm-driver", "x"], {}, 70, NOTHING, CRASH.format('Set failed: [driver "x" is not supported]'),
                                        "cmd/config/set.go"),
    "config set vm-driver": (["config", "set", "vm-driver", "virtualbox"], {}, 0,
                             "! These changes will take effect upon a minikube delete and then a minikube start\n", NOTHING, "cmd/config/set.go"),
    "config set WantUpdateNotification": (["config", "set", "WantUpdateNotification", "false"], {}, 0, NOTHING, NOTHING, "cmd/config/set.go"),
    "config unset": (["config", "unset", "memory"], {}, 0, NOTHING, NOTHING, "cmd/config/unset.go"),
    "addons list": (["addons", "list"], {}, 0, "".join(f"- {n}: {'enabled' if n in ON else 'disabled'}\n" for n in ADDONS), NOTHING,
                    "cmd/config/addons_list.go"),
    "addons list -o json": (["addons", "list", "-o", "json"], {}, 0, re.compile(r'\A\{"addon-manager":\{"Status":"enabled"\},.*\}\Z'), NOTHING,
                            "cmd/config/addons_list.go"),
    "addons enable": (["addons", "enable", "ingress"], {}, 0, "* ingress was successfully enabled\n", NOTHING, "cmd/config/enable.go"),
    "addons disable": (["addons", "disable", "ingress"], {}, 0, '* "ingress" was successfully disabled\n', NOTHING, "cmd/config/disable.go"),
    "addons enable of an unknown one": (["addons", "enable", "x"], {}, 70, NOTHING, CRASH.format('enable failed: property name "x" not found'),
                                        "cmd/config/enable.go"),
    "cache list of nothing": (["cache", "list"], {}, 0, NOTHING, NOTHING, "cmd/cache_list.go"),
    "cache delete of an absent file": (["cache", "delete", "redis:3"], {}, 70, NOTHING, re.compile("no such file or directory"), "cmd/cache.go"),
    "completion bash": (["completion", "bash"], {}, 0, re.compile("complete -o default -F __start_minikube minikube"), NOTHING, "cmd/completion.go"),
    "dashboard is not doubled": (["dashboard"], {}, 70, NOTHING, "X This command of minikube is not part of the sandbox's double.\n", "(the double's own)"),
}


def same(expected, text):
    """Whether a stream is as the row says."""
    if expected is None:
        return True
    return text == expected if isinstance(expected, str) else expected.search(text) is not None


@pytest.mark.parametrize("name", CASES)
def test_line(user, name):
    """The row holds."""
    argv, env, rc, stdout, stderr, source = CASES[name]
    done = user.run(*argv, env=env)
    told = f"minikube {' '.join(argv)} ({source}) -> {done.returncode}\nstdout: {done.stdout!r}\nstderr: {done.stderr!r}"
    assert done.returncode == rc, told
    assert same(stdout, done.stdout), told
    assert same(stderr, done.stderr), told
