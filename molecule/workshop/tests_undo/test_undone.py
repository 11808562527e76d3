"""After workshop_state absent: the cluster is empty again, the student's files are all there."""

import json


def test_cluster_is_empty_but_runs(host):
    """What was applied is gone, with its namespace."""
    done = host.run("runuser --login k8suser --command 'kubectl get deployments,services,pods,namespaces -A -o json'")
    assert done.rc == 0, done
    own = ("default", "kube-system", "kube-public", "kube-node-lease")
    left = {f"{item['kind']}/{item['metadata']['name']}" for item in json.loads(done.stdout)["items"]
            if item["metadata"].get("namespace") not in own[1:] and "deletionTimestamp" not in item["metadata"]}
    assert left == {"Service/kubernetes", *(f"Namespace/{name}" for name in own)}


def test_files_stay(host):
    """The manifests, and the student's edited one beside the one that was put back."""
    assert host.file("/home/k8suser/workshop/activity/k8s-redis-deploy.yaml").exists
    restored = host.file("/home/k8suser/workshop/2.04/k8s-for-beginners-deploy.yaml")
    kept = host.file("/home/k8suser/workshop/2.04/k8s-for-beginners-deploy.yaml.mine")
    assert "# my note" not in restored.content_string
    assert kept.content_string == restored.content_string + "# my note\n"
    assert kept.user == "k8suser"


def test_record_is_gone(host):
    """What was there before the class belongs to a cluster that the workshop has left."""
    assert not host.file("/var/lib/workshop-lab/baseline.json").exists
