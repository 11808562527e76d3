"""References to what an earlier step has seen: {seen: [CHECK_ID, pods, values]} stands for the uids of the pods that this check saw. Pure functions."""

from ansible_collections.workshop.lab.plugins.module_utils.arguments import refuse
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

# Values in the place of those that are not known yet, so that the rest of an entry can be validated before anything is done. By the last word of a path.
SAMPLES = {"values": ["u-1"], "keys": ["p-1"], "pods": {"p-1": "u-1"}, "node_port": 30000, "cluster_ip": "10.96.0.1", "url": "http://127.0.0.1:30000/",
           "name": "p-1", "uid": "u-1"}


def is_reference(value):
    """Whether a value is a reference."""
    return isinstance(value, dict) and set(value) == {"seen"}


def references(value, where):
    """Return the references in a value as a list of (place, path); LabError for one of another form."""
    if is_reference(value):
        path = value["seen"]
        if not isinstance(path, list) or len(path) < 2 or any(isinstance(word, (bool, dict, list)) or word is None for word in path):
            refuse(where + ".seen", path, "a list of a check's id and the way to a value, like [2.04.three, pods, values]")
        return [(where, [str(word) for word in path])]
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in references(inner, "%s.%s" % (where, key))]
    if isinstance(value, list):
        return [found for number, inner in enumerate(value) for found in references(inner, "%s[%d]" % (where, number))]
    return []


def resolve(value, seen, where):
    """Return a value with what its references stand for. ``seen``: {check id: what it observed}. LabError for what was not seen, by name."""
    if is_reference(value):
        return _look_up(references(value, where)[0][1], seen, where)
    if isinstance(value, dict):
        return {key: resolve(inner, seen, "%s.%s" % (where, key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [resolve(inner, seen, "%s[%d]" % (where, number)) for number, inner in enumerate(value)]
    return value


def sampled(value):
    """Return a value with examples in the place of its references."""
    if is_reference(value):
        return SAMPLES.get(str(value["seen"][-1]), "1")
    if isinstance(value, dict):
        return {key: sampled(inner) for key, inner in value.items()}
    return [sampled(inner) for inner in value] if isinstance(value, list) else value


def _look_up(path, seen, where):
    """Follow a path: keys of dictionaries, places in lists, and `values` or `keys` of a dictionary that has no such key."""
    if path[0] not in seen:
        raise LabError("%s refers to %s, which has not been seen by a step before; seen so far: %s." % (where, path[0], ", ".join(sorted(seen)) or "nothing"))
    found = seen[path[0]]
    for number, word in enumerate(path[1:], 1):
        if isinstance(found, dict) and word in found:
            found = found[word]
        elif isinstance(found, dict) and word in ("values", "keys"):
            found = list(getattr(found, word)())
        elif isinstance(found, list) and word.isdigit() and int(word) < len(found):
            found = found[int(word)]
        else:
            has = ", ".join(sorted(map(str, found))) if isinstance(found, dict) else repr(found)
            raise LabError("%s refers to %s of %s, which has only: %s." % (where, word, " ".join(path[:number]), has or "nothing"))
    return found
