"""What the callbacks read out of Ansible's own objects, in one place for both ends of the range of ansible-core. On the control node only."""

import re

from ansible_collections.workshop.lab.plugins.module_utils.report_facts import plain

HIDDEN = "(hidden by no_log)"
HANGS = ("it had not ended after %s seconds and was given up; a program on the seat hangs, as it seems, and may still run there: see which one with "
         "`ps -ef --forest`, restart the seat and run again. Where it is only slow, set ANSIBLE_TASK_TIMEOUT to more seconds")


def _imported(role):
    """Whether a role was imported by the play, not by another role."""
    return getattr(role, "static", False) and not getattr(role, "_parents", None)


def phase_of(play, task):
    """Return the phase that a task belongs to: the role of the play that it is in, else the play.

    A role that another one includes does not count: the seat is still in the outer one. Roles that a task of the play includes are the play's work.
    """
    # An included role is appended to the play's list when it is loaded (ansible-core, playbook/role_include.py), and so is one that the play imports.
    own = {role.get_name() for role in getattr(play, "roles", ()) if not getattr(role, "from_include", False) or _imported(role)}
    roles = [task._role] if getattr(task, "_role", None) else []
    roles += list(task.get_dep_chain() or ()) if hasattr(task, "get_dep_chain") else []
    for role in roles:
        if role.get_name() in own:
            return role.get_name().rsplit(".", 1)[-1]
    parent = getattr(task, "_parent", None)
    while parent is not None:
        role = getattr(parent, "_role", None)
        if role is not None and role.get_name() in own:
            return role.get_name().rsplit(".", 1)[-1]
        parent = getattr(parent, "_parent", None)
    return play.get_name().strip()


def in_rescue(task):
    """Return whether a task stands in the rescue part of a block: it runs because Ansible takes the failure before it back."""
    child, parent = task, getattr(task, "_parent", None)
    while parent is not None:
        if any(one._uuid == child._uuid for one in getattr(parent, "rescue", None) or ()):
            return True
        child, parent = parent, getattr(parent, "_parent", None)
    return False


def failure_of(result, play):
    """Return {task, phase, message, checks} of a failed result, without what no_log hides."""
    data = plain(dict(result._result))
    task = result._task
    hidden = "censored" in data or task.no_log is True
    message = HIDDEN if hidden else _message(data)
    found = [] if hidden else data.get("checks")
    return {"task": task.get_name().strip(), "phase": phase_of(play, task), "message": message, "checks": found if isinstance(found, list) else []}


# The parts of a cluster that break down by themselves.
NAMES = {"host": "the cluster", "apiserver": "the API server", "kubelet": "the kubelet"}


def mended_of(result):
    """Return what a changed result of workshop.lab.minikube_cluster says that it has mended, a list of sentences without a full stop."""
    data = plain(dict(result._result))
    before = data.get("before")
    if not data.get("changed") or not isinstance(before, dict):
        return []
    healed = [str(one) for one in data.get("healed") or ()]
    # Of a cluster that is only made there was nothing to mend, and one that minikube has lost does not run again: `healed` says so. With driver none a stopped
    # kubelet is a stopped host (minikube v1.5.2 pkg/drivers/none).
    if not before.get("host") or data.get("lost"):
        return healed
    return ["%s was %s and runs again" % (NAMES[one["name"]], one["found"])
            for one in data.get("differences") or () if one.get("name") in NAMES and one.get("wanted") == "Running"] + healed


def _message(data):
    """Return the words of a failure; of a loop those of its first failed item, since the loop's own say only that one failed."""
    for item in data.get("results") or ():
        if isinstance(item, dict) and item.get("failed"):
            return HIDDEN if "censored" in item else _message(dict(item, results=()))
    seconds = _given_up_after(data)
    if seconds:
        return HANGS % seconds
    words = [str(data[name]).strip() for name in ("msg", "stderr", "module_stderr", "stdout") if data.get(name)]
    return words[0] if words else "the task failed without a word"


def _given_up_after(data):
    """Return the seconds after which ansible-core took a task for hanging (task_timeout), else None. Source: its executor/task_executor.py."""
    if isinstance(data.get("timedout"), dict):
        return data["timedout"].get("period")
    said = re.fullmatch(r"The \S+ action failed to execute in the expected time frame \((\d+)\) and was terminated", str(data.get("msg", "")))  # before 2.19
    return said and said[1]
