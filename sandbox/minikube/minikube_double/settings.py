"""One value from flag, environment, config.json or default, in that order (viper in cmd/root.go)."""

import json
import os

from minikube_double import flags as flag_types
from minikube_double import paths

# Bound to the command line only: the environment and config.json do not reach them.
_FLAG_ONLY = {"insecure-registry", "docker-env", "docker-opt", "extra-config", "apiserver-ips", "apiserver-names", "addons",
              "all", "purge", "output", "format"}


class Settings:
    """The values of one command."""

    def __init__(self, flags, given, args):
        self._flags = {f.name: f for f in flags}
        self._given = given
        self.args = args

    def given(self, name):
        """Whether the flag was on the command line."""
        return name in self._given

    def get(self, name):
        """The value of a flag by precedence."""
        if name in self._given:
            return self._given[name]
        flag = self._flags.get(name)
        if name not in _FLAG_ONLY:
            text = os.environ.get(env_name(name), "")
            if text:
                return _cast(flag, text)
            stored = read_config()
            if stored.get(name) is not None:
                return _cast(flag, stored[name])
        return flag.default if flag else ""

    def want(self, name, default=True):
        """A config-only boolean such as WantUpdateNotification."""
        text = os.environ.get(env_name(name), "")
        if text:
            return bool(flag_types.parse_bool(text))
        return bool(read_config().get(name, default))

    @property
    def profile(self):
        """The profile in use."""
        return self.get("profile")


def env_name(name):
    """The environment variable of a setting."""
    return "MINIKUBE_" + name.upper().replace("-", "_")


def _cast(flag, value):
    # viper casts what it can and takes the zero value otherwise; it never complains.
    if flag is None or not isinstance(value, str):
        return str(value) if flag is not None and flag.kind == "string" else value
    if flag.kind in ("slice", "array"):
        return value.replace(",", " ").split()
    try:
        return flag_types.convert(flag, value, flag.name)
    except ValueError:
        return {"bool": False, "int": 0, "duration": 0.0}.get(flag.kind, value)


def config_file():
    """The path of the global configuration."""
    return paths.make("config", "config.json")


def read_config():
    """The global configuration, empty if there is none or it does not parse."""
    try:
        with open(config_file(), encoding="utf-8") as stream:
            return json.load(stream)
    except (OSError, ValueError):
        return {}


def write_config(data):
    """Write the global configuration, 4-space JSON."""
    from minikube_double import files

    files.write(config_file(), json.dumps(data, indent=4, sort_keys=True), 0o644)
