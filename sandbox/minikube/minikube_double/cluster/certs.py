"""The cluster's certificates (pkg/minikube/bootstrapper/certs.go): the CAs are kept, the rest is made anew on every start. Needs openssl."""

import os
import shutil
import subprocess
import tempfile

from minikube_double import SERVICE_IP, files, paths
from minikube_double.errors import MachineError

NODE_DIR = "/var/lib/minikube/certs"
ON_NODE = ("ca", "apiserver", "proxy-client-ca", "proxy-client")
NAMES = ("minikube", "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc")


def setup(node, address, dns_domain, names, addresses):
    """Make the files in ~/.minikube and copy those the control plane needs."""
    if not shutil.which("openssl"):
        raise MachineError("Generating certs: openssl: executable file not found in $PATH")
    with files.lock("setupCerts"):
        for name, common in (("ca", "minikubeCA"), ("proxy-client-ca", "proxyClientCA")):
            if not (os.path.exists(paths.make(name + ".crt")) and os.path.exists(paths.make(name + ".key"))):
                _authority(name, common)
        alternatives = ["DNS:" + n for n in NAMES + ("kubernetes.default.svc." + dns_domain,) + tuple(names)]
        alternatives += ["IP:" + a for a in dict.fromkeys((address, SERVICE_IP, "10.0.0.1", "127.0.0.1") + tuple(addresses))]
        _signed("client", "ca", "/O=system:masters/CN=minikube-user", "clientAuth")
        _signed("apiserver", "ca", "/O=system:masters/CN=minikube", "serverAuth,clientAuth", alternatives)
        _signed("proxy-client", "proxy-client-ca", "/O=system:masters/CN=aggregator", "clientAuth")
    script = "umask 077; sudo mkdir -p %s" % NODE_DIR
    node.run(script)
    for name in ON_NODE:
        node.copy(paths.make(name + ".crt"), "%s/%s.crt" % (NODE_DIR, name), "0644")
        node.copy(paths.make(name + ".key"), "%s/%s.key" % (NODE_DIR, name), "0600")


def _openssl(*arguments):
    done = subprocess.run(("openssl",) + arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise MachineError("Generating certs: openssl %s: %s" % (" ".join(arguments), done.stdout.decode("utf-8", "replace")))


def _place(folder, name):
    for suffix, mode in ((".crt", 0o644), (".key", 0o600)):
        with open(os.path.join(folder, name + suffix), "rb") as stream:
            files.write(paths.make(name + suffix), stream.read(), mode)


def _config(folder, extensions):
    path = os.path.join(folder, "openssl.cnf")
    with open(path, "w", encoding="ascii") as stream:
        stream.write("[req]\ndistinguished_name = dn\n[dn]\n[ext]\n" + "\n".join(extensions) + "\n")
    return path


def _authority(name, common):
    # No extendedKeyUsage here: Go would take it as a limit on every certificate below and refuse the client's.
    with tempfile.TemporaryDirectory() as folder:
        config = _config(folder, ["basicConstraints = critical,CA:TRUE", "keyUsage = critical,digitalSignature,keyEncipherment,keyCertSign",
                                  "subjectKeyIdentifier = hash"])
        base = os.path.join(folder, name)
        _openssl("req", "-x509", "-new", "-newkey", "rsa:2048", "-nodes", "-sha256", "-days", "3650", "-subj", "/CN=" + common,
                 "-config", config, "-extensions", "ext", "-keyout", base + ".key", "-out", base + ".crt")
        _place(folder, name)


def _signed(name, authority, subject, usage, alternatives=()):
    with tempfile.TemporaryDirectory() as folder:
        extensions = ["basicConstraints = critical,CA:FALSE", "keyUsage = critical,digitalSignature,keyEncipherment", "extendedKeyUsage = " + usage]
        if alternatives:
            extensions.append("subjectAltName = " + ",".join(alternatives))
        config, base = _config(folder, extensions), os.path.join(folder, name)
        _openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-sha256", "-subj", subject, "-config", config,
                 "-keyout", base + ".key", "-out", base + ".csr")
        _openssl("x509", "-req", "-in", base + ".csr", "-CA", paths.make(authority + ".crt"), "-CAkey", paths.make(authority + ".key"),
                 "-set_serial", "0x" + os.urandom(16).hex(), "-days", "365", "-sha256", "-extfile", config, "-extensions", "ext", "-out", base + ".crt")
        _place(folder, name)
