"""After the undo: gone with the home kept (1), gone with the home (2), and made again on the kept home (3)."""

import pytest


@pytest.fixture
def seat(host):
    """Return the number of this machine."""
    return host.ansible.get_variables()["inventory_hostname"][-1]


def test_account(host, seat):
    """The account and its group are gone, but where it was made again."""
    name = "student_7" if seat == "2" else "k8suser"
    assert host.user(name).exists == (seat == "3")
    assert host.group(name).exists == (seat == "3")
    assert host.file(f"/etc/sudoers.d/workshop-{name}").exists is False


def test_work(host, seat):
    """The student's work is there unless a variable asked to delete it."""
    if seat == "2":
        assert not host.file("/home/student_7").exists
    else:
        assert host.file("/home/k8suser/work.txt").content_string == "exercise\n"


def test_work_has_its_owner_again(host, seat):
    """An account that is made again owns what it left behind, whoever came in between."""
    if seat != "3":
        pytest.skip("the account was not made again here")
    assert host.file("/home/k8suser/work.txt").user == "k8suser"
    assert host.file("/home/k8suser/work.txt").group == "k8suser"
    assert host.run("runuser -l k8suser -c 'echo more >> work.txt'").rc == 0
    assert host.user("other").uid != host.user("k8suser").uid
