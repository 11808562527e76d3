"""The options of workshop.lab.report, looked at before anything is written."""

import os
import re

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

OPTIONS = {
    "dir": {"type": "path", "required": True},
    "seats": {"type": "list", "elements": "str", "required": True},
    "title": {"type": "str", "default": "Kubernetes workshop"},
    "sources": {"type": "list", "elements": "dict", "required": True, "options": {
        "title": {"type": "str", "required": True},
        "variable": {"type": "str", "required": True},
    }},
    "keep_earlier": {"type": "bool", "default": True},
}
NAME = re.compile(r"\A[A-Za-z_][A-Za-z0-9_]*\Z")


def look(given):
    """Return the options, defaults filled in. Raises LabError: one sentence with the option, the value found and what is accepted."""
    unknown = sorted(set(given) - set(OPTIONS))
    if unknown:
        raise LabError("%s is no option of workshop.lab.report; accepted are %s." % (unknown[0], ", ".join(OPTIONS)))
    missing = [name for name, option in OPTIONS.items() if option.get("required") and given.get(name) is None]
    if missing:
        raise LabError("%s is missing; workshop.lab.report needs dir, seats and sources." % missing[0])
    values = {name: option.get("default") if given.get(name) is None else given[name] for name, option in OPTIONS.items()}
    values["dir"] = _folder(values["dir"])
    if not isinstance(values["seats"], (list, tuple)) or not all(isinstance(seat, str) and seat for seat in values["seats"]):
        raise LabError("seats is %r; accepted is a list of the seats' names in the inventory." % (values["seats"],))
    if not isinstance(values["title"], str) or not values["title"].strip() or "\n" in values["title"]:
        raise LabError("title is %r; accepted is one line of text." % (values["title"],))
    values["keep_earlier"] = _truth(values["keep_earlier"])
    values["sources"] = _sources(values["sources"])
    values["seats"], values["title"] = [str(seat) for seat in values["seats"]], str(values["title"])
    return values


def _folder(value):
    text = os.path.expanduser(str(value)) if isinstance(value, str) else ""
    if not os.path.isabs(text) or "\n" in text or os.path.normpath(text) == "/":
        raise LabError("dir is %r; accepted is the absolute path of a folder other than /." % (value,))
    return os.path.normpath(text)


def _truth(value):
    if isinstance(value, bool):
        return value
    if str(value).lower() not in ("true", "false", "yes", "no"):
        raise LabError("keep_earlier is %r; accepted are true and false." % (value,))
    return str(value).lower() in ("true", "yes")


def _sources(value):
    if not isinstance(value, (list, tuple)) or not value:
        raise LabError("sources is %r; accepted is a list of at least one {title, variable}." % (value,))
    for one in value:
        if not isinstance(one, dict) or set(one) != {"title", "variable"} or not all(isinstance(text, str) and text.strip() for text in one.values()):
            raise LabError("sources holds %r; accepted are entries with a title and a variable, both text, and nothing else." % (one,))
        if not NAME.match(one["variable"]):
            raise LabError("variable is %r in sources; accepted is the name of a variable: letters, digits and _." % (one["variable"],))
    return [{"title": str(one["title"]), "variable": str(one["variable"])} for one in value]
