"""Filters for seats behind a mirror or a proxy. They compute on the control node what the roles cache and proxy put on the seats."""

from ansible.errors import AnsibleFilterError
from ansible_collections.workshop.lab.plugins.module_utils import cache_wanted, proxy_settings
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError


def minikube_cache(source, **options):
    """Return {files, error}: minikube's cache as the module cached_files takes it, or why that cannot be told; options as of cache_wanted.files."""
    try:
        return {"files": cache_wanted.files(source, **options), "error": ""}
    except LabError as error:
        return {"files": [], "error": str(error)}


def minikube_settings(present, images, wanted=True):
    """Return minikube's config.json with or without what an offline start needs."""
    return cache_wanted.settings(present, images, wanted)


def no_proxy(exclude, networks=(), addresses=(), hosts=()):
    """Return the entries of NO_PROXY, completed for a cluster."""
    try:
        return proxy_settings.no_proxy(exclude, networks, addresses, hosts)
    except ValueError as error:
        raise AnsibleFilterError("no_proxy: %s" % error)


class FilterModule:
    """The filters."""

    def filters(self):
        """Return them by name."""
        return {"minikube_cache": minikube_cache, "minikube_settings": minikube_settings, "no_proxy": no_proxy,
                "proxy_environment": proxy_settings.environment_of, "proxy_hosts": proxy_settings.plain_hosts}
