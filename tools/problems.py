#!/usr/bin/env python3
"""Write docs/problems.md: every known error by its id, from the collection's lists, so that what is recognised and what is documented are one.

Usage: tools/problems.py [--check]
With --check nothing is written; the exit status is 1 when the page is not what would be written.
"""

import ast
import sys

from page import ROOT, cell, write_or_check

sys.path.insert(0, str(ROOT / "collections"))

from ansible_collections.workshop.lab.plugins.module_utils.kvm_problem_list import KVM_KNOWN, KVM_OWN  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.minikube_problem_list import KNOWN, MESSAGES  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.seat_problem_list import OWN  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.virtualbox_diagnosis import BUILD, LOAD  # noqa: E402

UTILS = ROOT / "collections/ansible_collections/workshop/lab/plugins/module_utils"
HEAD = """# Problems by their id

Written by `make docs` from the lists by which the toolkit recognises them; change them there. A run shows the id in square brackets, with the words it was
recognised by. What is not in these lists is shown whole. By what you see instead of an id: [troubleshooting.md](troubleshooting.md).
"""
CHECKS = """## Checks of preflight and of VirtualBox

What a seat lacks stands beside the id in the table of `playbooks/preflight.yml`, which writes no page (a bare machine that passes is no ready seat), and on the
page of the class where a run has failed for it; with the remedy. `preflight_ignore: [ID]` lets a stop pass.
"""
TOLD = """## Checks of seats and of their runs

On the page of the class; those of the exercises have the exercise's number as id. A wrong clock is told by preflight as well.
"""
SECTIONS = (
    ("What VirtualBox, Docker and the seat say", "Most exact, so these are looked for first.", OWN),
    ("What libvirt and QEMU say", "Driver kvm2.", KVM_OWN),
    ("minikube's own ids", "", [one for one in KNOWN if one not in KVM_KNOWN]),
    ("minikube's ids of driver kvm2", "", KVM_KNOWN),
    ("minikube's last words", "It has no id for them; these are ours.", [(one[0], one[2], one[3], one[4]) for one in MESSAGES]),
    ("VirtualBox's module is not built", "In the result of the module `virtualbox_modules`.", BUILD),
    ("VirtualBox's module is not loaded", "", LOAD),
)
MEANS = {"stop": "stops", "warn": "warns"}


def words(text):
    """Return a meaning or a step with what is filled in at run time shown as an ellipsis."""
    for number in "123":
        text = text.replace("{%s}" % number, "…")
    return cell(text)


def problems(title, remark, entries):
    """Return the section of one list of problems."""
    rows = [f"| <a id=\"{name.lower()}\"></a>`{name}` | {words(cause)} | {words(step)} |" for name, _pattern, cause, step in entries]
    return "\n".join([f"## {title}", "", *([remark, ""] if remark else []), "| id | what it means | next step |", "|---|---|---|", *rows])


def literal(node):
    """Return a text that a program writes down; what it adds at run time becomes an ellipsis."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return literal(node.left) + literal(node.right)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return literal(node.left).replace("%s", "…").replace("%d", "…")
    if isinstance(node, ast.IfExp):
        return " or ".join(dict.fromkeys([literal(node.body), literal(node.orelse)]))
    return "…"


def preflight():
    """Return [(id, severity, title)] of the checks that preflight and the role virtualbox make, read from the calls that make them."""
    found = {}
    for path in sorted(UTILS.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "judged" and len(node.args) > 2:
                severity, name, title = (literal(one) for one in node.args[:3])
                if "." in name or name == "driver":
                    found.setdefault(name, (severity, title))
    return [(name, *found[name]) for name in sorted(found)]


def told():
    """Return [(id, title)] of the checks that other code makes: their ids, too, stand in the calls, unless they are an exercise's."""
    found = {}
    for path in sorted(UTILS.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "check" and len(node.args) > 2:
                name, title = (literal(one) for one in node.args[:2])
                if "." in name and "…" not in name:
                    found.setdefault(name, title)
    return sorted(found.items())


def checks():
    """Return the section of the checks."""
    rows = []
    for name, severity, title in preflight():
        effect = " or ".join(MEANS.get(one, "by the case") for one in severity.split(" or "))
        rows.append(f"| `{name}` | {'as its row says' if title == '…' else cell(title)} | {effect} |")
    return "\n".join([CHECKS.strip(), "", "| id | what must be true | where not, it |", "|---|---|---|", *rows])


def page():
    """Return the whole page."""
    more = "\n".join([TOLD.strip(), "", "| id | what must be true |", "|---|---|", *[f"| `{name}` | {cell(title)} |" for name, title in told()]])
    return "\n\n".join([HEAD.strip(), checks(), more, *(problems(*section) for section in SECTIONS)]) + "\n"


if __name__ == "__main__":
    sys.exit(write_or_check(sys.argv[1:], ROOT / "docs/problems.md", page(), __doc__, "the collection's lists"))
