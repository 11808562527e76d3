"""The one kind of error that a module shows to a person."""


class LabError(Exception):
    """What went wrong, in words for the person who runs the playbook: the object, the cause, the next step.

    ``result`` (dict) is returned by the failing module beside its message, e.g. what was last seen.
    """

    def __init__(self, message, **result):
        super(LabError, self).__init__(message)
        self.result = result


def finish(module, work):
    """Exit an AnsibleModule with what ``work()`` (no arguments) returns, or fail it with the words of its LabError."""
    try:
        result = work()
    except LabError as error:
        module.fail_json(msg=str(error), **error.result)
    else:
        module.exit_json(**result)
