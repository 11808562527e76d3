"""Looking before a start with driver none: root, processors, memory, programs, Docker with its disk, and cgroups."""

from ansible_collections.workshop.lab.plugins.module_utils.prestart_seat import LIMIT, disk_space, free_memory, problem, version_numbers
from ansible_collections.workshop.lab.plugins.module_utils.runner import PATH

CGROUP_V2_SINCE = (1, 19, 0)
CONNTRACK_SINCE = (1, 18, 0)  # kubeadm's preflight demands it on the host from there on
# Our judgement. Certificates, kubeconfig and logs; Docker's folder for the images of a new cluster (v1.16.2: 1 GB unpacked), and for containers and logs.
LEAST_MB, IMAGES_MB, CONTAINERS_MB = 200, 1500, 300
# What the control plane, the kubelet and the cluster's DNS hold when they are up; below it the kernel kills one of them, and minikube waits in vain.
MEMORY_MB = 700
# What Docker itself says, in one question: its version (empty when only the client answered), and where it keeps images and containers.
INFO = ["docker", "info", "--format", "{{.ServerVersion}} {{.DockerRootDir}}"]


def none(runner, wanted, state, files):
    """Root, processors, memory, programs, Docker with its disk, and cgroups (minikube v1.5.2 cmd/start.go and pkg/drivers/none; kubeadm's preflight)."""
    problems, version = [], version_numbers(wanted.kubernetes_version)
    if runner.account.uid != 0:
        problems.append(problem("NONE_NEEDS_ROOT", "driver none needs root, and the cluster's account is %s" % runner.account.name,
                                "run with become and user root"))
    processors = files.processors()
    if processors < 2:
        problems.append(problem("TOO_FEW_CPUS", "the seat has %d processor, and Kubernetes needs 2" % processors, "give the seat a second processor"))
    free = free_memory(files)
    if state.apiserver != "Running" and free is not None and free < MEMORY_MB:
        problems.append(problem("NO_MEMORY", "%d MB of memory are free on the seat, and Kubernetes needs %d MB" % (free, MEMORY_MB),
                                "close programs on the seat (`ps --sort=-rss -eo rss,comm | head`) and run again"))
    path = runner.environment.get("PATH", PATH)
    programs = ["docker", "systemctl", "sudo"] + (["conntrack"] if version and version >= CONNTRACK_SINCE else [])
    missing = [name for name in programs if not files.which(name, path)]
    for name in missing:
        known = name == "docker"
        problems.append(problem("DOCKER_MISSING" if known else "PROGRAM_MISSING", "the program %s, which driver none needs, is not installed" % name,
                                "install it on the seat (%s) and run again" % ("package docker.io on Debian and Ubuntu" if known else name)))
    room = disk_space(runner, files, LEAST_MB)
    if "docker" not in missing:
        done = runner.run(INFO, limit=LIMIT)
        server, _space, folder = done.out.strip("\n").partition(" ")
        if done.rc != 0 or not server:
            problems.append(problem("DOCKER_DOWN", "the Docker daemon does not answer",
                                    "`systemctl restart docker`, read `journalctl -u docker` when that fails, and run again", done.err or done.out))
        elif not room:  # one full disk is told once
            room = _docker_room(files, folder, CONTAINERS_MB if state.exists else IMAGES_MB)
    if version and version < CGROUP_V2_SINCE and files.stat("/sys/fs/cgroup/cgroup.controllers"):
        problems.append(problem("CGROUP_V2", "the seat has cgroup v2, which Kubernetes %s does not know" % wanted.kubernetes_version,
                                "use driver virtualbox, kubernetes_version v1.19.0 or later, or start the seat with systemd.unified_cgroup_hierarchy=0"))
    return problems + room


def _docker_room(files, folder, needed):
    """Docker's folder takes what a start writes. minikube only says of a full one that the API server never appeared."""
    space = files.space(folder)
    if space is None:
        return []
    if space[1]:
        return [problem("READ_ONLY", "Docker's folder %s is mounted read-only" % folder, "read `dmesg`, mend the disk and run again")]
    if space[0] >= needed:
        return []
    return [problem("NO_SPACE", "%d MB are free on the disk of Docker's folder %s, and the start needs %d MB" % (space[0], folder, needed),
                    "free space (`df -h %s`, `docker system df`; `docker image prune` removes what no container uses) and run again" % folder)]
