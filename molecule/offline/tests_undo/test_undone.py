"""After uninstall.yml nothing of the mirror is left on a seat but the packages and the student's home."""

testinfra_hosts = ["seats"]


def test_cache_is_empty(host):
    """minikube's own folders may stay."""
    assert host.run("find /root/.minikube/cache -type f").stdout.split() == []
    assert "WantUpdateNotification" not in host.run("cat /root/.minikube/config/config.json").stdout


def test_no_proxy_is_left(host):
    """For apt, shells and Docker."""
    for path in ("/etc/apt/apt.conf.d/95workshop-proxy", "/etc/profile.d/workshop-proxy.sh", "/etc/systemd/system/docker.service.d/workshop-proxy.conf"):
        assert not host.file(path).exists


def test_no_cluster_and_no_programs(host):
    """The rest of the undo needs no internet either."""
    assert not host.process.filter(comm="kubelet")
    assert host.run("find /usr/local/bin -type f").stdout.split() == []
    assert not host.user("k8suser").exists
