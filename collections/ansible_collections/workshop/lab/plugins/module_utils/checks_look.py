"""One look at a seat: everything that a list of checks needs, read once, at the same time, and nothing changed."""

import json
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.workshop.lab.plugins.module_utils import checks_http, checks_node, checks_seat
from ansible_collections.workshop.lab.plugins.module_utils.checks_network import Answered, http_address
from ansible_collections.workshop.lab.plugins.module_utils.checks_plan import plan, unreadable
from ansible_collections.workshop.lab.plugins.module_utils.checks_seen import Seen
from ansible_collections.workshop.lab.plugins.module_utils.checks_spread import spread
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.kubectl import explain

MINIKUBE_LIMIT = 30  # seconds for `minikube version`
AT_ONCE = 16  # visits at the same time


class Seat:
    """How a seat is reached. ``kubectl``: a Kubectl; ``driver``: none, virtualbox or kvm2; ``here``: Runner on this host (for driver none);
    ``owner``: Runner as the account that owns minikube; ``minikube``: its path. ``visit`` and ``knock``: as in checks_http."""

    def __init__(self, kubectl, driver, here, owner, minikube, visit=checks_http.visit, knock=checks_http.knock, root="/"):
        self.kubectl, self.driver, self.here, self.owner, self.minikube = kubectl, driver, here, owner, minikube
        self.visit, self.knock, self.root = visit, knock, root

    def look(self, entries):
        """Return (Seen, {check id: Answered}) for Entries. First the programs, all at once; then the visits, whose addresses are known only then.

        No process is started while visits run: a child that takes on another account between fork and exec must not meet a lock that a thread holds in
        the resolver.
        """
        wanted = plan(entries)
        seen = Seen()
        jobs = self._readers(wanted, seen)
        if jobs:
            with ThreadPoolExecutor(max_workers=len(jobs)) as pool:
                for source, done in [(source, pool.submit(job)) for source, job in jobs]:
                    try:
                        done.result()
                    except LabError as error:
                        seen.errors[source] = str(error)
        for path, name in wanted.programs:
            seen.programs[(path, name)] = checks_seat.look_at_program(path, name)
        visiting = [entry for entry in entries if not unreadable(entry, seen)]
        answers = self._visits([entry for entry in visiting if entry.kind in ("http", "refused")], seen)
        for entry in visiting:
            if entry.kind == "spread":
                answers[entry.id] = spread(self, entry.args, seen)
        return seen, answers

    def _readers(self, wanted, seen):
        """Return the jobs (source, function) that fill ``seen``; the slowest first."""
        jobs = []
        if wanted.resources:
            jobs.append(("api", lambda: setattr(seen, "objects", self.kubectl.items(wanted.resources))))
        if "node" in wanted.sources:
            jobs.append(("node", lambda: setattr(seen, "node", self._node_facts("containers" in wanted.sources))))
        if "kubectl" in wanted.sources:
            jobs.append(("kubernetes", lambda: self._kubectl_versions(seen)))
        if "minikube" in wanted.sources:
            jobs.append(("minikube", lambda: self._minikube_version(seen)))
        if "server" in wanted.sources:
            jobs.append(("server", lambda: setattr(seen, "server", self._server())))
        return jobs

    def _node_facts(self, containers):
        if self.driver == "none":
            return checks_node.facts_here(self.here, containers, self.root)
        return checks_node.facts_over_ssh(self.owner, self.minikube, containers)

    def _kubectl_versions(self, seen):
        """Without an API server kubectl still says its own version, and ends with 1."""
        try:
            done = self.kubectl.call(["version", "-o", "json"])
        except LabError as error:
            seen.errors["kubectl"] = str(error)
            raise
        if done.rc != 0 and not done.out.strip():
            # A context that is missing: kubectl says nothing, not even its own version, unless it is kept from the kubeconfig.
            alone = self.kubectl.runner.run(self.kubectl.base[:1] + ["version", "--client", "-o", "json"], limit=self.kubectl.limit,
                                            environment={"KUBECONFIG": "/dev/null"})
            self._read_versions(alone.out, seen)
        else:
            self._read_versions(done.out, seen)
        if done.rc != 0:
            raise explain(done, "ask for the versions")

    def _read_versions(self, text, seen):
        try:
            seen.versions.update(checks_seat.kubectl_versions(json.loads(text)))
        except ValueError:
            seen.errors["kubectl"] = "kubectl's answer is no JSON: %s" % text[:200]

    def _minikube_version(self, seen):
        done = self.owner.run([self.minikube, "version"], limit=MINIKUBE_LIMIT)
        found = checks_seat.minikube_version(done.out)
        if not found:
            raise LabError("`minikube version` did not say a version (exit code %s): %s" % (done.rc, (done.err or done.out).strip()[-300:]))
        seen.versions["minikube"] = found

    def _server(self):
        found = self.kubectl.server("read the kubeconfig")
        if not found:
            raise LabError("The kubeconfig names no server.")
        return found

    def _visits(self, entries, seen):
        """Return {id: Answered} of http and refused checks: from the host all at once, from inside a VM by one call for each."""
        answers, here, inside = {}, [], []
        for entry in entries:
            host, port, verdict = (None, None, None) if entry.args.get("url") else http_address(entry.args, seen, entry.kind)
            if verdict is not None:
                answers[entry.id] = Answered(verdict=verdict)
            elif entry.kind == "refused":
                here.append((entry, "%s:%s" % (host, port), lambda args=entry.args, host=host, port=port: [self.knock(host, port, args["timeout"])]))
            else:
                url = entry.args["url"] or "http://%s:%s%s" % (host, port, entry.args["path"])
                if entry.args["from"] == "node" and self.driver != "none":
                    inside.append((entry, url))
                else:
                    here.append((entry, url, lambda args=entry.args, url=url: self._visit(url, args)))
        if here:
            with ThreadPoolExecutor(max_workers=min(AT_ONCE, len(here))) as pool:
                for entry, where, done in [(entry, where, pool.submit(job)) for entry, where, job in here]:
                    answers[entry.id] = Answered(where, done.result())
        for entry, url in inside:
            answers[entry.id] = self._inside(entry, url)
        return answers

    def _visit(self, url, args):
        """Visit once, or twice, one after the other, for a number that must rise."""
        visits = [self.visit(url, args["timeout"])]
        if args["rises"] and visits[0].status is not None:
            visits.append(self.visit(url, args["timeout"]))
        return visits

    def _inside(self, entry, url):
        try:
            visits = checks_node.visits_over_ssh(self.owner, self.minikube, [url] * (2 if entry.args["rises"] else 1), entry.args["timeout"])
        except LabError as error:
            return Answered(url, error=str(error))
        return Answered(url, visits) if visits else Answered(url, error="curl in the node said nothing that can be understood.")
