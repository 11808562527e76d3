"""Looking at a node and doing steps on it: on this machine (driver none), or in the VM by `minikube ssh` (one call to look, one to act)."""

import http.client
import os
import re
import shlex
import ssl

from ansible_collections.workshop.lab.plugins.module_utils import component
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

MOVES = ("away", "back", "aside")
PROBE_LIMIT = 3  # seconds: /healthz answers at once or not at all


def manifest_paths(name):
    """Return (place, kept place) of a component's static pod file."""
    return "%s/%s.yaml" % (component.MANIFESTS, name), "%s/%s.yaml" % (component.KEPT, name)


def move_paths(verb, name):
    """Return (from, to) of a step of MOVES."""
    place, kept = manifest_paths(name)
    return {"away": (place, kept), "back": (kept, place), "aside": (kept, kept + ".older")}[verb]


class Files:
    """The few things done with files of this machine."""

    def exists(self, path):
        """Whether there is a file."""
        return os.path.lexists(path)

    def move(self, source, target):
        """Rename a file, which keeps its owner, mode and content; LabError instead of overwriting another."""
        try:
            if not os.path.isdir(os.path.dirname(target)):
                os.mkdir(os.path.dirname(target), 0o755)
            if os.path.lexists(target):
                raise LabError("%s is there already and is not overwritten; compare it with %s and delete one of them." % (target, source))
            os.rename(source, target)
        except OSError as error:
            raise LabError("%s could not be moved to %s: %s. The file is still where it was." % (source, target, error.strerror))


def probe(port):
    """Ask the API server of this machine for /healthz; return (whether it said ok, its words). Never through a proxy, never longer than PROBE_LIMIT."""
    try:
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=PROBE_LIMIT, context=ssl._create_unverified_context())
        try:
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            text = answer.read(200).decode("utf-8", "replace").strip()
        finally:
            connection.close()
    except (OSError, http.client.HTTPException) as error:
        return False, str(getattr(error, "strerror", None) or error or type(error).__name__)
    return answer.status == 200 and text == "ok", text if answer.status == 200 else "HTTP %s" % answer.status


class LocalNode:
    """This machine as the node. ``files`` and ``ask`` stand for Files() and probe()."""

    def __init__(self, runner, port, files=None, ask=probe):
        self.runner, self.port, self.files, self.ask = runner, port, files or Files(), ask

    def look(self, limit):
        """Return the component.Node; two programs are started, and nothing is changed."""
        unit = self.runner.run(["systemctl", "is-active", "kubelet"], limit=limit)
        listed = self.runner.run(component.PS, limit=limit)
        if listed.rc != 0:
            raise LabError("Docker on the node does not answer (%s). Next step: systemctl start docker." % (listed.err.strip() or "no answer in time"))
        paths = [(name, manifest_paths(name)) for name in component.STATIC]
        containers, sandboxes = component.parse_containers(listed.out)
        return component.Node(unit.out.strip(), [name for name, path in paths if self.files.exists(path[0])],
                              [name for name, path in paths if self.files.exists(path[1])], containers, sandboxes, self.ask(self.port))

    def act(self, steps, limit):
        """Do the steps in their order; LabError at the first that fails."""
        for verb, subject in steps:
            if verb in MOVES:
                source, target = move_paths(verb, subject)
                while verb == "aside" and self.files.exists(target):
                    target += "+"
                self.files.move(source, target)
                continue
            done = self.runner.run(_program(verb, subject), limit=limit)
            if done.rc != 0 and not _gone(verb, done.err):
                raise LabError("`%s` on the node failed: %s" % (" ".join(done.argv), done.err.strip() or "it did not end within %s seconds" % limit))


def _program(verb, subject):
    """Return the argument list of a step."""
    if verb == "unit":
        return ["systemctl", subject, "kubelet"]
    return ["docker", {"stop": "stop", "start": "start", "forget": "rm"}[verb], subject]


def _gone(verb, words):
    """Whether a container that should be removed was already removed by kubelet, or started by it."""
    return verb == "forget" and ("No such container" in words or "running container" in words)


