"""Looking at a node and acting on it: the exact programs, here and through `minikube ssh`, and files that are never lost."""

import os
import subprocess

import pytest
from ansible_collections.workshop.lab.plugins.module_utils import component, component_node
from ansible_collections.workshop.lab.plugins.module_utils.component_node import Files, LocalNode, RemoteNode, act_script, look_script, parse_look
from ansible_collections.workshop.lab.plugins.module_utils.errors import LabError

MINIKUBE = "/usr/local/bin/minikube"
SCHEDULER = ("/etc/kubernetes/manifests/kube-scheduler.yaml", "/etc/kubernetes/manifests-stopped/kube-scheduler.yaml")


class FakeFiles:
    """Files in memory that remember their moves."""

    def __init__(self, *paths):
        self.paths, self.moves = set(paths), []

    def exists(self, path):
        """Whether there is one."""
        return path in self.paths

    def move(self, source, target):
        """Move one."""
        self.moves.append((source, target))


def test_looking_here_starts_two_programs_and_writes_nothing(fake_runner, text):
    """systemctl and docker, by argument lists."""
    runner = fake_runner([(["systemctl", "is-active", "kubelet"], 0, "active\n", ""), (["docker", "ps"], 0, text("component/ps.txt"), "")])
    files = FakeFiles(SCHEDULER[0], "/etc/kubernetes/manifests/etcd.yaml", "/etc/kubernetes/manifests-stopped/kube-apiserver.yaml")
    seen = LocalNode(runner, 8443, files, lambda port: (False, "port %s" % port)).look(30)
    assert runner.calls == [["systemctl", "is-active", "kubelet"], component.PS] and files.moves == []
    assert component.PS == ["docker", "ps", "--all", "--no-trunc", "--filter", "label=io.kubernetes.pod.namespace=kube-system", "--format",
                            '{{.ID}}|{{.Label "io.kubernetes.docker.type"}}|{{.Label "io.kubernetes.container.name"}}|'
                            '{{.Label "io.kubernetes.sandbox.id"}}|{{.Status}}']
    assert (seen.kubelet, seen.manifests, seen.kept, seen.apiserver) == ("active", {"etcd", "kube-scheduler"}, {"kube-apiserver"}, (False, "port 8443"))


def test_a_docker_that_does_not_answer(fake_runner):
    """The words of docker and the next step."""
    runner = fake_runner([(["systemctl"], 3, "inactive\n", ""), (["docker"], 1, "", "Cannot connect to the Docker daemon")])
    with pytest.raises(LabError, match="Cannot connect to the Docker daemon.*systemctl start docker"):
        LocalNode(runner, 8443, FakeFiles(), lambda port: (False, "")).look(30)


def test_acting_here(fake_runner):
    """Each step as one program or one move, in order."""
    runner, files = fake_runner([([], 0, "", "")]), FakeFiles(SCHEDULER[1] + ".older")
    LocalNode(runner, 8443, files).act(
        [("back", "kube-scheduler"), ("away", "kube-scheduler"), ("aside", "kube-scheduler"), ("unit", "stop"), ("unit", "start"), ("stop", "5c"),
         ("start", "5d"), ("forget", "5e")], 40)
    assert runner.calls == [["systemctl", "stop", "kubelet"], ["systemctl", "start", "kubelet"], ["docker", "stop", "5c"], ["docker", "start", "5d"],
                            ["docker", "rm", "5e"]]
    assert files.moves == [SCHEDULER[::-1], SCHEDULER, (SCHEDULER[1], SCHEDULER[1] + ".older+")]


def test_a_step_that_fails_ends_the_others(fake_runner):
    """With the program and its words; a container that is gone already is forgotten all the same."""
    runner = fake_runner([(["rm"], 1, "", "Error: No such container: 5e"), (["stop"], 1, "", "Error: broken")])
    with pytest.raises(LabError, match="`docker stop 5c` on the node failed: Error: broken"):
        LocalNode(runner, 8443, FakeFiles()).act([("forget", "5e"), ("stop", "5c"), ("start", "5d")], 40)
    assert [call[1] for call in runner.calls] == ["rm", "stop"]


