"""The seat after the role: VirtualBox from the repository, everything else from Debian."""

LIST = "/etc/apt/sources.list.d/workshop-virtualbox.sources"
KEY = "/usr/share/keyrings/workshop-virtualbox.asc"


def policy(host, name):
    """Return what apt says of a package."""
    done = host.run("LC_ALL=C apt-cache policy %s", name)
    assert done.rc == 0, done
    return done.stdout


def test_virtualbox_is_there(host):
    """The dummy's programs, of the version that was published first."""
    assert host.package("virtualbox-7.2").version == "7.2.14-174500~Debian~bookworm"
    assert host.file("/usr/bin/VirtualBox").exists
    assert host.run("VBoxManage --version").stdout.startswith("7.2.14")


def test_tools_that_build_the_module_are_there(host):
    """vboxdrv.sh of the real package compiles at every start with a new kernel."""
    assert host.run("gcc --version && make --version && perl --version").rc == 0


def test_list_names_its_key(host):
    """Only this key is trusted for it, and it for nothing else: it is no key of apt's own."""
    text = host.file(LIST).content_string
    assert "Signed-By: " + KEY in text
    assert "URIs: http://127.0.0.1:8899/now" in text
    assert (host.file(KEY).user, host.file(KEY).mode) == ("root", 0o644)
    assert host.file(KEY).content == host.file("/srv/oracle/key.asc").content
    assert not host.run("ls /etc/apt/trusted.gpg.d | grep -i virtualbox").stdout


def test_nothing_else_comes_from_there(host):
    """The repository has a newer bash-completion: apt sees it and does not take it."""
    said = policy(host, "bash-completion")
    assert "99:99" in said, "the test's repository is not seen at all:\n" + said
    assert "Candidate: 99:99" not in said
    done = host.run("apt-get --simulate --quiet upgrade")
    assert done.rc == 0
    assert "Inst bash-completion" not in done.stdout
    assert not host.file("/usr/bin/not-wanted").exists


def test_pin_names_the_publisher(host):
    """Not the host: a mirror in the house may have Debian's packages too, and a pin of its name would leave apt with nothing to install."""
    assert "origin" not in host.file("/etc/apt/preferences.d/workshop-virtualbox").content_string
    assert "-1 http" in host.run("LC_ALL=C apt-cache policy").stdout


def test_virtualbox_would_come_from_there(host):
    """Its priority is that of any archive, so that upgrades come."""
    assert "Candidate: 7.2.14" in policy(host, "virtualbox-7.2")


def test_user_joined(host):
    """The group that the package made."""
    assert "vboxusers" in host.user("ansible").groups


def test_networks_keep_the_administrators_lines(host):
    """What was there stays; what is missing stands in a block of ours."""
    lines = host.file("/etc/vbox/networks.conf").content_string.splitlines()
    assert lines[:2] == ["# of the administrator", "* 10.20.0.0/16"]
    assert "* 192.168.56.0/21 192.168.99.0/24" in lines


def test_temporary_files_are_gone(host):
    """No key lies about, and root has no keyring that it had not."""
    assert host.run("find /tmp /var/tmp -name '*virtualbox-key*'").stdout == ""
    assert not host.file("/root/.gnupg").exists
