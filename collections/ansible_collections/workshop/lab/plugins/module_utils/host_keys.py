"""Host keys of SSH servers: what a machine shows, what is known of it, and whether the one may be believed because of the other."""

import base64
import binascii
import collections
import hashlib

#: What is to do: "known", "add" or "refuse"; the lines to add to known_hosts; the reason to refuse, in a sentence.
Verdict = collections.namedtuple("Verdict", "word lines reason")

ORDER = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa")


def name_of(host, port):
    """Return the name under which known_hosts has a server (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT): with its port in brackets unless that is 22."""
    return host if int(port) == 22 else "[%s]:%d" % (host, int(port))


def keys(text):
    """Return {type: base64} of lines as ssh-keyscan and `ssh-keygen -F` print them; comments and lines with a marker (@revoked ...) are left out."""
    found = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) >= 3 and not line.startswith(("#", "@")):
            found.setdefault(words[1], words[2])
    return found


def fingerprint(key):
    """Return a key's fingerprint as `ssh-keygen -l` shows it: SHA256:..., without padding. ``key``: base64. "" for what is no base64."""
    try:
        raw = base64.b64decode(key.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        return ""
    return "SHA256:" + base64.b64encode(hashlib.sha256(raw).digest()).decode("ascii").rstrip("=")


def shown(found):
    """Return keys as a person compares them: `ssh-ed25519 SHA256:...`, the best kind first."""
    kinds = sorted(found, key=lambda kind: (ORDER.index(kind) if kind in ORDER else len(ORDER), kind))
    return ["%s %s" % (kind, fingerprint(found[kind])) for kind in kinds]


def decide(name, known, scanned, expected, accept):
    """Return the Verdict about a server.

    ``known`` and ``scanned``: {type: base64}. ``expected``: the fingerprint that a person read at the console, "" for none. ``accept`` (bool): whether the
    first key that is seen is believed.
    """
    if not scanned:
        return Verdict("refuse", [], "%s shows no host key: it is off, has another address, or no SSH server. Next step: switch it on, or look at its console "
                                     "(`systemctl status ssh`)." % name)
    same = [kind for kind in scanned if kind in known]
    changed = [kind for kind in same if scanned[kind] != known[kind]]
    if changed:
        return Verdict("refuse", [], "%s shows another host key than the known one (%s; known: %s): it was installed anew, or something else answers in its "
                                     "place. Next step: compare with `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` at its console; if it is the same, "
                                     "`ssh-keygen -R '%s'` here and run again." % (
                                         name, ", ".join(shown({kind: scanned[kind] for kind in changed})),
                                         ", ".join(shown({kind: known[kind] for kind in changed})), name))
    if expected and expected not in [fingerprint(key) for key in scanned.values()]:
        return Verdict("refuse", [], "%s shows %s, and none of them is the expected %s. Next step: compare with `ssh-keygen -lf "
                                     "/etc/ssh/ssh_host_ed25519_key.pub` at its console, and correct bootstrap_host_key." % (
                                         name, ", ".join(shown(scanned)), expected))
    if same:
        return Verdict("known", [], "")
    if not expected and not accept:
        return Verdict("refuse", [], "%s shows %s, which nobody has confirmed. Next step: compare one with `ssh-keygen -lf "
                                     "/etc/ssh/ssh_host_ed25519_key.pub` at its console and set bootstrap_host_key to it, or, on a network that you trust, "
                                     "run once with bootstrap_accept_new_host_keys." % (name, ", ".join(shown(scanned))))
    # Of an expected fingerprint only its own key is believed: the others were not compared.
    kept = {kind: key for kind, key in scanned.items() if not expected or fingerprint(key) == expected}
    return Verdict("add", ["%s %s %s" % (name, kind, kept[kind]) for kind in sorted(kept)], "")
