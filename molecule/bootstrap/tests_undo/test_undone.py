"""What the role brought is gone, the account's other keys are not."""


def test_nothing_is_left(host):
    """Neither the rule nor the teacher's key; the key by which this connection came is still there."""
    assert not host.file("/etc/sudoers.d/workshop-bootstrap").exists
    keys = host.file("/home/ansible/.ssh/authorized_keys").content_string
    assert " teacher" not in keys and keys.startswith("ssh-ed25519 ")
