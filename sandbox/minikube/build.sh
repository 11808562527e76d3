#!/usr/bin/env bash
# Builds the minikube double as one executable file. The same sources give the same bytes on every machine: names are sorted, times
# and modes fixed, nothing compiled in. The program takes its downloads from the mirror named here, as the real one has its addresses
# compiled in.
#   build.sh [--mirror URL] [--backoff SECONDS] OUTFILE
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mirror=http://lab-mirror
backoff=5
while [ $# -gt 1 ]; do
  case $1 in
    --mirror) mirror=$2; shift 2 ;;
    --backoff) backoff=$2; shift 2 ;;
    *) echo "build.sh: unknown argument $1; accepted are --mirror URL, --backoff SECONDS and the output file" >&2; exit 64 ;;
  esac
done
if [ $# -ne 1 ]; then
  echo "build.sh: name the output file: build.sh [--mirror URL] [--backoff SECONDS] OUTFILE" >&2
  exit 64
fi

exec python3 - "$here" "$mirror" "$backoff" "$1" <<'PYTHON'
import io
import os
import pathlib
import sys
import zipfile

here, mirror, backoff, target = pathlib.Path(sys.argv[1]), sys.argv[2].rstrip("/"), float(sys.argv[3]), pathlib.Path(sys.argv[4])
sources = {str(p.relative_to(here)): p.read_bytes() for p in (here / "minikube_double").rglob("*.py")}
sources["minikube_double/baked.py"] = ('"""Written by build.sh."""\n\nMIRROR = %r\nBACKOFF_SECONDS = %r\n' % (mirror, backoff)).encode()
sources["__main__.py"] = b"import sys\n\nfrom minikube_double.cli import main\n\nsys.exit(main(sys.argv[1:]))\n"
# -I and -S: the user's Python settings and site-packages must not change what the program does, and it starts faster.
archive = io.BytesIO(b"#!/usr/bin/python3 -IS\n")
archive.seek(0, io.SEEK_END)
with zipfile.ZipFile(archive, "a", zipfile.ZIP_STORED) as zipped:
    for name in sorted(sources):
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.external_attr, info.create_system = 0o644 << 16, 3
        zipped.writestr(info, sources[name])
temporary = target.with_name(target.name + ".new")
target.parent.mkdir(parents=True, exist_ok=True)
temporary.write_bytes(archive.getvalue())
temporary.chmod(0o755)
os.replace(temporary, target)
PYTHON
