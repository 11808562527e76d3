"""The actions of a step. Each is the work of another module of this collection, or one or two calls of kubectl; what they say becomes checks."""

import collections
import re

from ansible_collections.workshop.lab.plugins.module_utils import apply_work, component_work, disruption, disruption_work
from ansible_collections.workshop.lab.plugins.module_utils.apply_cluster import Unreachable
from ansible_collections.workshop.lab.plugins.module_utils.check import check
from ansible_collections.workshop.lab.plugins.module_utils.checks_seen import label_words
from ansible_collections.workshop.lab.plugins.module_utils.checks_spec import RESOURCES
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.kubectl import OPTIONS, explain
from ansible_collections.workshop.lab.plugins.module_utils.steps_spec import resource, words

#: What an action did: changed (bool), checks (list of check), seen ({id: what a later step may refer to}).
Acted = collections.namedtuple("Acted", "changed checks seen")
REFUSED = r"connection refused|was refused"  # kubectl's words (chapter, figure 2.53) and the network's


def act(action, step, params, kubectl):
    """Do an Action of a Step and return Acted; LabError when it cannot be done. ``params``: the module's; ``kubectl``: a Kubectl."""
    return HOW[action.name](action.args, step, params, kubectl)


def _apply(args, step, params, _kubectl):
    """Apply manifests as kubectl_apply does. Whether they are ready is not asked, unless with wait: the step's checks say more."""
    if not args["definitions"]:
        raise LabError("The manifests %s were not read: the action plugin of this module does that on the control node." % ", ".join(args["files"]))
    options = {name: params[name] for name in OPTIONS}
    options.update((name, args[name]) for name in ("definitions", "namespace", "create_namespace", "owner", "force_recreate", "wait"))
    options.update(state="present", files=None, directories=None, prune=False, prune_kinds=[], wait_timeout=args["timeout"], record={},
                   unwatched=not args["wait"])
    try:
        result = apply_work.work(options)
    except Unreachable as error:
        if not args["refused"]:
            raise
        return Acted(False, [_refused(step, bool(re.search(REFUSED, str(error))), str(error))], {})
    if args["refused"]:
        return Acted(result["changed"], [_refused(step, False, "the manifests were applied")], {})
    return Acted(result["changed"], [_said(step, args["said"], result["objects"])] if args["said"] else [], {})


def _refused(step, ok, found):
    return check(step.id + ".refused", "The API server refuses the connection", ok, "connection refused", found, step.figure,
                 "" if ok else "The API server must not run at this step: look at `docker ps` in the node.")


def _said(step, wanted, objects):
    """Return the check of kubectl's words about the objects named in ``said``."""
    found = {words(one["kind"], one["name"]): one["result"] for one in objects}
    wrong = sorted(key for key in wanted if found.get(key) != wanted[key])
    hint = "" if not wrong else "The cluster was not in the state that this step begins with; run the exercise from its start."
    return check(step.id + ".said", "kubectl says " + _words(wanted), not wrong, _words(wanted), _words({key: found.get(key, "nothing") for key in wanted}),
                 step.figure, hint)


def _words(results):
    return ", ".join("%s %s" % (key, results[key]) for key in sorted(results))


def _delete(args, _step, _params, kubectl):
    """Delete objects by name or by labels, in one call; what is not there is fine."""
    what = [resource(one) for one in args["objects"] or ()] or [",".join(RESOURCES[kind] for kind in args["kinds"] or ["Pod"])]
    what += ["--selector=" + label_words(args["labels"])] if args["labels"] else []
    wait = ["--wait=true", "--timeout=%ds" % args["timeout"]] if args["wait"] else ["--wait=false"]
    done = kubectl.call(["delete"] + what + ["--namespace=" + args["namespace"], "--ignore-not-found"] + wait,
                        limit=kubectl.limit + (args["timeout"] if args["wait"] else 0))
    if done.rc != 0 and "timed out waiting for the condition" in done.err:
        raise LabError("Deleted, but not gone after %d seconds: %s (\"%s\"). Next step: a node that is not ready cannot end its pods; look at `kubectl get "
                       "nodes,pods`." % (args["timeout"], " ".join(what), done.err.strip()[-500:]))
    if done.rc != 0:
        raise explain(done, "delete " + " ".join(what))
    return Acted(" deleted" in done.out, [], {})


def _delete_one(args, step, _params, kubectl):
    """Delete the first ready pod by name, without waiting for its end; remember it and the other ready ones."""
    killer = disruption.Killer(kubectl, args["namespace"], args["labels"], 0)
    ready = disruption.ready_pods(killer.pods())
    if not ready:
        raise LabError("There is no ready pod with %s in namespace %s to delete." % (killer.selector, args["namespace"]))
    uids = collections.OrderedDict((pod["metadata"]["name"], pod["metadata"]["uid"]) for pod in ready)
    name = next(iter(uids))
    killer.kill(name)
    if not killer.killed:
        raise LabError("Pod %s was gone before it could be deleted; somebody else deletes pods in namespace %s." % (name, args["namespace"]))
    gone = {"name": name, "uid": uids[name], "pods": {name: uids.pop(name)}}
    return Acted(True, [], {step.id + ".deleted": gone, step.id + ".kept": {"pods": dict(uids)}})


def _scale(args, _step, _params, kubectl):
    """Scale a Deployment. It is read first: `kubectl scale` says "scaled" also when nothing changes."""
    name, where = "deployment/" + args["deployment"], "--namespace=" + args["namespace"]
    before = kubectl.json(["get", name, where], "read " + name)["spec"].get("replicas", 1)
    if before == args["replicas"]:
        return Acted(False, [], {})
    done = kubectl.call(["scale", name, where, "--replicas=%d" % args["replicas"]])
    if done.rc != 0:
        raise explain(done, "scale " + name)
    return Acted(True, [], {})


def _component(args, _step, params, _kubectl):
    """Stop or start parts of the control plane as cluster_component does. With driver none the node is this machine, and no account owns it but root."""
    owner = None if params["driver"] == "none" else params["node_user"] or params["user"]
    options = {"component": None, "components": args["names"], "state": args["state"], "method": args["method"], "driver": params["driver"], "user": owner,
               "minikube_path": params["minikube_path"], "apiserver_port": params["apiserver_port"], "timeout": args["timeout"]}
    return Acted(component_work.work(options)["changed"], [], {})


def _disrupt(args, step, _params, kubectl):
    """Kill pods while a page is read as pod_disruption does; its checks become the step's."""
    result = disruption_work.work(args, False, kubectl)
    checks = [dict(one, id="%s.%s" % (step.id, one["id"].rpartition(".")[2])) for one in result["checks"]]
    return Acted(result["changed"], checks, {step.id + ".disruption": {name: result[name] for name in ("requests", "failures", "numbers", "killed", "kept")}})


HOW = {"apply": _apply, "delete": _delete, "delete_one": _delete_one, "scale": _scale, "component": _component, "disrupt": _disrupt}
