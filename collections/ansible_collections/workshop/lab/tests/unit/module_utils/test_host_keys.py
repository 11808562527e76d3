"""Which host keys are believed: the known ones, the one that a person read at the console, and a first one only where that was asked for."""

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import host_keys

# The form of real keys with counted bytes in it; the fingerprint is what `ssh-keygen -l` shows for it.
ED = "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
PRINT = "SHA256:ZkAslGjFiUHdGf/WUL8rQvkib4PTvQatUV0OUQSncCA"
OTHER = "AAAAC3NzaC1lZDI1NTE5AAAAIB8eHRwbGhkYFxYVFBMSERAPDg0MCwoJCAcGBQQDAgEA"
RSA = "AAAAB3NzaC1yc2EAAAADAQABAAAAgQ=="
SCAN = "# 10.1.0.11:22 SSH-2.0-OpenSSH_9.2p1\n10.1.0.11 ssh-rsa %s\n10.1.0.11 ssh-ed25519 %s\n" % (RSA, ED)
NAME = "10.1.0.11"


@pytest.mark.parametrize("host, port, name", [("seat07", 22, "seat07"), ("seat07", "2222", "[seat07]:2222"), ("fe80::1", 22, "fe80::1")])
def test_names(host, port, name):
    """As sshd(8) has them."""
    assert host_keys.name_of(host, port) == name


def test_keys():
    """Comments, markers and broken lines are none; the first of a kind counts."""
    text = SCAN + "@revoked * ssh-ed25519 %s\nbroken\n10.1.0.11 ssh-rsa AAAA comment\n" % OTHER
    assert host_keys.keys(text) == {"ssh-rsa": RSA, "ssh-ed25519": ED}


def test_fingerprint():
    """The sha256 of the key's bytes in base64 without padding; nothing of what is no base64."""
    assert host_keys.fingerprint(ED) == PRINT and host_keys.fingerprint("no base64!") == ""


def test_shown():
    """The kind that a person compares comes first."""
    assert [line.split()[0] for line in host_keys.shown({"ssh-rsa": RSA, "ssh-dss": "AAAA", "ssh-ed25519": ED})] == ["ssh-ed25519", "ssh-rsa", "ssh-dss"]


BOTH = {"ssh-ed25519": ED, "ssh-rsa": RSA}


@pytest.mark.parametrize("known, scanned, expected, accept, word", [
    ({}, {}, "", True, "refuse"),
    ({}, BOTH, "", False, "refuse"),
    ({}, BOTH, "", True, "add"),
    ({}, BOTH, PRINT, False, "add"),
    ({}, BOTH, host_keys.fingerprint(OTHER), True, "refuse"),
    ({"ssh-ed25519": ED}, BOTH, "", False, "known"),
    ({"ssh-ed25519": ED}, BOTH, PRINT, False, "known"),
    ({"ssh-ed25519": ED}, BOTH, host_keys.fingerprint(OTHER), False, "refuse"),
    ({"ssh-ed25519": OTHER}, BOTH, "", True, "refuse"),
    ({"ssh-ed25519": OTHER}, BOTH, PRINT, True, "refuse"),
    ({"ssh-ed25519": OTHER, "ssh-rsa": RSA}, BOTH, "", True, "refuse"),
    ({"ssh-dss": "AAAA"}, BOTH, "", False, "refuse"),
])
def test_decisions(known, scanned, expected, accept, word):
    """A changed key never; a new one by its fingerprint or by wish; a known one always."""
    assert host_keys.decide(NAME, known, scanned, expected, accept).word == word


def test_only_what_was_compared_is_recorded():
    """Of an expected fingerprint its own key; of accepted ones all."""
    assert host_keys.decide(NAME, {}, BOTH, PRINT, False).lines == ["10.1.0.11 ssh-ed25519 " + ED]
    assert len(host_keys.decide(NAME, {}, BOTH, "", True).lines) == 2


@pytest.mark.parametrize("known, scanned, expected, words", [
    ({}, {}, "", ["shows no host key", "systemctl status ssh"]),
    ({}, BOTH, "", ["nobody has confirmed", PRINT, "bootstrap_host_key", "bootstrap_accept_new_host_keys"]),
    ({"ssh-ed25519": OTHER}, BOTH, "", ["another host key", PRINT, host_keys.fingerprint(OTHER), "ssh-keygen -R '10.1.0.11'"]),
    ({}, BOTH, host_keys.fingerprint(OTHER), ["none of them is the expected", "correct bootstrap_host_key"]),
])
def test_refusals_name_the_next_step(known, scanned, expected, words):
    """The machine, what was seen, what to do."""
    reason = host_keys.decide(NAME, known, scanned, expected, False).reason
    assert NAME in reason and all(word in reason for word in words)
