"""The report of a run in which no seat was left to write it. On the control node only, in the process of ansible-playbook."""

from ansible import context
from ansible.release import __version__
from ansible.template import Templar
from ansible_collections.workshop.lab.plugins.module_utils.report_facts import of_run, plain
from ansible_collections.workshop.lab.plugins.module_utils.report_options import look
from ansible_collections.workshop.lab.plugins.module_utils.report_work import line, write_report

REPORT = ("workshop.lab.report", "report")


def write_instead(playbook, record):
    """Write the report with the options of the playbook's own task; return the line to show, "" where no report was asked for or it is check mode.

    Raises LabError, and what Ansible raises for variables that cannot be templated.
    """
    play, task = _find(playbook)
    if task is None:
        return ""
    manager = play.get_variable_manager()
    hosts = manager._inventory.get_hosts(play.hosts)  # within --limit
    if not hosts:
        return ""
    variables = manager.get_vars(play=play, host=hosts[0], task=task)
    if not task.evaluate_tags(set(context.CLIARGS.get("tags") or ["all"]), set(context.CLIARGS.get("skip_tags") or ()), variables):
        return ""
    options = look(plain(Templar(loader=play.get_loader(), variables=variables).template(task.args)))
    run = of_run(context.CLIARGS, context.CLIARGS.get("check"), __version__)
    left_out = [name for name in options["seats"] if name not in {host.get_name() for host in hosts}]
    facts = {name: _facts(manager, name, options["sources"]) for name in options["seats"]}
    result = write_report(options, facts, record, run, left_out)
    return line(result) if result["written"] else ""


def reports(playbook):
    """Return whether a playbook has a task that writes the report."""
    return _find(playbook)[1] is not None


def _find(playbook):
    """Return (play, task) of the playbook's first task workshop.lab.report, (None, None) without one."""
    for play in playbook.get_plays():
        blocks = [block for role in play.roles for block in role.get_task_blocks()] + list(play.tasks)
        for task in _tasks(blocks):
            if getattr(task, "action", None) in REPORT:
                return play, task
    return None, None


def _tasks(blocks):
    for one in blocks:
        inner = [task for part in ("block", "rescue", "always") for task in getattr(one, part, None) or ()]
        if inner:
            yield from _tasks(inner)
        else:
            yield one


def _facts(manager, name, sources):
    """Return {variable: value} of a seat, facts that a task of this run set among it; values from an inventory are not templated here."""
    host = manager._inventory.get_host(name)
    variables = manager.get_vars(host=host, include_hostvars=False) if host else {}
    return {source["variable"]: plain(variables[source["variable"]]) for source in sources if source["variable"] in variables}
