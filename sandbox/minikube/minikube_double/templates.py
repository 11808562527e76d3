"""Go templates as far as these commands use them: text and {{.Field}}."""

import re

from minikube_double.errors import Crash


def expand(template, values):
    """Replace {{.Field}}; an unknown field ends the command as text/template's error does."""
    def one(match):
        field = match.group(1)
        if field not in values:
            raise Crash("Error executing status template", 'template: status:1:2: executing "status" at <.%s>: can\'t evaluate field %s' % (field, field))
        return str(values[field])

    text = template.replace("\\n", "\n") if "\\n" in template else template
    return re.sub(r"\{\{\s*\.(\w+)\s*\}\}", one, text)
