"""minikube as a user of the seat meets it."""

import pytest


def test_program_is_the_wanted_one(host, installed):
    """Root's, and the bytes whose checksum was asked for."""
    assert installed("/usr/local/bin/minikube").sha256sum == host.ansible.get_variables()["minikube_checksum"]


def test_any_user_gets_the_wanted_version(host):
    """It is found in the PATH of an ordinary login and is of the wanted version."""
    done = host.run("runuser -l ansible -c 'minikube version'")
    assert done.rc == 0, done
    assert done.stdout.splitlines()[0] == "minikube version: v1.5.2"


def test_asking_left_nothing_behind(host):
    """The role asked as root, but the cluster belongs to somebody else: no /root/.minikube, nothing in /tmp."""
    assert not host.file("/root/.minikube").exists
    assert host.run("find /tmp -maxdepth 1 -user root -name '*minikube*' -o -maxdepth 1 -name 'tmp.*'").stdout == ""


@pytest.mark.parametrize(("typed", "expected"), [("minikube stat", "status"), ("minikube prof", "profile")])
def test_tab_completes(tab, typed, expected):
    """Commands of minikube."""
    assert expected in tab(typed)
