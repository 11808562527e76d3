"""Which of a progress file's lines a person sees, and how: one line an event, the host named, nothing twice, a heartbeat when all is silent."""

QUIET = 5.0  # seconds in which nothing is shown: a short run needs no progress
HEARTBEAT = 30.0  # seconds without a new line until the last one is told again


class Lines:
    """Turns the growing text of a progress file (module_utils/progress.py) into lines for the terminal. ``host`` and ``doing`` (text) name the first ones."""

    def __init__(self, host, doing):
        self.host, self.doing, self.last = host, doing, ""
        self.read, self.told, self.waiting, self.shown_at = 0, set(), [], 0.0

    def take(self, text, seconds):
        """Return the lines to show now. ``text`` is the whole file as yet, ``seconds`` the time since the start (float)."""
        whole = text[:text.rfind("\n") + 1].splitlines()  # a line without its end is still being written
        for line in whole[self.read:]:
            self._note(line.split("\t", 2), seconds)
        self.read = max(self.read, len(whole))
        if seconds < QUIET:
            return []
        shown, self.waiting = self.waiting, []
        if not shown and seconds - self.shown_at >= HEARTBEAT:
            shown = [self._line(seconds, 'still at "%s"' % self.last if self.last else "still waiting for a first word")]
        if shown:
            self.shown_at = seconds
        return shown

    def _note(self, fields, seconds):
        """Keep a line for the terminal, unless it says nothing or was there before."""
        if len(fields) != 3:
            return
        moment, doing, said = fields
        said = _plain(said)
        if doing and doing != self.doing:
            self.doing, self.last, said = doing, "", said or "begun"
        if said and (doing, said) not in self.told:
            self.told.add((doing, said))
            self.last = said
            self.waiting.append(self._line(_number(moment, seconds), said))

    def _line(self, seconds, said):
        return "%s: %s, %d:%02d: %s" % (self.host, self.doing, seconds // 60, seconds % 60, said)


def _number(text, otherwise):
    try:
        return float(text)
    except ValueError:
        return otherwise


def _plain(said):
    """Return minikube's words without its mark; "" for the echo of its environment (`  - KUBECONFIG=...`), which says nothing new."""
    said = said.strip()
    if said.startswith("- "):
        return ""
    return said[2:].strip() if said[:2] in ("* ", "X ", "! ") else said.strip("*")
