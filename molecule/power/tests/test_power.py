"""A seat's evening and morning. In this order: each test begins where the one before it has ended."""

import re
import socket
import subprocess
import threading

import pytest

WAKE, SHUTDOWN = "playbooks/wake.yml", "playbooks/shutdown.yml"
NAME = "lab-power-1"
PACKET = b"\xff" * 6 + bytes.fromhex("525400123456") * 16


def told(done):
    """Return (exit code, changed, what it printed) of a run."""
    return done.returncode, sum(map(int, re.findall(r"changed=(\d+)", done.stdout))), re.sub(r"\s+", " ", done.stdout)


def running():
    """Whether the machine is on."""
    return podman("container", "inspect", "--format", "{{.State.Running}}") == "true"


def podman(*words):
    """Call podman on the machine; return what it said."""
    return subprocess.run(["podman", *words, NAME], text=True, stdout=subprocess.PIPE, timeout=60, check=True).stdout.strip()


@pytest.fixture
def card():
    """The network card of a machine that is off: it starts it at the packet. Gives the port that it listens at."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(120)

        def wait():
            while listener.recv(2000) != PACKET:
                pass
            podman("start")

        thread = threading.Thread(target=wait, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(60)


def test_a_machine_that_is_on_is_left_alone(play):
    """Nothing is sent."""
    code, changed, said = told(play(WAKE))
    assert code == 0 and changed == 0, said


def test_somebodys_machine_is_not_switched_off(host, play):
    """Refused with the name."""
    at = host.ansible.get_variables()
    command = ["ssh", "-tt", "-F", "none", "-p", str(at["ansible_port"]), "-i", at["ansible_ssh_private_key_file"], *at["ansible_ssh_extra_args"].split(),
               f"{at['ansible_user']}@{at['ansible_host']}", "echo here; sleep 120"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as person:
        try:
            assert any("here" in line for line in person.stdout)
            code, _changed, said = told(play(SHUTDOWN))
        finally:
            person.kill()
    assert code != 0 and "ansible is logged in at lab-power-1, which was not switched off" in said, said
    assert running()


def test_check_mode_switches_nothing_off(play):
    """It says that it would."""
    code, changed, said = told(play(SHUTDOWN, "--check"))
    assert code == 0 and changed == 1 and "Would switch lab-power-1 off" in said, said
    assert running()


def test_it_is_switched_off(play):
    """After a minute; the run waits until it is off."""
    code, changed, said = told(play(SHUTDOWN))
    assert code == 0 and changed == 1, said
    assert not running()


@pytest.mark.parametrize("options", [[], ["--check"]])
def test_a_machine_that_is_off_is_passed_over(play, options):
    """It is what was asked for, not an unreachable one."""
    code, changed, said = told(play(SHUTDOWN, *options))
    assert code == 0 and changed == 0 and "lab-power-1 (127.0.0.1) does not answer: it is off already" in said, said


def test_a_machine_that_does_not_wake_is_named(play):
    """Within the limit; with what to look at."""
    code, _changed, said = told(play(WAKE, power_timeout=2))
    assert code != 0 and "does not answer within power_timeout = 2 seconds after it was woken by 52:54:00:12:34:56" in said, said
    assert "in its firmware" in said


def test_it_is_woken(card, host, play):
    """By the packet of its own address; afterwards Ansible reaches it."""
    code, changed, said = told(play(WAKE, power_port=card))
    assert code == 0 and changed == 1, said
    assert running() and host.ansible("ansible.builtin.ping", check=False)["ping"] == "pong"
