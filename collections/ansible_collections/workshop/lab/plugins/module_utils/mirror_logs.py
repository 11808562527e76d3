"""What the mirror has given and fetched, counted in its own logs. Pure but for read_lines."""

import glob
import gzip
import re

# Of our own log_format: time, kind (file, store, passed), status, bytes, method, address, "URI".
LINE = re.compile(r"\A(\S+) (file|store|passed) (\d{3}) (\d+) ([A-Z]+) (\S+) \"([^\"]*)\"")
# apt-cacher-ng's: seconds|I or O (in from outside, out to a seat)|bytes|address|path; errors are E.
PACKAGE = re.compile(r"\A(\d+)\|([IO])\|(\d+)\|([^|]*)\|")
OURSELVES = ("127.0.0.1", "::1")  # the mirror's own requests save nobody anything
KINDS = {"file": "files", "store": "images", "passed": "images", "packages": "packages"}


def read_lines(pattern):
    """Yield the lines of all logs that fit a pattern, rotated and compressed ones too."""
    for path in sorted(glob.glob(pattern)):
        try:
            with (gzip.open(path, "rt", encoding="utf-8", errors="replace") if path.endswith(".gz") else
                  open(path, encoding="utf-8", errors="replace")) as stream:
                for line in stream:
                    yield line
        except OSError:
            continue  # rotated away just now


def web(lines):
    """Return {files, images, passed: bytes given to seats, requests, seats, since, first}. Requests of the mirror to itself do not count; but for ``first``,
    the logs' beginning: a mirror is stocked before a seat asks."""
    found = {"files": 0, "images": 0, "passed": 0, "requests": 0, "seats": 0, "since": "", "first": ""}
    seats = set()
    for line in lines:
        match = LINE.match(line)
        if match:
            found["first"] = min(found["first"] or match.group(1), match.group(1))
        if not match or match.group(6) in OURSELVES:
            continue
        when, kind, status, count, _method, address, _uri = match.groups()
        found["since"] = min(found["since"] or when, when)
        found["requests"] += 1
        seats.add(address)
        if status in ("200", "206"):
            found[KINDS[kind]] += int(count)
            if kind == "passed":
                found["passed"] += int(count)
    found["seats"] = len(seats)
    return found


def packages(lines):
    """Return {served, fetched}: bytes of packages given to seats and fetched from outside."""
    found = {"I": 0, "O": 0}
    for line in lines:
        match = PACKAGE.match(line)
        if match and (match.group(2) == "I" or match.group(4) not in OURSELVES):
            found[match.group(2)] += int(match.group(3))
    return {"served": found["O"], "fetched": found["I"]}


def savings(served_web, served_packages, stocked, passed):
    """Return {served, fetched, saved}: bytes. ``stocked``: what stocking fetched in that time; ``passed``: what the pull-through cache holds, as much as it
    fetched."""
    served = served_web["files"] + served_web["images"] + served_packages["served"]
    fetched = stocked + passed + served_packages["fetched"]
    return {"served": served, "fetched": fetched, "saved": max(0, served - fetched)}


def human(count):
    """Return bytes as people read them."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return "%.1f %s" % (count / size, unit)
    return "%d B" % count


def table(rows):
    """Return lines of two columns."""
    width = max(len(name) for name, _value in rows)
    return ["%-*s  %s" % (width, name, value) for name, value in rows]
