"""Versions as blang/semver reads them."""

import re


def parse(text):
    """(major, minor, patch, prerelease-or-high mark); a ValueError with semver's words."""
    bare = text[1:] if text.startswith("v") else text
    parts = bare.split(".", 2)
    if len(parts) != 3:
        raise ValueError("No Major.Minor.Patch elements found")
    match = re.match(r"^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$", bare)
    if not match:
        raise ValueError('strconv.ParseUint: parsing "%s": invalid syntax' % next((p for p in parts if not p.isdigit()), bare))
    return (int(match.group(1)), int(match.group(2)), int(match.group(3)), match.group(4) or "~")
