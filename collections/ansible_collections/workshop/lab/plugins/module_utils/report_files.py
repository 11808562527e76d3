"""The report's files: written beside the old ones and renamed, so that who reads meanwhile never sees half a file."""

import os

from ansible_collections.workshop.lab.plugins.module_utils import json_file
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.report_data import SCHEMA, VERSION

PAGE, DATA, JUNIT, AGAIN = "index.html", "report.json", "junit.xml", "not-ready.txt"


def write(folder, texts):
    """Write ``texts`` ({file name: text}) into ``folder``, which is made when it is not there. Raises LabError naming what cannot be written."""
    try:
        os.makedirs(folder, exist_ok=True)
        for name, text in texts.items():
            replace(os.path.join(folder, name), text)
    except OSError as error:
        raise LabError("The report cannot be written to %s (%s). Next step: make the folder writable, or set report_dir to another one."
                       % (error.filename or folder, error.strerror or error))


def replace(path, text):
    """Put ``text`` in the place of the file ``path``, in one step. Raises OSError."""
    part = os.path.join(os.path.dirname(path), ".%s.%d.part" % (os.path.basename(path), os.getpid()))
    try:
        with open(part, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        os.replace(part, path)
    except BaseException:
        if os.path.exists(part):
            os.remove(part)
        raise


def read_earlier(folder):
    """Return the report that lies in ``folder``; None when there is none that this version can read."""
    report = read_json(os.path.join(folder, DATA))
    return report if report.get("schema") == SCHEMA and report.get("version") == VERSION and isinstance(report.get("seats"), list) else None


def read_json(path):
    """Return a JSON file's object; {} where there is none: a lost record costs a column of the page, not the page."""
    found = json_file.read_json(path)
    return found if isinstance(found, dict) else {}
