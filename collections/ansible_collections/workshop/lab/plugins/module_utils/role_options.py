"""What workshop.lab.role_variables accepts."""

OPTIONS = {
    "roles": {"type": "list", "elements": "str", "required": True},
    "tasks_from": {"type": "list", "elements": "str", "default": ["validate"]},
    "remember": {"type": "bool", "default": False},
}
