"""After the undo nothing of the mirror is left."""

testinfra_hosts = ["ansible://mirror"]


def test_nothing_answers(host):
    """No port, no unit, no file; the packages that came are gone."""
    for address in ("0.0.0.0:80", "0.0.0.0:5000", "127.0.0.1:5001", "127.0.0.1:5002", "0.0.0.0:3142"):
        assert not host.socket("tcp://" + address).is_listening, address
    for path in ("/srv/workshop-mirror", "/etc/workshop-mirror", "/etc/nginx/conf.d/workshop-mirror.conf", "/etc/systemd/system/workshop-mirror-store.service",
                 "/etc/systemd/system/docker-registry.service", "/var/lib/workshop-lab/mirror.json",
                 "/etc/apt-cacher-ng/zz_workshop_mirror.conf", "/etc/apt-cacher-ng/zz_workshop_mirror_secret.conf", "/etc/apt-cacher-ng/backends_kali"):
        assert not host.file(path).exists, path
    for name in ("nginx-light", "docker-registry", "apt-cacher-ng", "skopeo"):
        assert not host.package(name).is_installed, name
