"""kubectl as a user of the seat meets it."""

import json
import os
import pathlib

import pytest

PATH = "/usr/local/bin/kubectl"


def published(host):
    """Return the checksum that the mirror's own list has for the wanted kubectl."""
    cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    sums = pathlib.Path(os.environ.get("LAB_CACHE") or pathlib.Path(cache) / "workshop-lab", "mirror", "SHA256SUMS")
    wanted = f"dl.k8s.io/release/{host.ansible.get_variables()['kubectl_version']}/bin/linux/amd64/kubectl"
    return next(line.split()[0] for line in sums.read_text().splitlines() if line.endswith(wanted))


def test_program_is_roots(host):
    """Everybody may run it, nobody but root may replace it."""
    program = host.file(PATH)
    assert program.is_file
    assert (program.user, program.group, program.mode) == ("root", "root", 0o755)
    assert not host.file("/usr/local/bin/.kubectl.part").exists


def test_content_is_verified(host):
    """The bytes are the ones whose checksum was asked for."""
    assert host.file(PATH).sha256sum == published(host)


def test_any_user_gets_the_wanted_version(host):
    """It is found in the PATH of an ordinary login and is of the wanted version."""
    done = host.run("runuser -l ansible -c 'kubectl version --client -o json'")
    assert done.rc == 0, done
    assert json.loads(done.stdout)["clientVersion"]["gitVersion"] == host.ansible.get_variables()["kubectl_version"]


@pytest.mark.parametrize(("typed", "expected"), [("kubectl rol", "rollout"), ("kubectl create deplo", "deployment")])
def test_tab_completes(host, typed, expected):
    """What bash offers in a login shell when Tab is pressed: the completion is loaded on that very Tab."""
    script = r"""
. /usr/share/bash-completion/bash_completion
COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=($1) COMP_CWORD=$(( $(wc -w <<< "$1") - 1 ))
complete -p kubectl 2>/dev/null && { echo "loaded before it was needed" >&2; exit 1; }
_completion_loader kubectl
function=$(complete -p kubectl | sed "s/.*-F \([^ ]*\).*/\1/")
$function kubectl "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
printf "%s\n" "${COMPREPLY[@]}"
"""
    done = host.run("runuser -u ansible -- bash -c %s bash %s", script, typed)
    assert done.rc == 0, done
    assert expected in done.stdout, done
