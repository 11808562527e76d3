"""start: never a no-op; it provisions and relaunches a running cluster too (cmd/start.go)."""

import os
import random
import shutil
import subprocess
import time

from minikube_double import VERSION, choose, host, iso, kubeconfig, machines, out, paths, profiles, updates, validate
from minikube_double.baked import BACKOFF_SECONDS
from minikube_double.cluster import certs, images
from minikube_double.cluster.bootstrap import Bootstrap
from minikube_double.errors import DATA, IO, Crash, Fatal, MachineError


def run(settings):
    """The order matters: it decides which mistake is told first."""
    _first_line(settings)
    host.show_environment()
    try:
        old = profiles.read(settings.profile)
    except ValueError as error:
        raise Fatal(DATA, "Unable to load config: %s" % error)
    driver = choose.select(settings, old)
    choose.check_machine(settings.profile, driver)
    memory, disk = validate.sizes(settings, driver)
    extra = validate.flags(settings, driver)
    choose.check_user(settings, driver, old)
    version, upgraded_from = validate.kubernetes_version(settings, old)
    validate.runtime(settings)
    if driver not in machines.DOUBLED:
        raise Crash("Unable to start VM", "the sandbox's double has the drivers virtualbox and none only, not " + driver)
    cache_images = _cache_images(settings, driver, extra)
    if driver != "none":
        iso.ensure(settings.get("iso-url"))
    profile = profiles.build(settings, driver, version, memory, disk, settings.get("iso-url"), cache_images, extra)
    _save(settings.profile, profile)
    if settings.get("download-only"):
        _download_only(version, cache_images, settings)
        return
    existed = machines.exists(settings.profile)
    machine = start_machine(settings.profile, profile, existed)
    _cluster(settings, machine, profile, extra, existed, upgraded_from)


def _first_line(settings):
    name = "" if settings.profile == "minikube" else "[%s] " % settings.profile
    prefix = out.WARN if updates.notify(settings) else out.PLAIN
    out.line("%sminikube %s on %s" % (name, VERSION, host.platform()), prefix)


def _cache_images(settings, driver, extra):
    """autoSetDriverOptions: off for none, except that systemd-resolved's file makes it return early."""
    if settings.given("cache-images"):
        return settings.get("cache-images")
    if driver != "none":
        return True
    resolved = "/run/systemd/resolve/resolv.conf"
    if os.path.exists(resolved) and not extra:
        extra.append(("kubelet", "resolv-conf", resolved))
        return True
    return False


def _save(name, profile):
    try:
        profiles.save(name, profile)
    except (MachineError, OSError) as error:
        raise Crash("Failed to save config", error)


def _download_only(version, cache_images, settings):
    from minikube_double.cluster import binaries

    try:
        for name in ("kubelet", "kubeadm"):
            binaries.to_cache(version, name)
    except MachineError as error:
        raise Crash("Failed to cache binaries", error)
    if cache_images:
        try:
            images.to_cache(images.needed(version, settings.get("image-repository")))
        except MachineError as error:
            out.raw_err("E%s cache_images.go:80] Error caching images: %s\n" % (time.strftime("%m%d %H:%M:%S.000000"), error))
    out.line("Download complete!")


def start_machine(name, profile, existed):
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
    from minikube_double import provision

    provision.docker(machine, profile["MachineConfig"])


def _delete_failed(name):
    if not machines.exists(name):
        return
    machine = machines.load(name)
    machine.state()
    machine.remove()
    machines.forget(name)


