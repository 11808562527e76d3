"""machines/NAME/: what libmachine stores of a machine, and which driver object it becomes."""

import json
import os

from minikube_double import files, paths
from minikube_double.errors import Crash

SUPPORTED = ("virtualbox", "parallels", "vmwarefusion", "kvm2", "vmware", "none")
DOUBLED = ("virtualbox", "none")


def exists(name):
    """A machine exists if its directory does."""
    return os.path.isdir(paths.machine_dir(name))


def driver_for(name, profile):
    """The driver object for a new machine of this profile configuration."""
    if profile["MachineConfig"]["VMDriver"] == "none":
        from minikube_double.drivers.none import NoneDriver

        return NoneDriver(name, {"IPAddress": ""})
    from minikube_double.drivers.virtualbox import VirtualBoxDriver, fresh

    return VirtualBoxDriver(name, fresh(name, profile["MachineConfig"]))


def load(name):
    """The driver object of an existing machine."""
    stored = read(name)
    if stored is None:
        raise Crash("Error getting host", "load: Docker machine \"%s\" does not exist. Use \"docker-machine ls\" to list machines." % name)
    if stored["DriverName"] == "none":
        from minikube_double.drivers.none import NoneDriver

        return NoneDriver(name, stored["Driver"])
    from minikube_double.drivers.virtualbox import VirtualBoxDriver

    return VirtualBoxDriver(name, stored["Driver"])


def read(name):
    """The stored machine, or None."""
    try:
        with open(os.path.join(paths.machine_dir(name), "config.json"), encoding="utf-8") as stream:
            return json.load(stream)
    except (OSError, ValueError):
        return None


def save(driver, profile):
    """Write machines/NAME/config.json, 0600 in a 0700 directory."""
    folder = paths.machine_dir(driver.name)
    os.makedirs(paths.make("machines"), exist_ok=True)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    machine = profile["MachineConfig"]
    engine = {"InsecureRegistry": machine["InsecureRegistry"], "RegistryMirror": machine["RegistryMirror"], "Env": machine["DockerEnv"]}
    data = {"ConfigVersion": 3, "Driver": driver.data, "DriverName": driver.kind,
            "HostOptions": {"EngineOptions": engine}, "Name": driver.name}
    files.write(os.path.join(folder, "config.json"), json.dumps(data, indent=4), 0o600)


def forget(name):
    """Remove the machine's directory."""
    import shutil

    shutil.rmtree(paths.machine_dir(name), ignore_errors=True)
