"""After the undo the seat is what it was before."""

# What refusals.yml does as an administrator before the role, and what the tests serve.
STAYS = r"^file (/etc/vbox d|/etc/vbox/networks\.conf -|/srv/)"


def test_as_before(as_before):
    """Line by line: files with list, pin, key and record, packages, accounts with the group and its members, units."""
    as_before(stays=STAYS)


def test_apt_has_forgotten(host):
    """The repository's packages are no candidates any more."""
    assert "Candidate: 7.2" not in host.run("LC_ALL=C apt-cache policy virtualbox-7.2").stdout


def test_networks(host):
    """The administrator's own lines are back, to the byte."""
    assert host.file("/etc/vbox/networks.conf").content_string == "# of the administrator\n* 10.20.0.0/16\n"
