#!/usr/bin/env python3
"""Write docs/variables.md from the roles' meta/argument_specs.yml: one source for what is enforced and documented.

Usage: tools/variables.py [--check]
With --check nothing is written; the exit status is 1 when the page is not what would be written.
"""

import sys

import yaml
from page import ROOT, cell, write_or_check

HEAD = """# Variables

Written by `make docs` from each role's `meta/argument_specs.yml`; change it there. Set them in an inventory's
`group_vars` or `host_vars`, or with `--extra-vars`. A wrong value is refused before a machine is touched. The
defaults, with the reason of each, are in `roles/ROLE/defaults/main.yml`.
"""


def code(value):
    """Return a value as it is written in YAML, marked as code."""
    if isinstance(value, str):
        text = value if value and "{" not in value else f'"{value}"'
    else:
        text = yaml.safe_dump(value, default_flow_style=True, width=10_000).strip().removesuffix("...").strip()
    return "`" + text.replace("|", "\\|") + "`"


def accepted(option):
    """Return what an option accepts beyond its type."""
    if "choices" in option:
        return ", ".join(code(choice) for choice in option["choices"])
    if option["type"] == "bool":
        return "`true`, `false`"
    return "see description"


def sentences(text):
    """Return a description, which argument_specs allow as a string or a list of strings, as one string."""
    return cell(" ".join(text) if isinstance(text, list) else text)


def table(role, spec):
    """Return the section of one role."""
    lines = [
        f"## {role}",
        "",
        sentences(spec["description"]),
        "",
        "| name | type | default | accepted | description |",
        "|---|---|---|---|---|",
    ]
    for name, option in spec["options"].items():
        kind = option["type"] + (f" of {option['elements']}" if "elements" in option else "")
        default = "required" if option.get("required") else code(option.get("default"))
        lines.append(f"| `{name}` | {kind} | {default} | {accepted(option)} | {sentences(option['description'])} |")
    return "\n".join(lines)


def page():
    """Return the whole page."""
    specs = sorted(ROOT.glob("roles/*/meta/argument_specs.yml"))
    parts = [
        table(path.parents[1].name, yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["main"])
        for path in specs
    ]
    return "\n\n".join([HEAD.strip(), *parts]) + "\n"


if __name__ == "__main__":
    sys.exit(write_or_check(sys.argv[1:], ROOT / "docs/variables.md", page(), __doc__, "the roles' argument_specs"))
