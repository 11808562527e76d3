"""The parts of the control plane: what a node shows of them, whether they run, and the steps that stop or start them. Nothing here touches a node.

kubelet is a systemd unit. The other four are containers of static pods: kubelet reads their files in MANIFESTS and restarts a container that ends. So there
are two ways to stop one. "container": `docker stop`, as the workshop's chapter does (figure 2.51); it lasts only while kubelet is stopped. "manifest": the
static pod file is moved away, and kubelet itself ends the pod and does not start it again.
"""

import collections

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

KUBELET, APISERVER = "kubelet", "kube-apiserver"
STATIC = ("etcd", APISERVER, "kube-controller-manager", "kube-scheduler")
COMPONENTS = (KUBELET,) + STATIC
MANIFESTS = "/etc/kubernetes/manifests"  # kubelet's staticPodPath (chapter, figure 2.16)
# Beside it: the same file system, so that moving is one atomic rename; not below it, since kubelet reads that folder.
KEPT = "/etc/kubernetes/manifests-stopped"
# One line for each container of the kube-system pods, the newest first. The labels are dockershim's; a pod's pause container is its "sandbox".
# Named fields and not {{json .}}: that has no State in Docker 18.09 (minikube's ISO) and prints all labels as one text with commas in it.
PS = ["docker", "ps", "--all", "--no-trunc", "--filter", "label=io.kubernetes.pod.namespace=kube-system", "--format",
      '{{.ID}}|{{.Label "io.kubernetes.docker.type"}}|{{.Label "io.kubernetes.container.name"}}|{{.Label "io.kubernetes.sandbox.id"}}|{{.Status}}']
RESTART_PATIENCE = 15.0  # seconds that a running kubelet is given to restart a container itself

#: ``up``: whether it runs now. ``status``: Docker's words ("Exited (2) 3 minutes ago"). ``sandbox``: id of its pod's pause container.
Container = collections.namedtuple("Container", "id up status sandbox")


class Node:
    """What was seen of a node.

    ``kubelet``: systemd's word for the unit ("active", "inactive", ...). ``manifests``, ``kept``: names of the components whose static pod file is in its
    place, or moved away. ``containers``: name -> list of Container, newest first. ``sandboxes``: ids of the pause containers that exist -> up.
    ``apiserver``: (whether it says ok, its words).
    """

    def __init__(self, kubelet, manifests, kept, containers, sandboxes, apiserver):
        self.kubelet, self.manifests, self.kept = kubelet, frozenset(manifests), frozenset(kept)
        self.containers, self.sandboxes, self.apiserver = containers, sandboxes, apiserver

    @property
    def kubelet_up(self):
        """Whether kubelet runs, and so starts and ends containers on its own."""
        return self.kubelet not in ("inactive", "failed", "unknown", "")

    def newest(self, name):
        """Return the newest Container of a component, or None."""
        return (self.containers.get(name) or [None])[0]

    def running(self, name):
        """Return the running Containers of a component."""
        return [one for one in self.containers.get(name, ()) if one.up]

    def manifest(self, name):
        """Say where the static pod file is: in place, moved away, both or missing."""
        words = {(True, False): "in place", (False, True): "moved away", (True, True): "both", (False, False): "missing"}
        return words[name in self.manifests, name in self.kept]

    def started(self, name):
        """Whether a component works and will go on working."""
        if name == KUBELET:
            return self.kubelet == "active"
        return bool(name in self.manifests and self.running(name) and (name != APISERVER or self.apiserver[0]))

    def stopped(self, name):
        """Whether a component is stopped now."""
        return not self.kubelet_up if name == KUBELET else not self.running(name)

    def state(self, name):
        """Return started, stopped, or partly (for example: it runs, but its file is moved away)."""
        return "started" if self.started(name) else "stopped" if self.stopped(name) else "partly"

    def with_kubelet(self, word):
        """Return this Node as it will be once kubelet's unit is ``word``."""
        return Node(word, self.manifests, self.kept, self.containers, self.sandboxes, self.apiserver)

    def describe(self, name):
        """Say in words what was seen of a component."""
        if name == KUBELET:
            return "kubelet's unit is %s" % (self.kubelet or "unknown")
        newest = self.running(name)[:1] or [self.newest(name)]
        words = "its container is %s" % newest[0].status if newest[0] else "it has no container"
        words += ", its static pod file is %s, kubelet is %s" % (self.manifest(name), self.kubelet or "unknown")
        return words + (", its /healthz says %s" % self.apiserver[1] if name == APISERVER else "")

    def healthy(self):
        """Whether all five work."""
        return all(self.started(name) for name in COMPONENTS)


