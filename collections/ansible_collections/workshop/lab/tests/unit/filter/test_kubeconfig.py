"""The quick look at the user's kubeconfig: yes only where kubectl would print the same."""

import base64
import copy

import pytest
import yaml
from ansible_collections.workshop.lab.plugins.plugin_utils.kubeconfig import handed_over

OWNERS, USERS, M = "/root/.kube/config", "/home/k8suser/.kube/config", "/root/.minikube/"
FILES = {M + "ca.crt": "authority\n", M + "client.crt": "certificate\n", M + "client.key": "key\n"}
# As minikube v1.5.2 writes it (pkg/minikube/kubeconfig/settings.go), and as `kubectl config view --raw --flatten --minify` gives it.
OWNER = {"apiVersion": "v1", "kind": "Config", "preferences": {}, "current-context": "minikube",
         "clusters": [{"name": "minikube", "cluster": {"certificate-authority": M + "ca.crt", "server": "https://10.89.0.5:8443"}}],
         "contexts": [{"name": "minikube", "context": {"cluster": "minikube", "user": "minikube"}}],
         "users": [{"name": "minikube", "user": {"client-certificate": M + "client.crt", "client-key": M + "client.key"}}]}


def data(name):
    """Return a file's content as it stands in a flat kubeconfig."""
    return base64.b64encode(FILES[M + name].encode()).decode()


USER = dict(OWNER, clusters=[{"name": "minikube", "cluster": {"certificate-authority-data": data("ca.crt"), "server": "https://10.89.0.5:8443"}}],
            users=[{"name": "minikube", "user": {"client-certificate-data": data("client.crt"), "client-key-data": data("client.key")}}])


def looked(owner=OWNER, user=USER, **files):
    """Return the answer for two files and the certificates."""
    contents = dict(FILES, **{M + name.replace("_", "."): text for name, text in files.items()})
    contents.update({OWNERS: owner if isinstance(owner, str) or owner is None else yaml.safe_dump(owner),
                     USERS: user if isinstance(user, str) or user is None else yaml.safe_dump(user)})
    return handed_over(contents, OWNERS, USERS, "minikube")


def test_the_same():
    """Also beside entries of the user's own, and with another context current: that is the user's choice."""
    assert looked() is True
    more = copy.deepcopy(USER)
    more["clusters"].insert(0, {"name": "school", "cluster": {"server": "https://school.example"}})
    assert looked(user=dict(more, **{"current-context": "school"})) is True


def changed(config, part, key, **values):
    """Return a copy whose first entry of a part has other values."""
    other = copy.deepcopy(config)
    other[part][0][key].update(values)
    return other


@pytest.mark.parametrize("owner, user", [
    (changed(OWNER, "clusters", "cluster", server="https://10.89.0.6:8443"), USER),
    (changed(OWNER, "clusters", "cluster", **{"certificate-authority": "/elsewhere/ca.crt"}), USER),
    (OWNER, changed(USER, "contexts", "context", namespace="mine")),
    (OWNER, changed(USER, "users", "user", **{"client-key-data": "b3RoZXI="})),
    (OWNER, changed(USER, "users", "user", token="more")),
    (OWNER, dict(USER, **{"current-context": ""})),
    (OWNER, dict(USER, users=[])),
    (OWNER, dict(USER, users=USER["users"] * 2)),
    (OWNER, dict(USER, users="none")),
    (dict(OWNER, contexts=[]), dict(USER, contexts=[])),
    (OWNER, None), (None, USER), (OWNER, ""), (OWNER, "[a, list]"), (OWNER, "{broken"), ("{broken", USER), (OWNER, OWNER),
])
def test_where_kubectl_is_asked(owner, user):
    """Another word anywhere, a file that is none, or one that cannot be told."""
    assert looked(owner, user) is False


def test_another_certificate():
    """A cluster that was made anew has new keys; one that is gone cannot be compared."""
    assert looked(client_key="new\n") is False and looked(ca_crt=None) is False
