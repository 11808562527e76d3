"""A class as tests and the picture in docs/ need it: seats in every state, with checks as the exercises have them. The same on every call."""

from ansible_collections.workshop.lab.plugins.module_utils import report_data
from ansible_collections.workshop.lab.plugins.module_utils.check import check

# Nobody listens there: refused at once.
GONE = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1, "ansible_ssh_retries": 0}

SOURCES = [{"title": "Health of the seat", "variable": "verify_checks"}, {"title": "Exercise", "variable": "workshop_exercise_checks"},
           {"title": "The student's own work", "variable": "workshop_grade_checks"}]
RUN = {"created": "2024-05-06T09:41:00+02:00", "playbook": "site.yml", "limit": "", "tags": [], "check_mode": False, "ansible": "2.19.14",
       "started": "2024-05-06T09:33:12+02:00", "seconds": 468.2}
HEALTH = ("minikube answers", "The node is Ready", "etcd runs", "The API server answers", "The scheduler runs", "The controller manager runs", "kubelet runs",
          "kube-proxy runs", "CoreDNS answers", "kubectl is v1.16.2", "minikube is v1.5.2", "The kubeconfig names the cluster")
WORK = {
    "2.02.pod": ("The pod k8s-for-beginners runs", "1 pod Running", "2.13", "Apply it: kubectl apply -f k8s-for-beginners-pod.yaml"),
    "2.03.label": ("The pod has the label tier=frontend", "tier=frontend", "2.18",
                   "Add the label below metadata.labels in k8s-for-beginners-pod1.yaml and apply it again."),
    "2.03.endpoints": ("The Service has a pod behind it", "1 ready address", "2.21",
                       "The Service's selector and the pod's labels must be the same: kubectl get endpoints k8s-for-beginners"),
    "2.03.answers": ("The greeting answers at the node port", "Hello Kubernetes Beginners!", "2.22", "Look at targetPort: the program listens on 8080."),
    "2.04.replicas": ("Three pods are ready", "3/3", "2.36", "kubectl scale deployment k8s-for-beginners --replicas=3"),
    "2.04.spread": ("Requests reach all three pods", ">= 1 request on each of 3 pods", "2.38", "Send more requests, and look at the logs of each pod."),
    "2.05.replaced": ("The killed pod is replaced", "a new pod within 60 s", "2.45", "The controller manager must run: kubectl get pods -n kube-system"),
    "activity.count": ("Pageview counts on", "a number that rises", "2.58", "Look at the Service of redis: its name is the address that Pageview asks for."),
}


def health(wrong=()):
    """Return the checks of a seat's health; those numbered in ``wrong`` are false."""
    return [check("2.01.%02d" % number, title, number not in wrong, "Running", "CrashLoopBackOff" if number in wrong else "Running",
                  "2.%d" % (4 + number % 5), "Look at its log: kubectl logs -n kube-system POD" if number in wrong else "", 0.1 + number / 10)
            for number, title in enumerate(HEALTH)]


def work(wrong=(), unseen=(), copies=3):
    """Return the checks of the exercises; those named in ``wrong`` are false, in ``unseen`` null. ``copies``: how often, so that a page has its size."""
    found = []
    for copy in range(copies):
        for name, (title, expected, figure, hint) in WORK.items():
            ok = None if name in unseen else name not in wrong
            found.append(check(name if not copy else "%s.%d" % (name, copy + 1), title, ok if not copy else True, expected,
                               expected if ok else "none" if ok is False else "the API server did not answer", figure, "" if ok else hint, 0.3 + copy))
    return found


def phases(*names, state="ok"):
    """Return the phases of a run, the last one in ``state``."""
    return [{"name": name, "seconds": 3.0 + 17 * number, "state": state if number == len(names) - 1 else "ok"} for number, name in enumerate(names)]


ALL = ("k8suser", "kubectl", "minikube", "cluster", "workshop", "verify")
REFUSED = "Failed to connect to the host via ssh: ssh: connect to host seat23 port 22: No route to host"


def classroom(seats=30, copies=3):
    """Return (names, facts, record) of a class: most ready, some not, one that failed, two that are gone, one that nobody checked."""
    names = ["seat%02d" % number for number in range(1, seats + 1)]
    facts = {name: {"verify_checks": health(), "workshop_exercise_checks": work(copies=copies)} for name in names}
    record = {name: {"when": RUN["created"], "phases": phases(*ALL), "failure": None, "unreachable": ""} for name in names}
    for name, wrong in (("seat04", ["2.03.label", "2.03.endpoints", "2.03.answers"]), ("seat09", ["2.03.endpoints", "2.03.answers"]),
                        ("seat12", ["2.03.answers"]), ("seat17", ["2.04.replicas"])):
        facts[name]["workshop_exercise_checks"] = work(wrong, copies=copies)
    facts["seat20"]["workshop_exercise_checks"] = work(unseen=["2.05.replaced", "activity.count"], copies=copies)
    for name in ("seat07", "seat23"):
        facts[name], record[name] = {}, {"when": RUN["created"], "phases": phases("k8suser", state="unreachable"), "failure": None,
                                         "unreachable": REFUSED.replace("seat23", name)}
    facts["seat15"] = {}
    record["seat15"] = {"when": RUN["created"], "phases": phases(*ALL[:4], state="failed"), "unreachable": "", "failure": {
        "task": "Start the cluster", "phase": "cluster", "message": "minikube start ended with 70: the seat has 1 CPU and minikube needs 2. "
                                                                    "Next step: give the machine a second one, and run again."}}
    facts["seat28"], record["seat28"] = {}, {}
    return names, facts, {"seats": record}


def report(**more):
    """Return the report of that class."""
    names, facts, record = classroom(**more)
    return report_data.build(names, facts, record, SOURCES, RUN, "Kubernetes workshop, chapter 2")
