"""Every way from a present cluster to a wanted one: the exact commands, what is refused, and what check mode predicts."""

import json
import re

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import minikube_change, minikube_prestart
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError
from ansible_collections.workshop.lab.plugins.module_utils.minikube import Minikube
from ansible_collections.workshop.lab.plugins.module_utils.minikube_act import Actor
from ansible_collections.workshop.lab.plugins.module_utils.minikube_change import Order, bring
from ansible_collections.workshop.lab.tests.unit.minikube_parts import (
    CLEAN,
    EMPTY,
    HOME,
    KUBECTL,
    MINIKUBE,
    MISCONFIGURED,
    MKDIR,
    NOTHING,
    READY,
    RUNNING,
    START,
    STATUS,
    STOPPED,
    TMP,
    VANISHED,
    FakeHome,
    changed,
    fixture,
    seen,
    wanted,
)

LIMITS = {"query": 60, "start": 1800, "stop": 180, "delete": 300, "ready": 300}
UP, DOWN, NONE = (0, RUNNING, ""), (1, STOPPED, ""), (1, NOTHING, "")
GONE, STALE, SICK = (70, "", VANISHED), (4, MISCONFIGURED, ""), (2, RUNNING.replace('"APIServer":"Running"', '"APIServer":"Stopped"'), "")
DELETE, STOP = [MINIKUBE, "delete"], [MINIKUBE, "stop"]
UNTIDY = ["rm", "-rf", "--", TMP]
OLD_CONTEXT = fixture("vm/kubeconfig.yaml").replace("current-context: minikube", 'current-context: ""')
WORK_CONTEXT = fixture("vm/kubeconfig.yaml").replace("current-context: minikube", "current-context: work")
VMS = ["VBoxManage", "list", "vms"]
SHOW = ["VBoxManage", "showvminfo", "minikube", "--machinereadable"]
BOOT = ["VBoxManage", "startvm", "minikube", "--type", "headless"]
SSH = [MINIKUBE, "ssh", "--", "true"]
WAKE = [SHOW, BOOT, SSH]  # a VM that is off is powered on and has to answer before minikube starts it
MACHINE = HOME + "/.minikube/machines/minikube"
WRITES = ("start", "startvm", "stop", "delete", "update-context", "config", "mkdir", "rm", "mv", "controlvm", "unregistervm")


class Scene:
    """One cluster: what the files and `minikube status` say in turn, what was called."""

    def __init__(self, fake_runner, seens, statuses, answers=()):
        self.statuses = list(statuses)
        self.runner = fake_runner([tuple(one) for one in answers] + [
            (["config", "view"], 0, fixture("vm/config-view.json"), ""), (["start"], 0, fixture("vm/start.out"), ""),
            (["get", "nodes,deployments.apps"], 0, fixture("vm/ready.json"), ""), (["list", "vms"], 0, "", ""), (["config"], 0, "", ""),
            (["showvminfo"], 0, 'VMState="poweroff"\n', ""), (["startvm"], 0, "", ""), (["ssh"], 0, "", "")]
            + [([word], 0, "", "") for word in ("stop", "delete", "update-context", "mkdir", "rm", "mv", "controlvm", "unregistervm")])
        answer = self.runner.run

        def run(argv, limit, **more):
            if argv == STATUS:
                rc, out, err = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
                self.runner.answers.insert(0, (["status"], rc, out, err))
                done = answer(argv, limit, **more)
                self.runner.answers.pop(0)
                return done
            return answer(argv, limit, **more)

        self.runner.run = run
        self.home = FakeHome(self.runner.account, *seens)
        self.looked = []

    def bring(self, goal="started", check=False, recreate=False, quick=False, can_own=True, rivals=(), program=True, **changes):
        """Run all of it; return the result."""
        minikube = Minikube(self.runner, self.runner, MINIKUBE, KUBECTL, LIMITS)
        minikube.installed = lambda: program
        shape = wanted(**changes)
        now = [0.0]

        def sleep(seconds):
            now[0] += seconds

        actor = Actor(minikube, self.home, shape, clock=lambda: now[0], sleep=sleep)
        return bring(Order(goal, shape, recreate, check, quick), minikube, self.home, can_own=can_own, rivals=lambda driver, account: list(rivals), actor=actor)

    @property
    def calls(self):
        """What was started."""
        return self.runner.calls

    @property
    def writes(self):
        """What was started of it that may change anything."""
        return [call for call in self.calls if set(call) & set(WRITES) and call[1:3] != ["config", "view"]]


