"""config set, get, unset and view: ~/.minikube/config/config.json (cmd/config)."""

from minikube_double import machines, out, templates
from minikube_double import settings as settings_module
from minikube_double.errors import BAD_USAGE, Crash, Silent, Usage
from minikube_double.flags import parse_bool

_STRINGS = ("vm-driver", "container-runtime", "feature-gates", "disk-size", "host-only-cidr", "log_dir", "kubernetes-version", "iso-url",
            "profile", "bootstrapper", "hyperv-virtual-switch")
_INTS = ("v", "cpus", "memory", "ReminderWaitPeriodInHours")
_BOOLS = ("WantUpdateNotification", "WantReportError", "WantReportErrorPrompt", "WantKubectlDownloadMsg", "WantNoneDriverWarning",
          "ShowDriverDeprecationNotification", "ShowBootstrapperDeprecationNotification", "disable-driver-mounts", "embed-certs", "native-ssh")
_AT_NEXT_VM = ("vm-driver", "container-runtime", "feature-gates", "cpus", "memory", "disk-size")


def _known(name):
    from minikube_double.commands.addons import NAMES

    return name in _STRINGS or name in _INTS or name in _BOOLS or name in NAMES or name == "cache"


def set_value(settings):
    """Set one key."""
    if len(settings.args) != 2:
        raise Usage("not enough arguments (%d).\nusage: minikube config set PROPERTY_NAME PROPERTY_VALUE" % len(settings.args))
    name, text = settings.args
    stored = settings_module.read_config()
    stored[name] = _value(name, text)
    settings_module.write_config(stored)
    if name in _AT_NEXT_VM:
        out.line("These changes will take effect upon a minikube delete and then a minikube start", out.WARN)


def _value(name, text):
    if not _known(name):
        raise Crash("Set failed", 'property name "%s" not found' % name)
    if name == "vm-driver" and text not in machines.SUPPORTED:
        raise Crash("Set failed", '[driver "%s" is not supported]' % text)
    if name in _INTS:
        try:
            return int(text)
        except ValueError:
            raise Crash("Set failed", '[strconv.Atoi: parsing "%s": invalid syntax]' % text)
    if name in _STRINGS or name == "cache":
        return text
    value = parse_bool(text)
    if value is None:
        raise Crash("Set failed", '[strconv.ParseBool: parsing "%s": invalid syntax]' % text)
    return value


def get_value(settings):
    """Print one key."""
    if len(settings.args) != 1:
        raise Usage("usage: minikube config get PROPERTY_NAME")
    value = settings_module.read_config().get(settings.args[0])
    if value is None:
        out.raw_err("Error: specified key could not be found in config\n")
        raise Silent(BAD_USAGE)
    out.raw("%s\n" % _show(value))


def unset(settings):
    """Forget one key."""
    if len(settings.args) != 1:
        raise Usage("usage: minikube config unset PROPERTY_NAME")
    stored = settings_module.read_config()
    stored.pop(settings.args[0], None)
    settings_module.write_config(stored)


def view(settings):
    """Print all keys, in no particular order."""
    template = settings.get("format") or "- {{.ConfigKey}}: {{.ConfigValue}}\n"
    for key, value in settings_module.read_config().items():
        out.raw(templates.expand(template, {"ConfigKey": key, "ConfigValue": _show(value)}))


def _show(value):
    if isinstance(value, dict):
        return "map[%s]" % " ".join("%s:%s" % (k, "<nil>" if v is None else v) for k, v in sorted(value.items()))
    return str(value).lower() if isinstance(value, bool) else str(value)
