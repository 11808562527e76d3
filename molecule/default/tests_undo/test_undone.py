"""After playbooks/uninstall.yml the machine has no cluster, no programs and no account of ours; the home directory is kept."""


def test_no_cluster(host):
    """No kubelet, no control plane, no containers of Kubernetes."""
    assert not host.process.filter(comm="kubelet")
    assert not host.process.filter(comm="kube-apiserver")
    assert not host.file("/etc/kubernetes/manifests").exists
    assert not host.file("/var/lib/minikube").exists


def test_no_programs(host):
    """Nothing of ours is left in /usr/local."""
    left = host.run("find /usr/local/bin /usr/local/share/bash-completion -type f").stdout.split()
    assert left == []


def test_no_account_but_its_files(host):
    """The account is gone; what the student wrote is not, since nobody asked for that."""
    assert not host.user("k8suser").exists
    assert host.file("/home/k8suser").is_directory