@pytest.fixture
def scene(fake_runner, monkeypatch):
    """scene(seens, statuses, answers) -> Scene; the look before a start finds no problem and is remembered."""
    made = []

    def look(runner, shape, state):
        made[-1].looked.append(state)
        return []

    monkeypatch.setattr(minikube_prestart, "look", look)

    def make(seens, statuses, answers=()):
        made.append(Scene(fake_runner, seens if isinstance(seens, list) else [seens], statuses, answers))
        return made[-1]

    return make


NO_PROFILE = seen(machine=None, profile=None, names=None)
HALF = seen(machine=None, names=["boot2docker.iso"])
LEFT = seen(machine=None, profile=None, names=None)
SET_ASIDE = [["mkdir", "-p", "-m", "0700", HOME + "/.minikube/set-aside"], ["mv", "-T", "--", MACHINE, HOME + "/.minikube/set-aside/minikube-*"]]
RM_PROFILE = ["rm", "-f", "--", HOME + "/.minikube/profiles/minikube/config.json"]
NEWER = changed("vm/profile.json", "KubernetesConfig", "KubernetesVersion", "v1.21.0")
RM_CONFIG = ["rm", "-f", "--", HOME + "/.kube/config"]
VIEW = [KUBECTL, "config", "view", "-o", "json"]
OTHERS = json.dumps(dict(json.loads(fixture("vm/config-view.json")), contexts=[{"name": "minikube"}, {"name": "work"}]))
FOREIGN = ["~/.kube/config", "~/.minikube/machines/minikube"]


def config(*words):
    """A call of kubectl config."""
    return [KUBECTL, "config"] + list(words)