def test_moving_keeps_mode_and_content_and_overwrites_nothing(tmp_path):
    """One rename into a folder beside."""
    place, kept = tmp_path / "manifests" / "etcd.yaml", tmp_path / "kept" / "etcd.yaml"
    place.parent.mkdir()
    place.write_text("one")
    place.chmod(0o600)
    inode = place.stat().st_ino
    Files().move(str(place), str(kept))
    assert (kept.stat().st_ino, kept.stat().st_mode & 0o777, kept.read_text()) == (inode, 0o600, "one") and not place.exists()
    place.write_text("two")
    with pytest.raises(LabError, match="is there already and is not overwritten"):
        Files().move(str(place), str(kept))
    assert (place.read_text(), kept.read_text()) == ("two", "one")
    with pytest.raises(LabError, match="could not be moved .* No such file .* still where it was"):
        Files().move(str(tmp_path / "none"), str(tmp_path / "kept" / "none"))


def test_looking_into_the_vm_is_one_call(fake_runner, text):
    """One argument list with one script; what it prints comes with CR LF."""
    runner = fake_runner([(["ssh"], 0, text("component/look.txt").replace("\n", "\r\n"), "")])
    seen = RemoteNode(runner, MINIKUBE, 8443).look(30)
    assert runner.calls == [[MINIKUBE, "ssh", "--", look_script(8443)]]
    assert seen.healthy() and seen.manifests == set(component.STATIC) and seen.kept == set() and len(seen.sandboxes) == 8


def test_the_script_that_looks():
    """Fixed text, every value quoted, and only programs that read."""
    script = look_script(8443)
    assert script.startswith(
        "echo @kubelet $(systemctl is-active kubelet); echo @manifest etcd $(sudo test -e /etc/kubernetes/manifests/etcd.yaml && echo yes || echo no); ")
    assert "; echo @kept kube-apiserver $(sudo test -e /etc/kubernetes/manifests-stopped/kube-apiserver.yaml && echo yes || echo no); " in script
    assert "; echo @healthz $(curl -sk -m 3 https://127.0.0.1:8443/healthz || echo no answer, curl ends with $?); " in script
    assert script.endswith("""--format '{{.ID}}|{{.Label "io.kubernetes.docker.type"}}|{{.Label "io.kubernetes.container.name"}}|"""
                           """{{.Label "io.kubernetes.sandbox.id"}}|{{.Status}}' && echo @end; true""")
    for word in (" mv ", " rm ", "stop ", "start ", "mkdir", ">"):
        assert word not in script.replace("manifests-stopped", "")
    subprocess.run(["sh", "-n", "-c", script], check=True)


def test_acting_in_the_vm_is_one_call(fake_runner):
    """The steps joined so that the first that fails ends them."""
    runner = fake_runner([(["ssh"], 0, "5c89a5444fd8\r\n@end\r\n", "")])
    RemoteNode(runner, MINIKUBE, 8443).act([("unit", "stop"), ("stop", "5c89a5444fd8"), ("forget", "5e")], 40)
    assert runner.calls == [[MINIKUBE, "ssh", "--", "{ sudo systemctl stop kubelet; } && { sudo docker stop 5c89a5444fd8; } && { sudo docker rm 5e || true; } "
                             "&& { echo @end; }"]]


