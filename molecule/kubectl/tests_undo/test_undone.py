"""After the undo nothing of kubectl is left, nor of what came with it."""


def test_gone(host, gone):
    """The program, its completion and anything half loaded; the package and the folders that came with it, since no other program of ours is left."""
    gone("kubectl")
    assert not host.package("bash-completion").is_installed
    assert not host.file("/usr/local/share/bash-completion").exists
    assert not host.file("/var/lib/workshop-lab").exists
