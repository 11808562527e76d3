"""The lines that a long module run leaves on the seat for the action plugin of the same name, which shows them on the terminal."""

import time


class Progress:
    """Writes a progress file, one line for each line of a program: seconds since the start, what is being done, what it said, parted by tabs.

    ``path`` is the file (it and its directory belong to the account that runs the module), or None: then nothing is written. ``clock`` gives seconds.
    """

    def __init__(self, path=None, clock=time.monotonic):
        self.path, self.clock, self.doing, self.start = path, clock, "", clock()

    def begin(self, doing):
        """Say what is being done from now on ("minikube start")."""
        self.doing = doing
        self.tell("")

    def tell(self, line):
        """Write a line of the program at once. Fit for Runner.run's ``watch``.

        When the file cannot be written (any more), the run goes on without telling: a start must not fail, and lose its VM, for a line on a terminal.
        """
        if self.path is None:
            return
        words = " ".join(line.split())
        try:
            with open(self.path, "a", encoding="utf-8") as stream:
                stream.write("%.1f\t%s\t%s\n" % (self.clock() - self.start, self.doing, words))
        except OSError:
            self.path = None
