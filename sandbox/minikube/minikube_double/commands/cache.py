"""cache add, delete and list (cmd/cache.go)."""

import os

from minikube_double import machines, out, templates
from minikube_double import settings as settings_module
from minikube_double.cluster import images
from minikube_double.errors import Crash, MachineError


def add(settings):
    """Fetch images into the cache and load them into the machine; only then are they recorded."""
    try:
        images.to_cache(settings.args)
        if not machines.exists(settings.profile):
            raise MachineError("loading cached images: Machine does not exist for api.Load(%s)" % settings.profile)
        node = machines.load(settings.profile).node()
        for reference in settings.args:
            with open(images.cache_path(reference), "rb") as source:
                node.run("sudo docker load -q", source=source, timeout=600)
    except (MachineError, OSError) as error:
        raise Crash("Failed to cache and load images", error)
    stored = settings_module.read_config()
    stored.setdefault("cache", {}).update({reference: None for reference in settings.args})
    settings_module.write_config(stored)


def delete(settings):
    """Forget images and remove their files."""
    stored = settings_module.read_config()
    for reference in settings.args:
        (stored.get("cache") or {}).pop(reference, None)
    settings_module.write_config(stored)
    for reference in settings.args:
        path = images.cache_path(reference)
        try:
            os.unlink(path)
        except OSError as error:
            raise Crash("Failed to delete images", "remove %s: %s" % (path, (error.strerror or "").lower()))


def listing(settings):
    """Print the recorded images, in no particular order."""
    template = settings.get("format") or "{{.CacheImage}}\n"
    for reference in settings_module.read_config().get("cache") or ():
        out.raw(templates.expand(template, {"CacheImage": reference}))
