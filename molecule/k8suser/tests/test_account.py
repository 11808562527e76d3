"""The account on the machine with the defaults and on the one with every option changed."""

import pytest


@pytest.fixture
def options(host):
    """Return the role's variables as this machine has them."""
    given = host.ansible.get_variables()
    defaults = {"name": "k8suser", "shell": "/bin/bash", "comment": "Kubernetes workshop", "groups": [], "sudo": False}
    return {key: given.get(f"k8suser_{key}", default) for key, default in defaults.items()} | {
        "uid": given.get("k8suser_uid"),
        "hash": given.get("k8suser_password_hash", ""),
    }


def test_account(host, options):
    """Name, number, shell and groups are the wanted ones; its own group comes first."""
    user = host.user(options["name"])
    assert user.exists
    assert user.group == options["name"]
    assert user.uid >= 1000
    assert user.uid == (options["uid"] or user.uid)
    assert (user.shell, user.gecos, user.home) == (options["shell"], options["comment"], f"/home/{options['name']}")
    assert set(user.groups) == {options["name"], *options["groups"]}


def test_home(host, options):
    """The home has the skeleton's files, belongs to the account and is closed to others."""
    home = host.file(f"/home/{options['name']}")
    assert (home.user, home.group, home.mode) == (options["name"], options["name"], 0o750)
    assert host.file(f"/home/{options['name']}/.bashrc").user == options["name"]
    assert host.run("runuser -u ansible -- ls %s", f"/home/{options['name']}").rc != 0


def test_password(host, options):
    """Without a hash the account is locked for passwords; with one it is that one."""
    shadow = host.user(options["name"]).password
    assert shadow == options["hash"] if options["hash"] else shadow in ("!", "!!", "*", "!*")


def test_login(host, options):
    """A login shell of the account starts and is where it should be."""
    done = host.run("runuser -l %s -c 'id -un; pwd'", options["name"])
    assert done.stdout.split() == [options["name"], f"/home/{options['name']}"]


def test_sudo(host, options):
    """The account becomes root only where it may, and then only with its password."""
    rules = host.run("sudo -l -U %s", options["name"]).stdout
    assert ("(ALL : ALL) ALL" in rules) == options["sudo"], rules
    assert "NOPASSWD" not in rules
    assert host.run("runuser -u %s -- sudo -n true", options["name"]).rc != 0
    assert host.run("visudo -c").rc == 0
    if options["sudo"]:
        done = host.run("echo minikube | runuser -u %s -- sudo -S id -un", options["name"])
        assert done.stdout.strip() == "root", done
