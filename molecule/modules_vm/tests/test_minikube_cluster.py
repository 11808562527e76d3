"""minikube_cluster with driver virtualbox, on a real cluster: every change of state, and every healing from the bad state really made.

The tests follow each other on one VM, from none to none. A start takes most of a minute, so no test makes one that another has made.
"""

import concurrent.futures
import json

import pytest

testinfra_hosts = ["ansible://lab-modules-vm-1"]

SHAPE = {"user": "k8suser", "driver": "virtualbox", "kubernetes_version": "v1.20.2", "registry_mirrors": ["http://lab-mirror:5000"]}
STATUS = "/usr/local/bin/minikube status -o json"
LOCKS = ("juju-kubeconfigUpdate", "juju-kube-config", "juju-minikube-config-json", "juju-setupCerts")
CLUSTER = "~/.minikube/machines/minikube"
TIMER = """
import statistics, subprocess, time
times = []
for _ in range(5):
    begun = time.monotonic()
    subprocess.call(['/usr/local/bin/minikube', 'status', '-o', 'json'], stdout=subprocess.DEVNULL)
    times.append(time.monotonic() - begun)
print(statistics.median(times))
"""
READY = "kubectl --context=minikube get node minikube -o json"


@pytest.fixture(scope="module", autouse=True)
def start_from_nothing(seat):
    """No cluster, and lock files of another account in /tmp, which stop a student's own minikube (v1.5.2) from writing anything."""
    seat.module("minikube_cluster", state="absent", **SHAPE)
    for name in LOCKS:
        seat.shell("rm -f /tmp/%s; touch /tmp/%s; chmod 600 /tmp/%s" % (name, name, name))
    yield
    for name in LOCKS:
        seat.shell("rm -f /tmp/" + name)


def cluster(seat, **arguments):
    """Run the module for the wanted shape, with changes."""
    return seat.module("minikube_cluster", **dict(SHAPE, **arguments))


def refused(seat, **arguments):
    """Return the result of minikube_cluster, which must fail, for the wanted shape with changes."""
    return seat.refusal("minikube_cluster", **dict(SHAPE, **arguments))


def is_ready(seat):
    """Fail unless the student's kubectl reaches a Ready node."""
    node = json.loads(seat.student(READY))
    assert [one["status"] for one in node["status"]["conditions"] if one["type"] == "Ready"] == ["True"], node["status"]["conditions"]
    return node


def healthy(seat, **arguments):
    """A second run changes nothing and starts nothing but status."""
    again = cluster(seat, **arguments)
    assert (again["changed"], again["steps"], again["differences"]) == (False, [STATUS], []), again
    return again


def commands(result):
    """The first two words of what was started, without paths."""
    lines = [line.split() for line in result["steps"]]
    return [" ".join([words[0].split("/")[-1]] + (words[1:2] if words[0].startswith("/") else [])) for words in lines]


def test_absent_of_nothing(seat):
    """Nothing to do, nothing done; stopped makes no cluster either."""
    for state in ("absent", "stopped"):
        assert not cluster(seat, state=state)["changed"]


def test_what_is_known_to_fail_is_not_started(seat):
    """VirtualBox may not make that network: refused before minikube is asked; a dry run warns."""
    said = refused(seat, host_only_cidr="192.168.110.1/24")
    assert [one["id"] for one in said["problems"]] == ["VBOX_E_ACCESSDENIED"] and "/etc/vbox/networks.conf" in said["msg"]
    dry = cluster(seat, check=True, host_only_cidr="192.168.110.1/24")
    assert dry["changed"] and [one["id"] for one in dry["problems"]] == ["VBOX_E_ACCESSDENIED"]
    seat.student("test ! -e " + CLUSTER)


def test_fresh_start(seat):
    """Predicted first, without making anything; then made, in spite of foreign lock files; then left alone."""
    dry = cluster(seat, check=True)
    assert dry["changed"] and dry["planned"] == ["minikube start"] and dry["after"]["memory_mb"] == 2000
    seat.student("test ! -e %s && test ! -e ~/.minikube/profiles/minikube" % CLUSTER)
    done = cluster(seat)
    assert done["changed"] and done["after"]["host"] == "Running" and done["after"]["kubernetes_version"] == "v1.20.2" and done["after"]["ip"]
    assert any("Done! kubectl is now configured" in line for line in done["stdout_lines"]), done["stdout_lines"]
    assert is_ready(seat)["status"]["nodeInfo"]["kubeletVersion"] == "v1.20.2"
    seat.student("kubectl --context=minikube -n kube-system wait --for=condition=Available deployment -l k8s-app=kube-dns --timeout=1s")
    healthy(seat)
    assert seat.shell("stat -c '%U %s' /tmp/juju-kubeconfigUpdate").split() == ["root", "0"]


