"""The kubectl calls of kubectl_apply: read, compare, apply, delete, list by owner. Each one call for any number of objects.

Written for kubectl v1.16 to v1.20. Not used, because v1.16 has no or another meaning for it: --dry-run=client and =server (1.18; v1.16 has a boolean),
diff --prune (1.23), apply --server-side (alpha in 1.16), wait --for=jsonpath (1.23).
"""

import re

from ansible_collections.workshop.lab.plugins.module_utils import apply_compare, manifests
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.kubectl import explain

# A label that only tells kubectl to print what it read; taken off again at once.
READ = "workshop.lab/read"
# There is no cluster of this name. kubectl v1.20 has both texts: `label` says the first, `get` the second.
NO_CLUSTER = r'context "?[^"]*"? does not exist|context was not found|no configuration has been provided'
UNREACHABLE = NO_CLUSTER + (r"|connection refused|was refused - did you specify|no such host|no route to host|i/o timeout|deadline exceeded|Client\.Timeout"
                            r"|TLS handshake timeout|certificate signed by unknown authority|[Uu]nauthorized|EOF")
UNKNOWN_KIND = r'no matches for kind "(?P<kind>[^"]+)" in version "(?P<version>[^"]+)"'
# The API server's words for a field that cannot be changed (apimachinery ValidateImmutableField; core, apps and batch validation).
IMMUTABLE = (r'The (?P<kind>[A-Za-z]+) "(?P<name>[^"]+)" is invalid:(?:(?!\nThe ).)*?'
             r"(?:field is immutable|may not change fields other than|updates to [a-z]+ spec for fields other than|is immutable after creation"
             r"|may not change once set|updates to parameters are forbidden|[Ff]orbidden: [^\n]*immutable)")
INVALID = r"is invalid|error validating|BadRequest|[Ff]orbidden|cannot be handled as a"
NO_DRY_RUN = r"does not support dry run|dry.?run.*not (?:supported|enabled)|executable file not found"


class Unreachable(LabError):
    """The cluster could not be asked. ``absent``: there is no cluster of that name at all."""

    absent = False


def load(kubectl, files, directories):
    """Return the objects of files and of directories (absolute paths on the seat; directories with all below them) as dictionaries.

    kubectl reads the YAML, since a seat has no Python library for it. ``label --local`` prints what it read without asking a server; ``create
    --dry-run`` and ``apply --dry-run`` need one, and their option changed its form in 1.18. Without --context: none is needed, and there may be none yet.
    """
    sources = [word for path in list(files) + list(directories) for word in ("-f", path)]
    recursive = ["-R"] if directories else []
    argv = [kubectl.base[0], "label", "--local", "--overwrite", "-o", "json"] + recursive + sources + [READ + "=true"]
    done = kubectl.runner.run(argv, limit=kubectl.limit)
    try:
        if done.rc != 0:
            raise ValueError
        objects = manifests.stream(done.out)
    except ValueError:
        said = (done.err.strip() or done.out.strip())[-1000:]
        raise LabError("The manifests %s cannot be read: %s. Next step: mend the file or its path, which must be readable for %s." % (
            ", ".join(list(files) + list(directories)), said or "kubectl did not end in time", kubectl.runner.account.name))
    for obj in objects:
        labels = (obj.get("metadata") or {}).get("labels") or {}
        labels.pop(READ, None)
        if not labels:
            obj["metadata"].pop("labels", None)
    return objects


def read(kubectl, objects):
    """Return {key: object} of those of ``objects`` that exist; Unreachable when the cluster cannot be asked."""
    references = [manifests.reference(obj) for obj in objects]
    done = kubectl.call(["get", "-f", "-", "--ignore-not-found", "-o", "json"], stdin=manifests.as_list(references))
    return _index(_answer(done, "read the objects"), objects)


def _index(found, objects):
    """Return {key of the wanted object: found object}: a custom kind without namespaces comes back without the namespace that we put in."""
    by_key, index = {manifests.key(obj): obj for obj in found}, {}
    for group, kind, namespace, name in map(manifests.key, objects):
        obj = by_key.get((group, kind, namespace, name)) or by_key.get((group, kind, "", name))
        if obj:
            index[(group, kind, namespace, name)] = obj
    return index


def _answer(done, doing):
    """Return the objects in a kubectl answer; LabError, perhaps Unreachable, when it failed."""
    said = done.err + done.out if done.rc else ""
    unknown = re.search(UNKNOWN_KIND, said)
    if unknown:
        raise LabError("The cluster knows no kind %s of version %s. Next step: apply the definition of that kind in a task before this one, or use a version "
                       "that `kubectl api-versions` lists." % (unknown.group("kind"), unknown.group("version")))
    if done.rc is None or done.rc and re.search(UNREACHABLE, done.err):
        error = Unreachable(str(explain(done, doing)))
        error.absent = bool(re.search(NO_CLUSTER, done.err))
        raise error
    if done.rc:
        raise explain(done, doing)
    try:
        return manifests.stream(done.out)
    except ValueError:
        raise LabError("kubectl's answer, asked to %s, is no JSON: %s" % (doing, done.out[:400]))


