"""A program for a seat, made of this collection's own module_utils: one file that Python runs, with what the program imports and nothing else."""

import ast
import io
import os
import zipfile

PACKAGE = "ansible_collections.workshop.lab.plugins.module_utils"
DATE = (2020, 1, 1, 0, 0, 0)  # the same file every time: its checksum tells whether the seat's is the present one
SHEBANG = b"#!/usr/bin/python3\n"


def imported(source):
    """Return the names of the module_utils that a source imports, sorted. ValueError for what a seat does not have: Ansible itself."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == PACKAGE:
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE + "."):
            names.add(node.module[len(PACKAGE) + 1:].split(".")[0])
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ansible."):
            raise ValueError("imports %s" % node.module)
    return sorted(names)


def sources(folder, entry):
    """Return {name: text} of a module_utils and of all that it imports, directly or not."""
    found, waiting = {}, [entry]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        with open(os.path.join(folder, name + ".py"), encoding="utf-8") as stream:
            found[name] = stream.read()
        try:
            waiting += imported(found[name])
        except ValueError as error:
            raise ValueError("%s %s, which a seat does not have" % (name, error))
    return found


def build(folder, entry):
    """Return the program as bytes: a zip archive that Python runs (zipapp's form), beginning with ``run()`` of module_utils ``entry``."""
    files = {}
    parts = PACKAGE.split(".")
    for length in range(1, len(parts) + 1):
        files["/".join(parts[:length]) + "/__init__.py"] = ""
    for name, text in sources(folder, entry).items():
        files["%s/%s.py" % ("/".join(parts), name)] = text
    files["__main__.py"] = "from %s.%s import run\n\nrun()\n" % (PACKAGE, entry)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            info = zipfile.ZipInfo(path, DATE)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(info, files[path])
    return SHEBANG + stream.getvalue()
