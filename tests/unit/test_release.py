"""What a release is made of: one version in the collection and in the changelog, and a tag that says the same."""

import pathlib
import re
import subprocess

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
VERSION = yaml.safe_load((ROOT / "collections/ansible_collections/workshop/lab/galaxy.yml").read_text())["version"]
HEADINGS = re.findall(r"(?m)^## (.*)$", (ROOT / "CHANGELOG.md").read_text())


def test_the_changelog_has_the_collections_version():
    """The newest release of the changelog is the collection's version with a day; before it there may be what is not released yet."""
    released = [one for one in HEADINGS if one != "Unreleased"]
    assert re.fullmatch(re.escape(VERSION) + r" - \d{4}-\d\d-\d\d", released[0])
    assert HEADINGS.index(released[0]) <= 1


def test_a_tag_is_the_version():
    """Of a commit that is tagged as a release: the tag is v and the version, and nothing in its changelog is unreleased."""
    done = subprocess.run(["git", "-C", str(ROOT), "tag", "--points-at", "HEAD", "--list", "v*"], stdout=subprocess.PIPE, text=True, check=False)
    assert [tag for tag in done.stdout.split() if tag != f"v{VERSION}"] == []
    assert "Unreleased" not in HEADINGS or not done.stdout.strip()
