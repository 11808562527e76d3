"""What the module preflight_info does, and what it accepts."""

import ipaddress
import os
import platform
import time
import urllib.parse

from ansible_collections.workshop.lab.plugins.module_utils import arguments, minikube_options, preflight_facts, preflight_macos, preflight_reach
from ansible_collections.workshop.lab.plugins.module_utils.machine_host import Reader
from ansible_collections.workshop.lab.plugins.module_utils.preflight_choice import judge, stops
from ansible_collections.workshop.lab.plugins.module_utils.preflight_drivers import DRIVERS
from ansible_collections.workshop.lab.plugins.module_utils.preflight_files import SeatFiles
from ansible_collections.workshop.lab.plugins.module_utils.preflight_table import table
from ansible_collections.workshop.lab.plugins.module_utils.runner import find_account
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_plan import SOURCES, plan

OPTIONS = {
    "driver": {"type": "str", "choices": ["auto"] + list(DRIVERS), "default": "auto"},
    "drivers": {"type": "list", "elements": "str", "choices": list(DRIVERS), "default": list(DRIVERS)},
    "user": {"type": "str", "default": "k8suser"},
    "kubernetes_version": {"type": "str", "default": "v1.16.2"},
    "cpus": {"type": "int", "default": 2},
    "memory_mb": {"type": "int", "default": 2000},
    "host_only_cidr": {"type": "str", "default": "192.168.99.1/24"},
    "service_cidr": {"type": "str", "default": "10.96.0.0/12"},
    "sources": {"type": "list", "elements": "dict", "default": [], "options": {
        "name": {"type": "str", "required": True}, "url": {"type": "str", "required": True},
        "severity": {"type": "str", "choices": ["stop", "warn"], "default": "stop"},
        "drivers": {"type": "list", "elements": "str", "choices": list(DRIVERS), "default": list(DRIVERS)}}},
    "apt_proxy": {"type": "str", "default": ""},
    "virtualbox_source": {"type": "str", "choices": list(SOURCES), "default": "auto"},
    "virtualbox_series": {"type": "str", "default": ""},
    "virtualbox_uri": {"type": "str", "default": ""},
    "virtualbox_key_url": {"type": "str", "default": ""},
    "source_timeout": {"type": "float", "default": 5.0},
    "control_time": {"type": "float"},
    "clock_tolerance": {"type": "int", "default": 60},
    "ignore": {"type": "list", "elements": "str", "default": []},
}
SYSTEMS = {"Linux": "linux", "Darwin": "darwin"}
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
URL = r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[^\s]*)?"
ID = r"[a-z][a-z0-9_]*(\.[a-z0-9_-]+)*"


def accept(params):
    """Refuse values that cannot be."""
    arguments.account_name("user", params["user"])
    arguments.kubernetes_version("kubernetes_version", params["kubernetes_version"])
    arguments.at_least("cpus", params["cpus"], 2, 32)
    arguments.at_least("memory_mb", params["memory_mb"], 2000)
    arguments.text_of("host_only_cidr", params["host_only_cidr"], minikube_options.CIDR, "a private address of the seat with its prefix length, "
                      "like 192.168.99.1/24")
    try:
        network = ipaddress.IPv4Network(params["service_cidr"])
    except ValueError:
        network = None
    if network is None or not 8 <= network.prefixlen <= 28:
        arguments.refuse("service_cidr", params["service_cidr"], "a network with a prefix length of 8 to 28, like 10.96.0.0/12")
    arguments.at_least("source_timeout", params["source_timeout"], 0.1, 60)
    arguments.at_least("clock_tolerance", params["clock_tolerance"], 1, 86400)
    arguments.at_least("control_time", params["control_time"], 0)
    if not params["drivers"]:
        arguments.refuse("drivers", params["drivers"], "a list of at least one of %s" % ", ".join(DRIVERS))
    for one in params["ignore"]:
        arguments.text_of("ignore", one, ID, "the id of a check, like seat.clock")
    names = set()
    for place, one in enumerate(params["sources"]):
        arguments.text_of("sources[%d].name" % place, one["name"], r"[a-z][a-z0-9_-]*", "lower-case letters, digits, _ and -")
        if one["name"] in names or one["name"] == "apt":
            arguments.refuse("sources[%d].name" % place, one["name"], "a name of its own, other than apt, which is the module's")
        names.add(one["name"])
        arguments.text_of("sources[%d].url" % place, one["url"], URL, "an http or https URL")
    for name in ("apt_proxy", "virtualbox_uri", "virtualbox_key_url"):
        arguments.text_of(name, params[name], "(%s)?" % URL, "an http or https URL, or empty")
    arguments.text_of("virtualbox_series", params["virtualbox_series"], r"([0-9]\.[0-9])?", "one of Oracle's series like 7.2, or empty for the table's")


