"""The seats are what they were before anybody touched them, and the origin serves nothing."""

import pytest

testinfra_hosts = ["ansible://all"]


@pytest.fixture
def name(host):
    """Return the machine's name."""
    return host.backend.get_hostname()


def test_seats_are_as_before(name, as_before):
    """Files, packages, accounts and units, those of the pulled playbook too."""
    if name == "lab-pull-origin":
        pytest.skip("no seat")
    as_before()


def test_the_origin_is_gone(name, host):
    """With its repository, since that was asked for."""
    if name != "lab-pull-origin":
        pytest.skip("a seat")
    assert not host.file("/srv/workshop-origin").exists and not host.file("/etc/nginx/conf.d/workshop-origin.conf").exists
    assert not host.package("nginx-light").is_installed and not host.package("git").is_installed
