"""service and service list (cmd/service.go, cmd/service_list.go)."""

import shutil
import subprocess
import time

from minikube_double import drawtable, machines, out, templates
from minikube_double.errors import UNAVAILABLE, Crash, MachineError, Silent, Usage


def _client(settings):
    from minikube_double.cluster.api import Client

    name = settings.profile
    try:
        machine = machines.load(name) if machines.exists(name) else None
        if machine is None or machine.state() != "Running":
            return None, ""
        return Client(machine.data["IPAddress"]), machine.data["IPAddress"]
    except MachineError:
        return None, ""


def _urls(service, address, settings):
    found = []
    for port in service["spec"].get("ports") or ():
        if port.get("nodePort"):
            found.append(templates.expand(settings.get("format"), {"IP": address, "Port": port["nodePort"], "Name": port.get("name", "")}))
    return found


def run(settings):
    """Print (or open) the URLs of one service."""
    if len(settings.args) != 1:
        raise Usage("You must specify a service name")
    name, namespace = settings.args[0], settings.get("namespace")
    client, address = _client(settings)
    if client is None:
        raise Silent(1)
    service = _await(client, namespace, name, settings.get("wait"), settings.get("interval"))
    urls = _urls(service, address, settings)
    if settings.get("https"):
        urls = [url.replace("http://", "https://", 1) for url in urls]
    if not urls:
        out.line("service %s/%s has no node port" % (namespace, name))
        return
    if settings.get("url"):
        out.raw("".join(url + "\n" for url in urls))
        return
    out.raw(drawtable.draw(("NAMESPACE", "NAME", "TARGET PORT", "URL"), [(namespace, name, "", "\n".join(urls))]))
    for url in urls:
        out.line("Opening kubernetes service %s/%s in default browser..." % (namespace, name))
        if not shutil.which("xdg-open"):
            raise Crash("browser failed to open url", 'exec: "xdg-open": executable file not found in $PATH')
        subprocess.run(["xdg-open", url], check=False)


def _await(client, namespace, name, wait, interval):
    from minikube_double.cluster.api import NotFound

    end = time.monotonic() + wait
    while True:
        try:
            return client.get("/api/v1/namespaces/%s/services/%s" % (namespace, name))
        except NotFound as error:
            last = error
        except MachineError as error:
            raise Crash("Error opening service", error)
        if time.monotonic() + interval > end:
            raise Crash("Error opening service", 'Service %s was not found in "%s" namespace. You may select another namespace by using '
                        "'minikube service %s -n <namespace>: Temporary Error: Error getting service %s: %s" % (name, namespace, name, name, last))
        time.sleep(interval)


def listing(settings):
    """Print a table of services."""
    client, address = _client(settings)
    if client is None:
        raise Silent(1)
    namespace = settings.get("namespace")
    try:
        items = client.get("/api/v1/namespaces/%s/services" % namespace if namespace else "/api/v1/services")["items"]
    except MachineError as error:
        out.err("Failed to get service URL: %s" % error, out.FATAL)
        out.err("Check that minikube is running and that you have specified the correct namespace (-n flag) if required.")
        raise Silent(UNAVAILABLE)
    rows = [(item["metadata"]["namespace"], item["metadata"]["name"], "\n".join(_urls(item, address, settings)) or "No node port") for item in items]
    out.raw(drawtable.draw(("NAMESPACE", "NAME", "TARGET PORT", "URL"), rows))


