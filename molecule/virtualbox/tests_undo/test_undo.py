"""Nothing of VirtualBox is left."""

testinfra_hosts = ["ansible://lab-virtualbox-1"]


def test_nothing_is_left(host):
    """No package, module, file, group member or setting."""
    packages = set(host.run("dpkg-query --show --showformat='${db:Status-Abbrev} ${Package}\n'").stdout.splitlines())
    before = set(host.file("/root/before").content_string.splitlines())
    # Headers, compiler and DKMS came with it as well.
    assert len(before) > 50 and packages == before, sorted(packages ^ before)
    assert "vbox" not in host.file("/proc/modules").content_string
    assert host.run("find /lib/modules -path '*/updates/*' -name 'vbox*.ko*' | grep .").rc == 1
    for path in ("/etc/vbox/networks.conf", "/etc/modprobe.d/workshop-virtualbox-kvm.conf", "/etc/modules-load.d/workshop-virtualbox.conf",
                 "/var/lib/workshop-lab/virtualbox.json"):
        assert not host.file(path).exists, path
    assert host.run("getent group vboxusers").rc == 2
