"""playbooks/reset.yml after a class, step by step in this order: its --check, the reset, what is left, the reset again, and the home directory."""

import json
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[3]
FILES = ROOT / "molecule" / "reset" / "files"
KINDS = ("namespaces,deployments,replicasets,pods,services,configmaps,secrets,serviceaccounts,endpoints,roles,rolebindings,clusterroles,clusterrolebindings,"
         "customresourcedefinitions,persistentvolumes,persistentvolumeclaims,storageclasses,priorityclasses,apiservices,"
         "validatingwebhookconfigurations,mutatingwebhookconfigurations,ingresses.networking.k8s.io,networkpolicies,jobs,daemonsets,statefulsets")
ROW = r'{range .items[*]}{.kind}{" "}{.metadata.namespace}/{.metadata.name}{" "}{.metadata.uid}{" "}{.metadata.resourceVersion}{"\n"}{end}'
OWN = [{"kind": "Service", "metadata": {"namespace": "default", "name": "k8s-for-beginners"}},
       {"kind": "Deployment", "metadata": {"namespace": "default", "name": "k8s-for-beginners"}}]
# Written by nobody but people.
PLAIN = ("Namespace", "ConfigMap", "Secret", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding", "StorageClass", "PriorityClass")
OWNERS = r"shop|house-rules|shopkeeper"
KEPT = {}


def rows(seat):
    """Return {"Kind namespace/name": (uid, resourceVersion)} of the whole cluster."""
    lines = [line.split(" ") for line in seat.student(f"kubectl get {KINDS} --all-namespaces -o jsonpath='{ROW}'").splitlines()]
    return {f"{kind} {name}": (uid, version) for kind, name, uid, version in lines}


def images(seat):
    """Return Docker's images by id."""
    return set(seat.shell("docker images --quiet --no-trunc").split())


def play(*arguments):
    """Run playbooks/reset.yml and return (its output, how much it changed)."""
    inventory = pathlib.Path(os.environ["MOLECULE_INVENTORY_FILE"]).parent
    done = subprocess.run(["ansible-playbook", "-i", inventory, "playbooks/reset.yml", *arguments], cwd=ROOT, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900, check=False,
                          env=dict(os.environ, ANSIBLE_CONFIG=str(ROOT / "ansible.cfg"), ANSIBLE_STDOUT_CALLBACK="default", ANSIBLE_NOCOLOR="1"))
    counts = re.findall(r"ok=\d+ +changed=(\d+)", done.stdout)
    assert done.returncode == 0 and len(counts) == 1, done.stdout[-6000:]
    return done.stdout, int(counts[0])


def test_a_class_leaves_much(seat):
    """All exercises' objects in default and in the activity's namespace, the student's own, and a control plane without scheduler and kubelet."""
    KEPT["before"], KEPT["images"] = rows(seat), images(seat)
    for name in ("left.yml", "kind.yml"):
        seat.shell(f"cat > /tmp/{name} <<'END'\n{(FILES / name).read_text()}\nEND\nchmod 644 /tmp/{name}")
    seat.student("for one in workshop/*/*.yaml; do kubectl apply -f $one || exit 1; done")
    seat.student("kubectl apply -f /tmp/left.yml && kubectl apply -f /tmp/kind.yml")
    seat.student("kubectl wait --for=condition=Established crd/widgets.class.example --timeout=60s")
    seat.until("kubectl apply -f - <<< '{\"apiVersion\": \"class.example/v1\", \"kind\": \"Widget\", \"metadata\": {\"name\": \"one\"}}'", user="k8suser")
    seat.until("kubectl -n mine get pod alone -o jsonpath={.status.phase} | grep -x Running", user="k8suser")
    seat.until("kubectl get pvc claim -o jsonpath={.status.phase} | grep -x Bound", user="k8suser")
    seat.student("kubectl -n shop create configmap prices --from-literal=tea=4 --dry-run=client -o yaml | kubectl apply -f -")
    seat.student("kubectl config set-context --current --namespace=mine")
    seat.student("echo '# my note' >> workshop/2.04/k8s-for-beginners-deploy.yaml; rm workshop/2.02/k8s-for-beginners-pod.yaml")
    seat.student("mkdir -p notes; date > notes/day")
    seat.module("cluster_component", components=["kubelet", "kube-scheduler"], state="stopped", driver="none")
    left = {name for name in rows(seat) if name not in KEPT["before"]}
    assert {"Namespace /mine", "PersistentVolume /disk", "CustomResourceDefinition /widgets.class.example", "Deployment default/k8s-pageview"} <= left, left


def test_check_says_all_of_it_and_changes_nothing(seat):
    """Also that the control plane would be mended."""
    before = {name: uid for name, (uid, _version) in rows(seat).items()}
    output, changed = play("--check")
    for words in ("Namespace mine", "Namespace pageview", "Deployment default/k8s-for-beginners", "Deployment default/k8s-redis", "Service default/forgotten",
                  "ConfigMap shop/notes", "PersistentVolume disk", "PersistentVolumeClaim default/claim", "ClusterRole all-mighty", "Widget default/one",
                  "CustomResourceDefinition widgets.class.example", "ValidatingWebhookConfiguration nobody-home", "ServiceAccount default/helper",
                  "ConfigMap kube-system/experiment", "ConfigMap shop/prices changed", "namespace default"):
        assert words in " ".join(output.split()), f"{words}\n{output[-6000:]}"
    assert changed >= 4, output[-6000:]
    assert {name: uid for name, (uid, _version) in rows(seat).items()} == before
    assert seat.shell("systemctl is-active kubelet", rc=None).strip() == "inactive"
    assert "namespace: mine" in seat.student("cat .kube/config")


def test_reset(seat):
    """One run, from a cluster without scheduler and kubelet."""
    output, changed = play()
    assert changed >= 4, output[-6000:]
    assert "shop/prices changed" in " ".join(output.split()), output[-6000:]


def test_cluster_is_as_before_the_class(seat):
    """By identity, and of what only people write by version; nothing more and nothing less."""
    record = {tuple(one[:4]): one[4] for one in json.loads(seat.shell("cat /var/lib/workshop-lab/baseline.json"))["objects"]}
    before = {f"{kind} {space}/{name}": uid for (_group, kind, space, name), uid in record.items()}
    now = rows(seat)
    kinds = {name.split()[0] for name in now}
    same = {name: uid for name, (uid, _version) in now.items() if not name.startswith("Pod kube-system/")}
    same.pop("ConfigMap kube-system/experiment")
    assert same == {name: uid for name, uid in before.items() if name.split()[0] in kinds and not name.startswith("Pod kube-system/")}
    owners = {name: version for name, (_uid, version) in KEPT["before"].items() if re.search(OWNERS, name)}
    assert len(owners) >= 8 and set(owners) <= set(now), owners
    assert [name for name in owners if name.split()[0] in PLAIN and now[name][1] != owners[name]] == ["ConfigMap shop/prices"]


def test_cluster_images_and_files_are_kept(seat):
    """The images are all there; the student's edited manifest too, the deleted one is back; the next student's commands go where the chapter's do."""
    assert KEPT["images"] and KEPT["images"] <= images(seat)
    assert seat.student("tail -n 1 workshop/2.04/k8s-for-beginners-deploy.yaml").strip() == "# my note"
    seat.student("test -s workshop/2.02/k8s-for-beginners-pod.yaml && test -s notes/day")
    assert "namespace:" not in seat.student("cat .kube/config")


def test_second_reset_changes_nothing(seat):
    """Nor does its --check announce anything."""
    for arguments in ((), ("--check",)):
        output, changed = play(*arguments)
        assert changed == 0, output[-6000:]


def test_finalizer_is_named_and_not_forced(seat):
    """The message has the object, what holds it and the way on; once it is taken off, the reset goes through."""
    seat.student("kubectl apply -f /tmp/kind.yml && kubectl wait --for=condition=Established crd/widgets.class.example --timeout=60s")
    held = '{"apiVersion": "class.example/v1", "kind": "Widget", "metadata": {"name": "stuck", "finalizers": ["class.example/hold"]}}'
    seat.until(f"kubectl apply -f - <<< '{held}'", user="k8suser")
    said = seat.refusal("cluster_baseline", state="restored", user="k8suser", wait_timeout=8)["msg"]
    assert "not gone after 8 seconds: Widget default/stuck (held by class.example/hold)" in said
    seat.student(re.search(r"`(kubectl patch .*?)`", said).group(1))
    result = seat.module("cluster_baseline", state="restored", user="k8suser")
    assert [one["title"] for one in result["deleted"]] == ["CustomResourceDefinition widgets.class.example"]


def test_without_a_record_only_the_workshops_own_objects_go(seat):
    """What nobody can tell apart from the owner's is listed, with the option that would delete it."""
    seat.student("kubectl apply -f workshop/2.03/k8s-for-beginners-svc.yaml && kubectl create configmap whose")
    arguments = dict(state="restored", user="k8suser", path="/var/lib/other/baseline.json", own_namespaces=["pageview"], own_objects=OWN)
    result = seat.module("cluster_baseline", check=True, **arguments)
    assert [one["title"] for one in result["deleted"]] == ["Service default/k8s-for-beginners"] and not result["recorded"]
    assert {"Namespace shop", "ConfigMap default/house-rules", "ConfigMap default/whose", "ClusterRole shopkeeper"} <= {one["title"] for one in result["left"]}
    assert not [one for one in result["left"] if one["name"].startswith(("system:", "kubeadm:", "kube-"))]
    everything = seat.module("cluster_baseline", check=True, everything=True, **arguments)
    titles = {one["title"] for one in everything["deleted"]}
    assert {"Namespace shop", "ConfigMap default/house-rules", "ClusterRole shopkeeper", "Service default/k8s-for-beginners"} <= titles
    assert not [title for title in titles if re.search("kube-system|kube-public|system:|kubeadm:|Node |Service default/kubernetes", title)], titles


def test_home_directory_is_new_but_for_the_cluster(seat):
    """Opt-in: the student's files go, hidden ones too, links are not followed; the cluster still answers, and twice is once."""
    seat.student("mkdir -p .config/tool; touch .config/tool/x .bash_history; ln -s /etc/hostname link; echo alias x=y >> .bashrc; ln -s /var/tmp away")
    seat.shell("touch /var/tmp/not-the-students; mkdir -p /home/k8suser/roots; touch /home/k8suser/roots/file")
    _output, changed = play("-e", "workshop_reset_home=true", "-e", '{"workshop_reset_home_keep": ["notes"]}')
    assert changed > 0
    assert set(seat.student("ls -A").split()) == {".bash_logout", ".bashrc", ".kube", ".profile", "notes", "workshop"}
    assert seat.shell("cmp /etc/skel/.bashrc /home/k8suser/.bashrc && stat -c %U /home/k8suser/.bashrc").strip() == "k8suser"
    assert "# my note" not in seat.student("cat workshop/2.04/k8s-for-beginners-deploy.yaml")
    seat.shell("test -e /var/tmp/not-the-students && test -s /etc/hostname")
    assert "minikube" in seat.student("kubectl get nodes")
    output, changed = play("-e", "workshop_reset_home=true", "-e", '{"workshop_reset_home_keep": ["notes"]}')
    assert changed == 0, output[-6000:]
