"""The workshop's images, rebuilt for the sandbox, do what the published ones are described to do."""

import http.client
import re
import socket
import time
import urllib.error
import urllib.request

import pytest

WORKSHOP = "docker.io/packtworkshops/the-kubernetes-workshop"
REDIS = "docker.io/library/redis:3"
LOG_LINE = re.compile(r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d Ping from \d+\.\d+\.\d+\.\d+:\d+$", re.MULTILINE)


@pytest.fixture
def start(lab):
    """Start a container from an image; return its id. All are removed at the end."""
    started = []

    def start(image, *options):
        started.append(lab.run("podman", "run", "--detach", "--pull", "never", *options, image))
        return started[-1]

    yield start
    for container in reversed(started):  # the later ones may live in an earlier one's network
        lab.run("podman", "rm", "--force", "--time", "0", "--volumes", container)


def web(lab, start, tag):
    """Start a workshop application whose name `db` is its own loopback; return its id and its URL once it listens."""
    container = start(f"{WORKSHOP}:{tag}", "--publish", "127.0.0.1::8080", "--add-host", "db:127.0.0.1")
    return container, "http://" + lab.run("podman", "port", container, "8080/tcp")


def get(url, seconds=10):
    """GET url, again while nothing listens yet; return (status, body)."""
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as reply:
                return reply.status, reply.read().decode()
        except (ConnectionRefusedError, urllib.error.URLError) as error:
            # A closed connection is an answer of pageview; only "nobody listens" is worth another try.
            if not isinstance(getattr(error, "reason", error), ConnectionRefusedError) or time.monotonic() > end:
                raise


def test_beginners_greets_on_every_path_and_logs_each_visit(lab, start):
    """Exercise 2.02: the text is exact, and each request leaves one line on stderr."""
    container, url = web(lab, start, "k8s-for-beginners")
    for path in ("/", "/any/where"):
        assert get(url + path) == (200, "Hello Kubernetes Beginners!\n")
    assert lab.run("sh", "-c", f"podman logs {container} 2>/dev/null") == ""
    assert len(LOG_LINE.findall(lab.run("sh", "-c", f"podman logs {container} 2>&1"))) == 2


def test_pageview_counts_in_redis_and_closes_the_connection_without_it(lab, start):
    """The activity: no redis, no answer, but no crash either; numbers rise; a new redis starts at 1."""
    container, url = web(lab, start, "pageview")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        get(url)
    assert lab.run("podman", "inspect", "--format", "{{.State.Running}}", container) == "true"
    for _ in range(2):
        redis = start(REDIS, "--network", f"container:{container}")
        wait_for_redis(lab, redis)
        assert get(url) == (200, "Hello, you're visitor #1.\n")
        assert get(url + "/favicon.ico") == (200, "Hello, you're visitor #2.\n")
        assert lab.run("podman", "exec", redis, "redis-cli", "get", "pv") == "2"
        lab.run("podman", "stop", redis)
    assert len(LOG_LINE.findall(lab.run("sh", "-c", f"podman logs {container} 2>&1"))) == 5


def test_redis_takes_connections_from_other_machines(lab, start):
    """Redis' protected mode would refuse every pod but its own."""
    redis = start(REDIS, "--publish", "127.0.0.1::6379")
    wait_for_redis(lab, redis)
    host, port = lab.run("podman", "port", redis, "6379/tcp").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(b"INCR pv\r\n")
        assert connection.recv(100) == b":1\r\n"


def wait_for_redis(lab, container):
    """Wait until redis answers PONG to its own client."""
    end = time.monotonic() + 10
    while True:
        try:
            assert lab.run("podman", "exec", container, "redis-cli", "ping") == "PONG"
            return
        except AssertionError:
            if time.monotonic() > end:
                raise
