"""Write the report of a run: what the action plugin and, when no seat was left to run it, the callback do. On the control node only."""

import datetime
import json
import os

from ansible_collections.workshop.lab.plugins.module_utils import report_data, report_files, report_junit, report_page

# The states of seats that another run may mend. What was not checked is not known to need one.
AGAIN = ("unreachable", "failed", "not_ready")
# An empty file would be no limit to Ansible, and a whole class would be run again; this is nobody.
NOBODY = "!all"


def write_report(options, facts, record, run, left_out=()):
    """Write the four files and return the module's result.

    ``options``: of report_options.look. ``facts``: {seat: {variable: value}}. ``record``: of workshop.lab.record. ``run``: {playbook, limit, tags, check_mode,
    ansible}. ``left_out``: seats that --limit left out. Writes nothing in check mode. Raises LabError.
    """
    now = datetime.datetime.now().astimezone().replace(microsecond=0)
    about = {"created": now.isoformat(), "playbook": run["playbook"], "limit": run["limit"], "tags": run["tags"], "check_mode": run["check_mode"],
             "ansible": run["ansible"], "started": record.get("started") or now.isoformat(), "seconds": record.get("seconds") or 0.0}
    earlier = report_files.read_earlier(options["dir"]) if options["keep_earlier"] else None
    report = report_data.build(options["seats"], facts, record, options["sources"], about, options["title"], earlier, left_out)
    paths = {name: os.path.join(options["dir"], file) for name, file in
             (("page", report_files.PAGE), ("json", report_files.DATA), ("junit", report_files.JUNIT), ("again", report_files.AGAIN))}
    again = [seat["name"] for seat in report["seats"] if seat["state"] in AGAIN]
    if not run["check_mode"]:
        report_files.write(options["dir"], {
            report_files.DATA: json.dumps(report, indent=1, ensure_ascii=False) + "\n",
            report_files.JUNIT: report_junit.junit(report),
            report_files.PAGE: report_page.page(report),
            report_files.AGAIN: "".join("%s\n" % name for name in again or [NOBODY]),
        })
    return dict(paths, changed=False, totals=report["totals"], not_ready=again, written=not run["check_mode"])


def line(result):
    """Return the line that tells a person where the page is."""
    totals = result["totals"]
    text = "Report: %s (%d of %d seats ready)" % (result["page"], totals["ready"], totals["seats"])
    return text + "; the others again: --limit @%s" % result["again"] if result["not_ready"] else text