# name: (what look() sees in turn, what status answers in turn, options, commands, texts in healed, changed)
WAYS = {
    "healthy": (seen(), [UP], {}, [STATUS], [], False),
    "healthy, another context chosen": (seen(kubeconfig=WORK_CONTEXT), [UP], {}, [STATUS], [], False),
    "healthy, recreate allowed": (seen(), [UP], {"recreate": True}, [STATUS], [], False),
    "fresh home": ([CLEAN, seen()], [UP], {}, [MKDIR, START, READY, STATUS], [], True),
    "no cluster": ([EMPTY, seen()], [NONE, UP], {}, [STATUS, MKDIR, START, READY, STATUS], [], True),
    "stopped": (seen(), [DOWN, UP], {}, [STATUS, MKDIR] + WAKE + [START, READY, STATUS], [], True),
    "stopped, context lost": ([seen(kubeconfig=OLD_CONTEXT), seen()], [DOWN, UP], {}, [STATUS, MKDIR] + WAKE + [START, READY, STATUS], [], True),
    "stopped, another context chosen": (seen(kubeconfig=WORK_CONTEXT), [DOWN, UP], {},
                                        [STATUS, MKDIR] + WAKE + [START + ["--keep-context"], READY, STATUS], [], True),
    "API server down": (seen(), [SICK, UP], {}, [STATUS, MKDIR, SSH, START, READY, STATUS], [], True),
    "upgrade": ([seen(profile=changed("vm/profile.json", "KubernetesConfig", "KubernetesVersion", "v1.19.0")), seen()], [UP, UP], {},
                [STATUS, MKDIR, SSH, START, READY, STATUS], [], True),
    "extra arguments": ([seen(), seen(profile=changed("vm/profile.json", "KubernetesConfig", "FeatureGates", "A=true"))], [UP, UP],
                        {"extra_arguments": ("--feature-gates=A=true",)}, [STATUS, MKDIR, SSH, START + ["--feature-gates=A=true"], READY, STATUS], [], True),
    "stop": (seen(), [UP, DOWN], {"goal": "stopped"}, [STATUS, MKDIR, STOP, STATUS, STATUS], [], True),
    "stop of a stopped": (seen(), [DOWN], {"goal": "stopped"}, [STATUS], [], False),
    "stop of nothing": (EMPTY, [NONE], {"goal": "stopped"}, [STATUS], [], False),
    "stop of a clean home": (CLEAN, [NONE], {"goal": "stopped"}, [], [], False),
    "stop of a VM that is gone": (seen(), [GONE], {"goal": "stopped"}, [STATUS], [], False),
    "absent": ([seen(), EMPTY], [UP, NONE], {"goal": "absent"}, [STATUS, VIEW, MKDIR, DELETE, STATUS, RM_CONFIG, UNTIDY, STATUS], [], True),
    "absent of nothing": (EMPTY, [NONE], {"goal": "absent"}, [STATUS], [], False),
    "absent of a clean home": (CLEAN, [NONE], {"goal": "absent"}, [], [], False),
    "absent of a profile": ([seen(machine=None, names=None, kubeconfig=None), EMPTY], [NONE], {"goal": "absent"},
                            [STATUS, MKDIR, DELETE, STATUS, UNTIDY, STATUS], [], True),
    "absent of a broken profile": ([seen(profile="{", kubeconfig=None), EMPTY], [UP, NONE], {"goal": "absent"},
                                   [STATUS, MKDIR, RM_PROFILE, DELETE, STATUS, UNTIDY, STATUS], [], True),
    "absent of a half made one": ([seen(machine=None, kubeconfig=None, names=["disk.vmdk"]), EMPTY], [NONE], {"goal": "absent"},
                                  [STATUS, VMS, MKDIR, ["rm", "-rf", "--", MACHINE], DELETE, STATUS, UNTIDY, STATUS], ["with the disk in it"], True),
    "context left behind by delete": ([LEFT, EMPTY], [NONE], {"goal": "absent"}, [STATUS, VIEW, RM_CONFIG, STATUS], ["earlier delete had left"], True),
    "VM vanished": ([seen(names=["config.json"]), EMPTY, seen()], [GONE, NONE, UP], {}, [STATUS, MKDIR, DELETE, STATUS, START, READY, STATUS],
                    ["removed behind its back"], True),
    "VM vanished, its disk is there": ([seen(), EMPTY, seen()], [GONE, NONE, UP], {}, [STATUS, MKDIR] + SET_ASIDE + [DELETE, STATUS, START, READY, STATUS],
                                       ["holds the VM's disk", "removed behind its back", "kept " + HOME], True),
    "half made": ([HALF, seen()], [NONE, UP], {}, [STATUS, VMS, MKDIR, ["rm", "-rf", "--", MACHINE], START, READY, STATUS], ["half made machine"], True),
    "half made, with a disk": ([seen(machine="{", names=["config.json", "disk.vmdk"]), seen()], [(70, "", "X Error getting host: load"), UP], {},
                               [STATUS, VMS, MKDIR] + SET_ASIDE + [START, READY, STATUS], ["disk aside", "kept " + HOME], True),
    "old address": (seen(), [STALE, UP, UP], {}, [STATUS, MKDIR, [MINIKUBE, "update-context"], STATUS, STATUS], ["present address"], True),
    "kubeconfig lost": ([seen(kubeconfig=None), seen(kubeconfig=None), seen()], [STALE, UP, UP], {}, [
        STATUS, MKDIR, ["mkdir", "-p", "--", HOME + "/.kube"],
        config("set-cluster", "minikube", "--server=https://192.168.99.100:8443", "--certificate-authority=" + HOME + "/.minikube/ca.crt"),
        config("set-credentials", "minikube", "--client-certificate=" + HOME + "/.minikube/client.crt", "--client-key=" + HOME + "/.minikube/client.key"),
        config("set-context", "minikube", "--cluster=minikube", "--user=minikube"), STATUS, config("use-context", "minikube"), STATUS],
        ["entries of the cluster anew", "current context again"], True),
    "context lost": ([seen(kubeconfig=OLD_CONTEXT), seen()], [UP], {}, [STATUS, config("use-context", "minikube"), STATUS], ["current context again"], True),
    "foreign files, else healthy": ([seen()._replace(foreign=FOREIGN), seen()], [UP], {}, [STATUS, STATUS], ["~/.kube/config, ~/.minikube/machines/minikube"],
                                    True),
    "foreign files hide a stopped one": ([EMPTY._replace(foreign=FOREIGN, denied=["machine"]), seen(), seen()], [(70, "", "permission denied"), DOWN, UP], {},
                                         [STATUS, STATUS, MKDIR] + WAKE + [START, READY, STATUS], ["gave back"], True),
    "profile of a newer cluster without VM": ([seen(machine=None, names=None, profile=NEWER),
                                               EMPTY, seen()], [NONE, NONE, UP], {}, [STATUS, MKDIR, DELETE, STATUS, START, READY, STATUS], ["go back"], True),
    "broken profile without VM": ([seen(machine=None, names=None, profile="{"), seen()], [NONE, UP], {}, [
        STATUS, MKDIR, RM_PROFILE, START, READY, STATUS], ["could not read"], True),
    "recreate": ([seen(machine=changed("vm/machine.json", "Driver", "Memory", 1024)), EMPTY, seen()], [UP, NONE, UP], {"recreate": True},
                 [STATUS, MKDIR, DELETE, STATUS, START, READY, STATUS], [], True),
}


