"""kubectl as a user of the seat meets it."""

import json

import pytest


def test_program_is_the_published_one(host, installed, mirror_checksum):
    """Root's, and the bytes whose checksum the mirror's own list has."""
    path = f"dl.k8s.io/release/{host.ansible.get_variables()['kubectl_version']}/bin/linux/amd64/kubectl"
    assert installed("/usr/local/bin/kubectl").sha256sum == mirror_checksum(path)


def test_any_user_gets_the_wanted_version(host):
    """It is found in the PATH of an ordinary login and is of the wanted version."""
    done = host.run("runuser -l ansible -c 'kubectl version --client -o json'")
    assert done.rc == 0, done
    assert json.loads(done.stdout)["clientVersion"]["gitVersion"] == host.ansible.get_variables()["kubectl_version"]


@pytest.mark.parametrize(("typed", "expected"), [("kubectl rol", "rollout"), ("kubectl create deplo", "deployment")])
def test_tab_completes(tab, typed, expected):
    """Words and sub-words."""
    assert expected in tab(typed)
