"""The VM image: into cache/iso, checked against its .sha256 if it is the default one."""

import os
import shutil
import time

from minikube_double import ISO_NAME, download, out, paths
from minikube_double.errors import Crash

DEFAULT = "https://storage.googleapis.com/minikube/iso/" + ISO_NAME


def ensure(url):
    """Download the image unless it is a local file or in the cache; existing files are never verified."""
    if url.startswith("file://"):
        return
    path = paths.make("cache", "iso", os.path.basename(url))
    if os.path.exists(path):
        return
    out.line("Downloading VM boot image ...")
    try:
        digest = None
        if url == DEFAULT:
            digest = ("sha256", download.get(url + ".sha256").decode("ascii", "replace").split()[0])
        download.fetch(url, path, digest=digest, on_bytes=_bar(os.path.basename(url)))
    except (OSError, IndexError) as error:
        raise Crash("Failed to cache ISO", "unable to cache ISO: %s: %s" % (url, error))


def _bar(name):
    # Off a terminal the real bar's frames have no newline between them either.
    width, last = max(shutil.get_terminal_size().columns - 60, 10), [0.0]

    def show(done, total):
        if done != total and time.monotonic() - last[0] < 0.5:
            return
        last[0] = time.monotonic()
        part = float(done) / total if total else 1.0
        out.raw_err("\r    > %s: %.2f MiB / %.2f MiB [%s] %.2f%%"
                    % (name, done / 1048576.0, total / 1048576.0, "-" * int(width * part), 100 * part))
        if done == total:
            out.raw_err("\n")

    return show
