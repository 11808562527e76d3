"""After the undo the machine is what it was before anybody touched it, but for what the README of role kvm2 says stays."""

# roles/kvm2/README.md, *What stays*; below /srv is what the tests have written.
STAYS = "|".join((
    r"^group (kvm|polkitd|rdma):$",
    r"^user (dnsmasq|polkitd):",
    r"^file /(etc|var/lib)/libvirt( |/\S+ d)",
    r"^file /etc/apparmor\.d/local/abstractions/libvirt-(qemu|lxc) -\S+ root:root e3b0c44298fc1c14$",  # the sum of nothing
    r"^file (/etc/apparmor\.d(/local(/abstractions)?)?|/etc/xml|/var/lib/machines|/var/lib/portables|/usr/share/polkit-1/rules\.d) d",
    r"^file /srv/",
))


def test_as_before(as_before):
    """Line by line: files, packages, accounts, units."""
    as_before(stays=STAYS)


def test_network(host):
    """No bridge without an owner, no dnsmasq."""
    host.run("ip -brief link | cut -d' ' -f1 | sort > /srv/links.after")
    assert host.run("diff /srv/links /srv/links.after").stdout == ""
    assert not host.process.filter(comm="dnsmasq")
    assert not host.process.filter(comm="libvirtd")
