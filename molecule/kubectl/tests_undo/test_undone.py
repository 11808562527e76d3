"""After the undo nothing of kubectl is left; what others may use is."""


def test_gone(host, gone):
    """The program, its completion and anything half loaded; the package that other programs' completions need stays."""
    gone("kubectl")
    assert host.package("bash-completion").is_installed
