"""Whether what is to be stocked fits on the mirror's disk, and what to say when it does not. Pure."""

from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError


def mb(count):
    """Return bytes as whole MB, rounded up."""
    return -(-count // 1000000)


def room(needed, there, free, reserve, root):
    """LabError unless ``needed`` bytes fit. ``there``: bytes of them that are in .part files already; ``free``: bytes; ``reserve``: bytes that stay free."""
    missing = max(0, needed - there) + reserve - free
    if missing > 0:
        raise LabError("%s has %d MB free; stocking needs %d MB there and leaves %d MB free: %d MB are missing. Nothing was downloaded. "
                       "Next step: make room, or set mirror_root to a larger disk, and run again." % (root, mb(free), mb(max(0, needed - there)),
                           mb(reserve), mb(missing)))


def full(root, name):
    """Return the LabError of a disk that became full."""
    return LabError("The disk of %s became full while %s was written. What is finished there stays and is not fetched again. Next step: make room, or set "
                    "mirror_root to a larger disk, and run again." % (root, name))