def matches(calls, expected):
    """Whether the commands are these; a * in an expected word stands for anything."""
    return len(calls) == len(expected) and all(
        len(call) == len(words) and all(re.match("^" + re.escape(word).replace(r"\*", ".*") + "$", one) for word, one in zip(words, call))
        for call, words in zip(calls, expected))


@pytest.mark.parametrize("way", sorted(WAYS))
def test_ways(scene, way):
    """The exact commands, whether it changed, what was healed."""
    seens, statuses, options, commands, healed, is_changed = WAYS[way]
    made = scene(seens, statuses)
    result = made.bring(**options)
    assert matches(made.calls, commands), made.calls
    assert result["changed"] is is_changed and result["steps"] == [" ".join(call) for call in made.calls]
    assert len(result["healed"]) == len(healed) and all(text in said for text, said in zip(healed, result["healed"])), result["healed"]
    assert made.home.given_back == (1 if "foreign" in way else 0)
    assert bool(made.looked) == (START[:2] in [call[:2] for call in made.calls])


@pytest.mark.parametrize("way", sorted(WAYS))
def test_ways_in_check_mode(scene, way):
    """The same prediction, and nothing that writes."""
    seens, statuses, options, _commands, healed, is_changed = WAYS[way]
    made = scene(seens, statuses)
    result = made.bring(check=True, **options)
    assert made.writes == [] and made.home.given_back == 0
    assert result["changed"] is is_changed and bool(result["planned"]) is is_changed
    predicted = [text for text in healed if not text.startswith("kept")]
    assert all(text in said for text, said in zip(predicted, result["healed"])), result["healed"]


@pytest.mark.parametrize("way", sorted(WAYS))
def test_ways_only_if_quick(scene, way):
    """What may take long is not done but told; all else is done."""
    seens, statuses, options, commands, _healed, is_changed = WAYS[way]
    made = scene(seens, statuses)
    result = made.bring(quick=True, **options)
    long = any(call[0] == MINIKUBE and call[1] in ("start", "stop", "delete") for call in commands) or "foreign" in way
    assert bool(result.get("pending")) == long
    if long:
        assert made.writes == [] and not result["changed"] and result["limit"] >= 180 and made.home.given_back == 0 and result["doing"].startswith("minikube")
    else:
        assert result["changed"] is is_changed and matches(made.calls, commands)


def machine(*path_and_value):
    """What is seen with one value of the machine's record changed."""
    return seen(machine=changed("vm/machine.json", *path_and_value))


