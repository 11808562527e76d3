"""The program behind the unit of the boot: what it starts, what it leaves alone, how often it tries."""

import json
import types

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import cluster_boot
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.runner import Done


class FakeCluster:
    """A cluster whose states and ends of tries are given, in turn, the last one for ever. ``goals``: what it was asked to reach."""

    def __init__(self, state="stopped", ends=(None,), driver="virtualbox", saved=0):
        self.found, self.ends, self.goals, self.saved = state, list(ends), [], saved
        self.wanted = types.SimpleNamespace(driver=driver)

    def state(self):
        """The state that was given."""
        return self.found

    def reach(self, goal):
        """Fail or succeed as was given."""
        self.goals.append(goal)
        error = self.ends.pop(0) if len(self.ends) > 1 else self.ends[0]
        if error:
            raise LabError(error)
        return {"changed": self.found != "started", "healed": ["gave a file back"], "seconds": 61.2}

    def save(self):
        """As a VBoxManage that ends so."""
        return None if self.saved is None else Done(["VBoxManage"], self.saved, "", "VBoxManage: error: no room\n", 1.0)


def go(work, cluster):
    """Return (exit code, what was said, the pauses)."""
    said, pauses = [], []
    if work is cluster_boot.start:
        return work(cluster, said.append, pauses.append), said, pauses
    return work(cluster, said.append), said, pauses


def test_a_stopped_cluster_starts():
    """What was mended is told."""
    assert go(cluster_boot.start, FakeCluster()) == (0, ["Mended: gave a file back.", "The cluster is ready after 61 s."], [])


def test_a_running_one_is_only_looked_at():
    """As after a playbook that enabled the unit."""
    assert go(cluster_boot.start, FakeCluster("started"))[1][-1] == "The cluster runs already."


def test_none_is_made():
    """A boot downloads no gigabyte."""
    cluster = FakeCluster("absent")
    code, said, _pauses = go(cluster_boot.start, cluster)
    assert code == 0 and cluster.goals == [] and "site.yml makes one" in said[0]


def test_it_tries_again_with_growing_pauses():
    """A module that is loaded late, a network that comes late."""
    code, said, pauses = go(cluster_boot.start, FakeCluster(ends=["no vboxdrv", "no vboxdrv", None]))
    assert code == 0 and pauses == [15, 60] and said[:2] == ["no vboxdrv", "Once more in 15 seconds."]


LOSS = "All that ran in the cluster of k8suser is lost: minikube could not start it and deleted it"


def test_a_cluster_that_is_gone_after_a_try():
    """minikube has deleted it: that is no seat without a cluster, and the unit fails."""
    cluster = FakeCluster(ends=["no vboxdrv"])
    states = ["stopped", "absent"]
    cluster.state = lambda: states.pop(0)
    code, said, pauses = go(cluster_boot.start, cluster)
    assert (code, pauses, cluster.goals) == (1, [15], ["started"]) and "The cluster that was here is gone" in said[-1] and "site.yml" in said[-1]


def test_a_loss_that_is_told_ends_the_tries():
    """Another one would make a new cluster, which is the playbook's to do."""
    cluster = FakeCluster()

    def reach(goal):
        raise LabError(LOSS + ".\nminikube could not start", lost=LOSS)

    cluster.reach = reach
    code, said, pauses = go(cluster_boot.start, cluster)
    assert (code, pauses) == (1, []) and said[0].startswith(LOSS) and "The cluster that was here is gone" in said[-1]


def test_a_new_cluster_in_place_of_the_old_one():
    """It runs, and is stopped with the machine; that it is empty is said in place of "ready"."""
    cluster = FakeCluster()
    cluster.reach = lambda goal: {"changed": True, "healed": ["gave a file back", LOSS], "lost": LOSS, "seconds": 61.2}
    code, said, _pauses = go(cluster_boot.start, cluster)
    assert code == 0 and said[:2] == ["Mended: gave a file back.", LOSS + "."] and len(said) == 3
    assert said[2].startswith("A new cluster runs after 61 s, with nothing in it.") and "ready" not in said[2]


def test_it_gives_up():
    """After four tries, with the next step."""
    cluster = FakeCluster(ends=["no vboxdrv"])
    code, said, pauses = go(cluster_boot.start, cluster)
    assert code == 1 and pauses == [15, 60, 240] and cluster.goals == ["started"] * 4
    assert "Given up after 4 tries" in said[-1] and "systemctl restart workshop-cluster" in said[-1]


@pytest.mark.parametrize("saved, code, words", [
    (0, 0, "memory was saved"), (1, 1, "no room"), (None, 1, "not stopped cleanly."),
])
def test_a_vm_that_does_not_stop_is_saved(saved, code, words):
    """Before the power goes."""
    found, said, _pauses = go(cluster_boot.stop, FakeCluster("started", ends=["it hangs"], saved=saved))
    assert found == code and said[0] == "it hangs" and words in said[-1], said


def test_stop():
    """A VM is stopped; driver none leaves that to the machine's own services."""
    cluster = FakeCluster("started", driver="none")
    assert go(cluster_boot.stop, cluster)[0] == 0 and cluster.goals == []
    cluster = FakeCluster("stopped")
    assert go(cluster_boot.stop, cluster) == (0, ["The cluster is stopped."], []) and cluster.goals == ["stopped"]


@pytest.mark.parametrize("argv, code, words", [
    ([], 2, "usage"), (["restart", "x"], 2, "usage"), (["start", "/nonexistent"], 1, "run site.yml"),
])
def test_arguments(capsys, argv, code, words):
    """What it was not made for, it says."""
    assert cluster_boot.main(argv) == code and words in capsys.readouterr().out


@pytest.mark.parametrize("settings, words", [
    ({"memory_mb": 5}, "memory_mb"), ({"user": "nobody-of-that-name"}, "no account nobody-of-that-name any more"), ("[", "cannot be read"),
])
def test_settings(capsys, tmp_path, settings, words):
    """A file that a person has changed is refused in one sentence."""
    file = tmp_path / "settings.json"
    file.write_text(settings if isinstance(settings, str) else json.dumps(settings))
    assert cluster_boot.main(["start", str(file)]) == 1
    assert words in capsys.readouterr().out


def test_without_a_cluster(capsys, tmp_path):
    """The whole program, on a machine without minikube: it has nothing to do, and says so."""
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({"driver": "none", "user": None, "minikube_path": "/nonexistent/minikube"}))
    assert cluster_boot.main(["stop", str(file)]) == 0


def test_the_journal_has_the_lines_of_a_start():
    """Each as it comes; what is being done when a step begins."""
    said = []
    journal = cluster_boot.Journal(said.append)
    journal.begin("minikube start")
    journal.tell("* Preparing   Kubernetes")
    assert said == ["minikube start", "* Preparing Kubernetes"]
