"""After playbooks/uninstall.yml the seat has the packages, groups, interfaces and files that it had before."""


def test_packages(host):
    """None more, none fewer, of the same versions."""
    host.run("dpkg-query --show --showformat='${db:Status-Abbrev} ${Package} ${Version}\\n' > /srv/packages.after")
    assert host.run("diff /srv/packages /srv/packages.after").stdout == ""


def test_groups(host):
    """libvirt's own are gone. Three of the system's stay, empty: Debian's packages of udev's rules, polkit and RDMA make them and leave them."""
    before = set(host.file("/srv/groups").content_string.split())
    after = {line.split(":")[0]: line.split(":")[3] for line in host.run("getent group").stdout.splitlines()}
    assert before <= set(after) | {"k8suser"}
    assert set(after) - before <= {"kvm", "polkitd", "rdma"}
    assert not after.get("kvm")


def test_network(host):
    """No bridge without an owner, no dnsmasq."""
    host.run("ip -brief link | cut -d' ' -f1 | sort > /srv/links.after")
    assert host.run("diff /srv/links /srv/links.after").stdout == ""
    assert not host.process.filter(comm="dnsmasq")
    assert not host.process.filter(comm="libvirtd")


def test_files(host):
    """The driver, the record and its folder, libvirt's configuration."""
    assert not host.file("/usr/local/bin/docker-machine-driver-kvm2").exists
    assert not host.file("/var/lib/workshop-lab").exists
    assert host.run("find /etc/libvirt -type f").stdout == ""
