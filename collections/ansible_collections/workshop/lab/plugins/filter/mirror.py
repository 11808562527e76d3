"""Filter for the mirror: what it shall hold, computed on the control node."""

from ansible_collections.workshop.lab.plugins.module_utils import mirror_lock, mirror_wanted
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError


def wanted(catalogue, names, versions, checksums, platforms, images, upstreams, lock):
    """Return {files, images, error}: as the module mirror_stock takes them, or why they cannot be told."""
    try:
        return {"files": mirror_wanted.files(catalogue, names, versions, checksums, platforms, upstreams, lock),
                "images": mirror_wanted.images(images, versions.get("kubeadm") or "", upstreams, lock), "error": ""}
    except LabError as error:
        return {"files": [], "images": [], "error": str(error)}


class FilterModule:
    """The filter."""

    def filters(self):
        """Return them by name."""
        return {"mirror_wanted": wanted, "mirror_lock_text": mirror_lock.write}
