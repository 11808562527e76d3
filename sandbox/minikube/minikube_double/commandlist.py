"""Every command the double knows with its flags (cmd/minikube/cmd/*.go at v1.5.2)."""

from minikube_double import DEFAULT_KUBERNETES, ISO_NAME
from minikube_double.flags import Flag


class Command:
    """path below minikube, flags, module:function in commands/, one line of help; a group has subcommands."""

    def __init__(self, path, run="", flags=(), text="", group=False):
        self.path, self.run, self.flags, self.text, self.group = path, run, list(flags), text, group


GLOBAL = [
    Flag("profile", default="minikube", short="p"), Flag("bootstrapper", default="kubeadm", short="b"),
    Flag("v", "int", 0, short="v"), Flag("alsologtostderr", "bool", False), Flag("logtostderr", "bool", False),
    Flag("log_dir"), Flag("stderrthreshold", default="2"), Flag("vmodule"), Flag("log_backtrace_at", default=":0"),
    Flag("help", "bool", False, short="h"),
]

START = [
    Flag("vm-driver"), Flag("kubernetes-version", default=DEFAULT_KUBERNETES), Flag("memory", default="2000mb"), Flag("cpus", "int", 2),
    Flag("disk-size", default="20000mb"), Flag("iso-url", default="https://storage.googleapis.com/minikube/iso/" + ISO_NAME),
    Flag("image-repository"), Flag("image-mirror-country"), Flag("registry-mirror", "slice", ()), Flag("insecure-registry", "slice", ()),
    Flag("host-only-cidr", default="192.168.99.1/24"), Flag("no-vtx-check", "bool", False), Flag("dns-proxy", "bool", False),
    Flag("host-dns-resolver", "bool", True), Flag("download-only", "bool", False), Flag("cache-images", "bool", True),
    Flag("wait", "bool", False), Flag("wait-timeout", "duration", 360.0), Flag("keep-context", "bool", False),
    Flag("embed-certs", "bool", False), Flag("mount", "bool", False), Flag("force", "bool", False), Flag("interactive", "bool", True),
    Flag("native-ssh", "bool", True), Flag("auto-update-drivers", "bool", True), Flag("container-runtime", default="docker"),
    Flag("extra-config", "array", ()), Flag("apiserver-ips", "slice", ()), Flag("apiserver-names", "array", ()),
    Flag("apiserver-name", default="minikubeCA"), Flag("apiserver-port", "int", 8443), Flag("network-plugin"),
    Flag("enable-default-cni", "bool", False), Flag("cri-socket"), Flag("feature-gates"), Flag("dns-domain", default="cluster.local"),
    Flag("service-cluster-ip-range", default="10.96.0.0/12"), Flag("addons", "array", ()), Flag("docker-env", "array", ()),
    Flag("docker-opt", "array", ()), Flag("disable-driver-mounts", "bool", False), Flag("mount-string"), Flag("uuid"),
    Flag("kvm-network", default="default"), Flag("kvm-qemu-uri", default="qemu:///system"), Flag("kvm-gpu", "bool", False),
    Flag("kvm-hidden", "bool", False), Flag("hyperkit-vpnkit-sock"), Flag("hyperkit-vsock-ports", "slice", ()),
    Flag("hyperv-virtual-switch"), Flag("nfs-share", "slice", ()), Flag("nfs-shares-root", default="/nfsshares"),
]

_NAMESPACE = Flag("namespace", default="default", short="n")
_OUTPUT_LIST = Flag("output", default="list", short="o")
_FORMAT = Flag("format")

_ROWS = [
    Command("version", "version:run", (), "Print the version of minikube"),
    Command("completion", "completion:run", (), "Outputs minikube shell completion for the given shell (bash or zsh)"),
    Command("start", "start:run", START, "Starts a local kubernetes cluster"),
    Command("status", "status:run", [Flag("format", short="f"), Flag("output", default="text", short="o")], "Gets the status of a local kubernetes cluster"),
    Command("stop", "stop:run", (), "Stops a running local kubernetes cluster"),
    Command("delete", "delete:run", [Flag("all", "bool", False), Flag("purge", "bool", False)], "Deletes a local kubernetes cluster"),
    Command("ip", "machine:ip", (), "Retrieves the IP address of the running cluster"),
    Command("ssh", "machine:ssh", [Flag("native-ssh", "bool", True)], "Log into or run a command on a machine with SSH; similar to 'docker-machine ssh'"),
    Command("ssh-key", "machine:ssh_key", (), "Retrieve the ssh identity key path of the specified cluster"),
    Command("docker-env", "machine:docker_env",
            [Flag("shell"), Flag("unset", "bool", False, short="u"), Flag("no-proxy", "bool", False)], "Sets up docker env variables"),
    Command("service", "service:run",
            [_NAMESPACE, Flag("url", "bool", False), Flag("https", "bool", False), Flag("format", default="http://{{.IP}}:{{.Port}}"),
             Flag("wait", "int", 20), Flag("interval", "int", 6)], "Gets the kubernetes URL(s) for the specified service", group=True),
    Command("service list", "service:listing", [Flag("namespace", short="n"), Flag("format", default="http://{{.IP}}:{{.Port}}")],
            "Lists the URLs for the services in your local cluster"),
    Command("profile", "profile:run", (), "Get or set the current minikube profile", group=True),
    Command("profile list", "profile:listing", [Flag("output", default="table", short="o")], "Lists all minikube profiles."),
    Command("config", "", (), "Modify minikube config", group=True),
    Command("config set", "config:set_value", (), "Sets an individual value in a minikube config file"),
    Command("config get", "config:get_value", (), "Gets the value of PROPERTY_NAME from the minikube config file"),
    Command("config unset", "config:unset", (), "unsets an individual value in a minikube config file"),
    Command("config view", "config:view", [_FORMAT], "Display values currently set in the minikube config file"),
    Command("cache", "", (), "Add or delete an image from the local cache.", group=True),
    Command("cache add", "cache:add", (), "Add an image to local cache."),
    Command("cache delete", "cache:delete", (), "Delete an image from the local cache."),
    Command("cache list", "cache:listing", [_FORMAT], "List all available images from the local cache."),
    Command("addons", "", (), "Modify minikube's kubernetes addons", group=True),
    Command("addons list", "addons:listing", [_OUTPUT_LIST, _FORMAT], "Lists all available minikube addons as well as their current statuses"),
    Command("addons enable", "addons:enable", (), "Enables the addon w/ADDON_NAME within minikube"),
    Command("addons disable", "addons:disable", (), "Disables the addon w/ADDON_NAME within minikube"),
    Command("update-context", "context:run", (), "Verify the IP address of the running cluster in kubeconfig."),
    Command("kubectl", "kubectl:run", (), "Run kubectl"),
    Command("logs", "logs:run", [Flag("follow", "bool", False, short="f"), Flag("length", "int", 60, short="n"), Flag("problems", "bool", False)],
            "Gets the logs of the running instance, used for debugging minikube, not user code."),
    Command("update-check", "version:update_check", (), "Print current and latest version number"),
    Command("dashboard", "missing:run", [Flag("url", "bool", False)], "Access the kubernetes dashboard (not in the double)"),
    Command("tunnel", "missing:run", [Flag("cleanup", "bool", False, short="c")], "tunnel makes services of type LoadBalancer accessible (not in the double)"),
    Command("mount", "missing:run", (), "Mounts the specified directory into minikube (not in the double)"),
]

COMMANDS = {row.path: row for row in _ROWS}