def _cluster(settings, machine, profile, extra, existed, upgraded_from):
    try:
        machine.reachable()
        address = machine.address()
    except MachineError as error:
        raise Fatal(IO, "minikube is unable to connect to the VM: %s" % error)
    profile["KubernetesConfig"]["NodeIP"] = address
    _save(settings.profile, profile)
    host.show_proxies()
    version, node = profile["KubernetesConfig"]["KubernetesVersion"], machine.node()
    boot = Bootstrap(node, address, profile["KubernetesConfig"], extra)
    _prepare(settings, profile, boot, extra, address, upgraded_from)
    references = images.needed(version, settings.get("image-repository"))
    if not existed or upgraded_from:
        out.line("Pulling images ...")
        try:
            images.pull(node, references)
        except MachineError as error:
            out.line("Unable to pull images, which may be OK: running cmd: kubeadm config images pull: %s" % error)
    try:
        if existed:
            out.line("Relaunching Kubernetes using kubeadm ... ")
            boot.relaunch()
        else:
            out.line("Launching Kubernetes ... ")
            boot.launch()
    except MachineError as error:
        raise Crash("Error restarting cluster" if existed else "Error starting cluster", error)
    if machine.kind == "none":
        host.configure_none(settings)
    _wait(settings, boot)
    _done(settings, version)


def _prepare(settings, profile, boot, extra, address, upgraded_from):
    version, node = boot.version, boot.node
    docker = node.run("sudo docker version --format '{{.Server.Version}}'").strip()
    out.line("Preparing Kubernetes %s on Docker '%s' ..." % (version, docker))
    for text in profile["MachineConfig"]["DockerOpt"] or ():
        out.line("opt " + text, out.OPTION)
    for text in profile["MachineConfig"]["DockerEnv"] or ():
        out.line("env " + text, out.OPTION)
    for item in extra:
        out.line("%s.%s=%s" % item, out.OPTION)
    if upgraded_from:
        out.line("Upgrading from Kubernetes %s to %s" % (upgraded_from.lstrip("v"), version.lstrip("v")))
    names, addresses = profile["KubernetesConfig"]["APIServerNames"] or (), profile["KubernetesConfig"]["APIServerIPs"] or ()
    try:
        certs.setup(node, address, boot.domain, names, addresses)
    except (MachineError, OSError) as error:
        raise Crash("Failed to setup certs", error)
    try:
        kubeconfig.update(paths.kubeconfig(), settings.profile, address, settings.get("keep-context"), settings.get("embed-certs"))
    except (MachineError, OSError) as error:
        raise Crash("Failed to setup kubeconfig", "writing kubeconfig: %s" % error)
    try:
        if profile["KubernetesConfig"]["ShouldLoadCachedImages"]:
            _cached_images(node, images.needed(version, settings.get("image-repository")))
        boot.prepare()
    except MachineError as error:
        raise Crash("Failed to update cluster", error)


def _cached_images(node, references):
    from minikube_double.settings import read_config

    try:
        images.to_cache(references)
    except MachineError as error:
        out.raw_err("E%s cache_images.go:80] Error caching images: %s\n" % (time.strftime("%m%d %H:%M:%S.000000"), error))
    images.load_cached(node, references + sorted(read_config().get("cache") or ()))


def _wait(settings, boot):
    names = ["proxy", "etcd", "scheduler", "controller", "dns"] if settings.get("wait") else []
    out.raw("* Waiting for: apiserver")
    try:
        boot.wait_healthy()
        for name in names:
            out.raw(" " + name)
            boot.wait_pods(name, settings.get("wait-timeout"))
    except MachineError as error:
        out.raw("\n")
        raise Crash("Wait failed", error)
    out.raw("\n")


def _done(settings, version):
    if settings.get("keep-context"):
        out.line("To connect to this cluster, use: kubectl --context=" + settings.profile)
    else:
        out.line('Done! kubectl is now configured to use "%s"' % settings.profile)
    program = shutil.which("kubectl")
    if not program:
        out.line("For best results, install kubectl: https://kubernetes.io/docs/tasks/tools/install-kubectl/")
        return
    import json

    try:
        done = subprocess.run([program, "version", "--client", "--output=json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=30)
        client = json.loads(done.stdout.decode())["clientVersion"]["gitVersion"].lstrip("v")
    except (OSError, ValueError, LookupError, subprocess.TimeoutExpired):
        return
    if abs(int(client.split(".")[1]) - int(version.split(".")[1])) > 1:
        out.err("%s is version %s, and is incompatible with Kubernetes %s. You will need to update %s or use 'minikube kubectl' to connect with this cluster"
                % (program, client, version.lstrip("v"), program), out.WARN)