def test_healthy_costs_one_short_program(seat):
    """Counted by programs that stand in front of minikube and kubectl and write down each call; timed beside `minikube status`."""
    for name in ("minikube", "kubectl"):
        seat.shell("printf '#!/bin/sh\\necho \"%s $*\" >>/tmp/counted\\nexec /usr/local/bin/%s \"$@\"\\n' >/opt/counted-%s; chmod 755 /opt/counted-%s"
                   % (name, name, name, name))
    seat.student("rm -f /tmp/counted")
    done = cluster(seat, minikube_path="/opt/counted-minikube", kubectl_path="/opt/counted-kubectl")
    assert not done["changed"]
    assert seat.shell("cat /tmp/counted").splitlines() == ["minikube status -o json"]
    alone = float(seat.student("python3 -c \"%s\"" % TIMER))
    taken = sorted(cluster(seat)["seconds"] for _ in range(5))[2]
    print("minikube_cluster %.3f s, minikube status %.3f s, ratio %.2f" % (taken, alone, taken / alone))
    assert taken < 1.5 * alone
    seat.shell("rm -f /opt/counted-minikube /opt/counted-kubectl /tmp/counted")


@pytest.mark.parametrize("change, words", [
    ({"cpus": 4}, ["cpus 2", "4 is wanted"]), ({"memory_mb": 4000}, ["memory_mb 2000", "4000 is wanted"]), ({"disk_mb": 30000}, ["disk_mb 20000"]),
    ({"host_only_cidr": "192.168.59.1/24"}, ["host_only_cidr 192.168.99.1/24"]), ({"driver": "kvm2"}, ["driver virtualbox", "kvm2"]),
    ({"registry_mirrors": []}, ["registry_mirrors http://lab-mirror:5000"]), ({"kubernetes_version": "v1.19.0"}, ["v1.20.2", "cannot go back"]),
])
def test_what_needs_a_new_vm_is_refused(seat, change, words):
    """With what was found and wanted and the way out; also in a dry run. The cluster is as it was."""
    before = seat.student("cat %s/config.json ~/.minikube/profiles/minikube/config.json" % CLUSTER)
    for check in (True, False):
        said = refused(seat, check=check, **change)
        assert all(word in said["msg"] for word in words + ["recreate: true", "loses all"]), said["msg"]
        assert [one["name"] for one in said["differences"]] == list(change)
    assert seat.student("cat %s/config.json ~/.minikube/profiles/minikube/config.json" % CLUSTER) == before
    healthy(seat)


def test_old_address(seat):
    """update-context and no start. Without TMPDIR the student's own minikube cannot do that, because of the foreign lock files."""
    seat.student("kubectl config set-cluster minikube --server=https://192.168.99.250:8443")
    said = seat.student("minikube update-context 2>&1", rc=70)
    assert "permission denied" in said
    assert seat.module("minikube_info", user="k8suser")["cluster"]["kubeconfig"] == "Misconfigured"
    dry = cluster(seat, check=True)
    assert dry["changed"] and dry["planned"] == ["minikube update-context"]
    done = cluster(seat)
    assert done["changed"] and "minikube start" not in commands(done) and "minikube update-context" in commands(done) and len(done["healed"]) == 1
    is_ready(seat)
    healthy(seat)


def test_kubeconfig_lost(seat):
    """Written anew without a start."""
    seat.student("rm ~/.kube/config")
    done = cluster(seat)
    assert done["changed"] and "minikube start" not in commands(done) and done["after"]["kubeconfig"] == "Configured"
    assert seat.student("kubectl config current-context").strip() == "minikube"
    is_ready(seat)
    healthy(seat)


def test_current_context(seat):
    """None becomes minikube; another choice of the student stays."""
    seat.student("kubectl config unset current-context")
    done = cluster(seat)
    assert done["changed"] and commands(done) == ["minikube status", "kubectl config", "minikube status"]
    assert seat.student("kubectl config current-context").strip() == "minikube"
    seat.student("kubectl config set-context work --cluster=work --user=work && kubectl config use-context work")
    healthy(seat)
    assert seat.student("kubectl config current-context").strip() == "work"
    seat.student("kubectl config use-context minikube")