def apply(kubectl, objects):
    """Apply objects; return ({key: object as the server stored it}, []), or ({}, those with a change that the server refuses for ever)."""
    done = kubectl.call(["apply", "-f", "-", "-o", "json"], stdin=manifests.as_list(objects), limit=kubectl.limit + len(objects))
    stuck = immutable(kubectl, done, objects)
    if stuck:
        return {}, stuck
    after = _index(_answer(done, "apply the manifests"), objects)
    missing = [obj for obj in objects if manifests.key(obj) not in after]
    if missing:
        after.update(read(kubectl, missing))
    return after, []


def immutable(kubectl, done, objects):
    """Return those of ``objects`` that a failed call (Done of apply or diff) could not change because a field of them cannot be changed."""
    found = []
    for match in re.finditer(IMMUTABLE, done.err if done.rc else "", re.DOTALL):
        named = [obj for obj in objects if obj["kind"] == match.group("kind") and obj["metadata"]["name"] == match.group("name")]
        if len(named) > 1:  # the message has no namespace: of two of the same name, only the one that is refused alone
            named = [obj for obj in named if re.search(IMMUTABLE, _diff(kubectl, [obj]).err, re.DOTALL)]
        found.extend(obj for obj in named if obj not in found)
    return found


def _diff(kubectl, objects):
    return kubectl.call(["diff", "-f", "-"], stdin=manifests.as_list(objects), limit=kubectl.limit + len(objects))


def differences(kubectl, objects):
    """Return (text, stuck) of what applying ``objects`` would change, asked of the server (dry run): text "" means nothing, None means it cannot tell.

    ``stuck`` are the objects whose change the server refuses for ever; LabError when it refuses a manifest. The documented exit codes are 0, 1 (differs)
    and above 1; v1.16 ends with 1 after an error too, so that only 1 together with a text is a difference.
    """
    done = _diff(kubectl, objects)
    stuck = immutable(kubectl, done, objects)
    if stuck:
        return None, stuck
    if done.rc == 0:
        return "", []
    if done.rc == 1 and done.out.strip():
        return _headers(done.out), []
    if re.search(INVALID, done.err) and not re.search(NO_DRY_RUN, done.err):
        raise explain(done, "apply the manifests")
    return None, []


def _headers(diff):
    """Shorten the headers of a diff: kubectl compares temporary files whose names and times are other ones each time."""
    diff = re.sub(r"(?m)^diff -u -N \S+ \S+\n", "", diff)
    return re.sub(r"(?m)^(---|\+\+\+) \S*/(LIVE|MERGED)-\d+/(\S+).*$", lambda m: "%s %s (%s)" % (m.group(1), m.group(3), m.group(2).lower()), diff)


def file_name(obj):
    """Return how `kubectl diff` calls an object (v1.16, pkg/cmd/diff InfoObject.Name): apps.v1.Deployment.default.web."""
    _group, kind, namespace, name = manifests.key(obj)
    return ".".join((obj["apiVersion"].replace("/", "."), kind, namespace, name))


def named_in(diff):
    """Return the file_name of each object that a diff of ``differences`` is about."""
    return set(re.findall(r"(?m)^\+\+\+ (\S+) \(merged\)$", diff))


def delete(kubectl, objects, wait, limit):
    """Delete objects; with ``wait`` until they are gone, at most ``limit`` seconds. LabError when it fails or takes longer."""
    argv = ["delete", "-f", "-", "--ignore-not-found", "--wait=%s" % ("true" if wait else "false")] + (["--timeout=%ds" % limit] if wait else [])
    done = kubectl.call(argv, stdin=manifests.as_list([manifests.reference(obj) for obj in objects]), limit=kubectl.limit + (limit if wait else 0))
    if done.rc != 0 and re.search("timed out waiting for the condition", done.err):
        raise LabError("Deleted, but not gone after %d seconds: %s (\"%s\"). Next step: `kubectl get` of them with -o yaml shows the finalizers that "
                       "hold them; a node that is not ready cannot end its pods." % (limit, ", ".join(map(manifests.title, objects)), done.err.strip()[-500:]))
    if done.rc != 0:
        raise explain(done, "delete " + ", ".join(map(manifests.title, objects)))


def owned(kubectl, kinds, owner):
    """Return the objects of ``kinds`` (resource names) that carry the owner's label, in all namespaces; not what controllers made of them."""
    args = ["get", ",".join(kinds), "--all-namespaces", "--selector=%s=%s" % (manifests.OWNER, owner), "-o", "json"]
    found = _answer(kubectl.call(args), "list the objects of exercise " + owner)
    return [obj for obj in found if not obj["metadata"].get("ownerReferences") and (obj["metadata"].get("labels") or {}).get(manifests.OWNER) == owner]


def shown(wanted, live):
    """Return the entries of ``diff`` for {key: object} wanted and live, compared by ourselves."""
    return [apply_compare.difference(manifests.title(obj), live.get(name), apply_compare.wish(obj, live.get(name))) for name, obj in sorted(wanted.items())]
