"""Keep the bytecode of what Python imports from archives, on an emulated machine.

Ansible sends each module as an archive of sources, which Python compiles at every call: on an emulated processor that is most of a module's time. What is
compiled is the same, and so is what is run; only the name of the archive in a traceback is the first one's. Taken in by machine_bytecode.pth at Python's start.
"""

import marshal
import os
import zipimport
import zlib

FOLDER = "/var/cache/machine-bytecode"
compile_source = zipimport._compile_source


def cached(path, source):
    """Return the code of a source, from the folder where it is there."""
    name = os.path.join(FOLDER, "%x-%x-%x-%s" % (zlib.crc32(source), zlib.adler32(source), len(source), os.path.basename(path)))
    try:
        with open(name, "rb") as file:
            return marshal.load(file)
    except (OSError, ValueError, EOFError, TypeError):
        code = compile_source(path, source)
    try:
        part = "%s.%d" % (name, os.getpid())
        with open(part, "wb") as file:
            marshal.dump(code, file)
        os.replace(part, name)
    except OSError:
        pass  # an account that may not write there compiles as ever
    return code


zipimport._compile_source = cached
