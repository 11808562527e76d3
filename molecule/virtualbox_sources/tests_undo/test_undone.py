"""After the undo the seat has the packages, files and group members that it had before."""


def test_packages(host):
    """None more, none fewer, of the same versions."""
    host.run("dpkg-query --show --showformat='${db:Status-Abbrev} ${Package} ${Version}\\n' > /srv/after")
    assert host.run("diff /srv/before /srv/after").stdout == ""


def test_files(host):
    """List, pin, key and record are gone."""
    done = host.run("find /etc/apt /usr/share/keyrings /etc/modprobe.d /var/lib/workshop-lab -name '*virtualbox*'")
    assert done.stdout == ""
    assert not host.file("/var/lib/workshop-lab").exists


def test_apt_has_forgotten(host):
    """The repository's packages are no candidates any more."""
    assert "Candidate: 7.2" not in host.run("LC_ALL=C apt-cache policy virtualbox-7.2").stdout


def test_group(host):
    """Its member is gone, and it too."""
    assert not host.group("vboxusers").exists
    assert "vboxusers" not in host.user("ansible").groups


def test_networks(host):
    """The administrator's own lines are back, to the byte."""
    assert host.file("/etc/vbox/networks.conf").content_string == "# of the administrator\n* 10.20.0.0/16\n"
