"""playbooks/preflight.yml on a seat that is as it should be: it passes, and it says what else could work."""

import re


def said(done):
    """Return a run's output without colours and line ends: molecule forces the ones, and the table's columns are wrapped."""
    return " ".join(re.sub(r"\x1b\[[0-9;]*m", "", done.stdout).split())


def test_good_seat_passes(play):
    """Driver none is what the sandbox asks for, and what a container can have."""
    done = play("playbooks/preflight.yml")
    assert done.returncode == 0, done.stdout
    assert "lab-preflight-1: Debian 12" in said(done)
    assert "Driver none is asked for, and nothing stops it here." in said(done)
    assert " 0 to stop for, " in said(done)
    assert "changed=0" in said(done)


def test_container_is_told(play):
    """Not hidden: a warning, with its reason."""
    assert "warn none.container" in said(play("playbooks/preflight.yml"))


def test_virtualbox_cannot_work_and_none_can(play):
    """With the workshop's own driver the seat is refused, and told what could work instead."""
    done = play("playbooks/preflight.yml", cluster_driver="virtualbox")
    assert done.returncode == 2, done.stdout
    assert "what could work instead: cluster_driver: none" in said(done)
    assert "STOP virtualbox.container" in said(done)


# Answers whatever it is asked for, as a proxy that has everything.
PROXY = """
import http.server
class Proxy(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.send_response(200)
        self.end_headers()
http.server.ThreadingHTTPServer(("127.0.0.1", 3128), Proxy).serve_forever()
"""


def test_sources_are_asked_through_the_class_proxy(host, play):
    """Names that only the proxy finds (RFC 6761 has none of them): without it the seat would be refused for every source, and for its DNS."""
    elsewhere = {"artifact_mirror_url": "http://mirror.invalid", "cluster_registry_mirrors": ["http://registry.invalid"]}
    host.run_expect([0], "systemd-run --unit=test-proxy python3 -c %s", PROXY)
    try:
        host.run_expect([0], "timeout 20 bash -c 'until (echo > /dev/tcp/127.0.0.1/3128) 2> /dev/null; do sleep 0.1; done'")
        with_proxy = said(play("playbooks/preflight.yml", proxy_http="http://127.0.0.1:3128", **elsewhere))
    finally:
        host.run_expect([0], "systemctl stop test-proxy")
    without = said(play("playbooks/preflight.yml", **elsewhere))
    for name in ("source.kubectl", "source.minikube", "source.docker-hub"):
        assert name in without, without
        assert name not in with_proxy, with_proxy


def test_auto_takes_none(play):
    """And tells why; a dry run says the same."""
    for options in ((), ("--check",)):
        done = play("playbooks/preflight.yml", *options, cluster_driver="auto")
        assert done.returncode == 0, done.stdout
        assert "Driver none can work here; virtualbox cannot (virtualbox.container:" in said(done)
