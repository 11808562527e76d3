"""The module beside an action plugin that does all the work on the control node."""

from ansible.module_utils.basic import AnsibleModule


def refuse(name, options):
    """Refuse to run on a seat: this is reached only where the action plugin workshop.lab.``name`` was not found beside the module."""
    module = AnsibleModule(argument_spec=options, supports_check_mode=True)
    module.fail_json(msg="workshop.lab.%s runs on the control node, by its action plugin, which was not found; install the whole collection." % name)
