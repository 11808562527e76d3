"""start: never a no-op; it provisions and relaunches a running cluster too (cmd/start.go)."""

import os
import time

from minikube_double import VERSION, choose, host, iso, machines, out, profiles, start_cluster, start_machine, updates, validate
from minikube_double.cluster import binaries, images
from minikube_double.errors import DATA, Crash, Fatal, MachineError


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
    profiles.save_or_crash(settings.profile, profile)
    if settings.get("download-only"):
        _download_only(version, cache_images, settings)
        return
    existed = machines.exists(settings.profile)
    machine = start_machine.start(settings.profile, profile, existed)
    start_cluster.start(settings, machine, profile, extra, existed, upgraded_from)


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


def _download_only(version, cache_images, settings):
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
