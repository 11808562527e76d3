"""What the module pod_disruption does, from its parameters to its result."""

import re
import time

from ansible_collections.workshop.lab.plugins.module_utils import arguments, disruption, http_watch
from ansible_collections.workshop.lab.plugins.module_utils.check import failed
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.waiting import wait_until

#: The module's options beside those of kubectl.
OPTIONS = dict(
    namespace={"type": "str", "required": True}, selector={"type": "dict", "required": True}, url={"type": "str"}, service={"type": "str"},
    port={"type": "int"}, pattern={"type": "str"}, rate={"type": "float", "default": 5}, kills={"type": "int", "default": 5},
    keep={"type": "int", "default": 1}, duration_max={"type": "int", "default": 120}, request_timeout={"type": "float", "default": 5},
    grace_period={"type": "int"}, replace_timeout={"type": "int", "default": 60}, interval={"type": "float", "default": 1},
    connection_retries={"type": "int", "default": 0})
LIMITS = {"rate": (0.1, 50), "kills": (0, 100), "keep": (1, 100), "duration_max": (1, 900), "request_timeout": (0.1, 60), "grace_period": (0, 300),
          "replace_timeout": (1, 600), "interval": (0, 60), "connection_retries": (0, 5), "port": (1, 65535)}
SYSTEM = ("kube-system", "kube-public", "kube-node-lease")


def validate(params):
    """Refuse what the argument spec cannot."""
    arguments.namespace("namespace", params["namespace"])
    if params["namespace"] in SYSTEM:
        arguments.refuse("namespace", params["namespace"], "one of the workshop, since the cluster itself lives in %s" % ", ".join(SYSTEM))
    arguments.labels("selector", params["selector"])
    if not params["selector"]:
        arguments.refuse("selector", params["selector"], "a dictionary of at least one label; an empty one would match every pod")
    arguments.url("url", params["url"])
    if params["url"] and not params["url"].startswith("http://"):
        arguments.refuse("url", params["url"], "an http URL; TLS is not spoken here")
    if params["url"] and not 1 <= int(re.match(r"http://[^/:]+:?([0-9]*)", params["url"]).group(1) or 80) <= 65535:
        arguments.refuse("url", params["url"], "a URL with a port from 1 to 65535")
    arguments.object_name("service", params["service"])
    for name in sorted(LIMITS):
        arguments.at_least(name, params[name], *LIMITS[name])
    arguments.pattern("pattern", params["pattern"])
    if params["pattern"] and re.compile(params["pattern"]).groups != 1:
        arguments.refuse("pattern", params["pattern"], "a regular expression with exactly one group, the number")


def find_url(client, params):
    """Return the URL to request: the option, or the node port of the Service on the address of the API server. LabError when there is none."""
    if params["url"]:
        return params["url"]
    where = "Service %s in namespace %s" % (params["service"], params["namespace"])
    service = client.json(["get", "service", params["service"], "--namespace=" + params["namespace"]], "read " + where)
    ports = [one for one in service["spec"].get("ports", ()) if params["port"] in (None, one["port"])]
    if not ports:
        found = ", ".join(str(one["port"]) for one in service["spec"].get("ports", ())) or "none"
        raise LabError("%s has no port %s; its ports: %s." % (where, params["port"] or "at all", found))
    if not ports[0].get("nodePort"):
        raise LabError("%s has no node port, since its type is %s; make it of type NodePort, or give a url." % (where, service["spec"].get("type")))
    server = client.server("find the cluster's address")
    if not server:
        raise LabError("The kubeconfig has no address of the cluster; start the cluster (minikube_cluster), or give a url.")
    return "http://%s:%d/" % (server[0], ports[0]["nodePort"])


def work(params, checking, client, clock=time.monotonic, sleep=time.sleep, get=None):
    """Return the module's result. ``get`` stands for a Target's in tests."""
    start = clock()
    url = find_url(client, params)
    killer = disruption.Killer(client, params["namespace"], params["selector"], params["keep"], params["grace_period"], clock, sleep)
    result = {"changed": False, "url": url, "killed": [], "kept": [], "reason": ""}
    result.update(disruption.summary([]))
    if checking:
        pods = killer.pods()
        names = disruption.victims(pods, params["keep"])[:params["kills"]]
        reason = disruption.why_none(pods, params["keep"]) if params["kills"] and not names else ""
        return dict(result, changed=bool(names), would_kill=names, reason=reason, seconds=round(clock() - start, 3),
                    kept=[pod["metadata"]["name"] for pod in disruption.ready_pods(pods)[:params["keep"]]])
    retries, timeout = params["connection_retries"], params["request_timeout"]
    longest = http_watch.longest(retries, timeout)
    watch = http_watch.Watch(get or http_watch.Target(url, timeout).get, params["pattern"] or http_watch.PAGEVIEW, params["rate"], retries, clock, sleep)
    deadline = start + params["duration_max"]
    killer.pods()  # what cannot be asked is said before the first request
    watch.begin()
    error, reason = None, ""
    try:
        _one_more(watch, longest, deadline, clock, sleep)  # the page was read before the first kill
        if params["kills"]:
            reason = killer.run(params["kills"], params["interval"], params["replace_timeout"], deadline)
            _one_more(watch, longest, deadline, clock, sleep)  # and after the last
        else:
            sleep(max(0.0, deadline - clock()))
    except LabError as failure:
        error = failure
    finally:
        watch.end(longest + 5)
    result.update(disruption.summary(watch.records), changed=bool(killer.killed), killed=killer.killed, kept=killer.kept, reason=reason,
                  seconds=round(clock() - start, 3))
    if error:
        raise LabError("%s %d pods were killed before." % (error, len(killer.killed)), **result)
    result["checks"] = disruption.judge(result, params["kills"], reason, result["seconds"])
    return dict(result, all_ok=not failed(result["checks"]))


def _one_more(watch, longest, deadline, clock, sleep):
    """Wait until one more request has ended than those that had, but not past the deadline."""
    before = len(watch.records)
    # One that is under way when this is called began before; the one after it did not.
    limit = min(2 * (longest + watch.pause), deadline - clock())
    wait_until(lambda: (len(watch.records) >= before + 2, None), max(0.0, limit), 0.05, clock, sleep)
