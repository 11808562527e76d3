"""The machine's part of start: made, booted or found running, then provisioned (pkg/minikube/cluster/cluster.go, cmd/start.go)."""

import random
import time

from minikube_double import host, machines, out, provision
from minikube_double.baked import BACKOFF_SECONDS
from minikube_double.errors import Crash, MachineError


def start(name, profile, existed):
    """Four attempts; each failed one deletes the machine, also one that was there before with its data."""
    delay = BACKOFF_SECONDS
    for attempt in range(4):
        try:
            return _start_once(name, profile)
        except MachineError as error:
            out.line("Retriable failure: %s" % error)
            last = error
            try:
                _delete_failed(name)
            except MachineError:
                pass
        if attempt < 3:
            time.sleep(min(delay * random.uniform(0.5, 1.5), 180))
            delay *= 1.5
    raise Crash("Unable to start VM", last)


def _start_once(name, profile):
    if machines.exists(name):
        driver = machines.load(name)
        return _start_existing(driver, name, profile)
    machine, settings = machines.driver_for(name, profile), profile["MachineConfig"]
    if machine.kind == "none":
        host.show_none()
    else:
        out.line("Creating %s VM (CPUs=%d, Memory=%dMB, Disk=%dMB) ..." % (machine.kind, settings["CPUs"], settings["Memory"], settings["DiskSize"]))
    try:
        machine.precreate()
        machines.save(machine, profile)
        machine.create()
        _provision(machine, profile)
    except MachineError as error:
        raise MachineError("create: %s" % error)
    machines.save(machine, profile)
    return machine


def _start_existing(machine, name, profile):
    if name == "minikube":
        out.line("Tip: Use 'minikube start -p <name>' to create a new cluster, or 'minikube delete' to delete this one.")
    try:
        state = machine.state()
    except MachineError as error:
        raise MachineError("Error getting state for host: %s" % error)
    if state == "Running":
        out.line('Using the running %s "%s" VM ...' % (machine.kind, name))
    else:
        out.line('Starting existing %s VM for "%s" ...' % (machine.kind, name))
        try:
            machine.boot()
        except MachineError as error:
            raise MachineError("start: %s" % error)
    out.line("Waiting for the host to be provisioned ...")
    _provision(machine, profile)
    machines.save(machine, profile)
    return machine


def _provision(machine, profile):
    provision.docker(machine, profile["MachineConfig"])


def _delete_failed(name):
    if not machines.exists(name):
        return
    machine = machines.load(name)
    machine.state()
    machine.remove()
    machines.forget(name)
