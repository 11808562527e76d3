"""After a night: the machine was restarted, and nobody but its own unit has started the cluster."""

import json
import re

import pytest

UNIT = "workshop-cluster.service"


def journal(seat):
    """What the unit has said in this boot."""
    return seat.shell(f"journalctl --unit {UNIT} --boot 0 --output cat --no-pager")


def test_the_cluster_is_there(host, seat, student):
    """The same one as yesterday, with its node Ready; the unit says what it did."""
    assert host.service(UNIT).is_running and host.service(UNIT).is_enabled, journal(seat)
    uid = student("kubectl get namespace kube-system -o jsonpath={.metadata.uid}")
    assert uid == host.file("/root/cluster-uid").content_string == host.file("/root/by-hand").content_string
    (node,) = json.loads(student("kubectl get node -o json"))["items"]
    assert {c["type"]: c["status"] for c in node["status"]["conditions"]}["Ready"] == "True"
    assert "The cluster is ready after" in journal(seat) or "The cluster runs already" in journal(seat)


def test_the_evening_ended_cleanly(seat):
    """The unit stopped the cluster with the machine. A container's boots have all the id of its host's: the evening is in the same journal, if that is kept."""
    said = journal(seat)
    if len(re.findall(r"The cluster runs already|The cluster is ready after", said)) < 2:
        pytest.skip("the journal of the evening was not kept")
    assert "The cluster is stopped." in said and "not stopped cleanly" not in said, said


def test_sessions_end_later(seat):
    """A VM that was started in a session would be ended with it, beside the unit that is stopping it."""
    # In one go: the next command's session is another one.
    before = seat.shell("systemctl show --property=Before $(systemctl list-units --plain --no-legend --type scope 'session-*.scope' | cut -d' ' -f1)")
    assert before.strip() and all(UNIT in line for line in before.splitlines() if line), before


def test_a_start_that_would_fail_is_not_tried(seat):
    """Without VirtualBox's program the stopped VM stays as it is, and the journal says why; with it, it starts."""
    seat.shell(f"systemctl stop {UNIT}")
    disk = seat.shell("ls -i /home/k8suser/.minikube/machines/minikube/disk.vmdk")
    starts = journal(seat).count("minikube v1.5.2 on")
    seat.shell("mv /usr/local/bin/VBoxManage /root/VBoxManage")
    try:
        # It would try again for five minutes; the first answer is enough.
        seat.shell(f"systemctl start --no-block {UNIT}")
        seat.until(f"journalctl --unit {UNIT} --boot 0 --output cat | grep -q 'Once more in'")
        seat.shell(f"systemctl stop {UNIT}", rc=None)
    finally:
        seat.shell("mv /root/VBoxManage /usr/local/bin/VBoxManage")
    said = journal(seat)
    assert "VBoxManage" in said and said.count("minikube v1.5.2 on") == starts, said
    assert seat.shell("ls -i /home/k8suser/.minikube/machines/minikube/disk.vmdk") == disk
    seat.shell(f"systemctl reset-failed {UNIT}; systemctl start {UNIT}")
    seat.until("kubectl get --raw /readyz", user="k8suser")


def test_a_playbook_and_the_unit_share_a_lock(seat):
    """Both at once: the unit says for whom it waits."""
    seat.shell("python3 -c 'import fcntl, time; f = open(\"/run/workshop-lab.cluster\", \"a\"); fcntl.flock(f, fcntl.LOCK_EX); time.sleep(6)' & sleep 1; "
               f"systemctl restart {UNIT}; wait")
    assert "waiting for another run" in journal(seat)
