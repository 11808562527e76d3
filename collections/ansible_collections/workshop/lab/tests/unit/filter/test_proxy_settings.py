"""NO_PROXY as a cluster needs it, the six variables, what apt understands."""

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.workshop.lab.plugins.filter import offline
from ansible_collections.workshop.lab.plugins.module_utils import proxy_settings
from ansible_collections.workshop.lab.plugins.module_utils.preflight_network import uncovered

NETWORKS = ["192.168.99.1/24", "10.96.0.0/12"]
LOCAL = ["localhost", "127.0.0.1", "::1"]


@pytest.mark.parametrize(("exclude", "networks", "addresses", "hosts", "found"), [
    ([], [], [], [], LOCAL),
    ([], NETWORKS, [], [], LOCAL + ["192.168.99.0/24", "192.168.99.100", "10.96.0.0/12"]),
    ([".example"], NETWORKS, ["172.22.1.7"], ["mirror"],
     [".example"] + LOCAL + ["192.168.99.0/24", "192.168.99.100", "10.96.0.0/12", "172.22.1.7", "mirror"]),
    (["192.168.0.0/16", "10.0.0.0/8"], NETWORKS, [], [], ["192.168.0.0/16", "10.0.0.0/8"] + LOCAL + ["192.168.99.100"]),
    # An address stays in beside its network: curl before 7.86 and Python's urllib compare texts.
    (["172.22.0.0/16"], [], ["172.22.1.7"], ["172.22.1.2"], ["172.22.0.0/16"] + LOCAL + ["172.22.1.7", "172.22.1.2"]),
    ([".example"], [], [], ["mirror.example"], [".example"] + LOCAL),
    (["example"], [], [], ["mirror.example"], ["example"] + LOCAL),
    (["le"], [], [], ["mirror.example"], ["le"] + LOCAL + ["mirror.example"]),
    (["mirror.example", "localhost"], [], [""], ["mirror.example", ""], ["mirror.example", "localhost", "127.0.0.1", "::1"]),
    (["*"], NETWORKS, ["172.22.1.7"], ["mirror"], ["*"]),
    (["192.168.99"], ["192.168.99.1/24"], [], [], ["192.168.99"] + LOCAL + ["192.168.99.0/24", "192.168.99.100"]),
    ([" a ", ""], [], [], [], ["a"] + LOCAL),
])
def test_no_proxy(exclude, networks, addresses, hosts, found):
    """What the class says first, then what is missing, in a fixed order."""
    assert proxy_settings.no_proxy(exclude, networks, addresses, hosts) == found


def test_the_preflight_is_satisfied():
    """Its rule and this list are one."""
    assert uncovered(",".join(proxy_settings.no_proxy([], NETWORKS)), NETWORKS) == []


def test_completed_twice_is_completed_once():
    """Nothing grows from run to run."""
    once = proxy_settings.no_proxy([".example"], NETWORKS, ["172.22.1.7"], ["mirror"])
    assert proxy_settings.no_proxy(once, NETWORKS, ["172.22.1.7"], ["mirror"]) == once


@pytest.mark.parametrize(("http", "https", "found"), [
    ("", "", {}),
    ("http://p:1", "", {"http_proxy": "http://p:1", "no_proxy": "a,b", "HTTP_PROXY": "http://p:1", "NO_PROXY": "a,b"}),
    ("", "http://p:2", {"https_proxy": "http://p:2", "no_proxy": "a,b", "HTTPS_PROXY": "http://p:2", "NO_PROXY": "a,b"}),
    ("http://p:1", "http://p:2", {"http_proxy": "http://p:1", "https_proxy": "http://p:2", "no_proxy": "a,b",
                                  "HTTP_PROXY": "http://p:1", "HTTPS_PROXY": "http://p:2", "NO_PROXY": "a,b"}),
])
def test_environment(http, https, found):
    """Both spellings, and nothing at all without a proxy."""
    assert proxy_settings.environment_of(["a", "b"], http, https) == found


def test_plain_hosts():
    """apt knows neither domains nor networks."""
    assert proxy_settings.plain_hosts(["a.example", ".example", "10.0.0.0/8", "*", "192.168.99.1", "::1", "localhost"]) == [
        "a.example", "192.168.99.1", "localhost"]


def test_filter():
    """A network that is none is told as such."""
    assert offline.no_proxy([], ["10.96.0.0/12"]) == LOCAL + ["10.96.0.0/12"]
    with pytest.raises(AnsibleFilterError, match="no_proxy: .*10.96"):
        offline.no_proxy([], ["10.96"])