def asked(params, facts):
    """Return the sources to ask: those of the drivers that may be used, with {os} and {arch} filled in, VirtualBox's where it is to come, and apt's own."""
    drivers = set(params["drivers"] if params["driver"] == "auto" else [params["driver"]])
    system, architecture = SYSTEMS[facts["system"]], ARCHITECTURES.get(facts["architecture"], facts["architecture"])
    found = [{"name": one["name"], "url": one["url"].replace("{os}", system).replace("{arch}", architecture), "severity": one["severity"],
              "drivers": one["drivers"]} for one in params["sources"] if drivers & set(one["drivers"])]
    found += _virtualbox(params, facts) if "virtualbox" in drivers and system == "linux" else []
    return found + [_by_apt({"name": "apt", "url": url, "severity": "stop"}, params, facts) for url in facts["apt_sources"]]


def _by_apt(source, params, facts):
    """Return a source as apt asks it: http through its own proxy, but for what lies on that machine itself. What the class will have it use counts."""
    proxy, parts = params["apt_proxy"] or facts["apt_proxy"], urllib.parse.urlsplit(source["url"])
    if not proxy or parts.scheme != "http" or parts.hostname == urllib.parse.urlsplit(proxy).hostname:
        return source
    return dict(source, proxy=proxy)


def _virtualbox(params, facts):
    """Return the repository that the role virtualbox would add, and its key; nothing where it adds none or has installed what comes from there."""
    planned = plan(facts, {"source": params["virtualbox_source"], "series": params["virtualbox_series"], "gui": True, "cidrs": []})
    there = planned["repository"]
    if there is None or planned["packages"][0] in facts["virtualbox_packages"]:
        return []
    oracle = planned["source"] == "oracle"
    uri, key = (params["virtualbox_uri"] if oracle else "") or there["uri"], (params["virtualbox_key_url"] if oracle else "") or there["key_url"]
    more = {"severity": "stop", "drivers": ["virtualbox"]}
    found = [_by_apt(dict(more, name="virtualbox", url="%s/dists/%s/InRelease" % (uri.rstrip("/"), there["suites"][0])), params, facts)]
    return found + ([dict(more, name="virtualbox-key", url=key)] if key else [])


def work(params, runner=None, files=None, system=None, clock=time.time, look=preflight_reach.look, environment=None):
    """Return the module's result. The clock is read first: everything after it takes its time."""
    now = clock()
    accept(params)
    runner, files = runner or Reader(find_account()), files or SeatFiles()
    environment = os.environ if environment is None else environment
    system = system or platform.system()
    if system == "Darwin":
        facts = preflight_macos.machine(runner, files, environment, params["user"])
    else:
        facts = preflight_facts.machine(runner, files, environment, params["user"], params["kubernetes_version"])
    facts["clock_seconds"] = None if params["control_time"] is None else round(now - params["control_time"], 1)
    facts["sources"] = look(asked(params, facts), params["source_timeout"])
    judged = judge(facts, params)
    left = stops(judged["checks"], params["ignore"])
    title = "%s %s, %s %s, %s%s. %s" % (facts["distribution"], facts["release"], facts["system"], facts["kernel"], facts["architecture"],
                                        "".join(", %s %s" % words for words in (("guest of", facts.get("hypervisor")), ("container of", facts.get("container")))
                                                if words[1]), judged["reason"])
    return {"changed": False, "machine": facts, "checks": judged["checks"], "driver": judged["driver"], "reason": judged["reason"],
            "possible": judged["possible"], "stops": [one["id"] for one in left], "ok": not left, "title": title,
            "table": table(title, judged["checks"], params["ignore"])}
