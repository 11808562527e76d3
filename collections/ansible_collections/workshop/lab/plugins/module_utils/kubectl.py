"""kubectl by argument list, with JSON answers, and its errors in a person's words."""

import json
import os
import re
import urllib.parse

from ansible_collections.workshop.lab.plugins.module_utils import arguments
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.runner import Runner, find_account

#: Options that every module shares that asks the API server. Documented in doc_fragments/kubectl.py.
OPTIONS = {
    "user": {"type": "str"},
    "kubectl_path": {"type": "str", "default": "/usr/local/bin/kubectl"},
    "context": {"type": "str", "default": "minikube"},
    "query_timeout": {"type": "int", "default": 60},
}

# Pattern in kubectl's words -> what it means and what to do. Seen with kubectl v1.20.2; the texts are client-go's and older than v1.16.
MEANINGS = (
    (r"connection refused|was refused - did you specify the right host", "the API server does not answer at its address (connection refused)",
     "look at `minikube status` and start the cluster"),
    (r'context "?[^"]*"? does not exist|context was not found', "the kubeconfig has no such context",
     "start the cluster once (minikube_cluster), which writes it"),
    (r"no such host|no route to host|i/o timeout|deadline exceeded|Client\.Timeout|TLS handshake timeout",
     "the API server cannot be reached in time", "look at `minikube status`; after a change of address run minikube_cluster, which mends the kubeconfig"),
    (r"[Uu]nauthorized|certificate signed by unknown authority|provide credentials",
     "the kubeconfig belongs to another cluster of the same name", "run minikube_cluster, which writes it anew"),
    (r"\(Forbidden\)|is forbidden: User", "the account of the kubeconfig may not do that", "use the kubeconfig that minikube wrote"),
    (r"permission denied", "the kubeconfig or a certificate in it cannot be read", "give the account its own ~/.kube and ~/.minikube"),
)


def explain(done, doing):
    """Return the LabError for a kubectl call (a Done) that failed while ``doing`` something ("apply the manifests")."""
    said = (done.err.strip() or done.out.strip())[-2000:]
    if done.rc is None:
        return LabError("kubectl could not %s within %.0f seconds; it last said \"%s\". Next step: look at `minikube status`." % (doing, done.seconds, said))
    for pattern, meaning, step in MEANINGS:
        if re.search(pattern, said):
            return LabError("kubectl could not %s: %s (\"%s\"). Next step: %s." % (doing, meaning, said, step))
    return LabError("kubectl could not %s (exit code %s): %s" % (doing, done.rc, said))


class Kubectl:
    """kubectl of one account and context. ``limit``: seconds that one question may take."""

    def __init__(self, runner, program, context, limit):
        self.runner, self.limit = runner, limit
        self.base = [program, "--context=" + context]

    def call(self, args, stdin=None, limit=None):
        """Run kubectl and return its Done."""
        limit = limit or self.limit
        return self.runner.run(self.base + list(args), limit=limit, stdin=stdin)

    def json(self, args, doing, stdin=None, limit=None):
        """Run kubectl with ``-o json`` and return the object; LabError, with ``doing`` in its words, when it fails."""
        done = self.call(list(args) + ["-o", "json"], stdin=stdin, limit=limit)
        if done.rc != 0:
            raise explain(done, doing)
        try:
            return json.loads(done.out)
        except ValueError:
            raise LabError("kubectl's answer, asked to %s, is no JSON: %s" % (doing, done.out[:400]))

    def server(self, doing):
        """Return (host, port) of the API server by the kubeconfig, None when it names none; nothing is asked over the network."""
        for cluster in self.json(["config", "view", "--minify"], doing).get("clusters") or []:
            parts = urllib.parse.urlsplit((cluster.get("cluster") or {}).get("server") or "")
            if parts.hostname:
                return parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
        return None

    def items(self, kinds, namespace=None):
        """Return all objects of ``kinds`` (list of resource names), of one namespace or of all, in one call."""
        place = ["--namespace=" + namespace] if namespace else ["--all-namespaces"]
        return self.json(["get", ",".join(kinds)] + place, "read " + ", ".join(kinds))["items"]


def open_kubectl(params):
    """Return the Kubectl that a module's parameters (OPTIONS) describe, once they are valid."""
    arguments.account_name("user", params["user"])
    arguments.absolute_path("kubectl_path", params["kubectl_path"])
    arguments.context("context", params["context"])
    arguments.at_least("query_timeout", params["query_timeout"], 1)
    account = find_account(params["user"])
    runner = Runner(account, {"KUBECONFIG": os.path.join(account.home, ".kube", "config")})
    return Kubectl(runner, params["kubectl_path"], params["context"], params["query_timeout"])
