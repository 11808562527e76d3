"""Is a started cluster ready for use? minikube's own start waits for the API server only: the node may be NotReady and DNS Pending when it says "Done!"."""

from ansible_collections.workshop.lab.plugins.module_utils import readiness
from ansible_collections.workshop.lab.plugins.module_utils.minikube_state import NAME, json_object

# One question for both: nodes have no namespace, so the option holds for the Deployments only.
QUESTION = ["--context=" + NAME, "get", "nodes,deployments.apps", "--namespace=kube-system", "-o", "json"]


def verdict(objects, version):
    """Return (ready, said) of the list of nodes and kube-system's Deployments (dict): the node Ready with this kubelet, DNS available."""
    items = objects.get("items") or []
    node = next((one for one in items if one.get("kind") == "Node" and one["metadata"]["name"] == NAME), None)
    dns = [one for one in items if one.get("kind") == "Deployment" and (one["metadata"].get("labels") or {}).get("k8s-app") == "kube-dns"]
    ok, said = readiness.verdict(node)
    running = ((node or {}).get("status", {}).get("nodeInfo") or {}).get("kubeletVersion") or "no kubelet"
    words = ["node %s: %s, %s%s" % (NAME, said, running, "" if running == version else " instead of " + version)]
    if not dns:
        return False, words[0] + "; the cluster's DNS: there is no Deployment with the label k8s-app=kube-dns yet"
    for one in dns:
        good, said = readiness.verdict(one)
        ok = ok and good
        words.append("the cluster's DNS (Deployment %s): %s" % (one["metadata"]["name"], said))
    return ok and running == version, "; ".join(words)


def answer(done, version):
    """Return the (ready, said) of a kubectl call (a Done): an API server that does not answer yet is not ready."""
    if done.rc != 0:
        return False, (done.err.strip() or done.out.strip() or "kubectl did not answer within %.0f seconds" % done.seconds)[-400:]
    return verdict(json_object(done.out), version)
