"""After the undo nothing of the mirror is left."""

testinfra_hosts = ["ansible://mirror"]


def test_nothing_answers(host):
    """No port, no unit, no file; the packages that came are gone."""
    for port in (80, 5000, 5001, 5002, 3142):
        assert not host.socket(f"tcp://0.0.0.0:{port}").is_listening, port
    for path in ("/srv/workshop-mirror", "/etc/workshop-mirror", "/etc/nginx/conf.d/workshop-mirror.conf", "/etc/systemd/system/workshop-mirror-store.service",
                 "/etc/systemd/system/docker-registry.service", "/var/lib/workshop-lab/mirror.json"):
        assert not host.file(path).exists, path
    for name in ("nginx-light", "docker-registry", "apt-cacher-ng", "skopeo"):
        assert not host.package(name).is_installed, name
