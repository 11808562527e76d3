"""After the undo nothing of kubectl is left; what others may use is."""


def test_program_is_gone(host):
    """Neither the program nor a half download of it."""
    assert not host.file("/usr/local/bin/kubectl").exists
    assert not host.file("/usr/local/bin/.kubectl.part").exists
    assert host.run("bash -lc 'command -v kubectl'").rc != 0


def test_completion_is_gone(host):
    """The completion goes with the program it asks."""
    assert not host.file("/usr/local/share/bash-completion/completions/kubectl").exists


def test_package_stays(host):
    """bash-completion may have been there before, and completes other programs."""
    assert host.package("bash-completion").is_installed
