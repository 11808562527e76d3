"""What a step of an exercise and each of its actions accept, as tables. The module's DOCUMENTATION says the same in words; a unit test compares both."""

import re

from ansible_collections.workshop.lab.plugins.module_utils import arguments, disruption_work
from ansible_collections.workshop.lab.plugins.module_utils.checks_spec import RESOURCES, WITHOUT_NAMESPACE, Field, Kind
from ansible_collections.workshop.lab.plugins.module_utils.component import COMPONENTS

#: Kinds of objects that a step may delete: never a namespace or another object that no exercise makes.
DELETABLE = tuple(sorted(set(RESOURCES) - set(WITHOUT_NAMESPACE) - {"Endpoints", "Event"}))
SAYS = ("created", "configured", "unchanged")  # kubectl's words after `apply`
MANIFEST = r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*\.(yaml|yml|json)"
OBJECT = r"(%s)/%s" % ("|".join(DELETABLE), arguments.SUBDOMAIN)
TYPES = {"str": "str", "int": "int", "float": "number", "dict": "dict"}  # of an argument spec -> of a Field


def _field(type, default=None, required=False, choices=None, accept=None):  # pylint: disable=redefined-builtin
    return Field(type, default, required, choices, accept)


def _each(accept):
    """Accept a list of at least one, each as ``accept`` says."""
    def look(name, values):
        if not values:
            arguments.refuse(name, values, "a list of at least one")
        for number, value in enumerate(values):
            accept("%s[%d]" % (name, number), value)

    return look


def _one_of(choices):
    def look(name, value):
        if value not in choices:
            arguments.refuse(name, value, "one of " + ", ".join(choices))

    return look


def _form(pattern, accepted):
    return lambda name, value: arguments.text_of(name, value, pattern, accepted)


def _between(least, most):
    return lambda name, value: arguments.at_least(name, value, least, most)


def place(name, value):
    """Accept a namespace that is not the cluster's own."""
    arguments.namespace(name, value)
    if value in disruption_work.SYSTEM:
        arguments.refuse(name, value, "one of the workshop, since the cluster itself lives in %s" % ", ".join(disruption_work.SYSTEM))


def _said(name, value):
    """Accept a dictionary KIND/NAME -> kubectl's word."""
    if not isinstance(value, dict) or not value:
        arguments.refuse(name, value, "a dictionary like {Service/web: created}")
    for key, word in value.items():
        arguments.text_of(name, key, r"[A-Z][A-Za-z0-9]*/" + arguments.SUBDOMAIN, "KIND/NAME, like Service/web")
        _one_of(SAYS)("%s.%s" % (name, key), word)


def _definitions(name, value):
    if not isinstance(value, list) or not value:
        arguments.refuse(name, value, "a list of at least one object")


def _list(name, value):
    if not isinstance(value, list):
        arguments.refuse(name, value, "a list")


def _disrupt():
    """Return the Kind of pod_disruption: its own options; their ranges it looks at itself (disruption_work.validate)."""
    fields = {name: _field(TYPES[option["type"]], option.get("default"), bool(option.get("required"))) for name, option in disruption_work.OPTIONS.items()}
    return Kind(dict(fields, namespace=_field("str", None, True, accept=place)), (("url", "service"),), ())


NAMESPACE = _field("str", "default", accept=place)
SECONDS = _between(1, 900)
LABELS = _field("dict", accept=arguments.labels)
STEP = Kind({
    "id": _field("str", None, True, accept=_form(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", "a name of letters, digits, dots, _ and -, like 2.04.scale_up")),
    "title": _field("str", ""), "figure": _field("str", ""), "unless_true": _field("bool", False), "do": _field("raw", accept=_list),
    "timeout": _field("number", 30.0, accept=_between(0, 900)), "checks": _field("raw", accept=_list)}, (), ())
ACTIONS = {
    "apply": Kind({
        "files": _field("list", accept=_each(_form(MANIFEST, "a manifest below files/exercises, like 2.04/a.yaml"))),
        "definitions": _field("raw", accept=_definitions), "namespace": NAMESPACE, "create_namespace": _field("bool", False),
        "owner": _field("str", "", accept=arguments.label_value), "force_recreate": _field("bool", False), "said": _field("raw", accept=_said),
        "refused": _field("bool", False), "wait": _field("bool", False), "timeout": _field("int", 300, accept=SECONDS)},
        (("files", "definitions"),), ()),
    "delete": Kind({
        "objects": _field("list", accept=_each(_form(OBJECT, "KIND/NAME with a KIND of " + ", ".join(DELETABLE)))),
        "labels": LABELS, "kinds": _field("list", accept=_each(_one_of(DELETABLE))), "namespace": NAMESPACE, "wait": _field("bool", True),
        "timeout": _field("int", 120, accept=SECONDS)}, (("objects", "labels"),), ()),
    "delete_one": Kind({"labels": LABELS._replace(required=True), "namespace": NAMESPACE}, (), ()),
    "scale": Kind({
        "deployment": _field("str", None, True, accept=arguments.object_name), "replicas": _field("int", None, True, accept=_between(0, 50)),
        "namespace": NAMESPACE}, (), ()),
    "component": Kind({
        "name": _field("str", choices=COMPONENTS), "names": _field("list", accept=_each(_one_of(COMPONENTS))),
        "state": _field("str", None, True, ("stopped", "started")), "method": _field("str", "auto", choices=("auto", "container", "manifest")),
        "timeout": _field("int", 300, accept=SECONDS)}, (("name", "names"),), ()),
    "disrupt": _disrupt(),
}


def words(kind, name):
    """Return KIND/NAME, as steps write objects."""
    return "%s/%s" % (kind, name)


def resource(kind_and_name):
    """Return the argument of kubectl for KIND/NAME: deployments.apps/web."""
    kind, name = re.match(r"([^/]+)/(.+)", kind_and_name).groups()
    return "%s/%s" % (RESOURCES[kind], name)
