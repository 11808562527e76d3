"""minikube as a user of the seat meets it."""

import pytest

PATH = "/usr/local/bin/minikube"


def test_program_is_roots(host):
    """Everybody may run it, nobody but root may replace it."""
    program = host.file(PATH)
    assert program.is_file
    assert (program.user, program.group, program.mode) == ("root", "root", 0o755)
    assert not host.file("/usr/local/bin/.minikube.part").exists


def test_content_is_verified(host):
    """The bytes are the ones whose checksum was asked for."""
    assert host.file(PATH).sha256sum == host.ansible.get_variables()["minikube_checksum"]


def test_any_user_gets_the_wanted_version(host):
    """It is found in the PATH of an ordinary login and is of the wanted version."""
    done = host.run("runuser -l ansible -c 'minikube version'")
    assert done.rc == 0, done
    assert done.stdout.splitlines()[0] == "minikube version: v1.5.2"


def test_asking_left_nothing_behind(host):
    """The role asked as root, but the cluster belongs to somebody else: no /root/.minikube, nothing in /tmp."""
    assert not host.file("/root/.minikube").exists
    assert host.run("find /tmp -maxdepth 1 -user root -name '*minikube*' -o -maxdepth 1 -name 'tmp.*'").stdout == ""


@pytest.mark.parametrize(("typed", "expected"), [("minikube stat", "status"), ("minikube prof", "profile")])
def test_tab_completes(host, typed, expected):
    """What bash offers in a login shell when Tab is pressed: the completion is loaded on that very Tab."""
    script = r"""
. /usr/share/bash-completion/bash_completion
COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=($1) COMP_CWORD=$(( $(wc -w <<< "$1") - 1 ))
complete -p minikube 2>/dev/null && { echo "loaded before it was needed" >&2; exit 1; }
_completion_loader minikube
function=$(complete -p minikube | sed "s/.*-F \([^ ]*\).*/\1/")
$function minikube "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
printf "%s\n" "${COMPREPLY[@]}"
"""
    done = host.run("runuser -u ansible -- bash -c %s bash %s", script, typed)
    assert done.rc == 0, done
    assert expected in done.stdout, done
