"""From an argument list to one command's run(settings), and from its exception to an exit code."""

import importlib
import os
import sys

from minikube_double import commandlist, out, paths
from minikube_double.errors import INTERRUPTED, Crash, Exit
from minikube_double.flags import CobraError, parse
from minikube_double.settings import Settings


def main(argv):
    """Run one command and return its exit code."""
    os.umask(os.umask(0o022))
    try:
        return _run(argv)
    except Exit as end:
        end.show()
        return end.code
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(argv):
    command, rest = find(argv)
    if command is None:
        from minikube_double import usage

        out.raw(usage.root())
        return 0
    path = ("minikube " + command.path).strip()
    flags = command.flags + commandlist.GLOBAL
    if command.path and any(item in ("-h", "--help") for item in _before_dashes(rest)) or not command.run:
        from minikube_double import usage

        out.raw(usage.command(command))
        return 0
    try:
        given, args = parse(rest, flags)
    except ValueError as error:
        raise CobraError(str(error), "See '%s --help' for usage." % path)
    settings = Settings(flags, given, args)
    if command.path != "help":
        try:
            paths.make_dirs()
        except OSError as error:
            raise Crash("Error creating minikube directory", "mkdir %s: %s" % (error.filename, (error.strerror or "").lower()))
        os.environ["PATH"] = paths.make("bin") + os.pathsep + os.environ.get("PATH", "")
    module, _, function = command.run.partition(":")
    return getattr(importlib.import_module("minikube_double.commands." + module), function)(settings) or 0


def find(argv):
    """The command that argv names, and the rest of argv. (None, ...) asks for the general help."""
    words, rest = [], list(argv)
    while True:
        place = _next_word(rest)
        if place is None:
            break
        candidate = " ".join(words + [rest[place]])
        if candidate not in commandlist.COMMANDS:
            break
        words.append(rest.pop(place))
        if not commandlist.COMMANDS[candidate].group:
            break
    if words:
        return commandlist.COMMANDS[" ".join(words)], rest
    if place is not None and rest[place] != "help":
        raise CobraError('unknown command "%s" for "minikube"' % rest[place], "Run 'minikube --help' for usage.")
    if place is None:
        try:
            parse([item for item in rest if item not in ("-h", "--help")], commandlist.GLOBAL)
        except ValueError as error:
            raise CobraError(str(error), "See 'minikube --help' for usage.")
    return None, rest


def _before_dashes(items):
    return items[:items.index("--")] if "--" in items else items


def _next_word(items):
    # Global flags may stand before the command; those that take a value hide the next word.
    takes_value = {"--" + f.name for f in commandlist.GLOBAL if f.kind != "bool"} | {"-" + f.short for f in commandlist.GLOBAL if f.short and f.kind != "bool"}
    skip = False
    for index, item in enumerate(items):
        if skip:
            skip = False
        elif item == "--":
            return None
        elif item.startswith("-") and item != "-":
            skip = item in takes_value
        else:
            return index
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