@pytest.mark.long
def test_foreign_files(seat):
    """Exactly what belongs to another account is given back; what links lead to, and files with a second name outside, are not touched."""
    seat.shell("rm -rf /opt/secrets; install -d -m 700 /opt/secrets; echo x >/opt/secrets/file; echo x >/opt/secrets/linked")
    home = seat.student("pwd").strip()
    seat.shell("ln -sfn /opt/secrets %s/.minikube/to-directory; ln -sf /opt/secrets/file %s/.kube/to-file; ln -f /opt/secrets/linked %s/.minikube/hard || true"
               % (home, home, home))
    seat.shell("cd %s && chown -R --no-dereference root: .kube .minikube/machines .minikube/profiles && chmod 700 .kube .minikube/machines" % home)
    seat.student("minikube status", rc=None)
    seat.student("cat ~/.kube/config", rc=1)
    assert "~/.kube" in seat.module("minikube_info", user="k8suser")["foreign_files"]
    dry = cluster(seat, check=True)
    assert dry["changed"] and dry["planned"][0] == "give files back" and seat.shell("stat -c %%U %s/.kube" % home).strip() == "root"
    done = cluster(seat)
    assert done["changed"] and "minikube start" not in commands(done) and "~/.minikube/machines, " in done["healed"][0]
    assert seat.shell("find %s/.kube %s/.minikube ! -user k8suser" % (home, home)).split() in ([], [home + "/.minikube/hard"])
    assert set(seat.shell("stat -c %U /opt/secrets /opt/secrets/file /opt/secrets/linked").split()) == {"root"}
    is_ready(seat)
    seat.shell("rm -rf /opt/secrets %s/.minikube/to-directory %s/.kube/to-file %s/.minikube/hard" % (home, home, home))
    healthy(seat)


def test_stop(seat):
    """Stopped twice, which the second time is nothing."""
    seat.student("kubectl --context=minikube create configmap kept --from-literal=a=b")
    dry = cluster(seat, state="stopped", check=True)
    assert dry["changed"] and dry["after"]["host"] == "Stopped"
    healthy(seat)
    done = cluster(seat, state="stopped")
    assert done["changed"] and done["after"]["host"] == "Stopped" and "minikube stop" in commands(done)
    again = cluster(seat, state="stopped")
    assert not again["changed"] and again["steps"] == [STATUS]
    assert seat.module("minikube_info", user="k8suser")["state"] == "stopped"
    seat.student("kubectl config current-context", rc=1)


def test_vm_that_does_not_start(seat):
    """Its disk is away, so that VBoxManage cannot power it on: minikube, whose start would delete it, is not called, and the VM is as it was."""
    seat.student("mv %s/disk.vmdk ~/disk.aside" % CLUSTER)
    said = refused(seat)
    seat.student("mv ~/disk.aside %s/disk.vmdk" % CLUSTER)
    assert [one["id"] for one in said["problems"]] == ["VM_NOT_STARTED"] and "minikube was not asked" in said["msg"], said["msg"]
    assert "startvm minikube --type headless" in said["msg"] and "no key on the disks" in said["msg"] and "nothing was deleted" in said["msg"], said["msg"]
    assert '"minikube"' in seat.student("VBoxManage list vms") and seat.module("minikube_info", user="k8suser")["state"] == "stopped"


def test_start(seat):
    """Started again by two runs at once, of which one does it, with all that ran in it; the VM is powered on before minikube; the current context is back."""
    with concurrent.futures.ThreadPoolExecutor() as both:
        other, done = sorted(both.map(lambda _number: cluster(seat), range(2)), key=lambda result: result["changed"])
    assert done["changed"] and [one["name"] for one in done["differences"]] == ["host"] and (done["lost"], done["healed"]) == ("", []), done
    powered, answered, started = (done["steps"].index("VBoxManage startvm minikube --type headless"), commands(done).index("minikube ssh"),
                                  commands(done).index("minikube start"))
    assert powered < answered < started, done["steps"]
    assert (other["changed"], other["steps"]) == (False, [STATUS]), other
    assert seat.student("kubectl get configmap kept -o jsonpath={.data.a}").strip() == "b"
    healthy(seat)


@pytest.mark.long
def test_extra_arguments(seat):
    """A start mends them; then they are no difference any more."""
    extra = ["--extra-config=kubelet.max-pods=57"]
    done = cluster(seat, extra_arguments=extra)
    assert done["changed"] and done["differences"] == [
        {"name": "extra_arguments --extra-config", "found": "nothing", "wanted": "kubelet.max-pods=57"}], done["differences"]
    seat.until("test \"$(kubectl --context=minikube get node minikube -o jsonpath={.status.capacity.pods})\" = 57", user="k8suser")
    healthy(seat, extra_arguments=extra)


def vanish(seat):
    """Remove the VM behind minikube's back."""
    seat.student("VBoxManage controlvm minikube poweroff")
    seat.student("VBoxManage unregistervm minikube --delete")


