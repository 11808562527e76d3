"""After the undo with every opt-in the machine is what it was before anybody touched it: files, packages, accounts, units."""


def test_as_before(as_before):
    """Line by line."""
    as_before()
