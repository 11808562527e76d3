"""Checks of Services and of what is behind them: arguments and what was seen -> Verdict; and where the checks that go out on the network must go."""

import collections

from ansible_collections.workshop.lab.plugins.module_utils.checks_seen import (
    compare,
    describe,
    has_labels,
    how_many,
    is_ready,
    judged,
    label_words,
    selection,
    unseen,
)
from ansible_collections.workshop.lab.plugins.module_utils.readiness import addresses

#: What a check of the network has from it: ``where`` it went, its ``visits``, ``counts`` of log lines by pod; or ``verdict``, when there was nothing
#: to visit, or ``error``, when it could not be done.
Answered = collections.namedtuple("Answered", "where visits counts verdict error")
Answered.__new__.__defaults__ = ("", (), None, None, "")
NODE_PORTS = (30000, 32767)  # kube-apiserver's --service-node-port-range


def service(args, seen):
    """Check a Service: type, port, target port, selector, node port."""
    found = seen.one("Service", args["namespace"], args["name"])
    if not found:
        return _no_service(args["name"], args["namespace"], seen)
    spec = found["spec"]
    ports = spec.get("ports") or []
    port = _port(ports, args["port"]) or (ports[0] if ports else {})
    node_port = port.get("nodePort")
    selector = spec.get("selector") or {}
    rows = [("type", args["type"], spec.get("type")), ("port", args["port"], port.get("port")),
            ("target port", args["target_port"], str(port.get("targetPort", ""))),
            ("selector", args["selector"], selector),
            ("node port in %d-%d" % NODE_PORTS, args["node_port"], bool(node_port and NODE_PORTS[0] <= node_port <= NODE_PORTS[1]))]
    ok, expected, actual = compare(rows)
    wrong = [word for word, wanted, got in rows if wanted is not None and wanted != got]
    return judged(ok, expected or "Service %s" % args["name"], actual + (" (%s)" % node_port if node_port else ""),
                  "Correct the %s of Service %s in its file and apply it again." % (" and the ".join(wrong), args["name"]),
                  {"node_port": node_port, "cluster_ip": spec.get("clusterIP")})


def _port(ports, number):
    """Return the port entry of a Service with this port number; the first when none is named."""
    return next((one for one in ports if number is None or one.get("port") == number), None)


def _no_service(name, namespace, seen, expected=None):
    """Return the Verdict of a Service that is not there."""
    others = [one["metadata"]["name"] for one in seen.select("Service", namespace)]
    return judged(False, expected or "Service %s" % name, "there is no Service %s in namespace %s; it has: %s" % (
        name, namespace, ", ".join(others) or "none"), "Apply the Service's file, in this namespace and with this name.")


def endpoints(args, seen):
    """Check the ready addresses behind a Service."""
    found = seen.one("Endpoints", args["namespace"], args["name"])
    ready, waiting = addresses(found)
    ports = sorted({port.get("port") for subset in (found or {}).get("subsets") or [] for port in subset.get("ports") or []})
    expected, ok = [], True
    if args["min"] is not None or args["max"] is not None:
        ok = (args["min"] or 0) <= len(ready) and (args["max"] is None or len(ready) <= args["max"])
        expected.append("%s ready addresses" % how_many(args["min"] or 0, args["max"]))
    if args["pods"] is not None:
        pods = seen.pods(args["namespace"], labels=args["pods"])
        ips = sorted(one["status"]["podIP"] for one in pods if is_ready(one) and one.get("status", {}).get("podIP"))
        ok = ok and bool(ips) and ips == ready
        expected.append("those of the ready pods with %s: %s" % (label_words(args["pods"]), ", ".join(ips) or "there are none"))
    if args["port"] is not None:
        ok = ok and ports == [args["port"]]
        expected.append("port %d" % args["port"])
    actual = "%d ready%s" % (len(ready), ": " + ", ".join(ready) if ready else "")
    actual += "; %d not ready" % len(waiting) if waiting else ""
    actual += "; port %s" % ", ".join(map(str, ports)) if ports else ""
    return judged(ok, ", ".join(expected), actual if found else "Service %s has no endpoints object" % args["name"], _no_pods_hint(args, args["name"], seen),
                  {"addresses": ready})


