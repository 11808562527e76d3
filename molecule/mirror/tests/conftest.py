"""What the tests of the mirror share: its playbook as a teacher runs it, requests from outside, upstream's log."""

import collections
import json
import pathlib
import re
import subprocess
import urllib.error
import urllib.request

import pytest

# What upstream, the sandbox's mirror, logs of a request: nginx's own format.
LINE = re.compile(r'"GET (?P<path>/\S*) HTTP/1.1" (?P<status>\d+) (?P<bytes>\d+) ".*?" "(?P<agent>.*?)"')
Asked = collections.namedtuple("Asked", "path status bytes")


def upstream():
    """Return what upstream's web server has been asked for by stocking, an Asked for each request."""
    text = subprocess.run(["podman", "exec", "lab-mirror", "cat", "/var/log/nginx/mirror.log"], check=True, text=True, stdout=subprocess.PIPE).stdout
    found = [match for match in map(LINE.search, text.splitlines()) if match and match["agent"] == "workshop-mirror"]
    return [Asked(match["path"], int(match["status"]), int(match["bytes"])) for match in found]


@pytest.fixture
def asked():
    """Return what upstream is asked for from here on: asked() -> list."""
    before = len(upstream())
    return lambda: upstream()[before:]


@pytest.fixture(scope="module")
def get(host):
    """Ask the mirror from outside: get(path, method, port) -> (status, body)."""
    address = host.check_output("hostname -I").split()[0]

    def ask(path, method="GET", port=80, accept="*/*"):
        data = b"x" if method in ("PUT", "POST", "PATCH") else None
        request = urllib.request.Request(f"http://{address}:{port}{path}", method=method, headers={"Accept": accept}, data=data)
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as reply:
                return reply.status, reply.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    ask.address = address
    return ask


@pytest.fixture(scope="module")
def lock(request):
    """Return what the lock file of the class holds."""
    inventory = pathlib.Path(request.config.getoption("--ansible-inventory"))
    folder = inventory if inventory.is_dir() else inventory.parent
    return lambda: json.loads((folder / "mirror.lock.json").read_text())


@pytest.fixture(scope="module")
def teacher(play, tmp_path_factory):
    """Run playbooks/mirror.yml on a machine: teacher("verify", "lab-mirror-a", rc=2, mirror_x=...) -> what it printed, in one line."""
    group = tmp_path_factory.mktemp("group") / "both.yml"
    group.write_text("mirror: {hosts: {lab-mirror-b: }}\n")

    def run(action, name="lab-mirror-a", rc=0, **variables):
        # The last --limit counts.
        done = play("playbooks/mirror.yml", "--inventory", str(group), "--limit", name, **dict(variables, mirror_action=action))
        assert done.returncode == rc, done.stdout[-8000:]
        return " ".join(done.stdout.split())

    return run
