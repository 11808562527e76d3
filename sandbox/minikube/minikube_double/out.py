"""Lines as minikube prints them when its output is not a terminal (pkg/minikube/out/style.go, the low prefixes)."""

import os
import sys

PLAIN = "* "
WARN = "! "
FATAL = "X "
OPTION = "  - "


def raw(text):
    """Write text as it is to stdout."""
    _write(sys.stdout, text)


def raw_err(text):
    """Write text as it is to stderr."""
    _write(sys.stderr, text)


def line(text="", prefix=PLAIN):
    """One line on stdout; an empty one still carries its prefix, as the real one does."""
    raw(prefix + text + "\n")


def err(text="", prefix=PLAIN):
    """One line on stderr."""
    raw_err(prefix + text + "\n")


def _write(stream, text):
    # Bytes, not text: under LC_ALL=C Python 3.6 would refuse the first log line that is not ASCII.
    try:
        stream.buffer.write(text.encode("utf-8", "surrogateescape"))
        stream.buffer.flush()
    except BrokenPipeError:
        # The reader left (`minikube logs | head`): the rest goes nowhere, also what Python flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
