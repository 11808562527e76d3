"""How a command ends (pkg/minikube/exit/exit.go): exit codes, and the exceptions that carry them to main()."""

from minikube_double import out, problems

FAILURE, INTERRUPTED = 1, 2
BAD_USAGE, DATA, NO_INPUT, UNAVAILABLE, SOFTWARE, IO, PERMISSIONS, CONFIG = 64, 65, 66, 69, 70, 74, 77, 78


class Exit(Exception):
    """The command ends here, with everything already printed."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code

    def show(self):
        """Print what belongs to this ending."""


class Usage(Exit):
    """exit.UsageT: a plain line on stderr, rc 64."""

    def __init__(self, message):
        super().__init__(BAD_USAGE)
        self.message = message

    def show(self):
        """Print this ending's lines."""
        out.err(self.message)


class Fatal(Exit):
    """exit.WithCodeT: an X line on stderr and a given code."""

    def __init__(self, code, message):
        super().__init__(code)
        self.message = message

    def show(self):
        """Print this ending's lines."""
        out.err(self.message, out.FATAL)


class Silent(Exit):
    """Only an exit code, or a text that was already printed."""


class Crash(Exit):
    """exit.WithError: a known problem (rc 78, with advice) or an unknown one (rc 70, with an apology)."""

    def __init__(self, message, error):
        self.message, self.error = message, str(error)
        self.problem = problems.find(self.error)
        super().__init__(CONFIG if self.problem else SOFTWARE)

    def show(self):
        """Print this ending's lines."""
        out.err()
        if self.problem:
            self.problem.show(self.message, self.error)
            return
        out.err("%s: %s" % (self.message, self.error), out.FATAL)
        out.err()
        out.err("Sorry that minikube crashed. If this was unexpected, we would love to hear from you:")
        out.err(problems.ISSUES + "/new/choose", out.OPTION)


class MachineError(Exception):
    """A driver, node or cluster step failed; the command decides what that means for its exit code."""


class MachineGone(MachineError):
    """libmachine's ErrMachineNotExist: the VM was removed behind minikube's back."""

    def __init__(self):
        super().__init__("machine does not exist")
