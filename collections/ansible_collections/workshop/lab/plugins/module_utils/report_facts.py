"""What Ansible knows of a run, as plain data: its own kinds of text and lists are left behind here."""


def plain(value):
    """Return ``value`` of plain dict, list, str, int, float, bool, None; anything else becomes its text."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(one) for one in value]
    if value is None or isinstance(value, bool):
        return value
    for kind in (int, float, str):
        if isinstance(value, kind):
            return kind(value) if type(value) is not str else value
    return str(value)


def of_run(arguments, check_mode, version):
    """Return {playbook, limit, tags, check_mode, ansible} of the command line's ``arguments`` (context.CLIARGS)."""
    playbooks = [str(name).rsplit("/", 1)[-1] for name in arguments.get("args") or ()]
    tags = [str(tag) for tag in arguments.get("tags") or () if tag != "all"]
    return {"playbook": " ".join(playbooks), "limit": str(arguments.get("subset") or ""), "tags": tags, "check_mode": bool(check_mode), "ansible": version}
