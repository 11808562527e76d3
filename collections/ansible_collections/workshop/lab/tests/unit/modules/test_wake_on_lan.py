"""wake_on_lan: the packet as a network card looks for it, really sent, to a listener on loopback."""

import socket

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import magic_packet
from ansible_collections.workshop.lab.plugins.modules import wake_on_lan

MAC = "52:54:00:aB:cd:ef"


@pytest.fixture
def listener():
    """A UDP socket on loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        found.bind(("127.0.0.1", 0))
        found.settimeout(5)
        yield found


@pytest.mark.parametrize("mac", [MAC, MAC.replace(":", "-")])
def test_the_packet_is_sent(run_module, listener, mac):
    """102 bytes, three times."""
    done = run_module(wake_on_lan, {"mac": mac, "broadcast": "127.0.0.1", "port": listener.getsockname()[1]})
    assert done.result == {"changed": True, "mac": MAC.lower(), "sent_to": "127.0.0.1:%d" % listener.getsockname()[1], "times": 3}
    for _ in range(3):
        assert listener.recv(200) == b"\xff\xff\xff\xff\xff\xff" + b"\x52\x54\x00\xab\xcd\xef" * 16


def test_check_mode_sends_nothing(run_module, monkeypatch):
    """It says what it would do."""
    monkeypatch.setattr(magic_packet, "send", lambda *words: (_ for _ in ()).throw(AssertionError(words)))
    done = run_module(wake_on_lan, {"mac": MAC}, check=True)
    assert done.result["changed"] and done.result["times"] == 0 and done.result["sent_to"] == "255.255.255.255:9"


@pytest.mark.parametrize("arguments, words", [
    ({"mac": "52:54:00:12:34"}, "a hardware address"), ({"mac": "52:54-00:12:34:56"}, "a hardware address"), ({"mac": MAC, "port": 0}, "port"),
    ({"mac": MAC, "broadcast": "lab"}, "an IPv4 address"),
])
def test_values_that_cannot_be(run_module, arguments, words):
    """One sentence."""
    done = run_module(wake_on_lan, arguments)
    assert done.failed and words in done.result["msg"]


def test_a_network_that_is_not_there(run_module, monkeypatch):
    """The cause, and where to look."""
    def refuse(*_words):
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(magic_packet.socket.socket, "sendto", refuse)
    monkeypatch.setattr(magic_packet.send, "__defaults__", (3, magic_packet.socket.socket))
    done = run_module(wake_on_lan, {"mac": MAC})
    assert done.failed and "Network is unreachable" in done.result["msg"] and "power_broadcast" in done.result["msg"]


def test_no_packet_of_nonsense():
    """Whoever calls the function itself learns it too."""
    with pytest.raises(ValueError):
        magic_packet.packet("nonsense")
