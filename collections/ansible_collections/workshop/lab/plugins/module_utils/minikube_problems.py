"""What a failed `minikube` call means: its cause and our next step, in words for the person who runs the playbook."""

import collections
import re

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.kvm_problem_list import KVM_OWN
from ansible_collections.workshop.lab.plugins.module_utils.minikube_problem_list import KNOWN, MESSAGES
from ansible_collections.workshop.lab.plugins.module_utils.seat_problem_list import OWN

#: A recognised problem, all text. id: minikube's own or ours. cause: what it means. advice and documentation: minikube's, "" when it has none.
#: step: our next step. text: the words it was recognised by.
Problem = collections.namedtuple("Problem", "id cause advice step text documentation")

UNKNOWN_STEP = "read `minikube logs` as the cluster's user, mend the cause and run again"
TEXT_LIMIT = 1500  # characters of minikube's words that a recognised problem shows; an unknown one shows all
LOST_LIMIT = 150  # characters of the reason for a loss, which a report shows in one line
LAST_LINES = 8  # what a call over its limit shows

# `* Error: [ID] TEXT`, whose text may have lines of its own (VBoxManage's), then the advice (pkg/minikube/problem/problem.go).
BLOCK = re.compile(r"Error: \[([A-Z0-9_]+)\] ([\s\S]*?)(?=\n\W*(?:Suggestion|Documentation|Related issues|If the above advice)\b|\Z)")
ADVICE = re.compile(r"Suggestion: (.*)")
DOCUMENTATION = re.compile(r"Documentation: (.*)")
# Each of the four attempts of a start leaves one of these on standard output; only the last one gets its error onto standard error.
RETRIED = re.compile(r"Retriable failure: ([\s\S]*?)(?=\n[*!X] |\Z)")
# Lines of standard error that go before the end and say nothing about it: warnings and klog's.
ASIDE = re.compile(r"^(?:! |\u26a0|[EWIF][0-9]{4} )")
FATAL = re.compile(r"^(?:X |\u274c|\U0001f4a3)")


def explain(done):
    """Return the Problem behind a `minikube` call (a Done), or None when it did not fail or its words are not known.

    The most exact answer first: what the driver said inside, then minikube's own id, then its last words, and at the end what an earlier attempt of
    the same call said.
    """
    if done.rc == 0:
        return None
    end, attempt = _end(done), _last_attempt(done)
    block = BLOCK.search(end)
    problem = _own(end) or (block and _block(block)) or _message(end, done.rc) or _known(end) or _own(attempt) or _known(attempt)
    if problem is None:
        return None
    return problem._replace(advice=_first(ADVICE, end), documentation=_first(DOCUMENTATION, end), text=problem.text.strip()[:TEXT_LIMIT])


def describe(done, doing):
    """Return the LabError of a `minikube` call (a Done) that failed while ``doing`` something ("start the cluster").

    Its result has ``problem`` (dict, or None when unknown), ``rc``, ``stdout`` and ``stderr``.
    """
    problem = explain(done)
    if done.rc is None:
        said = "\n".join(_lines(done.out + "\n" + done.err)[-LAST_LINES:])
        step = problem.step if problem else "run again with a longer limit (finished downloads are kept); when it stands still, " + UNKNOWN_STEP
        message = "minikube could not %s within %.0f seconds%s. It last said:\n%s\nNext step: %s." % (
            doing, done.seconds, ": [%s] %s" % (problem.id, problem.cause) if problem else "", said or "nothing", step)
    elif problem:
        message = "minikube could not %s: [%s] %s (exit code %s).\nIt said: %s\n" % (doing, problem.id, problem.cause, done.rc, problem.text or "nothing")
        if problem.advice:
            message += "minikube advises: %s%s\n" % (problem.advice, " (documentation: %s)" % problem.documentation if problem.documentation else "")
        message += "Next step: %s." % problem.step
    else:
        said = "\n".join(part for part in (done.err.strip(), done.out.strip()) if part)
        message = "minikube could not %s (exit code %s). It said:\n%s\nNext step: %s." % (doing, done.rc, said or "nothing", UNKNOWN_STEP)
    return LabError(message, problem=dict(problem._asdict()) if problem else None, rc=done.rc, stdout=done.out, stderr=done.err)


def match(text):
    """Return the Problem that a text of VirtualBox, Docker or the driver means, or None."""
    return _own(text) or _known(text)


def _end(done):
    """Return the words of the end: standard error from the last fatal line on, or without its asides, or standard output when there are none."""
    lines = done.err.splitlines()
    fatal = [number for number, line in enumerate(lines) if FATAL.match(line)]
    kept = lines[fatal[-1]:] if fatal else [line for line in lines if not ASIDE.match(line)]
    # Exit 77 of a VM driver is told on standard output (cmd/start.go, validateUser).
    return "\n".join(kept).strip() or ("" if done.rc is None else _without_attempts(done.out))


def _last_attempt(done):
    """Return the text of the last attempt that failed, "" when there was none."""
    attempts = RETRIED.findall(done.out)
    return attempts[-1] if attempts else ""


def deleted_for(done):
    """Return why a start (a Done) has deleted the cluster that it found, which it does after each failed attempt and then tells by its exit code of the last
    one alone; "" where it has not."""
    attempts = RETRIED.findall(done.out)
    return (" ".join(attempts[0].split())[:LOST_LIMIT] or "nothing") if attempts else ""


def _without_attempts(out):
    """Return standard output without the failed attempts and without what minikube itself calls harmless ("Unable to pull images, which may be OK")."""
    return "\n".join(line for line in RETRIED.sub("", out).splitlines() if "may be OK" not in line)


def _block(found):
    """Return the Problem of minikube's own id."""
    for name, _pattern, cause, step in KNOWN:
        if name == found.group(1):
            return Problem(name, cause, "", step, found.group(2), "")
    return Problem(found.group(1), "minikube knows this problem by that name", "", UNKNOWN_STEP, found.group(2), "")


def _own(text):
    for name, pattern, cause, step in KVM_OWN + OWN:
        found = re.search(pattern, text)
        if found:
            return Problem(name, _fill(cause, found), "", _fill(step, found), text, "")
    return None


def _message(text, code):
    for name, codes, pattern, cause, step in MESSAGES:
        found = re.search(pattern, text) if code in codes else None
        if found:
            return Problem(name, _fill(cause, found), "", _fill(step, found), text, "")
    return None


def _known(text):
    for name, pattern, cause, step in KNOWN:
        if re.search(pattern, text):
            return Problem(name, cause, "", step, text, "")
    return None


def _fill(words, found):
    """Put the pattern's groups into the words."""
    for number in range(1, (found.re.groups or 0) + 1):
        words = words.replace("{%d}" % number, (found.group(number) or "").strip())
    return words


def _first(pattern, text):
    found = pattern.search(text)
    return found.group(1).strip() if found else ""


def _lines(text):
    """Return the lines that say something."""
    return [line.rstrip() for line in text.splitlines() if line.strip(" *")]