REFUSALS = {
    "cpus": (machine("Driver", "CPU", 4), [UP], {}, ["cpus 4", "2 is wanted", "recreate: true", "loses all"]),
    "memory": (seen(), [UP], {"memory_mb": 4096}, ["memory_mb 2000", "4096 is wanted", "recreate: true"]),
    "disk": (seen(), [DOWN], {"disk_mb": 30000}, ["disk_mb 20000", "30000 is wanted"]),
    "network": (seen(), [UP], {"host_only_cidr": "192.168.59.1/24"}, ["host_only_cidr 192.168.99.1/24", "192.168.59.1/24 is wanted"]),
    "mirrors": (seen(), [UP], {"registry_mirrors": ()}, ["registry_mirrors http://lab-mirror:5000", "[] is wanted"]),
    "insecure": (seen(), [UP], {"insecure_registries": ("a:5000",)}, ["insecure_registries []", "a:5000 is wanted"]),
    "driver": (seen(), [UP], {"driver": "kvm2"}, ["driver virtualbox", "kvm2 is wanted", "recreate: true"]),
    "downgrade": (seen(), [UP], {"kubernetes_version": "v1.19.0"}, ["v1.20.2", "v1.19.0", "cannot go back", "recreate: true"]),
    "broken profile": (seen(profile="{"), [DOWN], {}, ["cannot read its profile", "recreate: true"]),
    "error state": (seen(), [(1, STOPPED.replace("Stopped", "Error"), "")], {}, ['state "Error"', "poweroff", "recreate: true"]),
    "nameless state": (seen(), [(1, NOTHING, "")], {}, ['state "unknown"', "poweroff"]),
    "half made, VM there": (HALF, [NONE], {"answer": 'X "minikube" {5b5b}\n"minikube" {5b5b}\n'}, ["the hypervisor has a VM", "recreate: true"]),
    "half made, nobody knows": (HALF, [NONE], {"answer": None}, ["cannot be asked", "VBoxManage list vms"]),
    "strange answer": (seen(), [(70, "", "X something new")], {}, ["cannot be told", "something new"]),
    "no answer": (seen(), [(None, "", "")], {}, ["did not answer"]),
    "no minikube": (EMPTY, [NONE], {"program": False}, ["There is no /usr/local/bin/minikube"]),
    "foreign, not root": (seen()._replace(foreign=FOREIGN), [DOWN], {"can_own": False}, ["~/.kube/config", "become", "chown"]),
    "rival": (EMPTY, [NONE], {"rivals": [("root", "none")]}, ["root has a cluster of driver none", "state absent"]),
    "stop, nameless state": (seen(), [(1, NOTHING, "")], {"goal": "stopped"}, ["no word for"]),
    "stop, strange answer": (seen(), [(70, "", "X new")], {"goal": "stopped"}, ["cannot be told"]),
    "stop, half made, VM there": (HALF, [NONE], {"goal": "stopped", "answer": '"minikube" {5b5b}\n'}, ["has a VM"]),
    "absent, no minikube": (seen(), [NONE], {"goal": "absent", "program": False}, ["needed to delete"]),
    "absent, half made, nobody knows": (HALF, [NONE], {"goal": "absent", "answer": None}, ["cannot be asked"]),
}


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("why", sorted(REFUSALS))
def test_refusals(scene, why, check):
    """Named with what was found and wanted; nothing that writes was started."""
    found, statuses, options, words = REFUSALS[why]
    options = dict(options)
    answers = []
    if "answer" in options:
        text = options.pop("answer")
        answers = [(["list", "vms"], 0 if text else 1, text or "", "")]
    made = scene(found, statuses, answers)
    if why == "no minikube" and check:
        return  # a dry run: see below
    with pytest.raises(LabError) as error:
        made.bring(check=check, **options)
    assert all(word in str(error.value) for word in words), str(error.value)
    assert made.writes == [] and made.home.given_back == 0


def test_differences_of_a_refusal(scene):
    """All of them at once, for machines too."""
    with pytest.raises(LabError) as error:
        scene(seen(), [UP]).bring(cpus=4, memory_mb=4096)
    assert error.value.result["differences"] == [{"name": "cpus", "found": 2, "wanted": 4}, {"name": "memory_mb", "found": 2000, "wanted": 4096}]
    assert error.value.result["before"]["host"] == "Running"


@pytest.mark.parametrize("why", ["cpus", "memory", "disk", "network", "mirrors", "insecure", "driver", "downgrade", "error state", "nameless state"])
def test_recreate_allows(scene, why):
    """The same differences with recreate: delete, verify, start."""
    found, statuses, options, _words = REFUSALS[why]
    made = scene([found, EMPTY], statuses + [NONE, UP])
    with pytest.raises(LabError):  # the files of the new cluster are not made by the fake; the order of the commands is what counts here
        made.bring(recreate=True, **options)
    assert [call[1] for call in made.calls if call[0] == MINIKUBE][:4] == ["status", "delete", "status", "start"]


