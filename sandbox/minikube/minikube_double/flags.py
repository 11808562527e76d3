"""Flags as cobra and pflag read them: names, values, mistakes and their messages."""

import re

from minikube_double import out
from minikube_double.errors import BAD_USAGE, Exit


class CobraError(Exit):
    """An unknown flag or command, or a value that does not parse: rc 64 and two lines."""

    def __init__(self, message, hint):
        super().__init__(BAD_USAGE)
        self.message, self.hint = message, hint

    def show(self):
        """Print cobra's two lines."""
        out.raw_err("Error: %s\n%s\n" % (self.message, self.hint))


class Flag:
    """A flag of a command: kind is string, bool, int, duration, slice (comma separated, repeatable) or array (repeatable)."""

    def __init__(self, name, kind="string", default="", short=""):
        self.name, self.kind, self.default, self.short = name, kind, default, short


def parse_bool(text):
    """Go's strconv.ParseBool, or None."""
    return {"1": True, "t": True, "T": True, "true": True, "TRUE": True, "True": True,
            "0": False, "f": False, "F": False, "false": False, "FALSE": False, "False": False}.get(text)


def parse_duration(text):
    """Go's time.ParseDuration in seconds, or None."""
    if not re.match(r"^(\d+(\.\d+)?(h|m|s|ms))+$", text):
        return 0.0 if text == "0" else None
    unit = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
    return sum(float(n) * unit[u] for n, _, u in re.findall(r"(\d+(\.\d+)?)(ms|h|m|s)", text))


def convert(flag, text, label):
    """The value of a flag's text, or a ValueError with pflag's wording."""
    if flag.kind == "bool":
        value, why = parse_bool(text), "strconv.ParseBool"
    elif flag.kind == "int":
        value, why = (int(text), "") if re.match(r"^[+-]?\d+$", text) else (None, "strconv.ParseInt")
    elif flag.kind == "duration":
        value = parse_duration(text)
        if value is None:
            raise ValueError('invalid argument "%s" for "%s" flag: time: invalid duration %s' % (text, label, text))
        return value
    elif flag.kind == "slice":
        return [part for part in text.split(",") if part]
    else:
        return [text] if flag.kind == "array" else text
    if value is None:
        raise ValueError('invalid argument "%s" for "%s" flag: %s: parsing "%s": invalid syntax' % (text, label, why, text))
    return value


def parse(argv, flags):
    """Split argv into ({name: value given}, positional arguments). Raises ValueError with pflag's message."""
    by_name = {f.name: f for f in flags}
    by_short = {f.short: f for f in flags if f.short}
    given, rest, queue = {}, [], list(argv)
    while queue:
        item = queue.pop(0)
        if item == "--":
            rest += queue
            break
        if item.startswith("--"):
            name, equals, text = item[2:].partition("=")
            if name not in by_name:
                raise ValueError("unknown flag: --" + name)
            _take(by_name[name], text if equals else None, item, queue, given)
        elif item.startswith("-") and item != "-":
            _shorts(item, by_short, queue, given)
        else:
            rest.append(item)
    return given, rest


def _shorts(item, by_short, queue, given):
    letters = item[1:]
    while letters:
        letter, letters = letters[0], letters[1:]
        if letter not in by_short:
            raise ValueError("unknown shorthand flag: '%s' in %s" % (letter, item))
        flag = by_short[letter]
        if flag.kind == "bool" and not letters.startswith("="):
            given[flag.name] = True
            continue
        _take(flag, letters.lstrip("=") if letters else None, item, queue, given, letter)
        return


def _take(flag, text, item, queue, given, letter=""):
    if text is None:
        if flag.kind == "bool":
            text = "true"
        elif queue:
            text = queue.pop(0)
        elif letter:
            raise ValueError("flag needs an argument: '%s' in %s" % (letter, item))
        else:
            raise ValueError("flag needs an argument: " + item)
    label = "-%s, --%s" % (flag.short, flag.name) if flag.short else "--" + flag.name
    value = convert(flag, text, label)
    if flag.kind in ("slice", "array"):
        value = given.get(flag.name, []) + value
    given[flag.name] = value
