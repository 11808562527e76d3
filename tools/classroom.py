#!/usr/bin/env python3
"""Make the inventory of a class from a list of its machines.

Usage: classroom.py LIST.csv INVENTORY      one line a machine; the first line names the columns
       classroom.py 'seat[01:30].lab.example.org' INVENTORY

Columns: name (as it shall be called, often its DNS name), and if wanted address, room, user (the administrator's account there), and any variable of a role
(docs/variables.md), with a value as in YAML; an empty field sets nothing. Separated by comma, semicolon or tabulator, as spreadsheets save it. Writes
INVENTORY/hosts.yml, and INVENTORY/group_vars/{all,seats}.yml from inventories/classroom where there are none. A hosts.yml that is there stays without --force.
"""

import argparse
import csv
import difflib
import io
import pathlib
import re
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "inventories/classroom"
OWN = {"name": None, "room": None, "address": "ansible_host", "user": "ansible_user"}
NAME = re.compile(r"\A[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\Z")
ACCOUNT = re.compile(r"\A[a-z_][a-z0-9_-]{0,31}\Z")
COMMON = ("all.yml", "seats.yml")  # in group_vars: what a mirror's host must know as well, and what the seats
RANGE = re.compile(r"\[(\d+):(\d+)\]")
HEAD = """---
# Written by tools/classroom.py from {source}. Variables of the whole class: group_vars/.
"""


class Refused(Exception):
    """Something in the list that cannot be meant; the message is for the teacher."""


