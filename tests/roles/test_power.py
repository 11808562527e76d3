"""playbooks/shutdown.yml where nobody answers, and where somebody does who lets nobody in. Nothing is switched off: no case gets that far."""

import json
import os
import pathlib
import socket
import subprocess
import sys
import threading

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture
def shut_down(tmp_path):
    """Run the playbook for {seat: port of the loopback}; return (exit status, what was said)."""
    def run(ports, *options):
        common = {"ansible_host": "127.0.0.1", "ansible_ssh_retries": 0, "ansible_ssh_common_args": "-F none -o BatchMode=yes -o ConnectTimeout=5"}
        inventory = {"seats": {"vars": common, "hosts": {name: {"ansible_port": port} for name, port in ports.items()}}}
        (tmp_path / "inventory.yml").write_text(json.dumps(inventory))  # JSON is YAML
        environment = dict(os.environ, ANSIBLE_CONFIG=str(ROOT / "ansible.cfg"), ANSIBLE_HOME=str(tmp_path / "ansible"), ANSIBLE_NOCOLOR="1",
                           WORKSHOP_RECORD=str(tmp_path / "record.json"))
        command = [pathlib.Path(sys.executable).with_name("ansible-playbook"), "-i", tmp_path / "inventory.yml", *options, "playbooks/shutdown.yml"]
        done = subprocess.run(command, cwd=ROOT, env=environment, text=True, timeout=180, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        return done.returncode, " ".join(done.stdout.split())

    return run


@pytest.fixture
def greeter():
    """Something that greets as an SSH server does and then hangs up; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        def greet():
            while True:
                try:
                    connection = server.accept()[0]
                except OSError:  # closed: the test is over
                    return
                with connection:
                    connection.sendall(b"SSH-2.0-nobody\r\n")

        threading.Thread(target=greet, daemon=True).start()
        yield server.getsockname()[1]


@pytest.mark.parametrize("options", [[], ["--check"]])
def test_seats_that_are_off(shut_down, options):
    """They are what was asked for, and no error."""
    code, said = shut_down({"seat1": 1, "seat2": 1}, *options)
    assert code == 0, said
    for name in ("seat1", "seat2"):
        assert f"{name} (127.0.0.1) does not answer: it is off already, and nothing was done." in said, said
    assert "Switch it off" not in said


def test_a_seat_that_answers_and_lets_nobody_in(shut_down, greeter):
    """It is on, and stays an error."""
    code, said = shut_down({"seat1": greeter})
    assert code == 4 and "off already" not in said, said
