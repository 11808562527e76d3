"""The three files: their schema, their size, what is escaped, and that nobody ever sees half of one."""

import html.parser
import json
import os
import pathlib
import re

import demo
import jsonschema
import pytest
from ansible_collections.workshop.lab.plugins.module_utils import report_files, report_page, report_work
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOSTILE = "</script></style></title></textarea><script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg/onload=alert(3)>{{ 7*7 }}{% raw %}\x00"
OPTIONS = {"dir": "", "seats": [], "title": "Class", "sources": demo.SOURCES, "keep_earlier": True}
RUN = {"playbook": "site.yml", "limit": "", "tags": [], "check_mode": False, "ansible": "2.19.14"}


@pytest.fixture(scope="module")
def validator():
    """The schema that is documented; itself valid."""
    schema = json.loads((ROOT / "docs/report.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def hostile():
    """Return (names, facts, record) in which every text is an attack."""
    one = {name: HOSTILE for name in ("id", "title", "expected", "actual", "figure", "hint")}
    facts = {"seat1": {"verify_checks": [dict(one, ok=False, seconds=1), dict(one, id="b" + HOSTILE, ok=True), dict(one, id="c" + HOSTILE, ok=None)]}}
    record = {"seat1": {"when": demo.RUN["created"], "phases": [{"name": HOSTILE, "seconds": 1, "state": "ok"}], "failure": None, "unreachable": ""},
              HOSTILE: {"when": demo.RUN["created"], "phases": [], "failure": None, "unreachable": HOSTILE},
              "seat3": {"when": demo.RUN["created"], "phases": [], "unreachable": "", "failure": {"task": HOSTILE, "phase": HOSTILE, "message": HOSTILE}}}
    return ["seat1", HOSTILE, "seat3"], facts, {"seats": record}


def write(folder, facts, record, names=None, run=None, left_out=(), **options):
    """Write a report; return the module's result."""
    values = dict(OPTIONS, dir=str(folder), seats=names or list(facts), **options)
    return report_work.write_report(values, facts, record, dict(RUN, **(run or {})), left_out)


class Elements(html.parser.HTMLParser):
    """Every element of a page and its attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Remember an element."""
        self.found.append((tag, dict(attrs)))


def test_schema_holds(tmp_path, validator):
    """A class in every state, a hostile one and an empty one are what the schema says."""
    for number, (names, facts, record) in enumerate([demo.classroom(), hostile(), ([], {}, {}), (["s"], {"s": {"verify_checks": "broken"}}, {})]):
        write(tmp_path / str(number), facts, record, names)
        validator.validate(json.loads((tmp_path / str(number) / "report.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("change", [{"version": 2}, {"seats": [{}]}, {"extra": 1}, {"created": "yesterday"}])
def test_schema_refuses(validator, change):
    """The counter-proof: the schema does say something."""
    assert validator.is_valid(demo.report())
    assert not validator.is_valid(dict(demo.report(), **change))


def test_page_for_64_seats_is_under_1_mb():
    """With 40 checks or more each."""
    report = demo.report(seats=64, copies=4)
    assert max(seat["counts"]["checks"] for seat in report["seats"]) >= 40
    assert len(report_page.page(report).encode("utf-8")) < 1_000_000


def test_nothing_hostile_becomes_an_element(tmp_path):
    """The elements of the page of a hostile class are of the same kinds as those of a friendly one; no attribute is an event, no link leads away."""
    names, facts, record = hostile()
    write(tmp_path, facts, record, names, title=HOSTILE.replace("\n", " "))
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    elements = Elements(text).found
    assert {tag for tag, _ in elements} <= {tag for tag, _ in Elements(report_page.page(demo.report())).found}
    assert [tag for tag, _ in elements].count("script") == 1
    for tag, attributes in elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], (tag, attributes)
        assert attributes.get("href", "#").startswith(("#", "data:,")) and "src" not in attributes
    assert "alert(1)" in text and "\x00" not in text
    assert "{{ 7*7 }}" in text, "text of a seat was taken for a template"


def test_policy_allows_this_style_and_script_only():
    """No unsafe-inline, nothing from elsewhere."""
    text = report_page.page(demo.report())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text).group(1)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy and "http" not in policy
    assert not re.search(r"(?i)https?://", re.sub(r"<details.*", "", text, flags=re.S)), "the page names an address"


def test_check_mode_writes_nothing(tmp_path):
    """It says what would be on it."""
    names, facts, record = demo.classroom()
    result = write(tmp_path / "report", facts, record, names, {"check_mode": True})
    assert (result["written"], result["changed"], result["totals"]["seats"]) == (False, False, 30)
    assert not (tmp_path / "report").exists()


def test_earlier_report_is_used_only_when_it_can_be_read(tmp_path):
    """A broken, a foreign and a newer report.json count as none."""
    names, facts, record = demo.classroom()
    write(tmp_path, facts, record, names)
    limited = {"run": {"limit": "seat01"}, "names": names, "left_out": names[1:]}
    for keep, expected in ((True, "not_ready"), (False, "not_checked")):
        write(tmp_path, {"seat01": facts["seat01"]}, {}, keep_earlier=keep, **limited)
        report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
        assert {seat["name"]: seat["state"] for seat in report["seats"]}["seat04"] == expected
    for text in ("{", "[]", '{"schema": "other"}', '{"schema": "workshop.lab/report", "version": 99, "seats": []}'):
        (tmp_path / "report.json").write_text(text)
        assert report_files.read_earlier(str(tmp_path)) is None
        assert write(tmp_path, {"seat01": facts["seat01"]}, {}, **limited)["totals"]["not_checked"] == 29


def test_a_failure_leaves_the_old_file(tmp_path, monkeypatch):
    """Who reads while it is written, or after it broke, sees the whole old page; no part is left lying about."""
    path = tmp_path / "index.html"
    report_files.replace(str(path), "old")

    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(LabError, match="cannot be written to .*No space left on device.*set report_dir to another one"):
        report_files.write(str(tmp_path), {"index.html": "new"})
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("index.html", "old")]


def test_a_folder_that_cannot_be_made(tmp_path):
    """The message names the path and the next step."""
    (tmp_path / "file").write_text("")
    with pytest.raises(LabError, match="The report cannot be written to .*file.*Next step"):
        report_files.write(str(tmp_path / "file" / "report"), {"index.html": ""})
