"""Reading option ``checks``: each entry validated, with the path of what is wrong in the message (``checks[3].service.name``)."""

import collections
import re

from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.workshop.lab.plugins.module_utils.arguments import refuse
from ansible_collections.workshop.lab.plugins.module_utils.checks_spec import KINDS
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

#: One entry: id, title, figure and hint as given; kind; args (dict with every argument of the kind, None where nothing was said).
Entry = collections.namedtuple("Entry", "id title figure hint kind args")
COMMON = ("id", "title", "figure", "hint")


def read_checks(values):
    """Return the Entries of option ``checks`` (list of dicts); LabError for the first thing that cannot be accepted."""
    if not isinstance(values, list) or not values:
        refuse("checks", values, "a list of at least one check")  # an empty list would be true whatever the seat is like
    entries, places = [], {}
    for number, value in enumerate(values):
        entry = _entry("checks[%d]" % number, value)
        if entry.id in places:
            raise LabError("checks[%d].id is '%s', which checks[%d] has already; each check must have an id of its own." % (number, entry.id, places[entry.id]))
        places[entry.id] = number
        entries.append(entry)
    return entries


def _entry(path, value):
    """Return one Entry."""
    if not isinstance(value, dict):
        refuse(path, value, "a dictionary with id, title, figure, hint and one kind of check")
    kinds = sorted(str(key) for key in value if key not in COMMON)
    if len(kinds) != 1 or kinds[0] not in KINDS:
        raise LabError("%s has %s beside id, title, figure and hint; it must have exactly one kind of check: %s." % (
            path, "the keys " + ", ".join(kinds) if kinds else "nothing", ", ".join(sorted(KINDS))))
    kind = kinds[0]
    texts = {}
    for key in COMMON:
        text = value.get(key)
        if text is not None and (isinstance(text, (bool, dict, list))):
            refuse("%s.%s" % (path, key), text, "a text")
        texts[key] = "" if text is None else str(text)
    if not texts["id"].strip():
        refuse(path + ".id", value.get("id"), "a text that names this check, like 2.04.spread")
    args = read_arguments("%s.%s" % (path, kind), KINDS[kind], value[kind])
    return Entry(texts["id"], texts["title"] or _title(kind, args), texts["figure"], texts["hint"], kind, args)


def read_arguments(path, spec, value, what="kind of check"):
    """Return the arguments of one Kind (dict), converted, with their defaults; LabError that names the place. ``what``: what it is a kind of, in words."""
    value = {} if value is None else value
    if not isinstance(value, dict):
        refuse(path, value, "a dictionary of the %s's arguments: %s" % (what.split()[0], ", ".join(sorted(spec.fields))))
    for key in value:
        if key not in spec.fields:
            raise LabError("%s.%s is no argument of this %s; it must be one of %s." % (path, key, what, ", ".join(sorted(spec.fields))))
    args = {name: _value("%s.%s" % (path, name), field, value.get(name), what) for name, field in sorted(spec.fields.items())}
    said = [name for name in spec.fields if value.get(name) is not None]
    for names in spec.one_of:
        if len(set(names) & set(said)) != 1:
            raise LabError("%s has %s; it must have exactly one of %s." % (path, _list(set(names) & set(said)), ", ".join(names)))
    for names in spec.some_of:
        if not set(names) & set(said):
            raise LabError("%s has none of %s; it must have at least one of them." % (path, ", ".join(names)))
    _together(path, args)
    return args


def _list(names):
    """Return names as text."""
    return "both %s" % " and ".join(sorted(names)) if names else "none"


def _together(path, args):
    """Refuse values that are fine each by itself but not together."""
    if args.get("min") is not None and args.get("max") is not None and args["min"] > args["max"]:
        refuse(path + ".min", args["min"], "at most %s.max (%s)" % (path, args["max"]))
    if args.get("api_server") is False:
        refuse(path + ".api_server", False, "true, or left out for another address")
    if any(args.get(name) is not None for name in ("host", "pod", "pod_labels")) and args["port"] is None:
        raise LabError("%s.port is missing; it must be the number of the port to connect to." % path)
    if args.get("rises") and args["pattern"] is None:
        raise LabError("%s.pattern is missing; with rises it must have a group around the number, like 'visitor #(\\d+)'." % path)
    if args.get("rises") and not re.compile(args["pattern"]).groups:
        refuse(path + ".pattern", args["pattern"], "a regular expression with a group around the number, since rises is set")


def _value(path, field, value, what):
    """Return one argument, converted as Ansible converts them (templates give texts), or its default."""
    if value is None:
        if field.required:
            raise LabError("%s is missing; this %s needs it%s." % (path, what, ": one of " + ", ".join(field.choices) if field.choices else ""))
        return field.default
    value = CONVERSIONS[field.type](path, value)
    if field.choices and value not in field.choices:
        refuse(path, value, "one of " + ", ".join(field.choices))
    if field.accept:
        field.accept(path, value)
    return value


def _text(path, value):
    if isinstance(value, (bool, dict, list)):
        refuse(path, value, "a text")
    return str(value)


def _whole(path, value):
    try:
        if isinstance(value, bool) or int(value) != float(value):
            raise ValueError
        return int(value)
    except (TypeError, ValueError):
        return refuse(path, value, "a whole number")


def _number(path, value):
    try:
        if isinstance(value, bool):
            raise ValueError
        return float(value)
    except (TypeError, ValueError):
        return refuse(path, value, "a number")


def _flag(path, value):
    try:
        return boolean(value)
    except TypeError:
        return refuse(path, value, "true or false")


def _texts(path, value):
    if isinstance(value, dict):
        refuse(path, value, "a list of texts")
    return [_text("%s[%d]" % (path, number), one) for number, one in enumerate(value if isinstance(value, list) else [value])]


def _dict(path, value):
    if not isinstance(value, dict) or not value:
        refuse(path, value, "a dictionary of labels, like {tier: frontend}")
    for key, text in value.items():
        if text is None or isinstance(text, (bool, dict, list)):
            refuse("%s.%s" % (path, key), text, "a text; put it in quotes")
    return {str(key): str(text) for key, text in value.items()}


CONVERSIONS = {"str": _text, "int": _whole, "number": _number, "bool": _flag, "list": _texts, "dict": _dict, "raw": lambda path, value: value}


def _title(kind, args):
    """Return a title for a check that has none."""
    for name in ("name", "service", "url", "program", "path", "host", "pod", "reason"):
        if args.get(name):
            return "%s %s" % (kind.replace("_", " "), args[name] if isinstance(args[name], str) else ", ".join(args[name]))
    return kind.replace("_", " ")
