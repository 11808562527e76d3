"""The file of the role artifact in an unusual place."""

PATH = "/usr/local/sbin/kubectl"


def test_file_is_verified_and_roots(host, installed, mirror_checksum):
    """The wanted bytes, root's, executable, nothing beside them."""
    path = f"dl.k8s.io/release/{host.ansible.get_variables()['kubectl_version']}/bin/linux/amd64/kubectl"
    assert installed(PATH).sha256sum == mirror_checksum(path)


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