def variables():
    """Return the names of all options of all roles, and of the two variables from which several roles take their defaults."""
    found = {"mirror_url", "mirror_fallback_upstream"}
    for path in ROOT.glob("roles/*/meta/argument_specs.yml"):
        found |= set(yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"])
    return found


def text_of(data):
    """Return the text of a file: UTF-8 with or without mark, or what Windows calls ANSI."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def rows(text, known):
    """Yield (line number, {column: value}) of a list; Refused where its first line is not what it must be."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    columns = None
    for fields in reader:
        fields = [field.strip() for field in fields]
        if not any(fields):
            continue
        if columns is None:
            columns = [field if field in known else field.lower() for field in fields]
            while columns and not columns[-1]:  # a spreadsheet's empty columns
                columns.pop()
            check_columns(columns, known)
            continue
        if any(fields[len(columns):]):
            raise Refused(f"line {reader.line_num} has {len(fields)} fields, and there are {len(columns)} columns; put values with a '{delimiter}' in quotes")
        yield reader.line_num, dict(zip(columns, fields))
    if columns is None:
        raise Refused("the list is empty; its first line must name the columns, like name,address,room")


def check_columns(columns, known):
    """Refuse a first line without names, with unknown or repeated ones."""
    if "name" not in columns:
        raise Refused(f"the first line must name the columns, one of them name; it is {', '.join(columns)}")
    for column in columns:
        if column not in OWN and column not in known:
            near = difflib.get_close_matches(column, [*OWN, *known], 1)
            raise Refused(f"column {column or '(without a name)'} is neither name, address, room, user nor a variable of a role"
                          + (f"; did you mean {near[0]}?" if near else " (docs/variables.md)"))
        if columns.count(column) > 1:
            raise Refused(f"column {column} stands twice in the first line")


def value(text, line, column):
    """Return the value of a variable: a number, true, a list ... as YAML has it."""
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        raise Refused(f"line {line}: {column} is '{text}', which is no YAML value; put it in quotes")


def seats(lines):
    """Return {name: (room, variables)} of (line number, {column: value}); Refused for what cannot be a machine."""
    found, places = {}, {}
    for line, fields in lines:
        name, address = fields.pop("name"), fields.get("address") or ""
        room = fields.pop("room", "")
        if not NAME.match(name):
            raise Refused(f"line {line}: name is '{name}'; accepted are letters, digits, dots, - and _")
        if address and not NAME.match(address) and not re.match(r"\A[0-9a-fA-F:]+\Z", address):
            raise Refused(f"line {line}: address is '{address}'; accepted is a name or an address, without a port")
        if fields.get("user") and not ACCOUNT.match(fields["user"]):
            raise Refused(f"line {line}: user is '{fields['user']}'; accepted is an account's name like admin")
        for what, one in (("name", name), ("address", address or name)):
            key = (what, one.lower())
            if key in places:
                raise Refused(f"line {line}: {what} {one} stands in line {places[key]} already")
            places[key] = line
        found[name] = room, {OWN.get(column) or column: text if column in OWN else value(text, line, column) for column, text in fields.items() if text}
    if not found:
        raise Refused("the list names no machine")
    return found


def group_of(room):
    """Return a room's name as a group of Ansible's: letters, digits and _ only."""
    return "room_" + re.sub(r"[^a-z0-9]+", "_", re.sub(r"\A(room|raum|salle|aula)\b", "", room.lower())).strip("_")


def inventory(found):
    """Return the inventory as data: the group seats, and one group a room below it."""
    rooms = {}
    for name, (room, values) in found.items():
        rooms.setdefault(room, {})[name] = values
    groups = {}
    for room, hosts in rooms.items():
        if room and group_of(room) in groups:
            raise Refused(f"two rooms are called nearly the same: {room} and {groups[group_of(room)][0]} would both be the group {group_of(room)}")
        groups[group_of(room) if room else ""] = room, hosts
    alone = groups.pop("", ("", {}))[1]
    tree = {"hosts": alone} if alone else {}
    if groups:
        tree["children"] = {group: {"hosts": hosts} for group, (_room, hosts) in groups.items()}
    return {"seats": tree}


def of_pattern(pattern):
    """Return the inventory of a pattern; it stays one, since Ansible knows ranges."""
    match = RANGE.search(pattern)
    first, last = match.groups()
    if RANGE.search(pattern, match.end()) or not NAME.match(RANGE.sub("1", pattern)):
        raise Refused(f"'{pattern}' must be a name with one range, like seat[01:30].lab.example.org")
    if int(last) < int(first) or (first.startswith("0") and len(first) != len(last)):
        raise Refused(f"the range [{first}:{last}] must rise, with as many digits at both ends where the first begins with 0")
    return {"seats": {"hosts": {pattern: {}}}}


def write(folder, data, source, force):
    """Write the inventory; return the paths."""
    hosts, common = folder / "hosts.yml", folder / "group_vars"
    if hosts.exists() and not force:
        raise Refused(f"{hosts} is there already; --force replaces it")
    common.mkdir(parents=True, exist_ok=True)
    part = hosts.with_suffix(".part")
    part.write_text(HEAD.format(source=source) + yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8")
    part.replace(hosts)
    for name in COMMON:
        if not (common / name).exists():
            (common / name).write_bytes((EXAMPLE / "group_vars" / name).read_bytes())
    return hosts, common


def main():
    """Read the list, write the inventory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("list", help="a CSV file, or a pattern with a range")
    parser.add_argument("inventory", type=pathlib.Path, help="the folder to write, like inventories/monday")
    parser.add_argument("--force", action="store_true", help="replace a hosts.yml that is there")
    options = parser.parse_args()
    try:
        if RANGE.search(options.list):
            source, data = options.list, of_pattern(options.list)
        else:
            source = pathlib.Path(options.list).name
            data = inventory(seats(rows(text_of(pathlib.Path(options.list).read_bytes()), variables())))
        hosts, common = write(options.inventory, data, source, options.force)
    except (Refused, OSError) as error:
        sys.exit(f"classroom.py: {options.list}: {error}")
    print(f"{hosts} is written, with what the whole class shares in {common}.\n"
          f"Next step: ansible-playbook -i {options.inventory} --ask-become-pass playbooks/preflight.yml")


if __name__ == "__main__":
    main()
