"""What the writers of generated pages share: write the page, or compare it."""

import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[1]


def cell(text):
    """Return text that cannot break a table's row."""
    return " ".join(str(text).split()).replace("|", "\\|")


def write_or_check(arguments, page, wanted, usage, source):
    """Write a page's text or, with --check, compare it; return an exit status, or what is wrong. ``source``: whose words the page repeats."""
    if arguments == ["--check"]:
        if not page.exists() or page.read_text(encoding="utf-8") != wanted:
            return f"{page.relative_to(ROOT)} is not what {source} say; run `make docs` and commit it."
        return 0
    if arguments:
        return usage
    page.parent.mkdir(exist_ok=True)
    page.write_text(wanted, encoding="utf-8")
    return 0
