"""After cluster_state absent nothing starts a cluster any more."""


def test_nothing_is_left(host):
    """Neither the unit nor its program and settings."""
    assert host.run("systemctl cat workshop-cluster.service").rc != 0
    for path in ("/usr/local/lib/workshop-lab", "/etc/workshop-lab", "/etc/systemd/system/session-.scope.d"):
        assert not host.file(path).exists, path
