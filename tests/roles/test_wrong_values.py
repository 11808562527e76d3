"""A wrong value for any variable of any role is refused by site.yml before the host is touched.

Each case is a host of its own that nobody can reach: had anything been asked of it, it would be unreachable, not failed. `make soak` sends every case
through site.yml (six minutes), CI one of each role, and the others through their own role's validation.
"""

import os
import pathlib

import pytest
from playbook import ROOT, Run, play

SECRET = "correct horse battery staple"
EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

# variable, wrong value, words of the message that say what is accepted
CASES = [
    ("artifact_mirror_url", "lab-mirror", "http://mirror.example"),
    ("artifact_mirror_url", "ftp://lab-mirror/pub", "http://mirror.example"),
    ("artifact_retries", -1, "0 (one try only) to 20"),
    ("artifact_retries", "many", "int"),
    ("artifact_retry_delay", 301, "0 to 300"),
    ("artifact_timeout", 0, "1 to 3600"),
    ("artifact_name", "helm", "kubelet, minikube"),
    ("mirror_root", "/srv", "at least two folders"),
    ("mirror_root", "srv/mirror", "at least two folders"),
    ("mirror_port", 70000, "1 to 65535"),
    ("mirror_registry_port", 80, "must be different"),
    ("mirror_artifacts", ["helm"], "accepted are docker-machine-driver-kvm2"),
    ("mirror_platforms", ["linux"], "linux-amd64"),
    ("mirror_checksums", {"kubectl": "sha256:0"}, "64 hexadecimal digits"),
    ("mirror_images", "redis", "convert to dict"),
    ("mirror_proxy", "proxy:3128", "http://proxy.example:3128"),
    ("mirror_package_sources", ["http://x"], "hosts and paths"),
    ("mirror_parallel", 0, "1 to 16"),
    ("mirror_retries", 21, "0 to 20"),
    ("mirror_timeout", 0, "1 to 3600"),
    ("mirror_archive", "stick/mirror.tar", "ends in .tar"),
    ("mirror_action", "fill", "stock, install"),
    ("mirror_action", "export", "ends in .tar"),
    ("kubectl_state", "latest", "present, absent"),
    ("kubectl_version", "1.16.2", "like v1.16.2"),
    ("kubectl_version", 1.16, "like v1.16.2"),
    ("kubectl_version", "v1.19.0", "set kubectl_checksum"),
    ("kubectl_checksum", "sha256:" + "0" * 64, "64 hexadecimal digits"),
    ("kubectl_checksum", EMPTY_SHA256, "the sha256 of kubectl v1.16.2 itself"),
    ("kubectl_path", "bin/kubectl", "absolute path that ends in /kubectl"),
    ("kubectl_path", "/usr/local/../bin/kubectl", "absolute path that ends in /kubectl"),
    ("kubectl_completion", "perhaps", "bool"),
    ("minikube_state", "started", "present, absent"),
    ("minikube_version", "v1.6.0", "set minikube_checksum"),
    ("minikube_checksum", EMPTY_SHA256.upper(), "the sha256 of minikube v1.5.2 itself"),
    ("minikube_path", "/usr/local/bin/", "absolute path that ends in /minikube"),
    ("k8suser_state", "locked", "present, absent"),
    ("k8suser_name", "root", "a name of its own"),
    ("k8suser_name", "K8s User", "lower case letters"),
    ("k8suser_uid", 33, "1000 to 60000"),
    ("k8suser_shell", "bash", "absolute path"),
    ("k8suser_shell", "/usr/sbin/nologin", "a shell one can work in"),
    ("k8suser_comment", "Kubernetes: the workshop", "without colon"),
    ("k8suser_password_hash", SECRET, "$5$, $6$ or $y$"),
    ("k8suser_password_hash", "$6$salt$tooshort", "$5$, $6$ or $y$"),
    ("k8suser_groups", ["docker", "not a group"], "names of existing groups"),
    ("k8suser_groups", {"docker": True}, "list"),
    ("k8suser_sudo", "sometimes", "bool"),
    ("cluster_state", "present", "started, stopped, absent"),
    ("cluster_driver", "docker", "virtualbox, kvm2, none, auto"),
    ("cluster_kubernetes_version", "1.16", "v1.16.2"),
    ("cluster_cpus", 1, "from 2"),
    ("cluster_memory_mb", 512, "at least 2000"),
    ("cluster_disk_mb", 100, "at least 2000"),
    ("cluster_host_only_cidr", "192.168.99.1", "like 192.168.99.1/24"),
    ("cluster_registry_mirrors", ["mirror.example:5000"], "http(s)://host[:port]"),
    ("cluster_insecure_registries", ["http://mirror.example:5000"], "host[:port]"),
    ("cluster_extra_arguments", ["-v 4"], "one flag of minikube start with its value"),
    ("cluster_recreate", "perhaps", "bool"),
    ("cluster_user", "root", "ordinary account"),
    ("cluster_ready_timeout", "soon", "int"),
    ("cluster_delete_data", "perhaps", "bool"),
    ("cluster_lock_timeout", -1, "0 (do not wait) or more seconds"),
    ("cluster_remove_packages", "maybe", "bool"),
    ("workshop_state", "done", "present, absent"),
    ("workshop_user", "A Student", "account name"),
    ("workshop_exercises", ["9.99"], "2.04"),
    ("workshop_activity_namespace", "Page View", "lower"),
    ("workshop_ready_timeout", 0, "1"),
    ("workshop_grade_pod", "My Pod", "lower-case"),
    ("workshop_grade_activity_namespace", "pages_1", "lower-case"),
    ("workshop_grade_labels", {}, "{tier: frontend}"),
    ("workshop_grade_redis_labels", {"tier": "back end"}, "with texts"),
    ("workshop_grade_image", "my image", "like redis:3"),
    ("workshop_grade_replicas", 0, "1 to 20"),
    ("workshop_grade_visits", "perhaps", "bool"),
    ("workshop_components", [], "list of containers' names"),
    ("verify_exercises", ["2.03"], "2.04"),
    ("verify_components", ["Kube Proxy"], "list of containers' names"),
    ("verify_timeout", -1, "0 to 3600"),
    ("verify_fail", "sometimes", "bool"),
    ("workshop_driver", "docker", "none, virtualbox, kvm2"),
    ("workshop_minikube_path", "minikube", "absolute path"),
    ("workshop_kubectl_path", "kubectl", "absolute path"),
    ("workshop_kubernetes_version", "1.16", "like v1.16.2"),
    ("workshop_kubectl_version", "latest", "like v1.16.2"),
    ("workshop_minikube_version", "v1.5", "like v1.16.2"),
    ("workshop_baseline_file", "baseline.json", "a file in a folder of its own"),
    ("workshop_baseline_file", "/var/lib/../x", "a file in a folder of its own"),
    ("workshop_reset_timeout", 3601, "1 to 3600"),
    ("workshop_reset_everything", "perhaps", "bool"),
    ("workshop_reset_home", "sometimes", "bool"),
    ("workshop_reset_home_keep", ["../other"], "below the home directory"),
    ("workshop_reset_home_keep", ["/etc"], "below the home directory"),
    ("workshop_reset_home_keep", {"notes": True}, "list"),
    ("workshop_reset_cluster", "later", "bool"),
    ("workshop_reset_apply", "maybe", "bool"),
    ("virtualbox_state", "installed", "present, absent"),
    ("virtualbox_source", "snap", "auto, distribution, oracle, fasttrack"),
    ("virtualbox_series", "latest", "like \"7.2\""),
    ("virtualbox_gui", "perhaps", "bool"),
    ("virtualbox_users", ["root"], "an ordinary account's name"),
    ("virtualbox_users", [], "must name the account that starts the smoke test's VM"),
    ("virtualbox_users", {"k8suser": True}, "list"),
    ("virtualbox_host_only_cidrs", ["192.168.99.0/24"], "like 192.168.99.1/24"),
    ("virtualbox_host_only_cidrs", ["8.8.8.8/24"], "a private address"),
    ("virtualbox_module_timeout", 5, "10 to 14400 seconds"),
    ("virtualbox_smoke_timeout", 601, "5 to 600 seconds"),
    ("virtualbox_mok_password", "short", "8 to 64 printable characters"),
    ("virtualbox_ignore", ["processor"], "like virtualbox.processor"),
    ("virtualbox_remove_despite_vms", "perhaps", "bool"),
    ("virtualbox_oracle_uri", "download.virtualbox.org", "http or https URL"),
    ("virtualbox_oracle_key_url", "/root/key.asc", "http or https URL"),
    ("virtualbox_oracle_fingerprint", "2980AECF", "40 hexadecimal digits"),
    ("virtualbox_extension_pack_url", "https://mirror.example/pack.vbox-extpack", "virtualbox_extension_pack_accept_license must be true"),
    ("bootstrap_host_key", "MD5:00:11", "at the machine's console"),
    ("bootstrap_public_key_file", "/etc/hostname", "one public key in OpenSSH's form"),
    ("bootstrap_timeout", 0, "a whole number from 1 to 300"),
    ("bootstrap_state", "here", "present, absent"),
    ("power_mac", "52:54:00:12:34", "a hardware address like"),
    ("power_broadcast", "10.1.0.256", "an IPv4 address like"),
    ("power_port", 0, "a whole number from 1 to 65535"),
    ("power_timeout", 4000, "a whole number from 1 to 3600"),
    ("power_state", "sleeping", "awake, shut_down"),
    ("driver_name", "vmware", "virtualbox, kvm2, none"),
    ("cluster_autostart", "mornings", "bool"),
    ("brought_name", "../shadow", "the name of the calling role"),
    ("brought_users", {"k8suser": True}, "list"),
    ("kvm2_state", "installed", "present, absent"),
    ("kvm2_users", ["root"], "an ordinary account's name"),
    ("kvm2_users", [], "a list of at least one account"),
    ("kvm2_users", {"k8suser": True}, "list"),
    ("kvm2_driver_version", "1.5.2", "like v1.16.2"),
    ("kvm2_driver_version", "v1.6.0", "set kvm2_driver_checksum"),
    ("kvm2_driver_checksum", EMPTY_SHA256, "the sha256 of docker-machine-driver-kvm2 v1.5.2 itself"),
    ("kvm2_driver_path", "/usr/local/bin/driver", "absolute path that ends in /docker-machine-driver-kvm2"),
    ("kvm2_require_kvm", "sometimes", "bool"),
    ("kvm2_remove_despite_vms", "perhaps", "bool"),
    ("k8suser_home_search", "perhaps", "bool"),
    ("preflight_ignore", ["VT-x"], "like virtualbox.processor"),
    ("preflight_ignore", {"seat.clock": True}, "list"),
    ("preflight_fail", "sometimes", "bool"),
    ("preflight_wanted_driver", "docker", "auto, virtualbox, kvm2, none"),
    ("preflight_auto_drivers", ["docker"], "virtualbox, kvm2, none"),
    ("preflight_auto_drivers", [], "a list of at least one entry"),
    ("preflight_user", "A Student", "account name"),
    ("preflight_kubernetes_version", "1.16", "like v1.16.2"),
    ("preflight_cpus", 1, "from 2 to 32"),
    ("preflight_memory_mb", 512, "from 2000"),
    ("preflight_host_only_cidr", "192.168.99.0/24", "like 192.168.99.1/24"),
    ("preflight_service_cidr", "10.96.0.0", "like 10.96.0.0/12"),
    ("preflight_sources", [{"name": "kubectl", "url": "ftp://mirror/kubectl"}], "an http or https URL"),
    ("preflight_sources", [{"name": "apt", "url": "http://mirror/"}], "other than apt"),
    ("preflight_source_timeout", 0, "from 1 to 60"),
    ("preflight_clock_tolerance", -1, "from 1 to 86400"),
    ("mirror_url", "lab-mirror", "http://mirror.example"),
    ("artifact_fallback_upstream", "perhaps", "bool"),
    ("cache_state", "filled", "present, absent"),
    ("cache_source", "mirror.example", "http://mirror.example"),
    ("cache_source", "http://mirror.example", "there is no such file on the control node"),
    ("cache_fallback_upstream", "perhaps", "bool"),
    ("cache_user", "A Student", "account name"),
    ("cache_kubernetes_version", "1.16", "v1.16.2"),
    ("cache_iso_version", "latest", "v1.16.2"),
    ("cache_images", ["pause"], "k8s.gcr.io/pause:3.1"),
    ("cache_images", {"pause": "3.1"}, "list"),
    ("cache_extra_images", ["k8s.gcr.io/Pause:3.1"], "k8s.gcr.io/pause:3.1"),
    ("cache_retries", 21, "from 0 to 20"),
    ("cache_retry_delay", -1, "from 0 to 300"),
    ("cache_timeout", 0, "from 1 to 3600"),
    ("cache_file_timeout", 86401, "from 1 to 86400"),
    ("proxy_state", "on", "present, absent"),
    ("proxy_http", "proxy.example:3128", "http://proxy.example:3128"),
    ("proxy_http", "http://me:" + SECRET.replace(" ", "-") + "@proxy.example:3128", "without user and password"),
    ("proxy_https", "socks5://proxy.example", "http://proxy.example:3128"),
    ("proxy_apt", "http://proxy.example/cache?x", "http://proxy.example:3128"),
    ("proxy_exclude", ["192.168.99.*"], "a network like 10.0.0.0/8"),
    ("proxy_exclude", "localhost", "list"),
    ("proxy_networks", ["10.96"], "like 10.96.0.0/12"),
    ("proxy_docker", "perhaps", "bool"),
    ("report_dir", "report", "absolute path of a folder"),
    ("report_title", "", "one line of text"),
    ("report_sources", [{"title": "Health", "variable": "not a name"}], "list of {title, variable}"),
    ("report_sources", ["verify_checks"], "dict"),
    ("report_seats", {"seat1": True}, "list"),
    ("report_keep_earlier", "perhaps", "bool"),
    ("pull_url", "git@forge.example:class.git", "a URL like http://mirror.example:8080/workshop.git"),
    ("pull_url", "https://me:" + SECRET.replace(" ", "-") + "@forge.example/class.git", "without user and password"),
    ("pull_url", "http://mirror.example/class.git", "with pull_verify_commits it must be a list of at least one public key"),
    ("pull_signing_keys", ["/root/.ssh/id_ed25519.pub"], "public keys in OpenSSH's form"),
    ("pull_version", "--upload-pack=x", "a branch, a tag or the whole name of a commit"),
    ("pull_playbook", "/etc/site.yml", "a path in the repository"),
    ("pull_inventory", "../monday", "a path in the repository"),
    ("pull_tags", ["k8suser, kubectl"], "a list of tags"),
    ("pull_variables", "k8suser_name: x", "dict"),
    ("pull_report_url", "mirror.example/results", "a URL like http://mirror.example:8080/results"),
    ("pull_wheel_url", "ftp://files.example", "a URL like https://files.pythonhosted.org"),
    ("pull_wheel_dir", "wheels", "the absolute path of a folder"),
    ("pull_results_dir", "/", "the absolute path of a folder"),
    ("pull_calendar", "daily\nOnBootSec=1", "one time in systemd's form"),
    ("pull_spread", -1, "a whole number from 0 to 86400"),
    ("pull_timeout", 59, "a whole number from 60 to 86400"),
    ("pull_max_age", "long", "int"),
    ("pull_verify_commits", "mostly", "bool"),
    ("pull_state", "started", "present, absent"),
    ("origin_state", "here", "present, absent"),
    ("origin_root", "/srv", "at least two folders"),
    ("origin_name", "results", "other than results"),
    ("origin_port", 70000, "a whole number from 1 to 65535"),
    ("origin_owner", "A Teacher", "an account's name"),
    ("origin_networks", ["10.1.0"], "a list of networks"),
    ("origin_seats", ["seat 07"], "a list of names"),
    ("origin_delete_data", "perhaps", "bool"),
]
NAMES = {f"{variable}-{number}": case for number, case in enumerate(CASES) for variable in [case[0]]}
# The proof that the address is dead and that right values pass: this host must get as far as the first connection.
RIGHT = "right-values"
# Values whose form is looked at and whose default is empty.
RIGHT_VALUES = {"power_mac": "52:54:00:AB:cd:ef", "bootstrap_host_key": "SHA256:" + 43 * "a"}


