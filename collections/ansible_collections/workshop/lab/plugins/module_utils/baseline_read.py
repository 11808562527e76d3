"""Everything that is in a cluster, by identity: which object, whose, since when. No content of an object is read, so none of a Secret.

Written for kubectl v1.16 to v1.20: its jsonpath prints a whole map in another form in each version, so only single values are asked for.
"""

import collections
import re

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.kubectl import explain
from ansible_collections.workshop.lab.plugins.module_utils.manifests import OWNER

#: ``owners``, ``finalizers``: tuples of uids and of names. ``account``: uid of the ServiceAccount that a token Secret belongs to. ``exercise``: value of
#: the label workshop.lab/exercise. ``system``: Kubernetes or minikube keeps the object itself (its label says so). ``ending``: it is being deleted.
Object = collections.namedtuple("Object", "version kind namespace name uid revision generation ending exercise system account owners finalizers")

# What comes and goes by itself, or with what it belongs to: a record of it would be out of date at once.
PASSING = ("events", "events.events.k8s.io", "endpointslices.discovery.k8s.io", "leases.coordination.k8s.io",
           "certificatesigningrequests.certificates.k8s.io", "csinodes.storage.k8s.io", "volumeattachments.storage.k8s.io")
# kubectl up to v1.20 sends 10 requests at once and then 5 a second (client-go's default limits): 40 kinds in one call take 6 seconds, in calls of 9 one.
AT_ONCE = 9
SYSTEM_LABELS = ("kubernetes.io/bootstrapping", "kube-aggregator.kubernetes.io/automanaged", "addonmanager.kubernetes.io/mode")
FIELD, RECORD = "\x1f", "\x1e"  # no name has them; an annotation that did would be seen as a wrong number of fields


def _path(key):
    return key.replace(".", "\\.")


TEMPLATE = "{range .items[*]}" + '{"\\x1f"}'.join(
    ["{.apiVersion}", "{.kind}", "{.metadata.namespace}", "{.metadata.name}", "{.metadata.uid}", "{.metadata.resourceVersion}", "{.metadata.generation}",
     "{.metadata.deletionTimestamp}", "{.metadata.labels.%s}" % _path(OWNER), "".join("{.metadata.labels.%s}" % _path(key) for key in SYSTEM_LABELS),
     "{.metadata.annotations.%s}" % _path("kubernetes.io/service-account.uid"), "{.metadata.ownerReferences[*].uid}", "{.metadata.finalizers[*]}"]
) + '{"\\x1e"}{end}'


def group(version):
    """Return the API group of an apiVersion; "" for v1."""
    return version.rpartition("/")[0]


def key(obj):
    """Return what an object is known by, whichever version of its group it was read in: (group, kind, namespace, name)."""
    return (group(obj.version), obj.kind, obj.namespace, obj.name)


def title(obj):
    """Return an object as a person calls it."""
    return "%s %s" % (obj.kind, "/".join(filter(None, (obj.namespace, obj.name))))


def reference(obj):
    """Return what `kubectl delete -f -` needs of an object."""
    metadata = {"name": obj.name}
    if obj.namespace:
        metadata["namespace"] = obj.namespace
    return {"apiVersion": obj.version, "kind": obj.kind, "metadata": metadata}


def cluster(kubectl):
    """Return what tells one cluster from another: the uid of its namespace kube-system. One call."""
    done = kubectl.call(["get", "namespace", "kube-system", "-o", "jsonpath={.metadata.uid}"])
    if done.rc != 0 or not done.out.strip():
        raise explain(done, "read which cluster this is")
    return done.out.strip()


def kinds(kubectl):
    """Return (names of all kinds whose objects can be listed and deleted, what the server could not say).

    Asks the server anew: kubectl's own cache is minutes old, and a kind that a student has just defined would be missing.
    """
    done = kubectl.call(["api-resources", "--verbs=list,delete", "-o", "name"])
    names = [name for name in done.out.split() if name not in PASSING]
    if not names or done.rc is None:
        raise explain(done, "list the kinds of objects")
    return names, [done.err.strip()[-500:] or "kubectl ended with exit code %s" % done.rc] if done.rc else []


def objects(kubectl, names):
    """Return (all objects of these kinds, what could not be read), in one call for AT_ONCE kinds."""
    found, unread = {}, []
    for start in range(0, len(names), AT_ONCE):
        part = names[start:start + AT_ONCE]
        done = _get(kubectl, part)
        answers = [(part, done)] if done.rc == 0 or len(part) == 1 or done.rc is None else [([name], _get(kubectl, [name])) for name in part]
        for asked, answer in answers:
            if answer.rc == 0:
                _add(found, parse(answer.out))
            elif answer.rc is None or re.search(r"refused|no such host|no route|i/o timeout|context", answer.err):
                raise explain(answer, "read the objects of the cluster")
            else:
                unread.append("%s: %s" % (", ".join(asked), answer.err.strip()[-300:]))
    return list(found.values()), unread


def _get(kubectl, names):
    return kubectl.call(["get", ",".join(names), "--all-namespaces", "-o", "jsonpath=" + TEMPLATE])


def _add(found, more):
    """Take in objects by uid: an Ingress is listed in two groups, of which extensions is the old one."""
    for obj in more:
        if obj.uid not in found or group(found[obj.uid].version) == "extensions":
            found[obj.uid] = obj


def parse(text):
    """Return the Objects in an answer made with TEMPLATE."""
    found = []
    for line in text.split(RECORD):
        if not line.strip():
            continue
        fields = line.lstrip("\n").split(FIELD)
        if len(fields) != len(Object._fields) or not (fields[1] and fields[3] and fields[4]):
            raise LabError("kubectl's answer, asked for the objects of the cluster, has a line of another form: %r" % line[:300])
        ending, system = bool(fields[7]), bool(fields[9])
        found.append(Object(*fields[:7], ending=ending, exercise=fields[8], system=system, account=fields[10], owners=tuple(fields[11].split()),
                            finalizers=tuple(fields[12].split())))
    return found


def asked_for(names, some):
    """Return those of the kinds ``names`` that the objects ``some`` are of; all of them when one cannot be told by its plural's beginning."""
    wanted = set()
    for kind, its_group in {(obj.kind.lower(), group(obj.version)) for obj in some}:
        fits = [name for name in names if name.split(".")[0].startswith(kind[:-1]) and name.partition(".")[2] == its_group]
        if not fits:
            return list(names)
        wanted.update(fits)
    return [name for name in names if name in wanted]