def _no_pods_hint(args, name, seen):
    """Return why nothing is behind a Service."""
    found = seen.one("Service", args["namespace"], name)
    if not found:
        return "There is no Service %s in namespace %s." % (name, args["namespace"])
    selector = found["spec"].get("selector") or {}
    pods = seen.pods(args["namespace"], labels=selector) if selector else []
    if not pods:
        return "The Service's selector is %s, and no pod of the namespace has these labels: compare both." % label_words(selector)
    if not any(is_ready(one) for one in pods):
        return "The selector's pods are not ready: %s." % describe(pods)
    return "The Service's selector is %s; its pods: %s." % (label_words(selector), describe(pods))


def http_address(args, seen, kind):
    """Return (host, port, None) of what an http, refused or spread check must visit, or (None, None, Verdict) when there is nothing to visit yet."""
    if args.get("api_server"):
        return seen.server + (None,) if seen.server else (None, None, unseen(kind, seen.errors.get("server", "the kubeconfig names no server")))
    if args.get("host"):
        return args["host"], args["port"], None
    if args.get("service"):
        return _service_address(args, seen)
    pods = seen.pods(args["namespace"], args.get("pod"), args.get("pod_labels"))
    address = next((one["status"]["podIP"] for one in pods if one.get("status", {}).get("podIP")), None)
    if not address:
        return None, None, judged(False, "an answer of %s" % selection(args), "no address: " + describe(pods), "Get the pod running first.")
    return address, args["port"], None


def _service_address(args, seen):
    """Return the node's address and the Service's node port, once a ready pod is behind it."""
    name, namespace = args["service"], args["namespace"]
    expected = "an answer of Service %s" % name
    found = seen.one("Service", namespace, name)
    if not found:
        return None, None, _no_service(name, namespace, seen, expected)
    port = _port(found["spec"].get("ports") or [], args["port"])
    if not port or not port.get("nodePort"):
        said = "%s with port %s and no node port" % (found["spec"].get("type"), port["port"]) if port else "it has no port %s" % args["port"]
        return None, None, judged(False, expected, said, "Make it of type NodePort and apply it again.")
    if not addresses(seen.one("Endpoints", namespace, name))[0]:
        return None, None, judged(False, expected, "no ready pod is behind it", _no_pods_hint(args, name, seen))
    address = seen.node_address()
    if not address:
        return None, None, unseen(expected, "The API server names no address of the node.")
    return address, port["nodePort"], None


def spread_pods(args, seen):
    """Return (pods that the requests must reach, None), or (None, Verdict) as long as they cannot reach them: then nothing is requested."""
    found = seen.one("Service", args["namespace"], args["service"])
    expected = spread_words(args)
    if not found:
        return None, _no_service(args["service"], args["namespace"], seen, expected)
    selector = args["selector"] or found["spec"].get("selector") or {}
    pods = seen.pods(args["namespace"], labels=selector) if selector else []
    ready = [one for one in pods if is_ready(one)]
    if not pods or len(ready) < len(pods) or (args["pods"] is not None and len(pods) != args["pods"]):
        said = "%d of %d pods are ready%s" % (len(ready), len(pods), "" if args["pods"] is None else ", wanted %d" % args["pods"])
        return None, judged(False, expected, said + "; nothing was requested", _no_pods_hint(args, args["service"], seen))
    behind = addresses(seen.one("Endpoints", args["namespace"], args["service"]))[0]
    away = [one["metadata"]["name"] for one in ready if one["status"].get("podIP") not in behind]
    if away and has_labels(ready[0]["metadata"].get("labels"), found["spec"].get("selector") or {}):
        said = "not behind the Service yet: %s; nothing was requested" % ", ".join(away)
        return None, judged(False, expected, said, _no_pods_hint(args, args["service"], seen))
    return ready, None


def spread_words(args):
    """Return what a spread check expects."""
    pods = "each pod" if args["pods"] is None else "each of %d pods" % args["pods"]
    return ">= %d of %d requests on %s, every one answered" % (args["min_each"], args["requests"], pods)