def test_the_kubeconfig_keeps_what_is_not_ours(scene):
    """Entry by entry, by argument lists."""
    made = scene([LEFT, EMPTY], [NONE], [(["config", "view"], 0, OTHERS, "")])
    made.bring(goal="absent")
    assert made.calls == [STATUS, VIEW, config("delete-context", "minikube"), config("delete-cluster", "minikube"), config("unset", "users.minikube"),
                          config("unset", "current-context"), STATUS]


def test_no_minikube_in_a_dry_run(scene):
    """An earlier task only predicted that it would install it."""
    made = scene(EMPTY, [NONE])
    result = made.bring(check=True, program=False)
    assert result["changed"] and result["planned"] == ["minikube start"] and "There is no" in result["warnings"][0] and made.calls == []


def test_what_would_fail_is_not_started(scene, monkeypatch):
    """The look before a start refuses; in a dry run it warns."""
    problem = minikube_prestart.problem("VBOX_NOT_FOUND", "VirtualBox is not installed", "install it")
    for found, statuses, options in ((seen(), [DOWN], {}), (EMPTY, [NONE], {}), (machine("Driver", "CPU", 4), [UP], {"recreate": True})):
        made = scene(found, statuses)
        monkeypatch.setattr(minikube_prestart, "look", lambda runner, shape, state: [problem])
        with pytest.raises(LabError, match="VirtualBox is not installed") as error:
            made.bring(**options)
        assert made.writes == [] and error.value.result["problems"][0]["id"] == "VBOX_NOT_FOUND"
        result = scene(found, statuses).bring(check=True, **options)
        assert result["changed"] and "VirtualBox is not installed" in result["warnings"][0]


def test_what_a_deletion_settles_is_no_obstacle(scene, monkeypatch):
    """A running VM's memory is free once it is deleted."""
    problem = minikube_prestart.problem("NO_MEMORY", "too little", "close programs")
    made = scene([machine("Driver", "CPU", 4), EMPTY, seen()], [UP, NONE, UP])
    monkeypatch.setattr(minikube_prestart, "look", lambda runner, shape, state: [problem])
    assert made.bring(recreate=True)["changed"]


def test_failed_start(scene):
    """minikube's own id comes back with our next step."""
    made = scene(EMPTY, [NONE], [(["start"], 78, "* minikube v1.5.2\n", "* \nX Unable to start VM\n* Error: [VBOX_NOT_FOUND] VBoxManage not found. Make sure "
                                  "VirtualBox is installed and VBoxManage is in the path\n* Suggestion: Install VirtualBox\n")])
    with pytest.raises(LabError, match="VBOX_NOT_FOUND") as error:
        made.bring()
    assert error.value.result["problem"]["id"] == "VBOX_NOT_FOUND" and "Next step" in str(error.value)


RETRIED = fixture("vm/start.out") + "* Retriable failure: start: /usr/bin/VBoxManage startvm minikube failed:\nVERR_DISK_FULL\n* Creating virtualbox VM ...\n"


def test_a_cluster_that_minikube_deleted_and_made_anew(scene):
    """minikube says 0 then: what was lost is told all the same, and not as simply ready."""
    for found, status in ((seen(), DOWN), (seen(), SICK)):
        result = scene(found, [status, UP], [(["start"], 0, RETRIED, "")]).bring()
        assert result["changed"] and result["lost"] and result["healed"] == [result["lost"]] and result["warnings"] == [result["lost"] + "."]
        assert result["lost"] == ("All that ran in the cluster of k8suser is lost: minikube could not start it and deleted it and made a new one "
                                  "(it said: start: /usr/bin/VBoxManage startvm minikube failed: VERR_DISK_FULL)")
    result = scene([EMPTY, seen()], [NONE, UP], [(["start"], 0, RETRIED, "")]).bring()  # of a cluster that is only made there was nothing to lose
    assert result["lost"] == "" and result["healed"] == [] and result["warnings"] == []
    made = scene([machine("Driver", "CPU", 4), EMPTY, seen()], [UP, NONE, UP], [(["start"], 0, RETRIED, "")])
    assert made.bring(recreate=True)["lost"] == ""