def parse_containers(text):
    """Return (containers, sandboxes) of the lines that PS prints; LabError when a line has another form."""
    containers, sandboxes = {}, {}
    for line in filter(None, (part.strip() for part in text.splitlines())):
        fields = line.split("|")
        if len(fields) != 5:
            raise LabError("docker ps on the node printed a line that is not understood: %s" % line[:200])
        ident, kind, name, sandbox, status = fields
        up = status.startswith("Up") and "(Paused)" not in status
        if kind == "podsandbox":
            sandboxes[ident] = up
        elif kind == "container":
            containers.setdefault(name, []).append(Container(ident, up, status, sandbox))
    return containers, sandboxes


def stop_steps(node, name, method):
    """Return the steps that stop a component, given what was seen of its node; [] when it is stopped already. LabError when it cannot be done so.

    A step is a tuple: ("unit", "stop" or "start"), ("away", name), ("back", name), ("aside", name), ("stop", id), ("start", id), ("forget", id).
    """
    if name == KUBELET:
        return [] if node.stopped(KUBELET) else [("unit", "stop")]
    if method == "auto":
        method = "manifest" if node.kubelet_up else "container"
    if method == "container" and node.kubelet_up:
        raise LabError("method is 'container', but kubelet runs and would start the container of %s again at once; stop kubelet first, or use method "
                       "manifest (auto chooses it)." % name)
    steps = []
    if method == "manifest":
        if node.manifest(name) == "both":
            raise LabError("The static pod file of %s is both in %s and in %s, and neither is overwritten. Next step: the same with state started, "
                           "which sets the older one aside." % (name, MANIFESTS, KEPT))
        if node.manifest(name) == "in place":
            steps.append(("away", name))
    if not node.kubelet_up:  # nobody but us ends the container then
        steps += [("stop", one.id) for one in node.running(name)]
    return steps


def start_steps(node, name, kubelet_comes=False):
    """Return the steps that start a component from whatever state was seen; [] when nothing is to be done but to wait, or it runs.

    ``kubelet_comes``: kubelet is started in the same run, and then starts what has ended and makes what has no container. LabError when it cannot be started.
    """
    if name == KUBELET:
        return [] if node.started(KUBELET) else [("unit", "start")]
    if node.manifest(name) == "missing":
        raise LabError("%s cannot be started: its static pod file is neither in %s nor in %s. Next step: minikube_cluster with state started; kubeadm "
                       "writes it anew." % (name, MANIFESTS, KEPT))
    # Both: kubeadm wrote a new one (a `minikube start`) while the old one was moved away. The new one is right, and the old one is not lost.
    steps = {"moved away": [("back", name)], "both": [("aside", name)]}.get(node.manifest(name), [])
    if node.kubelet_up or kubelet_comes or node.running(name):
        return steps
    newest = node.newest(name)
    if not newest or newest.sandbox not in node.sandboxes:
        raise LabError("%s cannot be started: kubelet is stopped, and there is no container of %s that could be started again. Next step: start kubelet "
                       "too, which makes one." % (name, name))
    # A container shares its sandbox's namespaces, so Docker refuses to start it before that one.
    return steps + ([] if node.sandboxes[newest.sandbox] else [("start", newest.sandbox)]) + [("start", newest.id)]


def forget_steps(node, name):
    """Return the steps that let a running kubelet restart a crashed component now: its ended containers removed.

    kubelet waits up to 5 minutes before it restarts a container that ended several times, as the controller manager does while the API server is away; it
    counts the wait from the newest ended container (kubelet, kuberuntime_manager.go, doBackOff).
    """
    if name == KUBELET or node.kubelet != "active" or name not in node.manifests or node.running(name):
        return []
    return [("forget", one.id) for one in node.containers.get(name, ())]
