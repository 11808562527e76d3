"""The live table of the callback workshop.lab.fleet, drawn with rich. On the control node only."""

import os
import sys
import threading

STYLES = {"unreachable": "bold reverse", "failed": "bold red", "running": "cyan", "ok": "green"}
PAUSE = 0.5  # seconds between two drawings: the seconds of each phase go on without an event


class Live:
    """A table below the text of the run. ``rows``: returns what fleet_text.rows gives; ``lock``: the lock of Ansible's Display.

    Ansible forks a worker for each task while it holds that lock, and writes text under it, also from other threads. Whatever draws here takes it
    first, so that nobody waits for another one's lock and no child begins with a lock that nobody will open. A child writes to the real stdout.
    """

    def __init__(self, rows, lock):
        from rich.console import Console
        from rich.live import Live as RichLive

        self.rows, self.lock, self.done = rows, lock, threading.Event()
        self.stdout, self.stderr = sys.stdout, sys.stderr
        self.console = Console(file=sys.stdout, highlight=False, soft_wrap=False)
        self.live = RichLive(self.table(), console=self.console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False)
        with self.lock:
            self.live.start(refresh=True)
            sys.stdout = sys.stderr = Above(self)
        os.register_at_fork(after_in_child=self._in_child)
        self.thread = threading.Thread(target=self._draw, daemon=True)
        self.thread.start()

    def table(self):
        """Return the table of this moment, cut to the terminal's height: the seats that run or failed stay, the ones that are done go first."""
        from rich.table import Table
        from rich.text import Text

        rows = self.rows()
        room = max(self.console.size.height - 4, 3)
        rest = 0
        if len(rows) > room:
            order = {"failed": 0, "unreachable": 1, "running": 2, "ok": 3}
            kept = sorted(rows, key=lambda row: order[row[2]])[:room - 1]
            rest, rows = len(rows) - len(kept), [row for row in rows if row in kept]
        table = Table(box=None, show_header=False, pad_edge=False, expand=True)
        for width in ({"no_wrap": True}, {"no_wrap": True}, {"no_wrap": True, "justify": "right"}, {"ratio": 1, "no_wrap": True, "overflow": "ellipsis"}):
            table.add_column(**width)
        for name, symbol, state, phase, seconds, words in rows:
            table.add_row(Text("%s %s" % (symbol, name), style=STYLES[state]), Text(phase), Text(seconds), Text(words, style="dim"))
        if rest:
            table.add_row(Text("  and %d more" % rest, style="dim"))
        return table

    def stop(self):
        """Take the table away; from now on text goes to the terminal as before."""
        if self.done.is_set():
            return
        self.done.set()
        self.thread.join(timeout=5)
        with self.lock:
            if isinstance(sys.stdout, Above):
                sys.stdout.flush()
                sys.stdout, sys.stderr = self.stdout, self.stderr
            self.live.stop()

    def _draw(self):
        while not self.done.wait(PAUSE):
            try:
                with self.lock:
                    if not self.done.is_set():
                        self.live.update(self.table(), refresh=True)
            except Exception:  # a terminal that went away: the run goes on without a table
                self.done.set()

    def _in_child(self):
        if not self.done.is_set():
            sys.stdout, sys.stderr = self.stdout, self.stderr


class Above:
    """In the place of stdout and stderr: whole lines go above the table, as they are. rich's own proxy would break long ones, addresses among them."""

    def __init__(self, live):
        self.live, self.rest = live, ""

    def write(self, text):
        """Keep text until its line is whole."""
        with self.live.lock:
            whole, end, self.rest = (self.rest + text).rpartition("\n")
            if end:
                self._show(whole)
        return len(text)

    def flush(self):
        """Show what has no end yet."""
        with self.live.lock:
            if self.rest:
                self._show(self.rest)
                self.rest = ""

    def _show(self, text):
        from rich.text import Text

        for line in text.split("\n"):
            self.live.console.print(Text.from_ansi(line), soft_wrap=True)

    def __getattr__(self, name):
        return getattr(self.live.stdout, name)


def possible():
    """Return whether a table can be drawn: on a terminal that is not dumb, with rich."""
    if not sys.stdout.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        return False
    try:
        import rich.live  # noqa: F401
    except ImportError:
        return False
    return True
