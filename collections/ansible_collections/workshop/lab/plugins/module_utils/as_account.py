"""Working on an account's files as that account, in a child of this process: no link in its home leads root anywhere, and what is made is its own."""

import json
import math
import os
import signal

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

BROKEN = "The work as {name} did not end as it should within {limit} seconds (status {status}); look at the home directory {home} and run again."


def as_account(account, work, limit, broken=BROKEN):
    """Return what ``work()`` returns (a dict that JSON can hold), done as ``account`` (runner.Account); its LabError is raised here.

    ``limit``: seconds after which the child is ended: a home directory may be on a network that does not answer. ``broken``: what is said then, with
    {home}, {name}, {limit} and {status}.
    """
    if os.geteuid() == account.uid:
        return work()
    if os.geteuid() != 0:
        raise LabError("Only root can work as %s here; use become, or leave out the option user." % account.name)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _child(account, work, limit, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        text = stream.read()
    status = os.waitpid(child, 0)[1]
    if status != 0 or not text:
        raise LabError(broken.format(home=account.home, name=account.name, limit=int(limit), status=status))
    answer = json.loads(text.decode("utf-8"))
    if "error" in answer:
        raise LabError(answer["error"], **answer["result"])
    return answer["result"]


def _child(account, work, limit, writer):
    """Do the work as the account and write down what it gave; never returns."""
    code = 1
    try:
        signal.alarm(math.ceil(limit))
        os.initgroups(account.name, account.gid)
        os.setgid(account.gid)
        os.setuid(account.uid)
        os.umask(0o022)
        try:
            answer = {"result": work()}
        except LabError as error:
            answer = {"error": str(error), "result": error.result}
        with os.fdopen(writer, "wb") as stream:
            stream.write(json.dumps(answer).encode("utf-8"))
        code = 0
    finally:
        os._exit(code)  # pylint: disable=protected-access  # the module's own end is the parent's
