"""Facts inside the node (the VM, or the host itself with driver none): how they are read, and the checks of them."""

import os
import re
import shlex

from ansible_collections.workshop.lab.plugins.module_utils.checks_http import Visit
from ansible_collections.workshop.lab.plugins.module_utils.checks_seen import judged, unseen
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

MANIFESTS = "/etc/kubernetes/manifests"
KUBELET_CONFIG = "/var/lib/kubelet/config.yaml"
SSH_LIMIT = 60  # seconds for one `minikube ssh`

# Each line of the answer begins with @, since minikube ssh has a pseudo-terminal: both streams in one, and what the login shell says before.
# @end tells that all was said. sudo: the account of the VM (docker) may do all, but reads none of these files by right.
SCRIPT = r"""
for file in $(sudo ls -1A %s 2>/dev/null); do echo "@manifest $file"; done
sudo test -d %s && echo "@manifests yes"
echo "@kubelet $(systemctl is-active kubelet 2>/dev/null)"
sudo sed -n 's/^staticPodPath: */@static_pod_path /p' %s 2>/dev/null
if [ "$1" = containers ]; then sudo docker ps --format '@container {{.Names}}' 2>/dev/null && echo "@containers yes"; fi
echo @end
""" % (MANIFESTS, MANIFESTS, KUBELET_CONFIG)
# One visit per argument after the limit in seconds; the marks are on lines of their own, and a body may end without a newline.
VISITS = r"""
limit=$1; shift
for url in "$@"; do curl --silent --noproxy '*' --max-time "$limit" --write-out '\n@lab-status %{http_code} %{time_total}\n' "$url"; echo "@lab-exit $?"; done
echo @lab-end
"""
# curl's exit codes: 7 cannot connect, 28 too late, 52 empty reply, 56 reset while receiving.
CURL = {7: ("refused", "connection refused"), 28: ("unreachable", "no answer in time"), 52: ("closed", "the connection was closed without an answer"),
        56: ("closed", "the connection was closed without an answer")}


def ssh_argv(minikube, script, *words):
    """Return the argument list that runs one of this file's scripts in the VM. minikube joins its arguments with spaces for a remote shell."""
    return [minikube, "ssh", "--", " ".join(shlex.quote(word) for word in ("sh", "-c", script, "sh") + words)]


def facts_over_ssh(runner, minikube, containers):
    """Return the facts (dict) of the VM's node, in one call; LabError when they cannot be had."""
    done = runner.run(ssh_argv(minikube, SCRIPT, "containers" if containers else "files"), limit=SSH_LIMIT)
    lines = done.out.replace("\r", "").split("\n")
    if "@end" not in lines:
        raise _unreached(done)
    return parse(lines)


def _unreached(done):
    said = (done.err.strip() or done.out.strip()).replace("\r", "")[-400:]
    return LabError("The node could not be reached by `minikube ssh` (%s): %s" % (
        "no answer within %d seconds" % done.seconds if done.rc is None else "exit code %s" % done.rc, said or "it said nothing"))


def parse(lines):
    """Return the facts that the script printed: manifests, kubelet, static_pod_path, containers; None for what could not be read."""
    facts = {"manifests": None, "kubelet": None, "static_pod_path": None, "containers": None}
    found = {"manifest": [], "container": []}
    for line in lines:
        key, _space, value = line[1:].strip().partition(" ") if line.startswith("@") else ("", "", "")
        if key in found:
            found[key].append(value)
        elif key in ("manifests", "containers"):
            facts[key] = found[key[:-1]]
        elif key in ("kubelet", "static_pod_path"):
            facts[key] = value.strip("\"'")
    return facts


def facts_here(runner, containers, root="/"):
    """Return the same facts of this host, with the fewest processes. ``root``: where its files are (for tests)."""
    facts = {"manifests": None, "static_pod_path": None, "containers": None}
    try:
        facts["manifests"] = sorted(os.listdir(os.path.join(root, MANIFESTS[1:])))
    except OSError:
        pass
    try:
        with open(os.path.join(root, KUBELET_CONFIG[1:]), encoding="utf-8", errors="replace") as file:
            found = re.search(r"^staticPodPath: *[\"']?([^\s\"']+)", file.read(), re.M)
            facts["static_pod_path"] = found.group(1) if found else ""
    except OSError:
        pass
    facts["kubelet"] = runner.run(["systemctl", "is-active", "kubelet"], limit=SSH_LIMIT).out.strip()
    if containers:
        done = runner.run(["docker", "ps", "--format", "{{.Names}}"], limit=SSH_LIMIT)
        facts["containers"] = done.out.split() if done.rc == 0 else None
    return facts