@pytest.mark.long
def test_half_made_with_its_vm(seat):
    """The VM is there, so nothing is touched: the record may come back from a backup."""
    for bad in ("rm %s/config.json" % CLUSTER, "echo '{' >%s/config.json" % CLUSTER):
        seat.student("cp -p %s/config.json ~/backup; %s" % (CLUSTER, bad))
        assert "the hypervisor has a VM" in refused(seat)["msg"]
        assert seat.module("minikube_info", user="k8suser")["state"] == "broken"
        assert "has a VM" in refused(seat, state="stopped")["msg"]
        seat.student("cp -p ~/backup %s/config.json; rm ~/backup" % CLUSTER)
    healthy(seat, extra_arguments=["--extra-config=kubelet.max-pods=57"])


def test_vm_removed_behind_minikubes_back(seat):
    """What is left of it goes, with its disk kept aside; then a new VM is made."""
    vanish(seat)
    seat.student("echo precious >%s/disk.vmdk" % CLUSTER)
    assert "machine does not exist" in seat.student("minikube status 2>&1", rc=70)
    assert seat.module("minikube_info", user="k8suser")["reason"] == "the VM was removed behind minikube's back"
    assert not cluster(seat, state="stopped")["changed"]
    dry = cluster(seat, check=True)
    assert dry["changed"] and dry["planned"] == ["move ~/.minikube/machines/minikube aside", "minikube delete", "minikube start"]
    done = cluster(seat)
    assert done["changed"] and len(done["healed"]) == 3, done["healed"]
    assert seat.student("cat ~/.minikube/set-aside/minikube-*/disk.vmdk").strip() == "precious"
    is_ready(seat)
    healthy(seat)
    seat.student("rm -rf ~/.minikube/set-aside")


@pytest.mark.long
@pytest.mark.parametrize("bad", ["rm -rf {0}/config.json {0}/disk.vmdk", "echo '{{' >{0}/config.json; rm -f {0}/disk.vmdk"])
def test_half_made_machine(seat, bad):
    """No VM and no record that minikube could read: the directory goes and a VM is made."""
    vanish(seat)
    seat.student(bad.format(CLUSTER))
    seat.student("minikube start --vm-driver=virtualbox --kubernetes-version=v1.20.2 </dev/null", rc=70)
    done = cluster(seat)
    assert done["changed"] and len(done["healed"]) == 1 and "half made" in done["healed"][0] and "minikube delete" not in commands(done)
    is_ready(seat)
    healthy(seat)


@pytest.mark.long
def test_recreate(seat):
    """Refused without the word, done with it: another VM of the wanted shape."""
    assert "recreate: true" in refused(seat, cpus=3)["msg"]
    dry = cluster(seat, cpus=3, recreate=True, check=True)
    assert dry["planned"] == ["minikube delete", "minikube start"] and dry["after"]["cpus"] == 3
    done = cluster(seat, cpus=3, recreate=True)
    assert done["changed"] and done["after"]["cpus"] == 3 and done["differences"] == [{"name": "cpus", "found": 2, "wanted": 3}]
    assert "cpus=3" in seat.student("VBoxManage showvminfo minikube --machinereadable").split()
    is_ready(seat)
    healthy(seat, cpus=3, recreate=True)


def test_context_left_behind_by_delete(seat):
    """minikube's own delete leaves its entries in the kubeconfig; the student's other context stays."""
    seat.student("TMPDIR=~/.minikube/tmp minikube delete")
    assert "minikube" in seat.student("kubectl config get-contexts -o name").split()
    dry = cluster(seat, state="absent", check=True)
    assert dry["changed"] and len(dry["healed"]) == 1 and "minikube" in seat.student("kubectl config get-contexts -o name").split()
    done = cluster(seat, state="absent")
    assert done["changed"] and "earlier delete" in done["healed"][0] and "minikube delete" not in commands(done)
    assert seat.student("kubectl config get-contexts -o name").split() == ["work"]
    view = json.loads(seat.student("kubectl config view -o json"))
    assert not view["clusters"] and not view["users"] and not view["current-context"]
    assert not cluster(seat, state="absent")["changed"]


@pytest.mark.long
def test_start_over_its_limit(seat):
    """Ended, with what it last said; what it left is deleted."""
    said = refused(seat, start_timeout=6)
    assert "6 seconds" in said["msg"] and "It last said" in said["msg"] and "Next step" in said["msg"], said["msg"]
    seat.student("kubectl config delete-context work || true")  # there when the tests of the kubeconfig ran before
    done = cluster(seat, state="absent")
    assert done["changed"]
    seat.student("test ! -e %s && test ! -e ~/.minikube/profiles/minikube && test ! -e ~/.minikube/tmp" % CLUSTER)
    assert seat.student("VBoxManage list vms") == ""
    assert not cluster(seat, state="absent")["changed"]
