"""What the modules accept. Each function takes an option's name and value, and refuses a bad value in one sentence that says what is accepted."""

import re

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

# Kubernetes' own rules: DNS-1123 labels and subdomains, label keys and values (apimachinery, util/validation).
LABEL = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
SUBDOMAIN = LABEL + r"(\." + LABEL + r")*"
LABEL_VALUE = r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?"
LABEL_KEY = "(" + SUBDOMAIN + r"/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"


def refuse(name, value, accepted):
    """Raise the LabError of a bad value."""
    raise LabError("%s is %s; it must be %s." % (name, repr(value) if isinstance(value, str) else value, accepted))


def _match(name, value, pattern, accepted):
    """Refuse a value that is no text of this form. No value at all is fine: whether it is needed, the argument spec says."""
    if value is not None and not (isinstance(value, str) and re.match(r"\A(?:" + pattern + r")\Z", value)):
        refuse(name, value, accepted)
    return value


def account_name(name, value):
    """Accept a user name of Debian's form."""
    return _match(name, value, r"[a-z_][a-z0-9_-]{0,31}", "an account name of at most 32 lower-case letters, digits, _ and -")


def object_name(name, value):
    """Accept the name of a Kubernetes object."""
    if value is not None and len(str(value)) > 253:
        refuse(name, value, "at most 253 characters long")
    return _match(name, value, SUBDOMAIN, "a Kubernetes name of lower-case letters, digits, - and .")


def namespace(name, value):
    """Accept a namespace's name."""
    return _match(name, value, LABEL, "a namespace's name of 1 to 63 lower-case letters, digits and -")


def context(name, value):
    """Accept the name of a kubeconfig's context."""
    return _match(name, value, r"[A-Za-z0-9][A-Za-z0-9_.@:/-]{0,252}", "a context's name of letters, digits and _.@:/-")


def absolute_path(name, value):
    """Accept an absolute path without .. and control characters."""
    _match(name, value, r"/[^\x00-\x1f]*", "an absolute path")
    if value is not None and ".." in value.split("/"):
        refuse(name, value, "an absolute path without ..")
    return value


def kubernetes_version(name, value):
    """Accept vMAJOR.MINOR.PATCH, perhaps with a pre-release."""
    return _match(name, value, r"v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?", "a version like v1.16.2")


def labels(name, value):
    """Accept a dictionary of labels."""
    if value is not None and not isinstance(value, dict):
        refuse(name, value, "a dictionary of labels, like {tier: frontend}")
    for key, text in (value or {}).items():
        if not re.match(r"\A" + LABEL_KEY + r"\Z", str(key)) or not re.match(r"\A" + LABEL_VALUE + r"\Z", str(text)):
            refuse(name, "%s=%s" % (key, text), "made of labels whose keys and values are letters, digits, -, _ and .")
    return value


def at_least(name, value, least, most=None):
    """Accept a number from ``least`` to ``most``; nan, which compares with nothing, is none."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= least or (most is not None and value > most)):
        refuse(name, value, "a number from %s to %s" % (least, most) if most is not None else "a number of at least %s" % least)
    return value


def url(name, value):
    """Accept an http or https URL."""
    return _match(name, value, r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[^\s]*)?", "an http or https URL")


def pattern(name, value):
    """Accept a regular expression of Python."""
    try:
        if value is not None:
            re.compile(value)
    except re.error as error:
        refuse(name, value, "a regular expression (%s)" % error)
    return value


def text_of(name, value, form, accepted):
    """Accept a text of which the whole fits the regular expression ``form``; ``accepted`` says that in words."""
    return _match(name, value, form, accepted)


def api_version(name, value):
    """Accept the apiVersion of an object, like v1 or apps/v1."""
    return _match(name, value, "(" + SUBDOMAIN + r"/)?v[0-9][a-z0-9]*", "an API version like v1 or apps/v1")


def kind(name, value):
    """Accept the kind of an object."""
    return _match(name, value, r"[A-Z][A-Za-z0-9]{0,62}", "a kind like Pod or Deployment")


def role_name(name, value):
    """Accept the name of an RBAC object, which may have colons (system:node)."""
    return _match(name, value, r"[A-Za-z0-9][A-Za-z0-9:._-]{0,252}", "a name of letters, digits and :._-")


def label_value(name, value):
    """Accept the value of a label; the empty one too."""
    return _match(name, value, LABEL_VALUE, "empty or a label's value of at most 63 letters, digits, -, _ and .")
