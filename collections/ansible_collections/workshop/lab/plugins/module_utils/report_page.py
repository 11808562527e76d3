"""The report as one HTML page. On the control node only: it needs jinja2, which Ansible has there, and the templates beside the plugins."""

import base64
import hashlib
import os

from ansible_collections.workshop.lab.plugins.module_utils.report_state import STATES

TEMPLATES = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "templates", "report")
# State -> (symbol, words, what it means): never the colour alone.
WORDS = {
    "unreachable": ("\u2301", "unreachable", "The seat did not answer."),
    "failed": ("\u2715", "failed", "A task of the run failed."),
    "not_ready": ("!", "not ready", "A check does not pass."),
    "not_checked": ("\u2013", "not checked", "Nothing was checked."),
    "ready": ("\u2713", "ready", "Every check passes."),
}


def page(report):
    """Return the page of a report (report_data.build) as text. Everything in it is escaped; style and script are allowed by their hashes alone."""
    # Not at the top: the seats' Pythons import this collection's files without having these two.
    import jinja2
    import markupsafe

    loader = jinja2.FileSystemLoader(TEMPLATES)
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    style, script = (_read(name) for name in ("page.css", "page.js"))
    numbers = {entry["id"]: number for number, entry in enumerate(report["to_do"])}
    return environment.get_template("index.html.j2").render(
        report=report, states=STATES, words=WORDS, numbers=numbers, style=markupsafe.Markup(style), script=markupsafe.Markup(script),
        style_hash=_hash(style), script_hash=_hash(script))


def _read(name):
    with open(os.path.join(TEMPLATES, name), encoding="utf-8") as file:
        return file.read()


def _hash(text):
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
