"""The file of the role artifact in an unusual place."""

import os
import pathlib

PATH = "/usr/local/sbin/kubectl"


def published(host):
    """Return the checksum that the mirror's own list has for the wanted kubectl."""
    cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    sums = pathlib.Path(os.environ.get("LAB_CACHE") or pathlib.Path(cache) / "workshop-lab", "mirror", "SHA256SUMS")
    wanted = f"dl.k8s.io/release/{host.ansible.get_variables()['kubectl_version']}/bin/linux/amd64/kubectl"
    return next(line.split()[0] for line in sums.read_text().splitlines() if line.endswith(wanted))


def test_file_is_verified_and_roots(host):
    """The wanted bytes, root's, executable, nothing beside them."""
    program = host.file(PATH)
    assert (program.user, program.group, program.mode) == ("root", "root", 0o755)
    assert program.sha256sum == published(host)
    assert not host.file("/usr/local/sbin/.kubectl.part").exists


def test_completion_asks_the_program_itself(host):
    """The completion names the path, and does nothing until Tab is pressed."""
    completion = host.file("/usr/local/share/bash-completion/completions/kubectl")
    assert completion.mode == 0o644
    assert completion.content_string.splitlines()[-1] == f"source <({PATH} completion bash)"


def test_former_folders_are_unchanged(host):
    """Folders that were there keep their owner and mode."""
    for path in ("/usr", "/usr/local", "/usr/local/sbin", "/usr/local/bin", "/usr/local/share"):
        folder = host.file(path)
        assert (folder.user, folder.group, folder.mode) == ("root", "root", 0o755), path