class RemoteNode:
    """The VM of a minikube cluster, reached by `minikube ssh`, which gives a pty (lines end with CR LF, one stream) and no exit code but 0 and 1."""

    def __init__(self, runner, minikube, port):
        self.runner, self.minikube, self.port = runner, minikube, port

    def look(self, limit):
        """Return the component.Node; one program is started, and nothing is changed."""
        return parse_look(self._ssh(look_script(self.port), limit))

    def act(self, steps, limit):
        """Do the steps in their order in one call; LabError when one fails."""
        said = self._ssh(act_script(steps), limit)
        if not said or said[-1] != "@end":
            raise LabError("Steps in the minikube VM failed: %s" % (" ".join(said[-5:]) or "no answer"))

    def _ssh(self, script, limit):
        """Run a script in the VM; return its lines."""
        done = self.runner.run([self.minikube, "ssh", "--", script], limit=limit)
        # A pty may echo control characters ("^@") at the beginning of any line.
        lines = [re.sub(r"^(?:\^[@-_])+", "", line.strip()) for line in done.out.replace("\r", "\n").split("\n") if line.strip()]
        if done.rc is None:
            raise LabError("`minikube ssh` did not end within %.0f seconds; it last said: %s. Next step: look at `minikube status`."
                           % (limit, " ".join(lines[-3:]) or "nothing"))
        if done.rc != 0:
            said = " ".join(lines[-5:] + done.err.split("\n")).strip()
            down = "is not running" in said or "does not exist" in said
            step = "start the cluster (minikube_cluster with state started)" if down else "try `minikube ssh` by hand"
            raise LabError("The minikube VM could not be asked or changed: %s. Next step: %s." % (said or "exit code %s" % done.rc, step))
        return lines


def look_script(port):
    """Return the script that prints what parse_look reads. It ends with exit code 0 whatever it sees."""
    parts = ["echo @kubelet $(systemctl is-active kubelet)"]
    for name in component.STATIC:
        for word, path in zip(("manifest", "kept"), manifest_paths(name)):
            parts.append("echo @%s %s $(sudo test -e %s && echo yes || echo no)" % (word, shlex.quote(name), shlex.quote(path)))
    parts.append("echo @healthz $(curl -sk -m %d https://127.0.0.1:%d/healthz || echo no answer, curl ends with $?)" % (PROBE_LIMIT, port))
    parts.append("echo @containers; sudo %s && echo @end" % " ".join(shlex.quote(word) for word in component.PS))
    return "; ".join(parts) + "; true"


def parse_look(lines):
    """Return the component.Node of look_script's lines; LabError when they are not complete."""
    rest = list(lines)
    seen = {"manifest": [], "kept": [], "kubelet": [], "healthz": []}
    if "@containers" not in rest or rest[-1] != "@end":
        said = " ".join(rest[rest.index("@containers") + 1:] if "@containers" in rest else rest[-3:]) or "no answer"
        raise LabError("Docker in the minikube VM does not answer: %s. Next step: `minikube ssh`, there `sudo systemctl start docker`." % said)
    for line in rest[:rest.index("@containers")]:
        word, _space, value = line.partition(" ")
        if line.startswith("@") and word[1:] in seen:
            seen[word[1:]].append(value)
    # Both answers are printed, so that a lost line is never taken for a static pod file that is gone.
    files = {word: dict(value.split() for value in seen[word] if value.endswith((" yes", " no"))) for word in ("manifest", "kept")}
    if any(set(known) != set(component.STATIC) for known in files.values()) or not seen["kubelet"] or not seen["healthz"]:
        raise LabError("The minikube VM gave half an answer: %s. Next step: try `minikube ssh` by hand." % " ".join(rest[:12]))
    containers, sandboxes = component.parse_containers("\n".join(rest[rest.index("@containers") + 1:-1]))
    said = " ".join(seen["healthz"])
    there = [[name for name in component.STATIC if files[word][name] == "yes"] for word in ("manifest", "kept")]
    return component.Node(" ".join(seen["kubelet"]), there[0], there[1], containers, sandboxes, (said == "ok", said))


def act_script(steps):
    """Return the script that does the steps and prints @end after the last; the first that fails ends it."""
    parts = []
    for verb, subject in steps:
        if verb in MOVES:
            source, target = move_paths(verb, subject)
            source, target, folder = (shlex.quote(path) for path in (source, target, os.path.dirname(target)))
            choose = "if sudo test -e $t; then echo $t is there already and is not overwritten; false; fi"
            if verb == "aside":
                choose = "while sudo test -e $t; do t=$t+; done"
            parts.append("t=%s; sudo mkdir -p %s && %s && sudo mv -n %s $t" % (target, folder, choose, source))
        else:
            parts.append("sudo " + " ".join(shlex.quote(word) for word in _program(verb, subject)) + (" || true" if verb == "forget" else ""))
    return " && ".join("{ %s; }" % part for part in parts + ["echo @end"])
