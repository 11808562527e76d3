"""The pages that are written from code are fresh, and no page leads nowhere."""

import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/*.md"), *ROOT.glob("roles/*/README.md"), ROOT / "sandbox/README.md"])


@pytest.mark.parametrize("tool", ["variables", "problems"])
def test_page_is_fresh(tool):
    """docs/TOOL.md is what tools/TOOL.py would write now."""
    done = subprocess.run([sys.executable, ROOT / f"tools/{tool}.py", "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["seat.clock", "seat.packages", "pull.heard", "pull.commit", "pull.run", "virtualbox.kvm"])
def test_checks_are_documented_by_whichever_call_makes_them(name):
    """An id on the page of the class or in preflight's table leads to its row."""
    assert f"\n| `{name}` | " in (ROOT / "docs/problems.md").read_text(encoding="utf-8")


def anchors(page):
    """Return what a link may name in a page: its headings as a forge makes them, and the ids that the page sets itself."""
    text = page.read_text(encoding="utf-8")
    headings = {re.sub(r"[^\w\- ]", "", line.lower()).strip().replace(" ", "-") for line in re.findall(r"(?m)^#+ (.*)$", text)}
    return headings | set(re.findall(r'<a id="([^"]+)">', text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    """Every link to a file of the project, and to a place in it."""
    wrong = []
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path, _hash, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in anchors(file)):
            wrong.append(target)
    assert not wrong


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_one_playbook_a_command(page):
    """ansible-playbook ends after the first playbook in which one seat failed: of several in one command the rest would run for nobody."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    commands = re.findall(r"ansible-playbook ([^`;&|#\n]*)", text)
    assert not [one for one in commands if sum(bool(re.fullmatch(r"(playbooks/\w+|site)\.yml", word)) for word in one.split()) > 1]