def role_of(name):
    """Return the role of a case: its variable's prefix."""
    return NAMES[name][0].split("_")[0]


# The last of each role: what is refused first has been seen not to hide it.
WHOLE = list(NAMES) if os.environ.get("LAB_SOAK") else list({role_of(name): name for name in NAMES}.values())


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run site.yml once for the cases of WHOLE, and the roles' validation once for the others."""
    hosts = {name: {variable: value, "case_role": role_of(name)} for name, (variable, value, _) in NAMES.items()}
    unreachable = {
        "ansible_connection": "ssh",
        "ansible_host": "127.0.0.1",
        "ansible_port": 1,
        "ansible_ssh_retries": 0,
        "ansible_ssh_extra_args": "-o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no -o LogLevel=ERROR",
    }
    whole = dict({name: hosts.pop(name) for name in WHOLE}, **{RIGHT: RIGHT_VALUES})
    done = play(tmp_path_factory.mktemp("site"), ROOT / "site.yml", {"seats": {"vars": unreachable, "hosts": whole}})
    if hosts:
        others = play(tmp_path_factory.mktemp("roles"), pathlib.Path(__file__).with_name("values.yml"), {"seats": {"vars": unreachable, "hosts": hosts}})
        done = Run(max(done.returncode, others.returncode), done.output + others.output, done.events + others.events)
    return done


def test_right_values_get_as_far_as_the_host(run):
    """Without this one every test below would pass for an inventory that is refused as a whole."""
    assert not run.of(RIGHT, "failed"), run.output[-4000:]
    assert run.of(RIGHT, "unreachable"), run.output[-4000:]


def test_there_are_cases_for_every_role():
    """A role without a case here is a role whose values nobody tried."""
    assert {path.name for path in pathlib.Path(ROOT / "roles").iterdir() if path.is_dir()} == set(map(role_of, NAMES)) == set(map(role_of, WHOLE))


@pytest.mark.parametrize("name", NAMES)
def test_wrong_value_is_refused(run, name):
    """The host is failed, not unreachable; the message names the variable and what is accepted."""
    variable, _, accepted = NAMES[name]
    message = run.failure(name)
    assert not run.of(name, "unreachable"), "the host was touched"
    assert not run.changed(name)
    assert variable in message
    assert accepted in message, message


def test_password_is_not_repeated(run):
    """What was given for a hash may be a password: it is in no message and nowhere in the output."""
    assert SECRET not in run.output
    assert all(SECRET not in event["message"] for event in run.events)