def visits_over_ssh(runner, minikube, urls, timeout):
    """Visit URLs from inside the VM, in one call; return a Visit for each."""
    done = runner.run(ssh_argv(minikube, VISITS, "%g" % timeout, *urls), limit=SSH_LIMIT + timeout * len(urls))
    text = done.out.replace("\r", "")
    if not re.search(r"^@lab-end$", text, re.M):
        raise _unreached(done)
    visits = []
    for body, status, seconds, code in re.findall(r"(.*?)\n?@lab-status (\d+) ([\d.,]+)\n@lab-exit (\d+)\n", text, re.S):
        if int(code) == 0:
            visits.append(Visit(int(status), body, "", "", float(seconds.replace(",", "."))))
        else:
            problem, words = CURL.get(int(code), ("unreachable", "curl ended with exit code %s" % code))
            visits.append(Visit(None, "", problem, words, float(seconds.replace(",", "."))))
    return visits


def static_pods(args, seen):
    """Check the files of the node from which kubelet makes pods without asking anybody."""
    have = seen.node.get("manifests")
    expected = ", ".join(list(args["present"] or ()) + ["no " + name for name in args["absent"] or ()])
    if have is None:
        return judged(False, expected, "%s is not there or cannot be read" % MANIFESTS, "Start the cluster.")
    missing, extra = sorted(set(args["present"] or ()) - set(have)), sorted(set(args["absent"] or ()) & set(have))
    actual = ", ".join(sorted(have)) or "the directory is empty"
    hint = "; ".join(words + ", ".join(names) for words, names in (("missing in %s: " % MANIFESTS, missing), ("must not be there: ", extra)) if names)
    return judged(not missing and not extra, expected, actual, hint)


def kubelet_unit(args, seen):
    """Check kubelet's systemd unit, and perhaps that kubelet is not a container."""
    state, names = seen.node.get("kubelet") or "unknown", seen.node.get("containers")
    expected, actual = "unit kubelet %s" % args["state"], "unit kubelet %s" % state
    ok = (state == "active") == (args["state"] == "active")
    if args["container"] is not None:
        if names is None:
            return unseen(expected, "`docker ps` in the node gave no answer.")
        found = "kubelet" in container_names(names)
        expected += ", %s container" % ("a" if args["container"] else "no")
        actual += ", %s container" % ("a" if found else "no")
        ok = ok and found == args["container"]
    return judged(ok, expected, actual, "In the node: `systemctl status kubelet`, then `sudo systemctl %s kubelet`." % (
        "start" if args["state"] == "active" else "stop"))


def container_names(names):
    """Return the set of container names among Docker's (k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT), without the pause containers (k8s_POD_...)."""
    parts = [name.split("_") for name in names]
    return {words[1] if len(words) > 1 and words[0] == "k8s" else words[0] for words in parts} - {"POD"}


def containers(args, seen):
    """Check which containers run in the node, as `docker ps` there shows them: true also while nobody tells the API server."""
    names = seen.node.get("containers")
    expected = ", ".join(list(args["running"] or ()) + ["no " + name for name in args["stopped"] or ()])
    if names is None:
        return unseen(expected, "`docker ps` in the node gave no answer.")
    have = container_names(names)
    ok = set(args["running"] or ()) <= have and not set(args["stopped"] or ()) & have
    return judged(ok, expected, ", ".join(sorted(have)) or "no container runs", "In the node: `docker ps -a` shows also those that have ended.")


def kubelet_config(args, seen):
    """Check from where kubelet takes static pods."""
    have = seen.node.get("static_pod_path")
    return judged(have == args["static_pod_path"], "staticPodPath: %s" % args["static_pod_path"],
                  "%s is not there or cannot be read" % KUBELET_CONFIG if have is None else "staticPodPath: %s" % (have or "not set"),
                  "Look at %s in the node." % KUBELET_CONFIG)
