"""From one state to another: a node in memory that behaves as Docker and kubelet do, and time that passes by itself."""

import itertools

import pytest
from ansible_collections.workshop.lab.plugins.module_utils.component import COMPONENTS, STATIC, Container, Node
from ansible_collections.workshop.lab.plugins.module_utils.component_change import Change
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

ALL = list(STATIC) + ["kubelet"]


class World:
    """One node. ``sulking``: components that kubelet does not restart before their ended containers are forgotten."""

    def __init__(self, kubelet=True, away=(), down=(), removed=(), missing=(), sulking=(), deaf=False):
        self.kubelet, self.now, self.looks, self.acts, self.deaf = kubelet, 0.0, 0, [], deaf
        self.manifests, self.kept = set(STATIC) - set(away) - set(missing), set(away)
        self.up = {name: name not in down for name in STATIC if name not in removed}
        self.sulking = set(sulking)

    def clock(self):
        """Return the time."""
        return self.now

    def sleep(self, seconds):
        """Let time pass, and kubelet do its work."""
        self.now += seconds
        if not self.kubelet or self.deaf:
            return
        for name in STATIC:
            if name not in self.manifests:
                self.up.pop(name, None)
            elif name not in self.sulking:
                self.up[name] = True

    def look(self, limit):
        """Return what is seen."""
        self.looks += 1
        containers = {name: [Container(name + "-id", up, "Up" if up else "Exited (2)", "box")] for name, up in self.up.items()}
        api = self.up.get("kube-apiserver") and self.up.get("etcd")
        return Node("active" if self.kubelet else "inactive", self.manifests, self.kept, containers, {"box": True}, (bool(api), "ok" if api else "refused"))

    def act(self, steps, limit):
        """Do the steps."""
        assert limit > 0
        for verb, subject in steps:
            self.acts.append("%s %s" % (verb, subject))
            name = subject.replace("-id", "")
            if verb == "unit":
                self.kubelet = subject == "start"
            elif verb in ("away", "back"):
                source, target = (self.manifests, self.kept) if verb == "away" else (self.kept, self.manifests)
                source.remove(name)
                assert name not in target
                target.add(name)
            elif verb == "forget":
                self.up.pop(name)
                self.sulking.discard(name)
            else:
                assert name in self.up, "docker %s of a container that is not there" % verb
                self.up[name] = verb == "start"


def run(world, names, wanted, **more):
    """Run a Change on it and return its result."""
    change = Change(world, names, wanted, clock=world.clock, sleep=world.sleep, **more)
    change.run()
    return change.result()


def test_nothing_to_do_is_one_look():
    """And nothing acts."""
    world = World()
    result = run(world, ALL, "started")
    assert (world.looks, world.acts, result["changed"], result["healthy"]) == (1, [], False, True)


def test_the_chapter_s_order():
    """kubelet first, then the same containers; back one by one."""
    world = World()
    names = ["kubelet", "kube-scheduler", "kube-controller-manager", "kube-apiserver"]
    result = run(world, names, "stopped")
    assert world.acts == ["unit stop", "stop kube-scheduler-id", "stop kube-controller-manager-id", "stop kube-apiserver-id"]
    assert result["after"] == dict.fromkeys(names, "stopped") and world.looks == 2 and result["steps"] == world.acts
    world.acts = []
    for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet"):
        assert run(world, [name], "started")["changed"]
    assert world.acts == ["start kube-apiserver-id", "start kube-controller-manager-id", "start kube-scheduler-id", "unit start"]
    assert run(world, ALL, "started")["healthy"]


def test_kubelet_last_waits_for_what_it_has_to_end():
    """It is stopped only after it has ended the pod whose file was moved away."""
    world = World()
    result = run(world, ["kube-scheduler", "kubelet"], "stopped")
    assert world.acts == ["away kube-scheduler", "unit stop"] and "kube-scheduler" not in world.up
    assert result["after"] == {"kube-scheduler": "stopped", "kubelet": "stopped"}


def test_check_mode_acts_never():
    """It looks once, and says how it would be."""
    world = World()
    result = Change(world, ["kubelet", "kube-scheduler"], "stopped", clock=world.clock, sleep=world.sleep).prediction()
    assert (world.looks, world.acts) == (1, []) and result["changed"] and result["steps"] == ["unit stop", "stop kube-scheduler-id"]
    assert result["before"] == {"kubelet": "started", "kube-scheduler": "started"} and result["after"] == {"kubelet": "stopped", "kube-scheduler": "stopped"}


def states():
    """Return worlds in which each of two parts of the control plane is in any state, with kubelet running or not."""
    parts = ("well", "away", "down", "away and down", "away and removed", "removed")
    for kubelet, one, two in itertools.product((True, False), parts, parts):
        named = {"kube-apiserver": one, "etcd": two}
        yield {"kubelet": kubelet, "away": [name for name in named if "away" in named[name]], "down": [name for name in named if "down" in named[name]],
               "removed": [name for name in named if "removed" in named[name]]}


@pytest.mark.parametrize("state", list(states()), ids=str)
def test_all_five_are_mended_from_any_state(state):
    """One call; the second finds nothing to do; no static pod file is lost."""
    world = World(**state)
    result = run(world, ALL, "started")
    assert result["healthy"] and world.manifests == set(STATIC) and not world.kept
    acts = list(world.acts)
    again = run(world, ALL, "started")
    assert world.acts == acts and not again["changed"] and again["before"] == dict.fromkeys(COMPONENTS, "started")


@pytest.mark.parametrize("cut", range(1, 5))
def test_a_run_that_was_killed_half_way_is_finished_by_the_next(cut):
    """After each step of a stop by file, as after a SIGKILL."""
    world = World()
    steps = Change(world, ["kube-scheduler", "etcd", "kube-apiserver", "kube-controller-manager"], "stopped", clock=world.clock, sleep=world.sleep).plan()
    world.act(steps[:cut], 1)
    world.kubelet = cut % 2 == 0
    assert run(world, ALL, "started")["healthy"]
    assert not world.kept


def test_kubelet_s_pauses_are_cut_short():
    """What it has not restarted for a while is forgotten once."""
    world = World(down=["kube-controller-manager"], sulking=["kube-controller-manager"])
    result = run(world, ALL, "started")
    assert world.acts == ["forget kube-controller-manager-id"] and 15 <= world.now < 25 and result["healthy"]


def test_a_wait_ends_and_tells_what_it_last_saw():
    """The object, what was seen, the next step, and the result beside."""
    world = World(down=["etcd"], deaf=True)
    with pytest.raises(LabError) as error:
        run(world, ["etcd"], "started", timeout=10)
    assert str(error.value).startswith("etcd was not seen started within 10 seconds; last seen: its container is Exited (2), its static pod file is in place, "
                                       "kubelet is active. Next step: ")
    assert error.value.result["after"] == {"etcd": "stopped"} and world.now <= 11


def test_what_cannot_be_mended_does_not_keep_the_others_from_it():
    """A file that is gone is said at the end."""
    world = World(kubelet=False, missing=["kube-scheduler"], away=["etcd"])
    with pytest.raises(LabError, match="kube-scheduler cannot be started: its static pod file") as error:
        run(world, ALL, "started")
    assert error.value.result["after"]["kubelet"] == "started" and "etcd" in world.manifests
    with pytest.raises(LabError, match="kube-scheduler cannot be started"):
        Change(world, ALL, "started", clock=world.clock, sleep=world.sleep).prediction()