@pytest.mark.parametrize("rc, out, err, words", [
    (1, "", 'ssh: "minikube" is not running', "is not running.*start the cluster"),
    (1, "Error response from daemon: No such container: 5c\r\n", "ssh: Process exited with status 1", "No such container: 5c.*minikube ssh"),
    (0, "5c\r\n", "", "Steps in the minikube VM failed: 5c"),
    (None, "half\r\n", "", "did not end within 40 seconds; it last said: half"),
    (78, "", "X Error getting host\n* Error: [MACHINE_NOT_FOUND] machine does not exist", "does not exist.*start the cluster"),
])
def test_calls_into_the_vm_that_fail(fake_runner, rc, out, err, words):
    """minikube's exit code is always 1, so that its words are passed on."""
    with pytest.raises(LabError, match=words):
        RemoteNode(fake_runner([(["ssh"], rc, out, err)]), MINIKUBE, 8443).act([("stop", "5c")], 40)


def test_a_look_that_is_not_complete_is_an_error():
    """Nothing is concluded from half an answer."""
    with pytest.raises(LabError, match="Docker in the minikube VM does not answer: Cannot connect"):
        parse_look(["@kubelet active", "@healthz ok", "@containers", "Cannot connect"])
    with pytest.raises(LabError, match="no answer"):
        parse_look([])


def test_junk_of_the_terminal_and_lost_lines(fake_runner, text):
    """A control character before the first line is passed over; a line that is missing is an error, never a file that is gone."""
    lines = text("component/look.txt").splitlines()
    for place in range(len(lines)):
        seen = fake_runner([(["ssh"], 0, "\r\n".join(lines[:place] + ["^@" + lines[place]] + lines[place + 1:]), "")])
        node = RemoteNode(seen, MINIKUBE, 8443).look(30)
        assert node.healthy() and all("^" not in ident for ident in node.sandboxes)
    for place in range(lines.index("@containers")):
        with pytest.raises(LabError, match="half an answer"):
            parse_look(lines[:place] + lines[place + 1:])


def run_script(tmp_path, monkeypatch, steps):
    """Run act_script on folders below tmp_path, with a sudo that is none; return its exit code and text."""
    (tmp_path / "bin").mkdir(exist_ok=True)
    sudo = tmp_path / "bin" / "sudo"
    sudo.write_text('#!/bin/sh\nexec "$@"\n')
    sudo.chmod(0o755)
    monkeypatch.setattr(component, "MANIFESTS", str(tmp_path / "manifests"))
    monkeypatch.setattr(component, "KEPT", str(tmp_path / "kept"))
    path = "%s:%s" % (tmp_path / "bin", os.environ["PATH"])
    done = subprocess.run(["sh", "-c", act_script(steps)], env={"PATH": path}, stdout=subprocess.PIPE, universal_newlines=True)
    return done.returncode, done.stdout


def test_the_script_that_moves(tmp_path, monkeypatch):
    """Really run: away, back, aside twice, and refused where it would overwrite."""
    place, kept = tmp_path / "manifests" / "etcd.yaml", tmp_path / "kept" / "etcd.yaml"
    place.parent.mkdir()
    place.write_text("one")
    place.chmod(0o600)
    assert run_script(tmp_path, monkeypatch, [("away", "etcd")]) == (0, "@end\n")
    assert kept.read_text() == "one" and kept.stat().st_mode & 0o777 == 0o600 and not place.exists()
    assert run_script(tmp_path, monkeypatch, [("back", "etcd")]) == (0, "@end\n")
    assert place.read_text() == "one" and not kept.exists()
    for number in ("two", "three"):
        kept.write_text(number)
        assert run_script(tmp_path, monkeypatch, [("aside", "etcd")]) == (0, "@end\n")
    kept.write_text("four")
    rc, said = run_script(tmp_path, monkeypatch, [("away", "etcd"), ("unit", "stop")])
    assert rc == 1 and "is there already and is not overwritten" in said and "@end" not in said
    assert sorted((path.name, path.read_text()) for path in kept.parent.iterdir()) == [
        ("etcd.yaml", "four"), ("etcd.yaml.older", "two"), ("etcd.yaml.older+", "three")]
    assert place.read_text() == "one"


def test_a_probe_of_a_closed_port():
    """Nobody listens: false, with the system's words."""
    assert component_node.probe(1) == (False, "Connection refused")
