"""After a run with virtualbox_upgrade."""


def test_newer_version(host):
    """The second state of the repository."""
    assert host.package("virtualbox-7.2").version == "7.2.16-175900~Debian~bookworm"
    assert host.run("VBoxManage --version").stdout.startswith("7.2.16")


def test_the_other_one_gave_way(host):
    """A VirtualBox from elsewhere cannot stay beside it."""
    assert host.run("dpkg-query --show --showformat='${db:Status-Abbrev}' virtualbox | grep ii").rc == 1


def test_other_packages_stay(host):
    """The pin still holds."""
    assert not host.file("/usr/bin/not-wanted").exists
