"""Looking before a start with driver none: root, processors, programs, Docker and cgroups."""

from ansible_collections.workshop.lab.plugins.module_utils.prestart_seat import LIMIT, disk_space, problem, version_numbers
from ansible_collections.workshop.lab.plugins.module_utils.runner import PATH

CGROUP_V2_SINCE = (1, 19, 0)
CONNTRACK_SINCE = (1, 18, 0)  # kubeadm's preflight demands it on the host from there on
LEAST_MB = 200  # our judgement: certificates, kubeconfig and logs


def none(runner, wanted, files):
    """Root, processors, programs, Docker and cgroups (minikube v1.5.2 cmd/start.go and pkg/drivers/none; kubeadm's preflight)."""
    problems, version = [], version_numbers(wanted.kubernetes_version)
    if runner.account.uid != 0:
        problems.append(problem("NONE_NEEDS_ROOT", "driver none needs root, and the cluster's account is %s" % runner.account.name,
                                "run with become and user root"))
    processors = files.processors()
    if processors < 2:
        problems.append(problem("TOO_FEW_CPUS", "the seat has %d processor, and Kubernetes needs 2" % processors, "give the seat a second processor"))
    path = runner.environment.get("PATH", PATH)
    programs = ["docker", "systemctl", "sudo"] + (["conntrack"] if version and version >= CONNTRACK_SINCE else [])
    missing = [name for name in programs if not files.which(name, path)]
    for name in missing:
        known = name == "docker"
        problems.append(problem("DOCKER_MISSING" if known else "PROGRAM_MISSING", "the program %s, which driver none needs, is not installed" % name,
                                "install it on the seat (%s) and run again" % ("package docker.io on Debian and Ubuntu" if known else name)))
    if "docker" not in missing:
        done = runner.run(["docker", "version", "--format", "{{.Server.Version}}"], limit=LIMIT)
        if done.rc != 0 or not done.out.strip():
            problems.append(problem("DOCKER_DOWN", "the Docker daemon does not answer",
                                    "`systemctl restart docker`, read `journalctl -u docker` when that fails, and run again", done.err or done.out))
    if version and version < CGROUP_V2_SINCE and files.stat("/sys/fs/cgroup/cgroup.controllers"):
        problems.append(problem("CGROUP_V2", "the seat has cgroup v2, which Kubernetes %s does not know" % wanted.kubernetes_version,
                                "use driver virtualbox, kubernetes_version v1.19.0 or later, or start the seat with systemd.unified_cgroup_hierarchy=0"))
    return problems + disk_space(runner, files, LEAST_MB)
