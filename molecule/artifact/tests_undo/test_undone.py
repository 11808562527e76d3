"""After the undo of the role artifact."""


def test_file_and_completion_are_gone(host):
    """Neither the file, nor a half download, nor the completion."""
    assert not host.file("/usr/local/sbin/kubectl").exists
    assert not host.file("/usr/local/sbin/.kubectl.part").exists
    assert not host.file("/usr/local/share/bash-completion/completions/kubectl").exists


def test_package_stays(host):
    """bash-completion was there before (prepare.yml); the folder of completions was not, and is gone with the record of it."""
    assert host.package("bash-completion").is_installed
    assert not host.file("/usr/local/share/bash-completion").exists
    assert not host.file("/var/lib/workshop-lab").exists
