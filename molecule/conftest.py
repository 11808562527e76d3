"""What the scenarios' tests share."""

import os
import pathlib

import pytest


@pytest.fixture
def student(host):
    """Run a command in a login shell of k8suser, as after `su - k8suser`; print the cluster's state when it fails."""

    def run(command):
        done = host.run("runuser --login k8suser --command %s", command)
        if done.rc != 0:
            print(host.run("runuser --login k8suser --command 'kubectl get nodes,all,events --all-namespaces -o wide'").stdout)
            print(host.run("journalctl --unit kubelet --lines 30 --no-pager").stdout)
        assert done.rc == 0, done
        return done.stdout

    return run


@pytest.fixture
def mirror_checksum():
    """Return the checksum that the mirror's own list has for a file, given by the end of its path."""

    def find(path):
        cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
        sums = pathlib.Path(os.environ.get("LAB_CACHE") or pathlib.Path(cache) / "workshop-lab", "mirror", "SHA256SUMS")
        return next(line.split()[0] for line in sums.read_text().splitlines() if line.endswith(path))

    return find


@pytest.fixture
def tab(host):
    """Return what bash offers in a login shell when Tab is pressed after some words: the completion is loaded on that very Tab."""

    def press(typed):
        program = typed.split()[0]
        script = r"""
. /usr/share/bash-completion/bash_completion
program=$1 COMP_LINE=$2 COMP_POINT=${#2} COMP_WORDS=($2) COMP_CWORD=$(( $(wc -w <<< "$2") - 1 ))
complete -p "$program" 2>/dev/null && { echo "loaded before it was needed" >&2; exit 1; }
_completion_loader "$program"
function=$(complete -p "$program" | sed "s/.*-F \([^ ]*\).*/\1/")
$function "$program" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
printf "%s\n" "${COMPREPLY[@]}"
"""
        done = host.run("runuser -u ansible -- bash -c %s bash %s %s", script, program, typed)
        assert done.rc == 0, done
        return done.stdout

    return press


@pytest.fixture
def installed(host):
    """Assert that a program is root's and whole: everybody may run it, nobody but root may replace it, nothing half loaded lies beside it."""

    def look(path):
        program = host.file(path)
        assert program.is_file
        assert (program.user, program.group, program.mode) == ("root", "root", 0o755)
        assert not host.file("{0}/.{2}.part".format(*path.rpartition("/"))).exists
        return program

    return look


@pytest.fixture
def gone(host):
    """Assert that nothing of a program is left, and that what others may use is."""

    def look(name):
        assert not host.file(f"/usr/local/bin/{name}").exists
        assert not host.file(f"/usr/local/bin/.{name}.part").exists
        assert host.run("bash -lc 'command -v %s'" % name).rc != 0
        assert not host.file(f"/usr/local/share/bash-completion/completions/{name}").exists

    return look
