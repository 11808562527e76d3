"""Starting the cluster when the machine starts, and stopping it when the machine stops: the program behind the unit workshop-cluster.service.

The role cluster puts it on the seat with what it imports (lookup workshop.lab.seat_program). It is the module minikube_cluster without Ansible: the same look
before a start, which keeps a start that would fail, and delete the VM, from being tried; the same lock, so that a playbook and a boot never start at once.
"""

import json
import os
import sys
import time

from ansible_collections.workshop.lab.plugins.module_utils import minikube_options
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.minikube import open_minikube
from ansible_collections.workshop.lab.plugins.module_utils.minikube_change import Order, bring
from ansible_collections.workshop.lab.plugins.module_utils.minikube_files import Home
from ansible_collections.workshop.lab.plugins.module_utils.minikube_report import report
from ansible_collections.workshop.lab.plugins.module_utils.minikube_said import end, said
from ansible_collections.workshop.lab.plugins.module_utils.minikube_state import NAME
from ansible_collections.workshop.lab.plugins.module_utils.minikube_turn import in_turn
from ansible_collections.workshop.lab.plugins.module_utils.progress import Progress
from ansible_collections.workshop.lab.plugins.module_utils.runner import find_account

PAUSES = (15, 60, 240)  # seconds before another try: a network, a disk or a module that comes late. Then a person has to look
GONE = ("The cluster that was here is gone: minikube deletes one that it cannot start, with all that ran in it. Next step: mend what is said above, then run "
        "site.yml, which makes a new one.")
SAVE_LIMIT = 120  # seconds to write a VM's memory to the disk


class Journal(Progress):
    """Progress on standard output, which systemd writes into the journal."""

    def __init__(self, say):
        super(Journal, self).__init__()
        self.say = say

    def tell(self, line):
        """Write a line of the program, or what is being done."""
        self.say(" ".join(line.split()) or self.doing)


class Cluster:
    """The cluster of a seat's settings: the options of minikube_cluster, and ``environment`` (the proxies). ``say``: takes a line of text."""

    def __init__(self, settings, say):
        os.environ.update(settings.get("environment", {}))
        params = {name: settings.get(name, spec.get("default")) for name, spec in minikube_options.OPTIONS.items()}
        self.wanted, self.lock_limit = minikube_options.accept(params), params["lock_timeout"]
        self.account = minikube_options.owner(params["user"], self.wanted.driver)
        if self.account is None:
            raise LabError("There is no account %s any more, whose cluster this is; run site.yml, or set cluster_autostart to false." % params["user"])
        self.minikube = open_minikube(self.account, self.wanted.minikube_path, params["kubectl_path"], minikube_options.limits(params), Journal(say))

    def state(self):
        """Return its state in minikube_info's word."""
        return report(self.minikube, Home(self.account))["state"]

    def reach(self, goal):
        """Bring it to ``goal`` (started or stopped); LabError when that is refused or fails. Nothing is ever deleted for it."""
        order = Order(goal, self.wanted, False, False, False)
        return in_turn(order, self.minikube, find_account(), self.lock_limit, lambda: bring(order, self.minikube, Home(self.account)))

    def save(self):
        """Write the VM's memory to the disk, where it would not stop: better than the power cut that comes next. Return what was done."""
        if self.wanted.driver != "virtualbox":
            return None
        return self.minikube.reader.run(["VBoxManage", "controlvm", NAME, "savestate"], limit=SAVE_LIMIT)


def start(cluster, say, sleep=time.sleep):
    """Start the cluster; return the exit code. A cluster that was never made is not made here: that downloads a gigabyte, and is the playbook's to do."""
    there = False
    for number, pause in enumerate(PAUSES + (None,), 1):
        try:
            if cluster.state() == "absent":
                say(GONE if there else "There is no cluster to start; site.yml makes one.")
                return 1 if there else 0
            there = True
            result = cluster.reach("started")
        except LabError as error:
            say(str(error))
            if error.result.get("lost"):  # another try would make a new one
                say(GONE)
                return 1
            if pause is None:
                say("Given up after %d tries. Next step: mend what is said above, then `systemctl restart workshop-cluster`, or run site.yml." % number)
                return 1
            say("Once more in %d seconds." % pause)
            sleep(pause)
            continue
        lost = result.get("lost", "")
        for text in result["healed"]:
            say("%s." % text if text == lost else "Mended: %s." % text)
        if lost:  # the unit is not failed all the same: systemd stops with the machine only what it has started
            say("A new cluster runs after %.0f s, with nothing in it. Next step: run site.yml, which brings the workshop's part back." % result["seconds"])
        else:
            say("The cluster is ready after %.0f s." % result["seconds"] if result["changed"] else "The cluster runs already.")
        return 0


def stop(cluster, say):
    """Stop the cluster; return the exit code. Driver none has no VM: its Docker and kubelet are services, which the machine stops by itself."""
    if cluster.wanted.driver == "none":
        return 0
    try:
        result = cluster.reach("stopped")
    except LabError as error:
        say(str(error))
        done = cluster.save()
        if done is None or done.rc != 0:
            say("The VM was not stopped cleanly" + ("." if done is None else " and its memory was not saved: %s (%s)." % (said(done), end(done))))
            return 1
        say("The VM's memory was saved instead; the next start goes on from there.")
        return 0
    say("The cluster is stopped." if result["changed"] else "There is nothing to stop.")
    return 0


def main(argv):
    """Run the program: ``start SETTINGS`` or ``stop SETTINGS``, a JSON file of minikube_cluster's options. Return the exit code."""
    def say(line):
        print(line, flush=True)

    if len(argv) != 2 or argv[0] not in ("start", "stop"):
        say("usage: start|stop FILE")
        return 2
    try:
        with open(argv[1], encoding="utf-8") as stream:
            cluster = Cluster(json.load(stream), say)
    except LabError as error:
        say(str(error))
        return 1
    except (OSError, ValueError) as error:
        say("%s cannot be read: %s; run site.yml, which writes it." % (argv[1], error))
        return 1
    return start(cluster, say) if argv[0] == "start" else stop(cluster, say)


def run():
    """The program's beginning."""
    sys.exit(main(sys.argv[1:]))
