#!/usr/bin/python
"""Module mirror_stock."""

DOCUMENTATION = r"""
module: mirror_stock
short_description: Everything that a class downloads, fetched once and verified
description:
  - Fetches what the mirror lacks - files by HTTP, images by C(skopeo) - several at once, verifies each, and puts it in place by one rename.
  - What is there and right is not fetched again. A download that ended early, with its run or without, goes on where it was (C(PATH.part), HTTP's Range).
  - Compares everything with the lock, in which the first stocking has recorded each checksum, and refuses what has changed since.
  - Its progress is in C(ROOT/state/progress.json) while it runs.
options:
  files:
    description: The files, as the filter P(workshop.lab.mirror_wanted#filter) gives them.
    type: list
    elements: dict
    default: []
    suboptions:
      path: {description: Where it is served, below the mirror's URL., type: str, required: true}
      url: {description: Where it comes from., type: str, required: true}
      sha256: {description: Its sha256; empty when only its publisher knows it., type: str, default: ""}
      published_url:
        description: Where its publisher tells its sha256; empty where that is not asked; the file's own URL for a small one of which nobody publishes a sha256.
        type: str
        default: ""
      published_insecure: {description: Whether that may come over plain HTTP., type: bool, default: false}
      size: {description: Its size in bytes; 0 when that is not known., type: int, default: 0}
      source: {description: Where its sha256 comes from; goes into the lock., type: str, default: pinned in the catalogue}
  images:
    description: The images, as the same filter gives them.
    type: list
    elements: dict
    default: []
    suboptions:
      name: {description: Whole reference., type: str, required: true}
      remote: {description: Registry and repository it is copied from., type: str, required: true}
      tag: {description: Its tag., type: str, required: true}
      insecure: {description: Whether that registry is without TLS., type: bool, default: false}
      digest: {description: "Digest of its manifest; empty when the tag decides, the first time.", type: str, default: ""}
      store: {description: Repository and tag in the mirror's registry; empty for not in it., type: str, default: ""}
      path: {description: Where its tar is served; empty for no tar., type: str, default: ""}
      sha256: {description: The tar's sha256; empty when it was not made yet., type: str, default: ""}
      size: {description: The tar's size in bytes; 0 when that is not known., type: int, default: 0}
  store:
    description: Host and port of the mirror's own registry.
    type: str
    default: 127.0.0.1:5001
  parallel:
    description: How many are fetched at once, 1 to 16.
    type: int
    default: 4
  retries:
    description: Further tries of a download that brings nothing more, 0 to 20. After each the pause is twice as long.
    type: int
    default: 5
  retry_delay:
    description: Seconds before the second try, 0 to 300.
    type: int
    default: 2
  timeout:
    description: Seconds without a byte after which a try counts as failed, 1 to 3600.
    type: int
    default: 60
  file_timeout:
    description: Seconds that one file or image may take altogether, 1 to 86400.
    type: int
    default: 7200
  reserve_mb:
    description: MB that stay free on the disk of O(root).
    type: int
    default: 1000
attributes:
  check_mode:
    description: Says what would be fetched. Publishers are asked for sizes only.
    support: full
  diff_mode:
    description: The names of what would be fetched.
    support: full
extends_documentation_fragment: [workshop.lab.runs, workshop.lab.mirror]
"""

EXAMPLES = r"""
- name: Stock the mirror with one file
  become: true
  workshop.lab.mirror_stock:
    root: /srv/workshop-mirror
    files:
      - path: dl.k8s.io/release/v1.16.2/bin/linux/amd64/kubectl
        url: https://dl.k8s.io/release/v1.16.2/bin/linux/amd64/kubectl
        sha256: 3ff48e12f9c768ad548e4221d805281ea28dfcda5c18b3cd1797fe37aee3012e

- name: Stock it with an image for its registry
  become: true
  workshop.lab.mirror_stock:
    root: /srv/workshop-mirror
    images:
      - {name: "docker.io/library/redis:3", remote: registry-1.docker.io/library/redis, tag: "3", store: "library/redis:3"}
"""

RETURN = r"""
things:
  description: Each file and image, by name.
  returned: always
  type: list
  elements: dict
  contains:
    name: {description: Path of a file or reference of an image, type: str, sample: "docker.io/library/redis:3"}
    state: {description: "V(right) was there, V(recorded) was there and is in the lock now, V(fetched) came in this run", type: str, sample: fetched}
    bytes: {description: What came from outside for it in this run, type: int, sample: 46632960}
received:
  description: Bytes that came from outside in this run, those of downloads that failed too.
  returned: always
  type: int
  sample: 812331223
errors:
  description: What went wrong, a sentence each.
  returned: when something did
  type: list
  elements: str
lock:
  description: The lock with what is new, to be written to the lock file.
  returned: always
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils import mirror_options  # noqa: E402
from ansible_collections.workshop.lab.plugins.module_utils.errors import finish  # noqa: E402


def main():
    """Run the module."""
    module = AnsibleModule(argument_spec=mirror_options.STOCK, supports_check_mode=True)
    finish(module, lambda: mirror_options.stock(module.params, module.check_mode, module._diff))  # pylint: disable=protected-access


if __name__ == "__main__":
    main()