@pytest.mark.parametrize("answer, words", [
    ((["start"], 70, RETRIED, "X Unable to start VM\n"), "exit code 70"), ((["start"], None, RETRIED, ""), "within"),
    ((["get", "nodes,deployments.apps"], 1, "", "refused"), "not ready within ready_timeout"),
])
def test_a_cluster_that_minikube_deleted_and_did_not_make_anew(scene, answer, words):
    """The loss comes first, then why there is no new one."""
    with pytest.raises(LabError) as error:
        scene(seen(), [DOWN, NONE], [answer, (["start"], 0, RETRIED, "")]).bring()
    assert str(error.value).startswith("All that ran in the cluster of k8suser is lost: ") and words in str(error.value)
    assert error.value.result["lost"].startswith("All that ran")


def test_start_over_its_limit(scene):
    """What it last said is shown."""
    made = scene(EMPTY, [NONE], [(["start"], None, "* Downloading VM boot image ...\n", "")])
    with pytest.raises(LabError, match="Downloading VM boot image"):
        made.bring()


def test_never_ready(scene):
    """Bounded; says what was last seen."""
    node = json.loads(fixture("vm/ready.json"))
    for item in node["items"]:
        for one in item["status"]["conditions"] if item["kind"] == "Node" else ():
            if one["type"] == "Ready":
                one.update(status="False", reason="KubeletNotReady", message="no network")
    made = scene(EMPTY, [NONE], [(["get", "nodes,deployments.apps"], 0, json.dumps(node), "")])
    with pytest.raises(LabError, match="ready_timeout = 300.*NotReady.*no network"):
        made.bring()
    assert 140 <= made.calls.count(READY) <= 152


@pytest.mark.parametrize("goal, seens, statuses, answers, words", [
    ("stopped", [seen()], [UP, UP], [], ["is Running after `minikube stop`", "savestate"]),
    ("stopped", [seen()], [UP, UP], [(["stop"], None, "* Stopping", "")], ["ended at its limit", "* Stopping"]),
    ("absent", [seen()], [UP, NONE], [], ["not gone", "machines/minikube, profiles/minikube/config.json", "exit code 0"]),
    ("absent", [seen(), EMPTY], [UP, UP], [], ["not gone", 'status "Running"']),
    ("started", [seen()], [STALE, STALE], [], ["still points to an old address"]),
    ("started", [seen(kubeconfig=None)], [STALE, STALE], [], ["could not be written anew"]),
    ("started", [seen(kubeconfig=OLD_CONTEXT)], [UP], [], ["not as wanted after all steps", "current-context"]),
    ("started", [seen()._replace(foreign=FOREIGN)], [UP], [], ["still belong to another account"]),
    ("started", [seen(kubeconfig=OLD_CONTEXT)], [UP], [(["use-context"], 1, "", "error: no context")], ["no context"]),
    ("started", [EMPTY], [NONE], [(["mkdir"], 1, "", "mkdir: read-only file system")], ["read-only"]),
])
def test_what_did_not_work_is_said(scene, goal, seens, statuses, answers, words):
    """Exit codes say little: what is there afterwards counts."""
    with pytest.raises(LabError) as error:
        scene(seens, statuses, answers).bring(goal=goal)
    assert all(word in str(error.value) for word in words), str(error.value)


def test_driver_none(scene):
    """No VM, no flags of one, no comparison of its shape."""
    found = seen(machine="none/machine.json", profile="none/profile.json", names=["config.json"], kubeconfig=OLD_CONTEXT)
    made = scene([found, seen(machine="none/machine.json", profile="none/profile.json", names=["config.json"])], [DOWN, UP])
    made.bring(driver="none", user="root", cpus=7, memory_mb=9999, registry_mirrors=("http://other:1",))
    assert made.calls == [STATUS, MKDIR, [MINIKUBE, "start", "--vm-driver=none", "--kubernetes-version=v1.20.2"], READY, STATUS]


def test_without_account(scene):
    """A machine where the owner does not exist yet."""
    for goal in ("stopped", "absent"):
        assert minikube_change.without_account(Order(goal, wanted(), False, False, False))["changed"] is False
    assert minikube_change.without_account(Order("started", wanted(), False, True, False))["planned"] == ["minikube start"]
    with pytest.raises(LabError, match="no account k8suser"):
        minikube_change.without_account(Order("started", wanted(), False, False, False))
