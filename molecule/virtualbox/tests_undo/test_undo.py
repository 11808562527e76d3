"""Nothing of VirtualBox is left but what the README of role virtualbox says stays."""

testinfra_hosts = ["ansible://lab-virtualbox-1"]

# roles/virtualbox/README.md, *Undo*.
STAYS = "|".join((
    r"^file /var/lib/dkms/mok\.(key|pub) ",
    r"^file /home/k8suser/\.cache d",
    r"^file /home/k8suser/\.config( d|/VirtualBox[ /])",
))


def test_as_before(as_before):
    """Line by line: files, packages (headers, compiler and DKMS came with it as well), accounts, units."""
    as_before(stays=STAYS)


def test_modules_are_gone(host):
    """From memory too, which the comparison does not look at."""
    assert "vbox" not in host.file("/proc/modules").content_string
