"""extra_arguments: what is accepted, and what of it the profile records otherwise."""

import json

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.minikube_flags import differences, read_arguments
from ansible_collections.workshop.lab.tests.unit.minikube_parts import fixture

PROFILE = json.loads(fixture("vm/profile.json"))


def profile(**changes):
    """The recorded profile with other values in KubernetesConfig."""
    return dict(PROFILE, KubernetesConfig=dict(PROFILE["KubernetesConfig"], **changes))


@pytest.mark.parametrize("word, says", [
    ("--driver=virtualbox", "not a flag"), ("--nodes=2", "not a flag"), ("--vm-driver=none", "own option"), ("--memory=4000", "own option"),
    ("--kubernetes-version=v1.17.0", "own option"), ("--registry-mirror=http://a", "own option"), ("--download-only", "makes no cluster"),
    ("--profile=other", "profile minikube"), ("-p other", "--flag=value"), ("start", "--flag=value"), ("--wait=all", "true or false"),
    ("--feature-gates", "needs a value"), ("--extra-config=nonsense", "component.key=value"), ("--mount-string=a\nb", "--flag=value"), ("", "--flag=value"),
    ("--Force", "--flag=value"), (3, "--flag=value"),
])
def test_refused(word, says):
    """One sentence that says which word and why."""
    with pytest.raises(LabError, match="extra_arguments contains") as error:
        read_arguments([word])
    assert says in str(error.value)


def test_twice():
    """Only lists may be there twice."""
    assert read_arguments(["--extra-config=kubelet.v=2", "--extra-config=apiserver.v=3"]) == {"extra-config": ["kubelet.v=2", "apiserver.v=3"]}
    with pytest.raises(LabError, match="twice"):
        read_arguments(["--feature-gates=A=true", "--feature-gates=B=true"])


@pytest.mark.parametrize("arguments, record, found", [
    ([], {}, []),
    (["--feature-gates=A=true"], {}, [("--feature-gates", "nothing", "A=true")]),
    (["--feature-gates=A=true"], {"FeatureGates": "A=true"}, []),
    (["--extra-config=kubelet.max-pods=50"], {}, [("--extra-config", "nothing", "kubelet.max-pods=50")]),
    (["--extra-config=kubelet.max-pods=50"], {"ExtraOptions": [{"Component": "kubelet", "Key": "max-pods", "Value": "50"}]}, []),
    ([], {"ExtraOptions": [{"Component": "kubelet", "Key": "max-pods", "Value": "50"}]}, [("--extra-config", "kubelet.max-pods=50", "nothing")]),
    ([], {"ExtraOptions": [{"Component": "kubelet", "Key": "resolv-conf", "Value": "/run/systemd/resolve/resolv.conf"}]}, []),
    ([], {"FeatureGates": "set by `minikube config`"}, []),
    (["--enable-default-cni"], {"EnableDefaultCNI": True}, []),
    (["--enable-default-cni=false"], {"EnableDefaultCNI": True}, [("--enable-default-cni", "true", "false")]),
    (["--apiserver-port=8443", "--container-runtime=cri-o"], {"NodePort": 8443, "ContainerRuntime": "crio"}, []),
    (["--wait", "--mount-string=/a:/b", "--addons=ingress", "--iso-url=file:///x"], {}, []),
])
def test_differences(arguments, record, found):
    """Only what leaves a trace, and lists that only the command line can set also when they are left out."""
    assert differences(arguments, profile(**record)) == found


@pytest.mark.parametrize("given, recorded, found", [
    ([], ["HTTP_PROXY=http://proxy:3128", "HTTPS_PROXY=http://proxy:3128", "NO_PROXY=localhost"], []),
    ([], ["HTTP_PROXY=http://proxy:3128", "GREETING=hello"], [("--docker-env", "GREETING=hello", "nothing")]),
    (["--docker-env=HTTP_PROXY=http://proxy:3128"], ["HTTP_PROXY=http://proxy:3128"], []),
    (["--docker-env=HTTP_PROXY=http://other:3128"], ["HTTP_PROXY=http://proxy:3128"], [("--docker-env", "nothing", "HTTP_PROXY=http://other:3128")]),
])
def test_proxies_of_the_environment(given, recorded, found):
    """minikube writes them into the profile itself: no reason to start again on every run."""
    assert differences(given, dict(PROFILE, MachineConfig=dict(PROFILE["MachineConfig"], DockerEnv=recorded))) == found
