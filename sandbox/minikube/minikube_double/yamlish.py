"""The part of YAML that kubeconfig files are written in (block maps, lists, plain and quoted scalars), without a library.

kubectl rewrites the kubeconfig, so the double must read what it wrote; a seat's Python has no YAML module.
"""

import json
import re


def load(text):
    """Parse a kubeconfig text."""
    if text.lstrip().startswith("{"):
        return json.loads(text)
    lines = [(len(raw) - len(raw.lstrip(" ")), raw.strip()) for raw in text.splitlines()
             if raw.strip() and not raw.lstrip().startswith("#") and raw.strip() != "---"]
    value, rest = _block(lines, 0) if lines else ({}, [])
    if rest:
        raise ValueError("unexpected line: " + rest[0][1])
    return value


def _block(lines, indent):
    return _sequence(lines, indent) if lines[0][1] == "-" or lines[0][1].startswith("- ") else _mapping(lines, indent)


def _sequence(lines, indent):
    items = []
    while lines and lines[0][0] == indent and (lines[0][1] == "-" or lines[0][1].startswith("- ")):
        content = lines[0][1][1:].lstrip()
        inner = indent + len(lines[0][1]) - len(content)
        if re.match(r"^[\w.\"'/-]+:( |$)", content):
            value, lines = _mapping([(inner, content)] + lines[1:], inner)
        elif content:
            value, lines = _scalar(content), lines[1:]
        else:
            value, lines = _block(lines[1:], lines[1][0])
        items.append(value)
    return items, lines


def _mapping(lines, indent):
    result = {}
    while lines and lines[0][0] == indent and not lines[0][1].startswith("- "):
        key, colon, text = lines[0][1].partition(":")
        if not colon:
            raise ValueError("not a mapping: " + lines[0][1])
        lines = lines[1:]
        if text.strip():
            result[_scalar(key)] = _scalar(text.strip())
            continue
        deeper = lines and (lines[0][0] > indent or lines[0][0] == indent and lines[0][1].startswith("- "))
        if deeper:
            result[_scalar(key)], lines = _block(lines, lines[0][0])
        else:
            result[_scalar(key)] = None
    return result, lines


def _scalar(text):
    if text.startswith('"'):
        return json.loads(text)
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    if text in ("{}", "[]"):
        return json.loads(text)
    return {"null": None, "~": None, "true": True, "false": False}.get(text, text)


def dump(value, indent=0):
    """Write maps with sorted keys, as Kubernetes' own writer does."""
    pad, text = " " * indent, ""
    for key in sorted(value):
        item = value[key]
        if isinstance(item, dict) and item:
            text += "%s%s:\n%s" % (pad, key, dump(item, indent + 2))
        elif isinstance(item, list) and item:
            text += "%s%s:\n" % (pad, key)
            for element in item:
                body = dump(element, indent + 2) if isinstance(element, dict) else pad + "  " + _quote(element) + "\n"
                text += pad + "- " + body[indent + 2:]
        else:
            text += "%s%s: %s\n" % (pad, key, _quote(item))
    return text


def _quote(item):
    if item is None or isinstance(item, (bool, int, list, dict)):
        return json.dumps(item)
    plain = re.match(r"^[A-Za-z/][^#:'\"{}\[\],&*!|>%@`]*(:[^\s#:'\"{}\[\],&*!|>%@`][^#'\"{}\[\],&*!|>%@`]*)*$", item)
    return item if plain and item not in ("null", "true", "false", "yes", "no", "on", "off") and item == item.strip() else json.dumps(item)
