"""The sha256 of what is read block by block: a program of 50 MB need not be in memory as a whole. Apart from http_file.py, whose imports a look at files
need not pay for."""

import hashlib

BLOCK = 1 << 18  # bytes


def sha256_of(blocks):
    """Return the sha256 of an iterable of bytes."""
    found = hashlib.sha256()
    for block in blocks:
        found.update(block)
    return found.hexdigest()


def blocks_of(stream):
    """Return an iterator over the blocks of a binary stream."""
    return iter(lambda: stream.read(BLOCK), b"")
